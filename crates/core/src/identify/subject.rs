//! The instance as it is now, with all that containment touches, in one value: drift, verification and undo are
//! decided by comparing two of them. Must not know how it was read.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Neighbourhood;

/// The partition of a Region, as its name tells (HANDBOOK 3.11: never hard-code it).
#[must_use]
pub fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// The instance and its surroundings at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// When it was read.
    pub read_at: Timestamp,
    /// `i-…`.
    pub instance_id: String,
    /// The `Name` tag.
    pub name: Option<String>,
    /// Twelve digits.
    pub account: String,
    /// Where it runs.
    pub region: String,
    /// `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`.
    pub state: String,
    /// Such as `t3.medium`.
    pub instance_type: Option<String>,
    /// `linux` or `windows`.
    pub platform: Option<String>,
    /// `ami-…`.
    pub image_id: Option<String>,
    /// Last start.
    pub launched: Option<Timestamp>,
    /// Name of the key pair given at launch.
    pub key_name: Option<String>,
    /// `vpc-…`.
    pub vpc: Option<String>,
    /// Subnet of the primary interface.
    pub subnet: Option<String>,
    /// Availability zone.
    pub zone: Option<String>,
    /// `ebs` or `instance-store`: the latter cannot be stopped.
    pub root_device_type: Option<String>,
    /// `spot`, `scheduled`, `capacity-block`, or `None` for an ordinary instance.
    pub lifecycle: Option<String>,
    /// Managed by an AWS service that owns it.
    pub managed: bool,
    /// False on appliances, NAT instances and routers: others depend on them.
    pub source_dest_check: Option<bool>,
    /// Whether RAM can be kept by a stop.
    pub hibernation: bool,
    /// Instance metadata service settings.
    pub metadata: MetadataOptions,
    /// `DisableApiTermination`.
    pub termination_protection: Option<bool>,
    /// `DisableApiStop`.
    pub stop_protection: Option<bool>,
    /// `stop` or `terminate`: what a shutdown from inside does.
    pub shutdown_behavior: Option<String>,
    /// Interfaces by device index.
    pub interfaces: Vec<Interface>,
    /// Attached volumes.
    pub volumes: Vec<Volume>,
    /// Rules of the groups on the interfaces, by id. A group that could not be read is missing here.
    pub groups: BTreeMap<String, SecurityGroup>,
    /// The instance profile and its role.
    pub profile: Option<Profile>,
    /// The scaling group it belongs to.
    pub scaling: Option<ScalingMembership>,
    /// Target groups that hold it.
    pub targets: Vec<Target>,
    /// All tags.
    pub tags: BTreeMap<String, String>,
    /// Rebato's own containment groups in the VPC, by name.
    pub own_groups: BTreeMap<String, SecurityGroup>,
    /// Snapshots that Rebato took of this instance, oldest first.
    pub own_snapshots: Vec<Snapshot>,
    /// What stands around it, beyond what containment changes; `None` where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<Neighbourhood>,
    /// What could not be read, and why: a gap is a fact.
    pub unread: Vec<Unread>,
}

/// Something that could not be read about the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// A code: `groups`, `volumes`, `role`, `scaling`, `targets`, `attributes`, `addresses`, `snapshots`,
    /// and of the neighbourhood `balancers`, `spot`, `network_acls`, `routes`, `dhcp_options`,
    /// `key_pair`, `image`, `instance_store`, `refresh`, `role_profiles`, `role_policies`.
    pub what: String,
    /// The error, as AWS said it.
    pub why: String,
}

/// Settings of the instance metadata service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataOptions {
    /// `required` means IMDSv2 only.
    pub http_tokens: Option<String>,
    /// `enabled` or `disabled`.
    pub http_endpoint: Option<String>,
    /// Hops a response may travel.
    pub hop_limit: Option<i32>,
}

/// A network interface of the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// `eni-…`.
    pub id: String,
    /// 0 is the primary interface.
    pub device_index: i32,
    /// `vpc-…`.
    pub vpc: Option<String>,
    /// `subnet-…`.
    pub subnet: Option<String>,
    /// Group ids, sorted.
    pub groups: Vec<String>,
    /// Private addresses, primary first.
    pub addresses: Vec<Address>,
    /// IPv6 addresses.
    pub ipv6: Vec<IpAddr>,
    /// Owned by an AWS service: its groups cannot be changed by us.
    pub requester_managed: bool,
    /// Whether AWS gives the interface a public address by itself, where AWS says so.
    pub auto_public: Option<bool>,
}

/// A private address and what the outside reaches it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The private address.
    pub private_ip: IpAddr,
    /// The primary address of its interface.
    pub primary: bool,
    /// The public address, if any.
    pub public: Option<PublicAddress>,
}

/// A public IPv4 address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAddress {
    /// The address.
    pub ip: IpAddr,
    /// The Elastic IP behind it; `None` is an address that AWS assigned by itself and that is lost for ever once it goes.
    pub elastic: Option<Elastic>,
}

/// An Elastic IP's ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elastic {
    /// `eipalloc-…`: stays ours.
    pub allocation: String,
    /// `eipassoc-…`: dies with the association.
    pub association: String,
}

/// An attached EBS volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// `vol-…`.
    pub id: String,
    /// Such as `/dev/xvda`.
    pub device: String,
    /// Deleted when the instance is terminated.
    pub delete_on_termination: Option<bool>,
    /// Encrypted at rest.
    pub encrypted: Option<bool>,
    /// The key, when encrypted.
    pub kms_key: Option<String>,
    /// GiB.
    pub size_gib: Option<i32>,
}

/// A security group with its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// `sg-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `vpc-…`.
    pub vpc: Option<String>,
    /// What may come in, sorted.
    pub ingress: Vec<Rule>,
    /// What may go out, sorted.
    pub egress: Vec<Rule>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// One permission of a security group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rule {
    /// `tcp`, `udp`, `icmp`, a number, or `-1` for all.
    pub protocol: String,
    /// First port; `None` for all.
    pub from_port: Option<i32>,
    /// Last port; `None` for all.
    pub to_port: Option<i32>,
    /// A CIDR, a group id or a prefix list id.
    pub peer: String,
}

impl Rule {
    /// Everything to or from one CIDR.
    #[must_use]
    pub fn all(cidr: &str) -> Self {
        Self {
            protocol: "-1".into(),
            from_port: None,
            to_port: None,
            peer: cidr.into(),
        }
    }

    /// Whether the rule speaks of the whole Internet, in IPv4 or IPv6.
    #[must_use]
    pub fn is_world(&self) -> bool {
        self.peer == "0.0.0.0/0" || self.peer == "::/0"
    }

    /// Whether the rule covers this TCP port.
    #[must_use]
    pub fn covers_tcp(&self, port: u16) -> bool {
        let port = i32::from(port);
        match self.protocol.as_str() {
            "-1" => true,
            "tcp" | "6" => {
                self.from_port.is_none_or(|from| from <= port)
                    && self.to_port.is_none_or(|to| port <= to)
            }
            _ => false,
        }
    }
}

/// `tcp/22 0.0.0.0/0`, `tcp/0-65535 sg-1`, `-1 ::/0` for everything.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.protocol)?;
        match (self.from_port, self.to_port) {
            _ if self.protocol == "-1" => {}
            (Some(from), Some(to)) if from == to => write!(f, "/{from}")?,
            (Some(from), Some(to)) => write!(f, "/{from}-{to}")?,
            _ => f.write_str("/all")?,
        }
        write!(f, " {}", self.peer)
    }
}

/// The instance profile, its role, and who else uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The profile's ARN.
    pub arn: String,
    /// The association with the instance.
    pub association: Option<String>,
    /// The role's name.
    pub role: Option<String>,
    /// The role's ARN.
    pub role_arn: Option<String>,
    /// The role's unique id (`AROA…`), the first part of a session's `aws:userid`.
    pub role_id: Option<String>,
    /// Other instances with the same profile, sorted.
    pub shared_with: Vec<String>,
    /// Rebato's own inline policies on the role, by name, with their documents; `None` where they were not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_policies: Option<BTreeMap<String, String>>,
}

/// Membership in a scaling group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingMembership {
    /// The group's name.
    pub group: String,
    /// `InService`, `Standby`, ...
    pub lifecycle: String,
    /// The group's minimum, where it could be read.
    pub min: Option<i32>,
    /// The group's wanted size, where it could be read.
    pub desired: Option<i32>,
}

/// The instance as a target behind a load balancer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// ARN of the target group.
    pub group: String,
    /// Instance id or address, by the kind of the group.
    pub id: String,
    /// The port it is registered with.
    pub port: Option<i32>,
    /// `healthy`, `draining`, ...
    pub health: Option<String>,
    /// How many other targets of the group are healthy, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others_healthy: Option<u32>,
}

/// A snapshot that carries our mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// `snap-…`.
    pub id: String,
    /// The volume it was taken of.
    pub volume: String,
    /// `pending`, `completed`, `error`, ...
    pub state: String,
    /// When it was begun.
    pub started: Option<Timestamp>,
    /// Tags, `rebato:case` and `rebato:step` among them.
    pub tags: BTreeMap<String, String>,
}

impl Subject {
    /// An instance of which nothing was read but what an alert says: its state is unknown, and every list is empty because
    /// nobody looked.
    #[must_use]
    pub fn unread(instance: &str, account: &str, region: &str, at: Timestamp) -> Self {
        Self {
            read_at: at,
            instance_id: instance.into(),
            name: None,
            account: account.into(),
            region: region.into(),
            state: "unknown".into(),
            instance_type: None,
            platform: None,
            image_id: None,
            launched: None,
            key_name: None,
            vpc: None,
            subnet: None,
            zone: None,
            root_device_type: None,
            lifecycle: None,
            managed: false,
            source_dest_check: None,
            hibernation: false,
            metadata: MetadataOptions::default(),
            termination_protection: None,
            stop_protection: None,
            shutdown_behavior: None,
            interfaces: Vec::new(),
            volumes: Vec::new(),
            groups: BTreeMap::new(),
            profile: None,
            scaling: None,
            targets: Vec::new(),
            tags: BTreeMap::new(),
            own_groups: BTreeMap::new(),
            own_snapshots: Vec::new(),
            around: None,
            unread: Vec::new(),
        }
    }

    /// Every address the instance is reached by, private, public and IPv6, sorted.
    #[must_use]
    pub fn all_ips(&self) -> Vec<IpAddr> {
        let mut ips: Vec<IpAddr> = self
            .interfaces
            .iter()
            .flat_map(|i| {
                i.addresses
                    .iter()
                    .flat_map(|a| {
                        std::iter::once(a.private_ip).chain(a.public.as_ref().map(|p| p.ip))
                    })
                    .chain(i.ipv6.iter().copied())
            })
            .collect();
        ips.sort();
        ips.dedup();
        ips
    }

    /// The interface with this id.
    #[must_use]
    pub fn interface(&self, id: &str) -> Option<&Interface> {
        self.interfaces.iter().find(|i| i.id == id)
    }
}
