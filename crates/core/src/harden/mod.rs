//! Step 5 of the runbook: what let it happen and what must change. Must not know how the account is read.

mod checks;
mod fix;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use checks::{CHECKS, check};
pub use fix::{Fix, fix, fix_plan};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Good.
    Pass,
    /// To be mended.
    Fail,
    /// Could not be seen.
    Unknown,
}

/// The result of one check. Its words are in the catalogues under `check-` and the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check's name, such as `open-admin-ports`.
    pub check: String,
    /// How it came out.
    pub status: Status,
    /// Control ids, such as `EC2.53`.
    pub controls: Vec<String>,
    /// What it was seen on: resource and detail.
    pub evidence: Vec<String>,
    /// Why unknown, a code or AWS's word.
    pub why: Option<String>,
    /// Values for the text.
    pub args: BTreeMap<String, String>,
}

/// What the checks need to know of the account beyond the subject. `None` is "could not be read"; why is in `unread`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posture {
    /// Flow logs that cover the subject's VPC, subnets or interfaces.
    pub flow_logs: Option<Vec<FlowLogConfig>>,
    /// The SSM agent as AWS sees it: `Online`, `ConnectionLost`, or `None` inside when the instance is not managed.
    pub ssm_ping: Option<Option<String>>,
    /// EBS encryption by default in this Region.
    pub ebs_encryption_default: Option<bool>,
    /// Trails that record this Region: name, logging now, validates its files.
    pub trails: Option<Vec<Trail>>,
    /// What could not be read, and why.
    pub unread: Vec<crate::identify::Unread>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// Its name.
    pub name: String,
    /// Whether it is logging.
    pub logging: Option<bool>,
    /// Whether it records all Regions.
    pub multi_region: bool,
    /// Whether its files carry digests.
    pub validation: bool,
}

impl CheckResult {
    /// A result without evidence.
    fn new(check: &str, status: Status, controls: &[&str]) -> Self {
        Self {
            check: check.into(),
            status,
            controls: controls.iter().map(|id| (*id).into()).collect(),
            evidence: Vec::new(),
            why: None,
            args: BTreeMap::new(),
        }
    }

    /// What could not be seen, and why.
    fn unknown(check: &str, controls: &[&str], why: impl Into<String>) -> Self {
        Self {
            why: Some(why.into()),
            ..Self::new(check, Status::Unknown, controls)
        }
    }

    /// Failed when there is evidence, else passed.
    pub(crate) fn judged(check: &str, controls: &[&str], evidence: Vec<String>) -> Self {
        let status = if evidence.is_empty() {
            Status::Pass
        } else {
            Status::Fail
        };
        Self {
            evidence,
            ..Self::new(check, status, controls)
        }
    }

    fn with(mut self, name: &str, value: &impl std::fmt::Display) -> Self {
        self.args.insert(name.into(), value.to_string());
        self
    }
}
