//! Running or stopped. A stop is certain, and it loses memory, instance store and an automatic address (HANDBOOK 3.6). Must
//! not know what was saved before.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Standing, Undo};
use crate::identify::Subject;

/// Running or stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRunning {
    /// `i-…`.
    pub instance: String,
    /// As left.
    pub running: bool,
    /// Automatic public addresses that the stop loses.
    pub loses: Vec<IpAddr>,
    /// How it is stopped.
    #[serde(default, skip_serializing_if = "StopHow::is_graceful")]
    pub how: StopHow,
}

/// How an instance is stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopHow {
    /// The operating system shuts down; what runs on it may react.
    #[default]
    Graceful,
    /// Memory goes to the encrypted root volume first, where that was set up at launch: evidence for nothing.
    Hibernate,
    /// Gracefully at first, then by force.
    Force,
    /// Without the operating system: nothing on it can react, and nothing is flushed.
    SkipOs,
}

impl StopHow {
    /// The code, as profiles and catalogues know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Graceful => "graceful",
            Self::Hibernate => "hibernate",
            Self::Force => "force",
            Self::SkipOs => "skip_os",
        }
    }

    /// Whether it is the ordinary way.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks with a reference"
    )]
    fn is_graceful(&self) -> bool {
        *self == Self::Graceful
    }

    const fn option(self) -> &'static str {
        match self {
            Self::Graceful => "",
            Self::Hibernate => " --hibernate",
            Self::Force => " --force",
            Self::SkipOs => " --skip-os-shutdown",
        }
    }
}

impl Act for SetRunning {
    fn name(&self) -> &'static str {
        "set_running"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            instance: self.instance.clone(),
            running: !self.running,
            loses: Vec::new(),
            how: StopHow::Graceful,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:StopInstances", "ec2:StartInstances"]
    }

    fn before(&self) -> Value {
        json!({ "running": !self.running })
    }

    fn after(&self) -> Value {
        json!({ "running": self.running })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![if self.running {
            format!("aws ec2 start-instances --instance-ids {}", self.instance)
        } else {
            format!(
                "aws ec2 stop-instances --instance-ids {}{}",
                self.instance,
                self.how.option()
            )
        }]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("to", Said::code(self.running.to_string())),
            ("how", Said::code(self.how.name())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        match (subject.state.as_str(), self.running) {
            ("running", true) | ("stopped", false) => Standing::After,
            ("pending", true) | ("stopping", false) => Standing::Underway,
            ("running", false) | ("stopped", true) => Standing::Before,
            (other, _) => Standing::Other(json!({ "state": other })),
        }
    }

    fn cuts(&self) -> bool {
        !self.running
    }

    fn opens(&self) -> bool {
        self.running
    }

    fn irreversible(&self) -> bool {
        // Memory is gone whatever a start brings back, unless it was written down.
        !self.running && self.how != StopHow::Hibernate
    }

    fn sign(&self) -> Sign {
        if self.running {
            Sign::Adds
        } else {
            Sign::Grave
        }
    }
}
