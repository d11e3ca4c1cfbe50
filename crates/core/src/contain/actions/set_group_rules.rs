//! The rules of one of Rebato's own groups. Must not be used on a group that is not ours.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::shell::{group_id, rule_call};
use crate::contain::{GroupRef, GroupRole, Keep, Standing, Undo, is_pristine, standing};
use crate::identify::{Rule, Subject};

/// The rules of one of Rebato's own groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetGroupRules {
    /// Which.
    pub group: GroupRef,
    /// What for.
    pub role: GroupRole,
    /// Rules to take away, coming in.
    pub revoke_ingress: Vec<Rule>,
    /// Rules to add, coming in.
    pub authorize_ingress: Vec<Rule>,
    /// Rules to take away, going out.
    pub revoke_egress: Vec<Rule>,
    /// Rules to add, going out.
    pub authorize_egress: Vec<Rule>,
}

impl Act for SetGroupRules {
    fn name(&self) -> &'static str {
        "set_group_rules"
    }

    fn target(&self) -> String {
        self.group.shown()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Shared)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:RevokeSecurityGroupEgress",
        ]
    }

    fn before(&self) -> Value {
        json!({ "ingress": self.revoke_ingress, "egress": self.revoke_egress })
    }

    fn after(&self) -> Value {
        json!({ "ingress": self.role.ingress(), "egress": self.role.egress() })
    }

    fn equivalent(&self) -> Vec<String> {
        let id = group_id(&self.group);
        [
            ("revoke-security-group-ingress", &self.revoke_ingress),
            ("authorize-security-group-ingress", &self.authorize_ingress),
            ("revoke-security-group-egress", &self.revoke_egress),
            ("authorize-security-group-egress", &self.authorize_egress),
        ]
        .into_iter()
        .filter_map(|(verb, rules)| rule_call(verb, &id, rules))
        .collect()
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("group", Said::data(self.group.shown())),
            ("role", Said::code(self.role.name())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        match standing::own_group(&self.group, subject) {
            None if standing::unread(subject, "groups") => Standing::Unseen,
            Some(found) if is_pristine(found, self.role) => Standing::After,
            // Where there is none yet, its making is an earlier step.
            None | Some(_) => Standing::Before,
        }
    }
}
