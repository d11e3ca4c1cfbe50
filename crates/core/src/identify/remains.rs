//! What is left to tell of an instance that is no more. Must not know how it was read.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LaunchTemplate, Snapshot, Unread};

/// One change that CloudTrail tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// The call, such as `TerminateInstances`.
    pub call: String,
    /// When.
    pub at: Timestamp,
    /// ARN of who did it.
    pub who: Option<String>,
    /// From which address or service.
    pub from: Option<String>,
    /// AWS's error code when it did not succeed.
    pub error: Option<String>,
}

/// What is left of an instance that is no more: what CloudTrail tells and the snapshots that still exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remains {
    /// The image it was made from.
    pub image: Option<String>,
    /// Such as `t3.medium`.
    pub instance_type: Option<String>,
    /// Name of its key pair.
    pub key_name: Option<String>,
    /// Its subnet.
    pub subnet: Option<String>,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its launch template.
    pub launch_template: Option<LaunchTemplate>,
    /// Its instance profile.
    pub profile_arn: Option<String>,
    /// Its interfaces.
    pub interfaces: Vec<String>,
    /// Its private addresses, sorted.
    pub private_ips: Vec<IpAddr>,
    /// Volumes that it had, sorted.
    pub volumes: Vec<String>,
    /// Who launched, stopped, changed and terminated it, oldest first.
    pub deeds: Vec<Deed>,
    /// Snapshots of its volumes and those that carry our mark, oldest first.
    pub snapshots: Vec<Snapshot>,
    /// What could not be read, and why.
    pub unread: Vec<Unread>,
}

impl Remains {
    /// The end of the instance, where CloudTrail tells of one.
    #[must_use]
    pub fn end(&self) -> Option<&Deed> {
        self.deeds
            .iter()
            .rev()
            .find(|deed| deed.call == "TerminateInstances" && deed.error.is_none())
    }
}
