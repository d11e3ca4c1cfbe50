//! What stands around the instance: who keeps it alive, what it was made of, who is behind its role, how the outside
//! reaches its subnets. Facts for a person and for the choice of containment; no rule compares two of these. Must not
//! know how it was read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LaunchTemplate, Orchestration};

/// The neighbourhood of an instance. A part that could not be read is empty here and named in
/// [`super::Subject::unread`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Neighbourhood {
    /// Names of the classic load balancers that hold the instance, sorted.
    pub balancers: Vec<String>,
    /// How many other healthy instances each classic load balancer has, by name, where it could be read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub balancers_healthy: BTreeMap<String, u32>,
    /// What runs or owns the instance, as its tags and its operator say.
    pub orchestration: Vec<Orchestration>,
    /// The launch template it was made from, as its tags say.
    pub launch_template: Option<LaunchTemplate>,
    /// Tags that say whose it is: key and value, sorted.
    pub owner: Vec<(String, String)>,
    /// The service that manages it (`Operator.Principal`).
    pub operator: Option<String>,
    /// The Spot request behind it.
    pub spot: Option<SpotRequest>,
    /// Where it was put, when that is not the ordinary place.
    pub placement: Placement,
    /// GiB of instance store that its type has: lost by a stop. `None` where it is not known, 0 where there is none.
    pub instance_store_gib: Option<i64>,
    /// Product codes: id and kind (`marketplace` or `devpay`).
    pub products: Vec<(String, String)>,
    /// More about the interfaces, by `eni-…`.
    pub interfaces: BTreeMap<String, InterfaceFacts>,
    /// How the outside reaches each subnet of the interfaces, by subnet.
    pub exposure: Vec<Exposure>,
    /// What the network relies on this instance for, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
    /// Who else holds the role.
    pub role: Option<RoleFacts>,
    /// The key pair that was given at launch.
    pub key: Option<KeyPair>,
    /// The image it was made from.
    pub image: Option<ImageFacts>,
    /// More about the scaling group.
    pub scaling: Option<ScalingFacts>,
}

/// Something that the network relies on an instance for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duty {
    /// What for.
    pub kind: DutyKind,
    /// By whom: the DHCP options set (`dopt-…`) or the route table (`rtb-…`) that names it.
    pub of: String,
}

/// What the network relies on an instance for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyKind {
    /// Names: `domain-name-servers` of the VPC's DHCP options.
    Dns,
    /// Time: `ntp-servers`.
    Ntp,
    /// Windows names: `netbios-name-servers`.
    Netbios,
    /// A way out: a route table sends traffic to it or to one of its interfaces.
    Route,
}

/// A Spot request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpotRequest {
    /// `sir-…`.
    pub id: String,
    /// `one-time` (cannot be stopped) or `persistent`.
    pub kind: Option<String>,
    /// What AWS does when it takes the instance back: `terminate`, `stop` or `hibernate`.
    pub on_interruption: Option<String>,
}

/// Where the instance was put.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Placement {
    /// `dedicated` or `host`; `None` for shared hardware.
    pub tenancy: Option<String>,
    /// `h-…`: the dedicated host.
    pub host: Option<String>,
    /// `cr-…`: a stop may lose the capacity.
    pub capacity_reservation: Option<String>,
    /// `cb-…`.
    pub capacity_block: Option<String>,
    /// ARN of the Outpost.
    pub outpost: Option<String>,
}

/// What an interface is beside its addresses and groups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InterfaceFacts {
    /// `interface`, `efa`, `trunk`, `branch`, ...
    pub kind: Option<String>,
    /// IPv4 and IPv6 prefixes that were delegated to it: containers live there.
    pub prefixes: Vec<String>,
    /// Who asked for it, when that is not its owner.
    pub requester: Option<String>,
    /// False on appliances and routers.
    pub source_dest_check: Option<bool>,
}

/// How the outside reaches a subnet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exposure {
    /// `subnet-…`.
    pub subnet: String,
    /// Whether its routes lead to an internet gateway; `None` where they could not be read.
    pub internet_gateway: Option<bool>,
    /// Its network ACL.
    pub acl: Option<Acl>,
}

/// A network ACL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acl {
    /// `acl-…`.
    pub id: String,
    /// The VPC's default one.
    pub is_default: bool,
    /// Its entries without the last one that denies all the rest: inbound first, in the order in which they decide.
    pub entries: Vec<AclEntry>,
}

/// One entry of a network ACL.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct AclEntry {
    /// Outbound.
    pub egress: bool,
    /// 1 to 32766; the lowest that fits decides.
    pub number: i32,
    /// True for allow, false for deny.
    pub allow: bool,
    /// Protocol number, `-1` for all.
    pub protocol: String,
    /// The peer's CIDR.
    pub cidr: String,
    /// First and last destination port.
    pub ports: Option<(i32, i32)>,
}

/// The role and its other holders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleFacts {
    /// ARNs of the other profiles with this role, sorted.
    pub other_profiles: Vec<String>,
    /// Instances that use one of those profiles, sorted.
    pub other_users: Vec<String>,
    /// Belongs to an AWS service: its sessions cannot be revoked with a policy of ours.
    pub service_linked: bool,
    /// How many managed policies are attached.
    pub attached_policies: Option<usize>,
    /// Names of the inline policies, sorted.
    pub inline_policies: Vec<String>,
}

/// The inline policy by which the console, and we, revoke a role's older sessions (HANDBOOK 3.4).
const REVOKE: &str = "AWSRevokeOlderSessions";

impl RoleFacts {
    /// Whether somebody has revoked older sessions already: that policy is not to be overwritten blindly.
    #[must_use]
    pub fn revoked_before(&self) -> bool {
        self.inline_policies.iter().any(|name| name == REVOKE)
    }
}

/// A key pair.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyPair {
    /// Its name, as the instance says it. A pair that was deleted since has nothing else here.
    pub name: String,
    /// `key-…`.
    pub id: Option<String>,
    /// Its fingerprint.
    pub fingerprint: Option<String>,
    /// `rsa` or `ed25519`.
    pub kind: Option<String>,
    /// When it was made or imported.
    pub created: Option<Timestamp>,
}

/// An image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageFacts {
    /// `ami-…`.
    pub id: String,
    /// It is gone, or was never shown to this account: a fact, no gap.
    pub missing: bool,
    /// Its name.
    pub name: Option<String>,
    /// Account that owns it.
    pub owner: Option<String>,
    /// `amazon`, `aws-marketplace`, ...
    pub owner_alias: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it is or was deprecated.
    pub deprecated: Option<Timestamp>,
}

/// What a scaling group does by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScalingFacts {
    /// Most instances.
    pub max: Option<i32>,
    /// ARNs of the target groups that members are put into.
    pub target_groups: Vec<String>,
    /// `EC2`, `ELB`, ...: what makes a member be replaced.
    pub health_check: Option<String>,
    /// Whether the instance is protected from scale-in.
    pub protected: Option<bool>,
    /// Processes that are suspended, sorted.
    pub suspended: Vec<String>,
    /// An instance refresh that is going on: it may replace the instance.
    pub refresh: Option<String>,
}
