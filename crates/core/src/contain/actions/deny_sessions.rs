//! A deny for sessions of the instance's role, as an inline policy with a name of the case's own: a policy of somebody else
//! is never overwritten, and credentials that were stolen lose their worth wherever they are. Must not know who else uses
//! the role: the condition in the document does.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo};
use crate::identify::Subject;

/// A deny for sessions of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DenySessions {
    /// The role's name.
    pub role: String,
    /// The inline policy's name: [`DenySessions::policy_name`].
    pub policy: String,
    /// The policy, as JSON without white space.
    pub document: String,
    /// As left: denied.
    pub denied: bool,
}

/// What the names of Rebato's own inline policies begin with.
const PREFIX: &str = "rebato-deny-";

impl DenySessions {
    /// The name of a case's own policy: one that is there already is this case's.
    #[must_use]
    pub fn policy_name(case: &str) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        // IAM takes 128 characters.
        PREFIX
            .chars()
            .chain(case.chars().map(safe))
            .take(128)
            .collect()
    }

    /// Whether an inline policy is one of Rebato's.
    #[must_use]
    pub fn is_own(policy: &str) -> bool {
        policy.starts_with(PREFIX)
    }

    /// Denies the sessions of one instance alone, those of refreshed credentials too: the name of such a session is the
    /// instance's id, so that `aws:userid` is the role's unique id, a colon and it (HANDBOOK 3.4).
    #[must_use]
    pub fn of_instance(role_id: &str, instance: &str) -> String {
        Self::deny(&json!({ "StringEquals": { "aws:userid": format!("{role_id}:{instance}") } }))
    }

    /// Denies every session of the role whose token was issued before: those of all who share the role.
    #[must_use]
    pub fn issued_before(moment: Timestamp) -> String {
        Self::deny(&json!({ "DateLessThan": { "aws:TokenIssueTime": moment.to_string() } }))
    }

    fn deny(condition: &Value) -> String {
        json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition }],
        })
        .to_string()
    }

    /// Whether a document denies what this one denies; the moment in a denial by token time aside.
    #[must_use]
    pub fn is_as_good_as(&self, found: &str) -> bool {
        let timeless = |text: &str| {
            let mut document = serde_json::from_str::<Value>(text).ok()?;
            document
                .pointer_mut("/Statement/0/Condition/DateLessThan")
                .map(Value::take);
            Some(document)
        };
        let wanted = timeless(&self.document);
        wanted.is_some() && wanted == timeless(found)
    }

    /// Whether all sessions of the role are hit, not those of one instance.
    #[must_use]
    pub fn is_broad(&self) -> bool {
        !self.document.contains("aws:userid")
    }
}

impl Act for DenySessions {
    fn name(&self) -> &'static str {
        "deny_sessions"
    }

    fn target(&self) -> String {
        self.role.clone()
    }

    fn key(&self) -> String {
        format!("{}/{}/{}", self.name(), self.role, self.policy)
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            denied: !self.denied,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["iam:PutRolePolicy", "iam:DeleteRolePolicy"]
    }

    fn before(&self) -> Value {
        json!({ "policy": self.policy, "denied": !self.denied })
    }

    fn after(&self) -> Value {
        json!({ "policy": self.policy, "denied": self.denied })
    }

    fn equivalent(&self) -> Vec<String> {
        let (role, policy) = (quoted(&self.role), quoted(&self.policy));
        vec![if self.denied {
            format!(
                "aws iam put-role-policy --role-name {role} --policy-name {policy} --policy-document {}",
                quoted(&self.document)
            )
        } else {
            format!("aws iam delete-role-policy --role-name {role} --policy-name {policy}")
        }]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        let who = if self.is_broad() { "all" } else { "instance" };
        vec![
            ("role", Said::data(self.role.clone())),
            ("policy", Said::data(self.policy.clone())),
            ("who", Said::code(who)),
            ("to", Said::code(self.denied.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let Some(policies) = subject
            .profile
            .as_ref()
            .filter(|p| p.role.as_deref() == Some(self.role.as_str()))
            .and_then(|p| p.own_policies.as_ref())
        else {
            // The profile may be off by now; the policy is on the role all the same.
            return Standing::Unseen;
        };
        match (policies.get(&self.policy), self.denied) {
            (None, false) => Standing::After,
            (None, true) => Standing::Before,
            (Some(found), denied) if same(found, &self.document) => {
                if denied {
                    Standing::After
                } else {
                    Standing::Before
                }
            }
            (Some(found), _) => {
                Standing::Other(json!({ "policy": self.policy, "document": found }))
            }
        }
    }

    fn sign(&self) -> Sign {
        if self.denied {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}

/// AWS gives a document back as it was put, but other tools may lay it out anew.
fn same(found: &str, wanted: &str) -> bool {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    found == wanted || (parsed(found).is_some() && parsed(found) == parsed(wanted))
}
