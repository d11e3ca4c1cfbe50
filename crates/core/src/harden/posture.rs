//! What the checks need to know of the account beyond the subject. Must not judge.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PortsUsed;
use super::guest::Guest;
use crate::identify::{SecurityGroup, Unread};

/// What the checks need to know of the account beyond the subject. `None` is "could not be read"; why is in `unread`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Posture {
    /// Flow logs that cover the subject's VPC, subnets or interfaces.
    pub flow_logs: Option<Vec<FlowLogConfig>>,
    /// Flow logs of this Region that cover something else: they tell where logs go in this account.
    pub other_flow_logs: Vec<FlowLogConfig>,
    /// The SSM agent as AWS sees it: `Online`, `ConnectionLost`, or `None` inside when the instance is not managed.
    pub ssm_ping: Option<Option<String>>,
    /// EBS encryption by default in this Region.
    pub ebs_encryption_default: Option<bool>,
    /// Trails that record this Region.
    pub trails: Option<Vec<Trail>>,
    /// GuardDuty in each Region that the account has enabled.
    pub detectors: Option<Vec<Detector>>,
    /// Snapshots of the account that everybody may make volumes of.
    pub public_snapshots: Option<Vec<String>>,
    /// What this Region forbids of public snapshots: `block-all-sharing`, `block-new-sharing` or `unblocked`.
    pub snapshot_block: Option<String>,
    /// Metric filters of CloudTrail's log groups.
    pub metric_filters: Option<Vec<MetricFilter>>,
    /// CloudWatch's metric alarms.
    pub alarms: Option<Vec<Alarm>>,
    /// Default security groups of the VPC.
    pub default_groups: Option<Vec<SecurityGroup>>,
    /// Snapshots of the attached volumes that this account owns.
    pub snapshots: Option<Vec<BackupSnapshot>>,
    /// Versions of the launch template that may make the next instance; empty when there is none.
    pub templates: Option<Vec<TemplateVersion>>,
    /// Policies of the instance's role; empty when it has no role.
    pub role_policies: Option<Vec<RolePolicy>>,
    /// Other instances that were launched with the same key pair, sorted.
    pub key_users: Option<Vec<String>>,
    /// Whether metrics come every minute.
    pub detailed_monitoring: Option<bool>,
    /// Calls of the metadata service without a token.
    pub imds_v1_calls: Option<ImdsCalls>,
    /// Who used which port lately; the engine reads it from flow logs.
    pub ports_used: Option<PortsUsed>,
    /// The patch state that the Systems Manager keeps; `None` inside when no scan ever ran.
    pub patches: Option<Option<PatchState>>,
    /// What was found inside the guest; `None` when nobody looked.
    pub guest: Option<Guest>,
    /// Whether a person brought what is in `guest`: nobody knows then how old it is, or whether it is of this instance.
    pub guest_given: bool,
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
    /// ARN of the role by which AWS writes to a log group.
    #[serde(default)]
    pub role: Option<String>,
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

/// GuardDuty in one Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detector {
    /// The Region.
    pub region: String,
    /// What was seen of it.
    pub state: DetectorState,
}

/// Whether GuardDuty watches a Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetectorState {
    /// It does, with these features, such as `RUNTIME_MONITORING`, that are on.
    On(Vec<String>),
    /// It does not.
    Off,
    /// Could not be read: AWS's word.
    Unread(String),
}

/// A metric filter of a log group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricFilter {
    /// The log group.
    pub group: String,
    /// The filter's name.
    pub name: String,
    /// What it counts.
    pub pattern: String,
    /// Namespaces and names of its metrics.
    pub metrics: Vec<(String, String)>,
}

/// An alarm on one metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// The metric's namespace.
    pub namespace: String,
    /// The metric's name.
    pub metric: String,
    /// Whether it tells anybody.
    pub tells: bool,
}

/// A snapshot of an attached volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSnapshot {
    /// `snap-…`.
    pub id: String,
    /// `vol-…`.
    pub volume: String,
    /// Its point in time.
    pub started: Option<Timestamp>,
    /// `pending`, `completed`, `error`, …
    pub state: String,
    /// Who made it, as its tags say: `aws-backup`, `dlm`, `rebato` (evidence, not a backup) or `other`.
    pub maker: String,
}

/// A version of a launch template, as far as it decides how open an instance of it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateVersion {
    /// `lt-…`.
    pub id: String,
    /// Its number.
    pub version: i64,
    /// Whether it is the default one.
    pub is_default: bool,
    /// `required` or `optional`; `None` leaves it to the image and the account.
    pub http_tokens: Option<String>,
    /// Whether instances get a public address; `None` leaves it to the subnet.
    pub public_address: Option<bool>,
    /// Devices that it makes, and whether they are encrypted; `None` leaves it to the snapshot and the account.
    pub volumes: Vec<(String, Option<bool>)>,
    /// Its groups.
    pub groups: Vec<SecurityGroup>,
    /// Groups that could not be read.
    pub unread_groups: Vec<String>,
}

/// A policy of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePolicy {
    /// Its name.
    pub name: String,
    /// Its ARN; `None` for an inline policy.
    pub arn: Option<String>,
    /// The document as JSON, or AWS's word why it could not be read.
    pub document: Result<String, String>,
}

/// Calls of the metadata service without a token (CloudWatch `MetadataNoToken`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImdsCalls {
    /// Days that were asked for.
    pub days: u32,
    /// Calls in that time; `None` where the metric has no values.
    pub calls: Option<u64>,
}

/// How many patches of the baseline are not as they should be, as the last scan saw it (`DescribeInstancePatchStates`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatchState {
    /// Not installed.
    pub missing: u32,
    /// Failed to install.
    pub failed: u32,
    /// Of these, critical ones.
    pub critical: u32,
    /// Of these, security ones.
    pub security: u32,
    /// Installed, and waiting for a reboot.
    pub pending_reboot: u32,
    /// When the last scan or installation ended.
    pub scanned: Option<Timestamp>,
}
