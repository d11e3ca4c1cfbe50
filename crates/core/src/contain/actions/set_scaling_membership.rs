//! In or out of the scaling group itself: stronger than standby, for groups that do not leave a member in standby alone.
//! Must not know the group's sizes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// A member (`true`) or not (`false`) of the scaling group. The wanted size moves with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetScalingMembership {
    /// The group.
    pub group: String,
    /// `i-…`.
    pub instance: String,
    /// As left.
    pub member: bool,
}

impl Act for SetScalingMembership {
    fn name(&self) -> &'static str {
        "set_scaling_membership"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            member: !self.member,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["autoscaling:DetachInstances", "autoscaling:AttachInstances"]
    }

    fn before(&self) -> Value {
        json!({ "group": self.group, "member": !self.member })
    }

    fn after(&self) -> Value {
        json!({ "group": self.group, "member": self.member })
    }

    fn equivalent(&self) -> Vec<String> {
        let (verb, more) = if self.member {
            ("attach-instances", "")
        } else {
            ("detach-instances", " --should-decrement-desired-capacity")
        };
        vec![format!(
            "aws autoscaling {verb} --instance-ids {} --auto-scaling-group-name {}{more}",
            self.instance,
            quoted(&self.group)
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("group", Said::data(self.group.clone())),
            ("instance", Said::data(self.instance.clone())),
            ("to", Said::code(self.member.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        match &subject.scaling {
            None if standing::unread(subject, "scaling") => Standing::Unseen,
            None if self.member => Standing::Before,
            None => Standing::After,
            Some(other) if other.group != self.group => {
                Standing::Other(json!({ "group": other.group }))
            }
            Some(here) => match (here.lifecycle.as_str(), self.member) {
                ("Detaching", false) => Standing::Underway,
                ("Detaching", true) | (_, false) => Standing::Before,
                ("Pending" | "Pending:Wait" | "Pending:Proceed", true) => Standing::Underway,
                (_, true) => Standing::After,
            },
        }
    }

    fn sign(&self) -> Sign {
        if self.member {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
