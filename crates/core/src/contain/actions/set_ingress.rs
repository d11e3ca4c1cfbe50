//! Rules of a group that is not ours: the fix of a group open to the world. Must not know who uses the group.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::shell::rule_call;
use crate::contain::{Standing, Undo};
use crate::identify::{Rule, Subject};

/// Rules of a group that is not ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetIngress {
    /// `sg-…`.
    pub group: String,
    /// Rules to take away.
    pub revoke: Vec<Rule>,
    /// Rules to add.
    pub authorize: Vec<Rule>,
}

impl Act for SetIngress {
    fn name(&self) -> &'static str {
        "set_ingress"
    }

    fn target(&self) -> String {
        self.group.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            group: self.group.clone(),
            revoke: self.authorize.clone(),
            authorize: self.revoke.clone(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![
            "ec2:RevokeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupIngress",
        ]
    }

    fn before(&self) -> Value {
        json!({ "ingress": self.revoke })
    }

    fn after(&self) -> Value {
        json!({ "ingress": self.authorize })
    }

    fn equivalent(&self) -> Vec<String> {
        [
            ("revoke-security-group-ingress", &self.revoke),
            ("authorize-security-group-ingress", &self.authorize),
        ]
        .into_iter()
        .filter_map(|(verb, rules)| rule_call(verb, &self.group, rules))
        .collect()
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("group", Said::data(self.group.clone())),
            ("revoked", Said::code(self.revoke.len().to_string())),
            ("authorized", Said::code(self.authorize.len().to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let Some(found) = subject.groups.get(&self.group) else {
            return Standing::Unseen;
        };
        let has = |rules: &[Rule]| rules.iter().filter(|r| found.ingress.contains(r)).count();
        if has(&self.revoke) == 0 && has(&self.authorize) == self.authorize.len() {
            Standing::After
        } else if has(&self.revoke) == self.revoke.len() {
            Standing::Before
        } else {
            Standing::Other(json!({ "ingress": found.ingress }))
        }
    }
}
