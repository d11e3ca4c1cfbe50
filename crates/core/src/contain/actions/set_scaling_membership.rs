//! In or out of the scaling group itself: stronger than standby, for groups that do not leave a member in standby alone.
//! Must not know the group's sizes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::set_scaling_minimum::{also_called, also_needed, still_to_be_set, with_minimum};
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
    /// The group's minimum, as found and as left, set after the instance is a member again: before, it would make the group
    /// start another instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<(i32, i32)>,
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
            minimum: None,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        let mut needed = vec!["autoscaling:DetachInstances", "autoscaling:AttachInstances"];
        needed.extend(also_needed(self.minimum));
        needed
    }

    fn before(&self) -> Value {
        with_minimum(
            json!({ "group": self.group, "member": !self.member }),
            self.minimum.map(|(found, _)| found),
        )
    }

    fn after(&self) -> Value {
        with_minimum(
            json!({ "group": self.group, "member": self.member }),
            self.minimum.map(|(_, left)| left),
        )
    }

    fn equivalent(&self) -> Vec<String> {
        let (verb, more) = if self.member {
            ("attach-instances", "")
        } else {
            ("detach-instances", " --should-decrement-desired-capacity")
        };
        let mut lines = vec![format!(
            "aws autoscaling {verb} --instance-ids {} --auto-scaling-group-name {}{more}",
            self.instance,
            quoted(&self.group)
        )];
        lines.extend(also_called(&self.group, self.minimum));
        lines
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
                (_, true) if still_to_be_set(self.minimum, here.min) => Standing::Before,
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
