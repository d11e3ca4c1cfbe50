//! Rebato's own security groups: what each is for, its name and its rules. Must not know the SDK.

use serde::{Deserialize, Serialize};

use crate::identify::Rule;

/// Which of Rebato's own groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupRole {
    /// All open, for the moment between two calls: it turns tracked connections into untracked ones.
    Passage,
    /// No rule at all: the end state.
    Containment,
}

impl GroupRole {
    /// The value of [`TAG_ROLE`](super::TAG_ROLE).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passage => "passage",
            Self::Containment => "containment",
        }
    }

    /// The group's name in a VPC: derived, so that two runs make one group.
    #[must_use]
    pub fn group_name(self, vpc: &str) -> String {
        format!("rebato-{}-{vpc}", self.name())
    }

    /// What may come in through a pristine group of this role.
    #[must_use]
    pub fn ingress(self) -> Vec<Rule> {
        match self {
            Self::Passage => vec![Rule::all("0.0.0.0/0"), Rule::all("::/0")],
            Self::Containment => Vec::new(),
        }
    }

    /// What may go out.
    #[must_use]
    pub fn egress(self) -> Vec<Rule> {
        self.ingress()
    }
}

/// A security group: one that exists, or one of ours that an earlier step makes and whose id is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupRef {
    /// By id.
    Id(String),
    /// One of ours, by its derived name.
    Own {
        /// What it is for.
        role: GroupRole,
        /// Where.
        vpc: String,
    },
}

impl GroupRef {
    /// The id, or the derived name while there is none.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Id(id) => id.clone(),
            Self::Own { role, vpc } => role.group_name(vpc),
        }
    }
}
