//! Inline policies of roles: put, deleted, in force after a while, and asked whether they deny a call.
//! Must not know the wire, nor how a document is read (`policy_document`). Facts: IAM user guide, "IAM and STS quotas".

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    engine::Task,
    identity::no_such,
    model::{ApiError, ApiResult, World},
    policy_document::{ConditionKeys, denies, well_formed},
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
