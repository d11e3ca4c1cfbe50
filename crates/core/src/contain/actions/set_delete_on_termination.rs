//! Whether termination deletes a volume. Must not know other volumes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo, standing};
use crate::identify::Subject;

/// Whether termination deletes a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetDeleteOnTermination {
    /// `i-…`.
    pub instance: String,
    /// `vol-…`.
    pub volume: String,
    /// Device name.
    pub device: String,
    /// As found.
    pub from: bool,
    /// As left.
    pub to: bool,
}

impl Act for SetDeleteOnTermination {
    fn name(&self) -> &'static str {
        "set_delete_on_termination"
    }

    fn target(&self) -> String {
        self.volume.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            from: self.to,
            to: self.from,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:ModifyInstanceAttribute"]
    }

    fn before(&self) -> Value {
        json!({ "device": self.device, "delete_on_termination": self.from })
    }

    fn after(&self) -> Value {
        json!({ "device": self.device, "delete_on_termination": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        let mapping =
            json!([{ "DeviceName": self.device, "Ebs": { "DeleteOnTermination": self.to } }]);
        vec![format!(
            "aws ec2 modify-instance-attribute --instance-id {} --block-device-mappings {}",
            self.instance,
            quoted(&mapping.to_string())
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("volume", Said::data(self.volume.clone())),
            ("device", Said::data(self.device.clone())),
            ("to", Said::code(self.to.to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let seen = subject
            .volumes
            .iter()
            .find(|v| v.id == self.volume)
            .and_then(|v| v.delete_on_termination.as_ref());
        standing::of_value(seen, &self.from, &self.to, "delete_on_termination")
    }
}
