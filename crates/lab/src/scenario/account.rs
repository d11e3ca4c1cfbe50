//! The account of a story: the instance, what is around it, which logs are written, what GuardDuty knows.
//! Must not know who talks to it.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::world::GuestSpec;

/// The instance the story is about, and what is around it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSpec {
    /// `Name` tag.
    pub name: String,
    /// Instance type.
    pub instance_type: String,
    /// Number of interfaces; those after the first were attached after the launch.
    pub interfaces: u16,
    /// Device index of the interface with the Elastic IP.
    pub elastic_ip_on: Option<u16>,
    /// Whether it was launched with an automatic public address.
    pub automatic_address: bool,
    /// Ports on which something listens.
    pub listening: Vec<u16>,
    /// Ports that its group opens to the world.
    pub open_ports: Vec<u16>,
    /// Number of volumes.
    pub volumes: u16,
    /// Whether IMDSv1 is allowed.
    pub imds_v1: bool,
    /// Whether its service fails where the metadata service asks for a token.
    #[serde(default)]
    pub needs_imds_v1: bool,
    /// Whether another instance has the same role.
    pub shared_role: bool,
    /// Whether it is in a scaling group behind a load balancer.
    pub scaled: bool,
    /// Sizes of the scaling group: fewest, wanted, most.
    pub scaling_sizes: Option<(i32, i32, i32)>,
    /// Whether its interfaces have IPv6 addresses, and its groups and network ACL let IPv6 pass as they do IPv4.
    #[serde(default)]
    pub ipv6: bool,
    /// Device index of an interface with a second private address; an Elastic IP on that interface is on this one.
    #[serde(default)]
    pub second_address_on: Option<u16>,
    /// Device indices of further interfaces with an Elastic IP each.
    #[serde(default)]
    pub elastic_ip_also_on: Vec<u16>,
    /// The interfaces from this device index on are in a second subnet of the same zone.
    #[serde(default)]
    pub second_subnet_from: Option<u16>,
    /// Device index of the only interface with an IPv6 address, where the instance has any; none for all.
    #[serde(default)]
    pub ipv6_only_on: Option<u16>,
    /// Whether the private subnet goes out through it instead of a NAT gateway.
    #[serde(default)]
    pub routes_private: bool,
    /// Whether the VPC's DHCP options name it as the name server.
    #[serde(default)]
    pub serves_names: bool,
    /// Whether it is protected from being stopped by a call.
    #[serde(default)]
    pub stop_protection: bool,
    /// The operating system inside.
    #[serde(default)]
    pub guest: GuestSpec,
    /// How many more instances meet the same fate, each with one interface, one volume and an Elastic IP of its own:
    /// 120 at the most, for so many public addresses there are.
    #[serde(default)]
    pub copies: u8,
}

/// As many copies of a target as there are public addresses for.
pub(crate) const MOST_COPIES: u8 = 120;

/// Which logs the account writes, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogsSpec {
    /// Fields of the flow log; none when the account writes none.
    pub flow: FlowFields,
    /// Longest aggregation of a flow record in seconds, 60 or 600. Instances on Nitro take 60 at the most, whatever is asked.
    pub interval: i32,
    /// Whether the flow log goes to CloudWatch Logs instead of a bucket.
    pub flow_to_cloudwatch: bool,
    /// Whether AWS leaves records out now and then, and says so with `SKIPDATA`.
    pub skip_data: bool,
    /// Whether the instance's agent ships the auth log.
    pub auth: bool,
    /// Whether the responder may look up events of CloudTrail.
    pub trail: bool,
    /// Whether the VPC's resolver logs queries.
    pub dns: bool,
}

impl Default for LogsSpec {
    fn default() -> Self {
        Self {
            flow: FlowFields::Full,
            interval: 60,
            flow_to_cloudwatch: false,
            skip_data: false,
            auth: true,
            trail: true,
            dns: false,
        }
    }
}

/// What a flow log writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowFields {
    /// There is no flow log.
    None,
    /// AWS's default: version 2, neither flags nor direction.
    Default,
    /// Version 3: flags and packet addresses, no direction.
    Flags,
    /// Version 5: all that a responder can use.
    Full,
}

/// GuardDuty recognises an actor's traffic by itself, without any list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectionSpec {
    /// Name of the actor.
    pub actor: String,
    /// Type of the finding, for example `UnauthorizedAccess:EC2/SSHBruteForce`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Severity as findings show it.
    pub severity: f64,
}

/// Another finding about the instance, by what GuardDuty sees inside of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanionSpec {
    /// When.
    pub begin: SignedDuration,
    /// Type of the finding, for example `Execution:Runtime/ReverseShell`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Severity as findings show it.
    pub severity: f64,
}

/// An entry of the network ACL of the instance's subnet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AclSpec {
    /// 1 to 99, so that it comes before the entry that allows everything.
    pub number: u16,
    /// Outbound.
    pub egress: bool,
    /// Whom it denies: a range, or `@actor`.
    pub deny: String,
    /// Destination ports; all if none.
    #[serde(default)]
    pub ports: Option<(u16, u16)>,
}

/// GuardDuty's kinds of list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKindSpec {
    /// A threat intel set.
    #[default]
    Threat,
    /// The trusted IP set.
    Trusted,
    /// A threat entity set.
    ThreatEntity,
    /// The trusted entity set.
    TrustedEntity,
}

/// A threat or trusted list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSpec {
    /// Name as findings show it.
    pub name: String,
    /// Which kind.
    #[serde(default)]
    pub kind: ListKindSpec,
    /// Entries: address, range, or `@actor` for the address of an actor.
    pub entries: Vec<String>,
}
