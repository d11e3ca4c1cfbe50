//! Termination protection. Must not know that some instances cannot have it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::shell::flag;
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// Termination protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectTermination {
    /// `i-…`.
    pub instance: String,
    /// As found.
    pub from: bool,
    /// As left.
    pub to: bool,
}

impl Act for ProtectTermination {
    fn name(&self) -> &'static str {
        "protect_termination"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            instance: self.instance.clone(),
            from: self.to,
            to: self.from,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:ModifyInstanceAttribute"]
    }

    fn before(&self) -> Value {
        json!({ "protected": self.from })
    }

    fn after(&self) -> Value {
        json!({ "protected": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 modify-instance-attribute --instance-id {} {}",
            self.instance,
            flag("disable-api-termination", self.to)
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("to", Said::code(self.to.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let seen = subject.termination_protection.as_ref();
        standing::of_value(seen, &self.from, &self.to, "protected")
    }
}
