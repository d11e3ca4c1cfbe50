//! Roles, their inline policies, instance profiles, and credentials of a role in foreign hands.
//! Must not know the wire; policies are read only as far as a revocation goes (deny everything under a condition).

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::model::{ApiError, ApiResult, InstanceProfile, ProfileAssociation, Role, World};

/// Credentials of an instance's role that an attacker holds.
#[derive(Debug, Clone)]
pub(crate) struct StolenCredentials {
    pub(crate) instance_id: String,
    pub(crate) role: String,
    pub(crate) access_key_id: String,
    pub(crate) issued: Timestamp,
}

/// How long credentials from the instance metadata service are valid.
pub(crate) const CREDENTIAL_LIFE: SignedDuration = SignedDuration::from_hours(6);

impl World {
    /// A role, or `NoSuchEntity` (404).
    pub fn role(&self, name: &str) -> ApiResult<&Role> {
        self.roles
            .get(name)
            .ok_or_else(|| no_such(format!("The role with name {name} cannot be found.")))
    }

    /// An instance profile, or `NoSuchEntity` (404).
    pub fn instance_profile(&self, name: &str) -> ApiResult<&InstanceProfile> {
        self.instance_profiles
            .get(name)
            .ok_or_else(|| no_such(format!("Instance Profile {name} cannot be found.")))
    }

    /// `PutRolePolicy`: sets again without error; `MalformedPolicyDocument` when it is no policy.
    pub fn put_role_policy(
        &mut self,
        role: &str,
        policy_name: &str,
        document: &str,
    ) -> ApiResult<()> {
        self.role(role)?;
        let parsed: Value = serde_json::from_str(document)
            .map_err(|_| ApiError::new("MalformedPolicyDocument", "Syntax errors in policy."))?;
        if parsed.get("Statement").is_none() {
            return Err(ApiError::new(
                "MalformedPolicyDocument",
                "Policy statement must contain actions.",
            ));
        }
        if let Some(role) = self.roles.get_mut(role) {
            role.inline_policies
                .insert(policy_name.to_owned(), document.to_owned());
        }
        Ok(())
    }

    /// `DeleteRolePolicy`: `NoSuchEntity` when there is none of that name.
    pub fn delete_role_policy(&mut self, role: &str, policy_name: &str) -> ApiResult<()> {
        self.role(role)?;
        let removed = self
            .roles
            .get_mut(role)
            .and_then(|role| role.inline_policies.remove(policy_name));
        removed.map(|_| ()).ok_or_else(|| {
            no_such(format!(
                "The role policy with name {policy_name} cannot be found."
            ))
        })
    }

    /// The association of an instance.
    #[must_use]
    pub fn profile_of(&self, instance_id: &str) -> Option<&ProfileAssociation> {
        self.profile_associations
            .values()
            .find(|a| a.instance_id == instance_id)
    }

    /// `AssociateIamInstanceProfile` by profile name: `IncorrectState` when the instance has one.
    pub fn associate_profile(
        &mut self,
        instance_id: &str,
        profile: &str,
    ) -> ApiResult<ProfileAssociation> {
        self.instance(instance_id)?;
        self.check_profile(profile)?;
        if self.profile_of(instance_id).is_some() {
            return Err(ApiError::new(
                "IncorrectState",
                format!("There is an existing association for instance {instance_id}"),
            ));
        }
        Ok(self.insert_association(instance_id, profile))
    }

    /// `ReplaceIamInstanceProfileAssociation`: the association id changes, as in EC2.
    pub fn replace_profile(
        &mut self,
        association_id: &str,
        profile: &str,
    ) -> ApiResult<ProfileAssociation> {
        self.check_profile(profile)?;
        let old = self.disassociate_profile(association_id)?;
        Ok(self.insert_association(&old.instance_id, profile))
    }

    /// `DisassociateIamInstanceProfile`. Answers the association that is no more.
    pub fn disassociate_profile(&mut self, association_id: &str) -> ApiResult<ProfileAssociation> {
        self.profile_associations
            .remove(association_id)
            .map(|mut old| {
                "disassociating".clone_into(&mut old.state);
                old
            })
            .ok_or_else(|| {
                ApiError::new(
                    "InvalidAssociationID.NotFound",
                    format!("An invalid association-id of '{association_id}' was given"),
                )
            })
    }

    fn check_profile(&self, profile: &str) -> ApiResult<()> {
        if self.instance_profiles.contains_key(profile) {
            Ok(())
        } else {
            Err(ApiError::new(
                "InvalidParameterValue",
                format!(
                    "Value ({profile}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
                ),
            ))
        }
    }

    fn insert_association(&mut self, instance_id: &str, profile: &str) -> ProfileAssociation {
        let association = ProfileAssociation {
            id: self.ids.ec2("iip-assoc"),
            instance_id: instance_id.to_owned(),
            profile: profile.to_owned(),
            state: "associated".to_owned(),
            timestamp: self.now,
        };
        self.profile_associations
            .insert(association.id.clone(), association.clone());
        association
    }

    /// Whether an inline policy of the role denies everything to a session with this issue time and user id.
    #[must_use]
    pub fn session_is_denied(&self, role: &str, issued: Timestamp, user_id: &str) -> bool {
        self.roles.get(role).is_some_and(|role| {
            role.inline_policies.values().any(|document| {
                serde_json::from_str::<Value>(document).is_ok_and(|policy| {
                    as_list(policy.get("Statement"))
                        .iter()
                        .any(|statement| denies(statement, issued, user_id))
                })
            })
        })
    }
}

fn no_such(message: String) -> ApiError {
    ApiError::new("NoSuchEntity", message).with_status(404)
}

/// IAM lets a single value stand for a list of one.
fn as_list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn denies(statement: &Value, issued: Timestamp, user_id: &str) -> bool {
    let everything = |key: &str| {
        as_list(statement.get(key))
            .iter()
            .any(|v| v.as_str() == Some("*"))
    };
    if statement.get("Effect").and_then(Value::as_str) != Some("Deny")
        || !everything("Action")
        || !everything("Resource")
    {
        return false;
    }
    let Some(conditions) = statement.get("Condition").and_then(Value::as_object) else {
        return true;
    };
    conditions.iter().all(|(operator, keys)| {
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, values)| {
                let key = key.to_ascii_lowercase();
                as_list(Some(values))
                    .iter()
                    .filter_map(|v| v.as_str())
                    .any(|wanted| match (operator.as_str(), key.as_str()) {
                        ("DateLessThan", "aws:tokenissuetime") => wanted
                            .parse::<Timestamp>()
                            .is_ok_and(|limit| issued < limit),
                        ("StringEquals", "aws:userid") => wanted == user_id,
                        ("StringLike", "aws:userid") => like(wanted, user_id),
                        _ => false,
                    })
            })
        })
    })
}

/// IAM's `StringLike` with stars only.
fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn string_like_follows_stars() {
        assert!(like("AROA:i-*", "AROA:i-0abc"));
        assert!(like("*:i-0abc", "AROA:i-0abc"));
        assert!(like("AROA:i-0abc", "AROA:i-0abc"));
        assert!(!like("AROA:i-0abc", "AROA:i-0abd"));
        assert!(!like("*:i-1*", "AROA:i-0abc"));
    }

    #[test]
    fn a_revocation_denies_old_sessions_and_named_ones_only() {
        let issued: Timestamp = "2026-01-01T10:00:00Z".parse().unwrap();
        let older: Value = serde_json::from_str(
            r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T10:00:30Z"}}}"#,
        )
        .unwrap();
        assert!(denies(&older, issued, "A:i-1"));
        assert!(!denies(
            &older,
            issued + SignedDuration::from_mins(1),
            "A:i-1"
        ));
        let named: Value = serde_json::from_str(
            r#"{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"StringEquals":{"aws:userid":["A:i-1"]}}}"#,
        )
        .unwrap();
        assert!(denies(&named, issued, "A:i-1"));
        assert!(!denies(&named, issued, "A:i-2"));
    }
}
