//! In or out of standby in the scaling group: it keeps the membership and is undone. Must not know the group's sizes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::set_scaling_minimum::{also_called, also_needed, still_to_be_set, with_minimum};
use super::{Act, Said};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// In (`true`) or out (`false`) of standby in the scaling group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetStandby {
    /// The group.
    pub group: String,
    /// `i-…`.
    pub instance: String,
    /// As left: in standby.
    pub standby: bool,
    /// The group's minimum, as found and as left, set after leaving standby: before, it would make the group start another
    /// instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<(i32, i32)>,
}

impl Act for SetStandby {
    fn name(&self) -> &'static str {
        "set_standby"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            standby: !self.standby,
            minimum: None,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        let mut needed = vec!["autoscaling:EnterStandby", "autoscaling:ExitStandby"];
        needed.extend(also_needed(self.minimum));
        needed
    }

    fn before(&self) -> Value {
        with_minimum(
            json!({ "standby": !self.standby }),
            self.minimum.map(|(found, _)| found),
        )
    }

    fn after(&self) -> Value {
        with_minimum(
            json!({ "standby": self.standby }),
            self.minimum.map(|(_, left)| left),
        )
    }

    fn equivalent(&self) -> Vec<String> {
        let (verb, more) = if self.standby {
            ("enter-standby", " --should-decrement-desired-capacity")
        } else {
            ("exit-standby", "")
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
            ("to", Said::code(self.standby.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        match subject.scaling.as_ref().filter(|s| s.group == self.group) {
            None if standing::unread(subject, "scaling") => Standing::Unseen,
            None => Standing::Other(json!({ "group": null })),
            Some(member) => match (member.lifecycle.as_str(), self.standby) {
                // The minimum is still to be set.
                ("InService", false) if still_to_be_set(self.minimum, member.min) => {
                    Standing::Before
                }
                ("Standby", true) | ("InService", false) => Standing::After,
                ("EnteringStandby", true)
                | ("Pending" | "Pending:Wait" | "Pending:Proceed", false) => Standing::Underway,
                ("InService", true) | ("Standby", false) => Standing::Before,
                (other, _) => Standing::Other(json!({ "lifecycle": other })),
            },
        }
    }
}
