//! In or out of standby in the scaling group: it keeps the membership and is undone. Must not know the group's sizes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["autoscaling:EnterStandby", "autoscaling:ExitStandby"]
    }

    fn before(&self) -> Value {
        json!({ "standby": !self.standby })
    }

    fn after(&self) -> Value {
        json!({ "standby": self.standby })
    }

    fn equivalent(&self) -> Vec<String> {
        let (verb, more) = if self.standby {
            ("enter-standby", " --should-decrement-desired-capacity")
        } else {
            ("exit-standby", "")
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
            ("to", Said::code(self.standby.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        match subject.scaling.as_ref().filter(|s| s.group == self.group) {
            None if standing::unread(subject, "scaling") => Standing::Unseen,
            None => Standing::Other(json!({ "group": null })),
            Some(member) => match (member.lifecycle.as_str(), self.standby) {
                ("Standby", true) | ("InService", false) => Standing::After,
                ("EnteringStandby", true)
                | ("Pending" | "Pending:Wait" | "Pending:Proceed", false) => Standing::Underway,
                ("InService", true) | ("Standby", false) => Standing::Before,
                (other, _) => Standing::Other(json!({ "lifecycle": other })),
            },
        }
    }
}
