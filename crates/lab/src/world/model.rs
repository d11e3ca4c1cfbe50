//! What the simulated account is made of: the types of the world and nothing that moves them.
//! Must not know the wire (no query parameters, no XML), sockets, the real clock or a responder.
//! Names and values are AWS's own; facts come from the EC2, IAM, GuardDuty and CloudWatch Logs API models.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub use super::model_defences::*;
pub use super::model_desk::*;
pub use super::model_fleet::*;
pub use super::model_network::*;
pub use super::model_services::*;
pub use super::model_storage::*;
use super::{engine::Engine, ids::Ids, ops_malware::MalwareScan};

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// An error as AWS gives it: code, message, HTTP status. The wire puts it into the protocol's shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// AWS's error code, for example `InvalidGroup.Duplicate`.
    pub code: String,
    /// The text for people.
    pub message: String,
    /// HTTP status, 400 for most.
    pub http_status: u16,
}

impl ApiError {
    /// A client error (HTTP 400).
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            http_status: 400,
        }
    }

    /// The same error with another HTTP status (IAM says 404 and 409, S3 says 404).
    #[must_use]
    pub fn with_status(mut self, http_status: u16) -> Self {
        self.http_status = http_status;
        self
    }
}

/// Result of an operation of the world.
pub type ApiResult<T> = Result<T, ApiError>;

/// Behaviour that is unproven in the real AWS, or that tests want to vary. All times are virtual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whether a tracked flow becomes untracked (and so cuttable) once the groups of its interface are open both ways.
    pub tracked_becomes_untracked_under_open_group: bool,
    /// How long `stopping` (and `shutting-down`) lasts.
    pub stop_takes: SignedDuration,
    /// How long `pending` lasts after a start.
    pub start_takes: SignedDuration,
    /// How long a snapshot stays `pending`.
    pub snapshot_takes: SignedDuration,
    /// How long a change of the instance metadata options stays `pending`.
    pub metadata_takes: SignedDuration,
    /// How long a scaling activity (`EnteringStandby`, `Pending`) lasts.
    pub scaling_takes: SignedDuration,
    /// How long a malware scan runs.
    pub scan_takes: SignedDuration,
    /// Whether a snapshot can be scanned before it is complete.
    pub scans_pending_snapshots: bool,
    /// Whether scaling groups look after their members at all.
    pub health_checks: bool,
    /// How long a member in service fails its health checks until it is replaced.
    pub replaces_after: SignedDuration,
    /// How long until a change of a role's policies takes effect.
    pub policy_takes: SignedDuration,
    /// Deregistration delay of target groups: flows live on so long.
    pub drain_takes: SignedDuration,
    /// How long after a call `LookupEvents` and the trail's bucket show it.
    pub trail_delay: SignedDuration,
    /// How long after the end of its aggregation window a flow record is delivered.
    pub flow_log_delay: SignedDuration,
    /// Whether the use of the role's credentials from outside raises a finding of its own.
    pub credential_exfiltration_finding: bool,
    /// Whether AWS leaves flow records out now and then, and says so with `SKIPDATA`.
    pub skips_flow_records: bool,
    /// Whether `LookupEvents` is refused to everybody.
    pub lookup_events_refused: bool,
    /// How many entries a network ACL may have in each direction, the last one that denies everything not counted: 20
    /// unless AWS was asked for more, 40 at the most.
    pub acl_entries: usize,
    /// Whether the account has a support plan with the API.
    pub support_plan: bool,
    /// Whether the account is a member of Security Incident Response.
    pub security_membership: bool,
    /// Whether delivered files are packed, as AWS does; who reads them in the same process saves the time.
    pub compress_files: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tracked_becomes_untracked_under_open_group: true,
            stop_takes: SignedDuration::from_secs(40),
            start_takes: SignedDuration::from_secs(15),
            snapshot_takes: SignedDuration::from_secs(150),
            metadata_takes: SignedDuration::from_secs(8),
            scaling_takes: SignedDuration::from_secs(10),
            scan_takes: SignedDuration::from_mins(4),
            scans_pending_snapshots: false,
            health_checks: true,
            replaces_after: SignedDuration::from_mins(3),
            policy_takes: SignedDuration::from_secs(4),
            drain_takes: SignedDuration::from_secs(300),
            trail_delay: SignedDuration::from_secs(300),
            flow_log_delay: SignedDuration::from_secs(300),
            credential_exfiltration_finding: false,
            skips_flow_records: false,
            lookup_events_refused: false,
            acl_entries: 20,
            support_plan: true,
            security_membership: true,
            compress_files: true,
        }
    }
}

/// The account in one region. Every map is keyed by the resource's id unless said otherwise.
#[derive(Debug)]
pub struct World {
    /// Twelve digits.
    pub account_id: String,
    /// The only region there is, for example `eu-west-1`.
    pub region: String,
    /// Virtual time; moved by [`World::advance`] only.
    pub now: Timestamp,
    /// Unproven or variable behaviour.
    pub settings: Settings,
    /// VPCs.
    pub vpcs: BTreeMap<String, Vpc>,
    /// DHCP options.
    pub dhcp_options: BTreeMap<String, DhcpOptions>,
    /// Subnets.
    pub subnets: BTreeMap<String, Subnet>,
    /// Network ACLs.
    pub network_acls: BTreeMap<String, NetworkAcl>,
    /// Security groups.
    pub groups: BTreeMap<String, SecurityGroup>,
    /// Network interfaces.
    pub interfaces: BTreeMap<String, Interface>,
    /// Elastic IPs by allocation id.
    pub addresses: BTreeMap<String, ElasticIp>,
    /// Instances.
    pub instances: BTreeMap<String, Instance>,
    /// EBS volumes.
    pub volumes: BTreeMap<String, Volume>,
    /// EBS snapshots.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// Images.
    pub images: BTreeMap<String, Image>,
    /// Key pairs by id (`key-…`).
    pub key_pairs: BTreeMap<String, KeyPair>,
    /// Flow log configurations by id (`fl-…`).
    pub flow_logs: BTreeMap<String, FlowLog>,
    /// Roles by name.
    pub roles: BTreeMap<String, Role>,
    /// Instance profiles by name.
    pub instance_profiles: BTreeMap<String, InstanceProfile>,
    /// Associations of instance profiles by association id (`iip-assoc-…`).
    pub profile_associations: BTreeMap<String, ProfileAssociation>,
    /// Auto Scaling groups by name.
    pub scaling_groups: BTreeMap<String, ScalingGroup>,
    /// Target groups by ARN.
    pub target_groups: BTreeMap<String, TargetGroup>,
    /// Load balancers by ARN.
    pub load_balancers: BTreeMap<String, LoadBalancer>,
    /// Classic load balancers by name.
    pub classic_balancers: BTreeMap<String, ClassicBalancer>,
    /// The GuardDuty detector.
    pub detector: Detector,
    /// GuardDuty's malware scans by id.
    pub malware_scans: BTreeMap<String, MalwareScan>,
    /// Buckets by name.
    pub buckets: BTreeMap<String, Bucket>,
    /// CloudWatch Logs groups by name.
    pub log_groups: BTreeMap<String, LogGroup>,
    /// SSM managed instances by instance id.
    pub managed_instances: BTreeMap<String, ManagedInstance>,
    /// Commands in guests by id.
    pub guest_commands: BTreeMap<String, super::ops_guest::GuestCommand>,
    /// The one trail.
    pub trail: Trail,
    /// CloudTrail events in order of time; an event may be looked up from `visible_at` on.
    pub events: Vec<TrailEvent>,
    /// Client tokens seen: (operation, token) to the ids that the first call made.
    pub tokens: BTreeMap<(String, String), Vec<String>>,
    /// Whether EBS encryption by default is on.
    pub ebs_encryption_by_default: bool,
    /// What guards the account beside its logs.
    pub defences: Defences,
    /// The attack's target, for tests and the lab's own report.
    pub target_instance: String,
    /// The other instances that meet the same fate, in the order in which they were made.
    pub copies: Vec<String>,
    pub(crate) ids: Ids,
    pub(crate) engine: Engine,
}

/// State of an instance with EC2's numeric code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstanceState {
    /// Starting.
    Pending,
    /// Running.
    Running,
    /// Shutting down for good.
    ShuttingDown,
    /// Gone.
    Terminated,
    /// On its way to stopped.
    Stopping,
    /// Stopped.
    Stopped,
}

impl InstanceState {
    /// EC2's numeric code.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
            Self::Stopping => 64,
            Self::Stopped => 80,
        }
    }

    /// EC2's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }
}

/// An instance. Its interfaces are found by [`World::interfaces_of`].
#[derive(Debug, Clone)]
pub struct Instance {
    /// `i-` and 17 hex digits.
    pub id: String,
    /// Reservation (`r-…`).
    pub reservation_id: String,
    /// Image.
    pub image_id: String,
    /// Type, for example `m6i.large`.
    pub instance_type: String,
    /// Name of the key pair.
    pub key_name: Option<String>,
    /// Launch time; a start after a stop sets it anew, as in EC2.
    pub launch_time: Timestamp,
    /// State.
    pub state: InstanceState,
    /// `StateTransitionReason`, empty while running.
    pub state_transition_reason: String,
    /// `StateReason` as (code, message).
    pub state_reason: Option<(String, String)>,
    /// VPC.
    pub vpc_id: String,
    /// Subnet of the primary interface.
    pub subnet_id: String,
    /// Zone name.
    pub availability_zone: String,
    /// `x86_64`.
    pub architecture: String,
    /// `ebs` or `instance-store`.
    pub root_device_type: String,
    /// Device name of the root volume.
    pub root_device_name: String,
    /// Attached volumes.
    pub block_devices: Vec<BlockDevice>,
    /// Tags.
    pub tags: Tags,
    /// Metadata options as they were asked for.
    pub metadata_options: MetadataOptions,
    /// Whether the metadata service answers: follows the options once they are applied.
    pub metadata_served: bool,
    /// Whether what runs on it fails where the metadata service asks for a token.
    pub needs_imds_v1: bool,
    /// Whether it was launched so that it can hibernate.
    pub hibernation: bool,
    /// Termination protection.
    pub disable_api_termination: bool,
    /// Stop protection.
    pub disable_api_stop: bool,
    /// `stop` or `terminate`.
    pub shutdown_behavior: String,
    /// `spot` for a Spot instance.
    pub lifecycle: Option<String>,
    /// EBS optimised.
    pub ebs_optimized: bool,
    /// Detailed monitoring.
    pub monitoring: bool,
    /// User data, plain.
    pub user_data: Option<String>,
    /// Text that `GetConsoleOutput` gives.
    pub console_output: String,
    /// TCP ports on which something listens.
    pub listening: Vec<u16>,
}

/// Options of the instance metadata service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataOptions {
    /// `pending` or `applied`.
    pub state: String,
    /// `optional` (IMDSv1 allowed) or `required`.
    pub http_tokens: String,
    /// Hop limit.
    pub hop_limit: i32,
    /// `enabled` or `disabled`.
    pub http_endpoint: String,
    /// `enabled` or `disabled`.
    pub instance_metadata_tags: String,
}

/// A key pair.
#[derive(Debug, Clone)]
pub struct KeyPair {
    /// `key-…`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Fingerprint as EC2 shows it.
    pub fingerprint: String,
    /// `rsa` or `ed25519`.
    pub key_type: String,
    /// Creation time.
    pub create_time: Timestamp,
    /// Tags.
    pub tags: Tags,
}

/// Who calls, as CloudTrail's `userIdentity` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// `IAMUser` or `AssumedRole`.
    pub kind: String,
    /// `AIDA…`, or `AROA…:session`.
    pub principal_id: String,
    /// ARN of the user or of the session.
    pub arn: String,
    /// Access key id.
    pub access_key_id: String,
    /// User name, or session name for a role session; `LookupEvents` calls it Username.
    pub name: String,
    /// Role behind a session: (role id, role ARN, role name).
    pub issuer: Option<(String, String, String)>,
    /// `ec2RoleDelivery`: `1.0` for IMDSv1, `2.0` for IMDSv2, none outside instances.
    pub ec2_role_delivery: Option<String>,
}

/// One API call as the wire saw it; [`World::record_call`] makes a CloudTrail event of it.
#[derive(Debug, Clone)]
pub struct ApiCall {
    /// For example `ec2.amazonaws.com`.
    pub event_source: String,
    /// For example `StopInstances`.
    pub event_name: String,
    /// Caller.
    pub caller: Caller,
    /// `sourceIPAddress`.
    pub source_ip: String,
    /// `userAgent`.
    pub user_agent: String,
    /// `requestParameters`, AWS's lower camel case, or null.
    pub request_parameters: Value,
    /// `responseElements` or null.
    pub response_elements: Value,
    /// Error code and message.
    pub error: Option<(String, String)>,
    /// Whether it only reads.
    pub read_only: bool,
    /// Request id; made up when empty.
    pub request_id: String,
}
