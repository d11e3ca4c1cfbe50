//! `role-too-wide`: whether the credentials that the instance hands out can do everything, or everything of a service
//! (Security Hub IAM.1, IAM.21, which look at policies of one's own; here those of AWS that are attached count too). Must
//! not simulate: conditions and boundaries may take away what a statement gives, and a policy is judged as it stands.

use serde_json::Value;

use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, RolePolicy, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "role-too-wide",
    controls: &["IAM.1", "IAM.21"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let Some(policies) = &seen.posture.role_policies else {
        return CHECK.unread(&seen.posture.unread, &["role_policies"]);
    };
    let mut short = Vec::new();
    let mut unseen = None;
    for policy in policies {
        match &policy.document {
            Ok(document) => match serde_json::from_str(document) {
                Ok(document) => short.extend(wide(policy, &document)),
                Err(_) => unseen = Some(why_unread(&[], &[])),
            },
            Err(why) => unseen = Some(why.clone()),
        }
    }
    CHECK.settings_but(short, unseen)
}

/// Each statement of a policy that allows too much.
fn wide(policy: &RolePolicy, document: &Value) -> Vec<Shortfall> {
    let resource = policy.arn.as_ref().unwrap_or(&policy.name);
    list(document.get("Statement"))
        .into_iter()
        .filter(|statement| statement.get("Effect").and_then(Value::as_str) == Some("Allow"))
        .filter_map(|statement| {
            let everywhere = texts(statement.get("Resource")).contains(&"*")
                || statement.get("NotResource").is_some();
            if !everywhere {
                return None;
            }
            if statement.get("NotAction").is_some() {
                let but = texts(statement.get("NotAction")).join(",");
                return Some(format!("all-but {but}"));
            }
            let actions: Vec<&str> = texts(statement.get("Action"))
                .into_iter()
                .filter(|action| is_whole(action))
                .collect();
            (!actions.is_empty()).then(|| actions.join(","))
        })
        .map(|actions| Shortfall::extra(resource, "allows", actions))
        .collect()
}

/// `*` and `service:*`.
fn is_whole(action: &str) -> bool {
    action == "*" || action.split_once(':').is_some_and(|(_, call)| call == "*")
}

/// IAM writes one thing without a list around it.
fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    list(value).into_iter().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::monitor::fixture;

    fn checked(documents: &[Result<&str, &str>]) -> CheckResult {
        let policies = documents.iter().map(|document| RolePolicy {
            name: "p".into(),
            arn: None,
            document: document.map(Into::into).map_err(Into::into),
        });
        let posture = Posture {
            role_policies: Some(policies.collect()),
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    #[test]
    fn whole_services_everywhere_are_too_wide() {
        for (statement, wanted) in [
            (
                r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
                Some("*"),
            ),
            (
                r#"[{"Effect":"Allow","Action":["s3:*","ec2:Describe*"],"Resource":["*"]}]"#,
                Some("s3:*"),
            ),
            (
                r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
                Some("all-but iam:*"),
            ),
            (r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#, None),
            (
                r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}"#,
                None,
            ),
            (
                r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#,
                None,
            ),
        ] {
            let result = checked(&[Ok(&format!(r#"{{"Statement":{statement}}}"#))]);
            let wanted: Vec<String> = wanted.iter().map(|w| format!("p allows={w}")).collect();
            assert_eq!(result.evidence, wanted, "{statement}");
        }
    }

    #[test]
    fn a_policy_that_was_not_read_leaves_it_open_and_no_role_passes() {
        assert_eq!(checked(&[]).status, Status::Pass);
        let denied = checked(&[Err("AccessDenied")]);
        assert_eq!(
            (denied.status, denied.why.as_deref()),
            (Status::Unknown, Some("AccessDenied"))
        );
        assert_eq!(checked(&[Ok("not JSON")]).status, Status::Unknown);
        assert_eq!(
            run(&CHECK, &fixture::subject(), &Posture::default()).status,
            Status::Unknown
        );
    }
}
