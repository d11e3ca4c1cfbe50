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
        if self.minimum.is_some() {
            needed.push("autoscaling:UpdateAutoScalingGroup");
        }
        needed
    }

    fn before(&self) -> Value {
        match self.minimum {
            Some((min, _)) => json!({ "standby": !self.standby, "min": min }),
            None => json!({ "standby": !self.standby }),
        }
    }

    fn after(&self) -> Value {
        match self.minimum {
            Some((_, min)) => json!({ "standby": self.standby, "min": min }),
            None => json!({ "standby": self.standby }),
        }
    }

    fn equivalent(&self) -> Vec<String> {
        let (verb, more) = if self.standby {
            ("enter-standby", " --should-decrement-desired-capacity")
        } else {
            ("exit-standby", "")
        };
        let group = quoted(&self.group);
        let mut lines = vec![format!(
            "aws autoscaling {verb} --instance-ids {} --auto-scaling-group-name {group}{more}",
            self.instance
        )];
        lines.extend(self.minimum.map(|(_, min)| {
            format!("aws autoscaling update-auto-scaling-group --auto-scaling-group-name {group} --min-size {min}")
        }));
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
                ("InService", false)
                    if self
                        .minimum
                        .is_some_and(|(_, wanted)| member.min.is_some_and(|min| min != wanted)) =>
                {
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
