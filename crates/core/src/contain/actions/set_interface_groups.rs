//! The whole set of groups on an interface: what cuts, and what opens again. Must not know why it goes through the passage
//! group.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Action, Said};
use crate::contain::shell::group_id;
use crate::contain::{GroupRef, GroupRole, Standing, Undo, standing};
use crate::identify::Subject;

/// The whole set of groups on an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetInterfaceGroups {
    /// `eni-…`.
    pub interface: String,
    /// As found, sorted.
    pub from: Vec<GroupRef>,
    /// As left.
    pub to: Vec<GroupRef>,
}

impl SetInterfaceGroups {
    /// Whether the interface goes to groups of ours that all have this role.
    #[must_use]
    pub fn goes_to(&self, wanted: GroupRole) -> bool {
        !self.to.is_empty()
            && self
                .to
                .iter()
                .all(|g| matches!(g, GroupRef::Own { role, .. } if *role == wanted))
    }
}

fn shown(groups: &[GroupRef]) -> Vec<String> {
    groups.iter().map(GroupRef::shown).collect()
}

impl Act for SetInterfaceGroups {
    fn name(&self) -> &'static str {
        "set_interface_groups"
    }

    fn target(&self) -> String {
        self.interface.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            interface: self.interface.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:ModifyNetworkInterfaceAttribute"]
    }

    fn before(&self) -> Value {
        json!({ "groups": shown(&self.from) })
    }

    fn after(&self) -> Value {
        json!({ "groups": shown(&self.to) })
    }

    fn equivalent(&self) -> Vec<String> {
        let groups: Vec<String> = self.to.iter().map(group_id).collect();
        vec![format!(
            "aws ec2 modify-network-interface-attribute --network-interface-id {} --groups {}",
            self.interface,
            groups.join(" ")
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        let stage = [GroupRole::Passage, GroupRole::Containment]
            .into_iter()
            .find(|role| self.goes_to(*role))
            .map_or("other", GroupRole::name);
        vec![
            ("interface", Said::data(self.interface.clone())),
            ("to", Said::data(shown(&self.to).join(", "))),
            ("stage", Said::code(stage)),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let Some(seen) = subject.interface(&self.interface) else {
            return Standing::Other(json!({ "interface": null }));
        };
        let seen: BTreeSet<String> = seen.groups.iter().cloned().collect();
        if standing::resolved(&self.to, subject).as_ref() == Some(&seen) {
            Standing::After
        } else if standing::resolved(&self.from, subject).as_ref() == Some(&seen) {
            Standing::Before
        } else {
            Standing::Other(json!({ "groups": seen }))
        }
    }

    fn joined(&self, later: &Action) -> Option<Action> {
        let Action::SetInterfaceGroups(later) = later else {
            return None;
        };
        let to = later.to.clone();
        Some(Self { to, ..self.clone() }.into())
    }

    fn is_nothing(&self) -> bool {
        self.from == self.to
    }

    fn cuts(&self) -> bool {
        true
    }

    fn opens(&self) -> bool {
        true
    }
}
