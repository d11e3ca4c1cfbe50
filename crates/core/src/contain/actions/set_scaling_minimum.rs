//! The scaling group's minimum, so that standby starts no replacement; also as what the step sets that brings the instance
//! back: sooner, the group would start another one. Must not know who is in the group.

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

/// The equivalent command.
fn command(group: &str, minimum: i32) -> String {
    format!(
        "aws autoscaling update-auto-scaling-group --auto-scaling-group-name {} --min-size {minimum}",
        quoted(group)
    )
}

/// A group's minimum, as found and as left, set after the instance is back.
pub(super) type Afterwards = Option<(i32, i32)>;

/// What an action that brings the instance back has of its own and of the minimum.
pub(super) fn with_minimum(mut own: Value, minimum: Option<i32>) -> Value {
    if let (Some(fields), Some(min)) = (own.as_object_mut(), minimum) {
        fields.insert("min".into(), min.into());
    }
    own
}

/// The permissions and commands of the minimum, where there is one to set.
pub(super) fn also_needed(minimum: Afterwards) -> Option<&'static str> {
    minimum.map(|_| "autoscaling:UpdateAutoScalingGroup")
}

/// See [`also_needed`].
pub(super) fn also_called(group: &str, minimum: Afterwards) -> Option<String> {
    minimum.map(|(_, wanted)| command(group, wanted))
}

/// Whether the instance is back and the minimum is not.
pub(super) fn still_to_be_set(minimum: Afterwards, seen: Option<i32>) -> bool {
    minimum.is_some_and(|(_, wanted)| seen.is_some_and(|min| min != wanted))
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
        vec![command(&self.group, self.to)]
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
