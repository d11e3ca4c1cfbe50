//! Inline policies of roles: put, deleted, in force after a while, and asked whether they deny a call.
//! Must not know the wire. Only denials are judged: what no policy denies is allowed, as far as policies go.
//! Facts: IAM user guide, "IAM JSON policy elements: Condition operators" and "IAM and STS quotas".

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    engine::Task,
    identity::no_such,
    model::{ApiError, ApiResult, World},
};

/// Characters that all inline policies of a role may have together, white space not counted.
const ROLE_POLICY_QUOTA: usize = 10_240;

/// A call of a session of a role, as policies see it.
#[derive(Debug, Clone, Copy)]
pub struct SessionCall<'a> {
    /// Name of the role.
    pub role: &'a str,
    /// `service:Operation`.
    pub action: &'a str,
    /// When the session's credentials were issued (`aws:TokenIssueTime`).
    pub issued: Timestamp,
    /// Role id, colon, session name (`aws:userid`).
    pub user_id: &'a str,
    /// The instance that the credentials were made for, wherever they are used (`ec2:SourceInstanceArn`).
    pub instance_id: Option<&'a str>,
}

/// Condition keys in lower case and their values in a call.
pub(crate) type ConditionKeys = BTreeMap<String, String>;

impl World {
    /// `PutRolePolicy`: sets again without error. Sessions feel it after [`super::Settings::policy_takes`].
    pub fn put_role_policy(&mut self, role: &str, name: &str, document: &str) -> ApiResult<()> {
        let held = self.role(role)?;
        modifiable(role, &held.path)?;
        well_formed(document)?;
        let others = held.inline_policies.iter().filter(|(key, _)| *key != name);
        let total: usize = others.map(|(_, text)| weight(text)).sum();
        if total + weight(document) > ROLE_POLICY_QUOTA {
            return Err(ApiError::new(
                "LimitExceeded",
                format!(
                    "Maximum policy size of {ROLE_POLICY_QUOTA} bytes exceeded for role {role}"
                ),
            )
            .with_status(409));
        }
        if let Some(held) = self.roles.get_mut(role) {
            held.inline_policies
                .insert(name.to_owned(), document.to_owned());
        }
        self.spread_policies(role);
        Ok(())
    }

    /// `DeleteRolePolicy`: `NoSuchEntity` when there is none of that name.
    pub fn delete_role_policy(&mut self, role: &str, name: &str) -> ApiResult<()> {
        modifiable(role, &self.role(role)?.path)?;
        let removed = self
            .roles
            .get_mut(role)
            .and_then(|role| role.inline_policies.remove(name));
        if removed.is_none() {
            return Err(no_such(format!(
                "The role policy with name {name} cannot be found."
            )));
        }
        self.spread_policies(role);
        Ok(())
    }

    /// IAM is eventually consistent: what was written takes effect later.
    fn spread_policies(&mut self, role: &str) {
        let Some(policies) = self.roles.get(role).map(|r| r.inline_policies.clone()) else {
            return;
        };
        self.engine.at(
            self.now + self.settings.policy_takes,
            Task::RolePolicies {
                role: role.to_owned(),
                policies,
            },
        );
    }

    pub(crate) fn enforce_policies(&mut self, role: &str, policies: BTreeMap<String, String>) {
        if let Some(role) = self.roles.get_mut(role) {
            role.policies_in_force = policies;
        }
    }

    /// Whether an inline policy of the role, as far as it is in force, denies the call to the session.
    #[must_use]
    pub fn session_is_denied(&self, call: &SessionCall<'_>) -> bool {
        // Nothing can take this one away from anybody (STS API reference).
        if call.action == "sts:GetCallerIdentity" {
            return false;
        }
        let Some(role) = self.roles.get(call.role) else {
            return false;
        };
        let mut keys = ConditionKeys::from([
            ("aws:userid".to_owned(), call.user_id.to_owned()),
            ("aws:tokenissuetime".to_owned(), call.issued.to_string()),
            ("aws:principalarn".to_owned(), role.arn.clone()),
            ("aws:principaltype".to_owned(), "AssumedRole".to_owned()),
        ]);
        if let Some(id) = call.instance_id {
            let arn = format!(
                "arn:aws:ec2:{}:{}:instance/{id}",
                self.region, self.account_id
            );
            keys.insert("ec2:sourceinstancearn".to_owned(), arn);
        }
        let mut policies = role.policies_in_force.values();
        policies.any(|document| denies(document, call.action, "*", &keys))
    }
}

fn modifiable(role: &str, path: &str) -> ApiResult<()> {
    // Roles of services, and those of IAM Identity Center.
    if path.starts_with("/aws-service-role/") || path.starts_with("/aws-reserved/") {
        return Err(ApiError::new(
            "UnmodifiableEntity",
            format!(
                "Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS"
            ),
        ));
    }
    Ok(())
}

/// How much of the quota a document takes.
fn weight(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

/// The grammar of policies, as far as IAM refuses what a tool may get wrong.
fn well_formed(document: &str) -> ApiResult<()> {
    let bad = |why: &str| Err(ApiError::new("MalformedPolicyDocument", why));
    let Ok(policy) = serde_json::from_str::<Value>(document) else {
        return bad("Syntax errors in policy.");
    };
    let known = |version: &Value| matches!(version.as_str(), Some("2012-10-17" | "2008-10-17"));
    if !policy.is_object() || policy.get("Version").is_some_and(|version| !known(version)) {
        return bad("Syntax errors in policy.");
    }
    let statements = as_list(policy.get("Statement"));
    if statements.is_empty() {
        return bad("Syntax errors in policy.");
    }
    for statement in statements {
        let has = |key: &str| statement.get(key).is_some();
        if !matches!(
            statement.get("Effect").and_then(Value::as_str),
            Some("Allow" | "Deny")
        ) {
            return bad("Syntax errors in policy.");
        }
        if has("Principal") || has("NotPrincipal") {
            return bad("Policy document should not specify a principal.");
        }
        if has("Action") == has("NotAction") {
            return bad("Policy statement must contain actions.");
        }
        if has("Resource") == has("NotResource") {
            return bad("Policy statement must contain resources.");
        }
        if statement
            .get("Condition")
            .is_some_and(|condition| !condition.is_object())
        {
            return bad("Syntax errors in policy.");
        }
    }
    Ok(())
}

/// Whether a statement of the document denies the action on the resource under these conditions.
pub(crate) fn denies(document: &str, action: &str, resource: &str, keys: &ConditionKeys) -> bool {
    serde_json::from_str::<Value>(document).is_ok_and(|policy| {
        as_list(policy.get("Statement")).iter().any(|statement| {
            statement.get("Effect").and_then(Value::as_str) == Some("Deny")
                && names(
                    statement,
                    "Action",
                    "NotAction",
                    &action.to_ascii_lowercase(),
                )
                && names(statement, "Resource", "NotResource", resource)
                && conditions_hold(statement, keys)
        })
    })
}

/// IAM lets a single value stand for a list of one.
fn as_list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// Whether one of the patterns under `key` fits, or none of those under `except`.
fn names(statement: &Value, key: &str, except: &str, what: &str) -> bool {
    let any = |key: &str| {
        as_list(statement.get(key))
            .iter()
            .filter_map(|pattern| pattern.as_str())
            .any(|pattern| {
                // Names of actions have no case; those of resources do.
                if key.ends_with("Action") {
                    like(pattern.to_ascii_lowercase().as_bytes(), what.as_bytes())
                } else {
                    like(pattern.as_bytes(), what.as_bytes())
                }
            })
    };
    if statement.get(except).is_some() {
        !any(except)
    } else {
        any(key)
    }
}

fn conditions_hold(statement: &Value, keys: &ConditionKeys) -> bool {
    let Some(conditions) = statement.get("Condition").and_then(Value::as_object) else {
        return true;
    };
    conditions.iter().all(|(operator, tests)| {
        tests.as_object().is_some_and(|tests| {
            tests.iter().all(|(key, values)| {
                let actual = keys.get(&key.to_ascii_lowercase()).map(String::as_str);
                let wanted: Vec<String> = as_list(Some(values))
                    .iter()
                    .map(|value| value.as_str().map_or(value.to_string(), ToOwned::to_owned))
                    .collect();
                holds(operator, actual, &wanted)
            })
        })
    })
}

fn holds(operator: &str, actual: Option<&str>, wanted: &[String]) -> bool {
    if operator == "Null" {
        return wanted.iter().any(|w| (w == "true") == actual.is_none());
    }
    let (operator, if_exists) = operator
        .strip_suffix("IfExists")
        .map_or((operator, false), |plain| (plain, true));
    let positive = operator.replacen("Not", "", 1);
    let negated = positive != operator;
    let Some(actual) = actual else {
        return if_exists || negated;
    };
    let any = wanted.iter().any(|wanted| fits(&positive, actual, wanted));
    any != negated
}

fn fits(operator: &str, actual: &str, wanted: &str) -> bool {
    match operator {
        "StringEquals" => actual == wanted,
        "StringEqualsIgnoreCase" => actual.eq_ignore_ascii_case(wanted),
        "StringLike" | "ArnLike" | "ArnEquals" => like(wanted.as_bytes(), actual.as_bytes()),
        "DateLessThan"
        | "DateLessThanEquals"
        | "DateGreaterThan"
        | "DateGreaterThanEquals"
        | "DateEquals" => {
            let (Ok(actual), Ok(wanted)) =
                (actual.parse::<Timestamp>(), wanted.parse::<Timestamp>())
            else {
                return false;
            };
            match operator {
                "DateLessThan" => actual < wanted,
                "DateLessThanEquals" => actual <= wanted,
                "DateGreaterThan" => actual > wanted,
                "DateGreaterThanEquals" => actual >= wanted,
                _ => actual == wanted,
            }
        }
        // An operator that is not known here never lets a denial apply.
        _ => false,
    }
}

/// IAM's patterns: a star is any text, a question mark any one character.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            like(rest, text)
                || text
                    .split_first()
                    .is_some_and(|(_, after)| like(pattern, after))
        }
        (Some((p, rest)), Some((t, after))) => (*p == b'?' || p == t) && like(rest, after),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: &[(&str, &str)]) -> ConditionKeys {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn deny(condition: &str, keys: &ConditionKeys) -> bool {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}}}"#
        );
        well_formed(&document).unwrap();
        denies(&document, "s3:ListAllMyBuckets", "*", keys)
    }

    #[test]
    fn patterns_follow_stars_and_question_marks() {
        let like = |pattern: &str, text: &str| like(pattern.as_bytes(), text.as_bytes());
        assert!(like("AROA:i-*", "AROA:i-0abc"));
        assert!(like("*:i-0abc", "AROA:i-0abc"));
        assert!(like("AROA:i-0ab?", "AROA:i-0abc"));
        assert!(!like("AROA:i-0abc?", "AROA:i-0abc"));
        assert!(!like("AROA:i-0abc", "AROA:i-0abd"));
        assert!(!like("*:i-1*", "AROA:i-0abc"));
    }

    #[test]
    fn conditions_select_old_sessions_named_ones_and_instances() {
        let session = keys(&[
            ("aws:userid", "A:i-1"),
            ("aws:tokenissuetime", "2026-01-01T10:00:00Z"),
            (
                "ec2:sourceinstancearn",
                "arn:aws:ec2:eu-west-1:1:instance/i-1",
            ),
        ]);
        let younger = r#"{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T09:59:59Z"}}"#;
        for (condition, denied) in [
            (
                r#"{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T10:00:30Z"}}"#,
                true,
            ),
            (younger, false),
            (r#"{"StringEquals":{"aws:userid":["A:i-1"]}}"#, true),
            (r#"{"StringEquals":{"aws:userid":"A:i-2"}}"#, false),
            (r#"{"StringLike":{"aws:UserId":"*:i-?"}}"#, true),
            (r#"{"StringNotEquals":{"aws:userid":"A:i-1"}}"#, false),
            (
                r#"{"ArnLike":{"ec2:SourceInstanceArn":"arn:aws:ec2:*:*:instance/i-1"}}"#,
                true,
            ),
            (r#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:ec2:*"}}"#, true),
            (r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#, false),
            (
                r#"{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}"#,
                true,
            ),
            (
                r#"{"StringEquals":{"aws:userid":"A:i-1"},"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T09:00:00Z"}}"#,
                false,
            ),
            (r#"{"Resembles":{"aws:userid":"A:i-1"}}"#, false),
        ] {
            assert_eq!(deny(condition, &session), denied, "{condition}");
        }
    }

    #[test]
    fn a_denial_is_for_its_actions_only() {
        let none = ConditionKeys::new();
        let one = r#"{"Statement":[{"Effect":"Deny","Action":["s3:Get*"],"Resource":"*"}]}"#;
        assert!(denies(one, "S3:getobject", "*", &none));
        assert!(!denies(one, "s3:PutObject", "*", &none));
        let but = r#"{"Statement":[{"Effect":"Deny","NotAction":"ssm:*","Resource":"*"}]}"#;
        assert!(denies(but, "s3:GetObject", "*", &none));
        assert!(!denies(but, "ssm:GetParameter", "*", &none));
        let allow = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        assert!(!denies(allow, "s3:GetObject", "*", &none));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for document in [
            "{",
            "[]",
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Version":"2026-01-01","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Refuse","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"*"}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}}"#,
        ] {
            let error = well_formed(document).unwrap_err();
            assert_eq!(error.code, "MalformedPolicyDocument", "{document}");
        }
    }
}
