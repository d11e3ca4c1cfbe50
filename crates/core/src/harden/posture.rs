//! What the checks need to know of the account beyond the subject. Must not judge.

use serde::{Deserialize, Serialize};

use super::PortsUsed;
use crate::identify::Unread;

/// What the checks need to know of the account beyond the subject. `None` is "could not be read"; why is in `unread`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Posture {
    /// Flow logs that cover the subject's VPC, subnets or interfaces.
    pub flow_logs: Option<Vec<FlowLogConfig>>,
    /// The SSM agent as AWS sees it: `Online`, `ConnectionLost`, or `None` inside when the instance is not managed.
    pub ssm_ping: Option<Option<String>>,
    /// EBS encryption by default in this Region.
    pub ebs_encryption_default: Option<bool>,
    /// Trails that record this Region.
    pub trails: Option<Vec<Trail>>,
    /// Who used which port lately; the engine reads it from flow logs.
    pub ports_used: Option<PortsUsed>,
    /// What could not be read, and why.
    pub unread: Vec<Unread>,
}

/// A flow log's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowLogConfig {
    /// `fl-…`.
    pub id: String,
    /// What it watches: a VPC, a subnet or an interface.
    pub resource: String,
    /// `ALL`, `ACCEPT`, `REJECT`.
    pub traffic: String,
    /// `ACTIVE`.
    pub status: String,
    /// `s3`, `cloud-watch-logs`, `kinesis-data-firehose`.
    pub destination_type: String,
    /// ARN of a bucket (with prefix), or name of a log group.
    pub destination: Option<String>,
    /// The format, `${version} ${account-id} …`.
    pub format: Option<String>,
}

/// A CloudTrail trail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trail {
    /// Its name.
    pub name: String,
    /// Whether it is logging.
    pub logging: Option<bool>,
    /// Whether it records all Regions.
    pub multi_region: bool,
    /// Whether its files carry digests.
    pub validation: bool,
    /// ARN of the key that encrypts its files; `None` for the bucket's own encryption.
    pub kms_key: Option<String>,
    /// ARN of the log group that it also writes to.
    pub log_group: Option<String>,
    /// Whether it records what reads and what changes; `None` where its selectors could not be read.
    pub management_events: Option<bool>,
}
