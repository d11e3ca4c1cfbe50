//! The part of the model beside EC2: IAM, GuardDuty, buckets, logs, SSM, CloudTrail.
//! Must not know the wire nor how these are filled.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::model::Tags;

/// An IAM role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Name.
    pub name: String,
    /// `AROA…`.
    pub id: String,
    /// ARN.
    pub arn: String,
    /// Path, `/`.
    pub path: String,
    /// Trust policy as JSON text, not URL-encoded.
    pub assume_role_policy: String,
    /// Creation time.
    pub create_date: Timestamp,
    /// Inline policies: name to JSON text.
    pub inline_policies: BTreeMap<String, String>,
    /// The inline policies as sessions feel them: those of a while ago.
    pub policies_in_force: BTreeMap<String, String>,
    /// Attached managed policies: ARN to name.
    pub attached_policies: BTreeMap<String, String>,
    /// Tags.
    pub tags: Tags,
}

/// An instance profile.
#[derive(Debug, Clone)]
pub struct InstanceProfile {
    /// Name.
    pub name: String,
    /// `AIPA…`.
    pub id: String,
    /// ARN.
    pub arn: String,
    /// Path, `/`.
    pub path: String,
    /// Creation time.
    pub create_date: Timestamp,
    /// Role name; a profile holds one at most.
    pub role: Option<String>,
}

/// The association of an instance profile with an instance.
#[derive(Debug, Clone)]
pub struct ProfileAssociation {
    /// `iip-assoc-…`.
    pub id: String,
    /// Instance.
    pub instance_id: String,
    /// Profile name.
    pub profile: String,
    /// `associated` or `disassociating`.
    pub state: String,
    /// When.
    pub timestamp: Timestamp,
}

/// The GuardDuty detector with its lists and findings.
#[derive(Debug, Clone)]
pub struct Detector {
    /// 32 hex digits.
    pub id: String,
    /// `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    pub publishing_frequency: String,
    /// Creation time.
    pub created_at: Timestamp,
    /// Threat intel sets by id.
    pub threat_intel_sets: BTreeMap<String, IpList>,
    /// Trusted IP sets by id.
    pub ip_sets: BTreeMap<String, IpList>,
    /// Threat entity sets by id.
    pub threat_entity_sets: BTreeMap<String, IpList>,
    /// Trusted entity sets by id.
    pub trusted_entity_sets: BTreeMap<String, IpList>,
    /// Suppression rules and saved filters by name.
    pub filters: BTreeMap<String, Filter>,
    /// Findings by id, native lower camel case JSON, newest state.
    pub findings: BTreeMap<String, Value>,
    /// EventBridge events in order of delivery.
    pub notifications: Vec<Notification>,
    /// Features: name to `ENABLED`/`DISABLED`.
    pub features: BTreeMap<String, String>,
}

/// A filter; with the action `ARCHIVE` a suppression rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Description.
    pub description: Option<String>,
    /// `NOOP` or `ARCHIVE`.
    pub action: String,
    /// Place among the filters.
    pub rank: i64,
    /// Fields, each with the values of which it must have one.
    pub equals: Vec<(String, Vec<String>)>,
}

/// A delivered EventBridge event of a finding.
#[derive(Debug, Clone)]
pub struct Notification {
    /// When it was delivered.
    pub at: Timestamp,
    /// Finding id.
    pub finding_id: String,
    /// The event, exactly as delivered.
    pub event: Vec<u8>,
}

/// A threat intel set or an IP set. Its content is the object in the bucket at the time of activation.
#[derive(Debug, Clone)]
pub struct IpList {
    /// 32 hex digits.
    pub id: String,
    /// Name as findings show it.
    pub name: String,
    /// `TXT`, …
    pub format: String,
    /// `https://s3.amazonaws.com/bucket/key` or `s3://bucket/key`.
    pub location: String,
    /// `ACTIVE`, …
    pub status: String,
    /// Entries loaded at activation.
    pub entries: Vec<ipnet::IpNet>,
    /// Tags.
    pub tags: Tags,
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Creation time.
    pub created: Timestamp,
    /// Objects by key, as they are seen without a version.
    pub objects: BTreeMap<String, Object>,
    /// Object Lock, and with it versions, where the bucket has it.
    pub lock: Option<BucketLock>,
    /// Whether all four settings of Block Public Access are on, as they are for a new bucket since April 2023.
    pub blocks_public: bool,
    /// Versions by key, the oldest first; only with Object Lock.
    pub versions: BTreeMap<String, Vec<Version>>,
}

/// Object Lock of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BucketLock {
    /// Mode and days for objects that ask for nothing.
    pub default_retention: Option<(String, u32)>,
}

/// How long an object is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// `GOVERNANCE` or `COMPLIANCE`.
    pub mode: String,
    /// Until when.
    pub until: Timestamp,
}

/// A version of an object.
#[derive(Debug, Clone)]
pub struct Version {
    /// 32 letters and digits.
    pub id: String,
    /// None for a delete marker.
    pub object: Option<Object>,
}

/// An object in a bucket.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// Content.
    pub bytes: Vec<u8>,
    /// Last change.
    pub last_modified: Timestamp,
    /// Media type.
    pub content_type: String,
    /// User metadata, keys in lower case.
    pub metadata: BTreeMap<String, String>,
    /// SHA-256 in base64, where the client sent it.
    pub checksum_sha256: Option<String>,
    /// Version, in a bucket that has them.
    pub version_id: Option<String>,
    /// Object Lock.
    pub retention: Option<Retention>,
    /// Legal hold.
    pub legal_hold: bool,
}

impl Object {
    /// Entity tag without quotes: 32 hex digits that change with the content.
    #[must_use]
    pub fn etag(&self) -> String {
        let digest = Sha256::digest(&self.bytes);
        digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
    }
}

/// A CloudWatch Logs group.
#[derive(Debug, Clone)]
pub struct LogGroup {
    /// Creation time.
    pub created: Timestamp,
    /// Days, if limited.
    pub retention_days: Option<i32>,
    /// Streams by name; events in order of time.
    pub streams: BTreeMap<String, Vec<LogEvent>>,
}

/// An event in a log stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// Event id, unique in the group.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it was taken in.
    pub ingested: Timestamp,
    /// Text.
    pub message: String,
}

/// An instance managed by SSM.
#[derive(Debug, Clone)]
pub struct ManagedInstance {
    /// `Online` or `ConnectionLost`.
    pub ping_status: String,
    /// Last ping.
    pub last_ping: Timestamp,
    /// Agent version.
    pub agent_version: String,
    /// For example `Ubuntu`.
    pub platform_name: String,
    /// For example `24.04`.
    pub platform_version: String,
    /// What is inside.
    pub guest: super::guest::GuestHost,
}

/// The account's trail.
#[derive(Debug, Clone)]
pub struct Trail {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Bucket it delivers to.
    pub bucket: String,
    /// Whether it logs.
    pub is_logging: bool,
    /// Covers all regions.
    pub is_multi_region: bool,
    /// Validates log files.
    pub log_file_validation: bool,
    /// ARN of the key that encrypts its files.
    pub kms_key_id: Option<String>,
    /// ARN of the log group it writes to as well.
    pub log_group_arn: Option<String>,
    /// Whether it records calls that only read.
    pub records_reads: bool,
    /// Since when it logs.
    pub started: Timestamp,
    /// Last delivery.
    pub latest_delivery: Option<Timestamp>,
}

/// One CloudTrail event.
#[derive(Debug, Clone)]
pub struct TrailEvent {
    /// `eventID`.
    pub id: String,
    /// `eventTime`, whole seconds.
    pub at: Timestamp,
    /// From when on `LookupEvents` shows it.
    pub visible_at: Timestamp,
    /// `eventName`.
    pub name: String,
    /// `eventSource`.
    pub source: String,
    /// `Username` of `LookupEvents`.
    pub username: String,
    /// Access key id.
    pub access_key_id: String,
    /// Whether it only reads.
    pub read_only: bool,
    /// Resources as (type, name), for example (`AWS::EC2::Instance`, `i-…`).
    pub resources: Vec<(String, String)>,
    /// The whole record.
    pub record: Value,
}
