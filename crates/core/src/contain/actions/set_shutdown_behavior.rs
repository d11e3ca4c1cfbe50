//! What a shutdown from inside does: termination protection does not stop it (HANDBOOK 3.1). Must not know who shuts down.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// What a shutdown from inside does: `stop` or `terminate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetShutdownBehavior {
    /// `i-…`.
    pub instance: String,
    /// As found.
    pub from: String,
    /// As left.
    pub to: String,
}

impl Act for SetShutdownBehavior {
    fn name(&self) -> &'static str {
        "set_shutdown_behavior"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            instance: self.instance.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:ModifyInstanceAttribute"]
    }

    fn before(&self) -> Value {
        json!({ "shutdown_behavior": self.from })
    }

    fn after(&self) -> Value {
        json!({ "shutdown_behavior": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 modify-instance-attribute --instance-id {} --instance-initiated-shutdown-behavior {}",
            self.instance, self.to
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("from", Said::data(self.from.clone())),
            ("to", Said::code(self.to.clone())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let seen = subject.shutdown_behavior.as_ref();
        standing::of_value(seen, &self.from, &self.to, "shutdown_behavior")
    }
}
