//! The scaling group's minimum, so that standby starts no replacement. Must not know who is in the group.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Action, Said};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// The scaling group's minimum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetScalingMinimum {
    /// The group.
    pub group: String,
    /// As found.
    pub from: i32,
    /// As left.
    pub to: i32,
}

impl Act for SetScalingMinimum {
    fn name(&self) -> &'static str {
        "set_scaling_minimum"
    }

    fn target(&self) -> String {
        self.group.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            group: self.group.clone(),
            from: self.to,
            to: self.from,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["autoscaling:UpdateAutoScalingGroup"]
    }

    fn before(&self) -> Value {
        json!({ "min": self.from })
    }

    fn after(&self) -> Value {
        json!({ "min": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws autoscaling update-auto-scaling-group --auto-scaling-group-name {} --min-size {}",
            quoted(&self.group),
            self.to
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("group", Said::data(self.group.clone())),
            ("from", Said::code(self.from.to_string())),
            ("to", Said::code(self.to.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let seen = subject
            .scaling
            .as_ref()
            .filter(|s| s.group == self.group)
            .and_then(|s| s.min.as_ref());
        standing::of_value(seen, &self.from, &self.to, "min")
    }

    fn joined(&self, later: &Action) -> Option<Action> {
        let Action::SetScalingMinimum(later) = later else {
            return None;
        };
        let to = later.to;
        Some(Self { to, ..self.clone() }.into())
    }

    fn is_nothing(&self) -> bool {
        self.from == self.to
    }
}
