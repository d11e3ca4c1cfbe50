//! The finding in our words. What could not be read is said in `problems`; nothing is invented.
//! Must not know the wire shapes: those are in [`super::alert`].

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A GuardDuty finding, or what a person said of an instance, in one shape. Absent is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// GuardDuty's id of the finding; for a case opened by a person, `manual-` and the instance id.
    pub id: String,
    /// The ARN, when the alert carries one.
    pub arn: Option<String>,
    /// The finding type, such as `UnauthorizedAccess:EC2/MaliciousIPCaller.Custom`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `ec2` where the resource is an instance, else the resource's kind (`iam`, `s3`, `kubernetes`, ...).
    pub family: String,
    /// The account the finding is about, twelve digits.
    pub account: Option<String>,
    /// The Region the finding is about: calls go there.
    pub region: Option<String>,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: Option<String>,
    /// The detector that raised it.
    pub detector: Option<String>,
    /// GuardDuty's severity, 0 to 10.
    pub severity: Option<f64>,
    /// First activity seen (`service.eventFirstSeen`).
    pub first_seen: Option<Timestamp>,
    /// Last activity seen (`service.eventLastSeen`).
    pub last_seen: Option<Timestamp>,
    /// When GuardDuty last changed the finding: with `count` the key of a new occurrence.
    pub updated: Option<Timestamp>,
    /// How many occurrences GuardDuty has folded into it.
    pub count: Option<u64>,
    /// A sample finding: worked through, never contained.
    pub sample: bool,
    /// Archived in GuardDuty.
    pub archived: bool,
    /// The instance.
    pub instance_id: Option<String>,
    /// Its `Name` tag, when the alert carries it.
    pub instance_name: Option<String>,
    /// The instance profile's ARN at the time of the finding.
    pub profile_arn: Option<String>,
    /// The interfaces at the time of the finding.
    pub interfaces: Vec<FindingInterface>,
    /// `network_connection`, `port_probe`, `dns_request`, `aws_api_call`, or another name in snake case.
    pub action: Option<String>,
    /// Who began the connection, as far as GuardDuty says.
    pub direction: Option<Direction>,
    /// Whether EC2 blocked the connection: a strong hint that this occurrence failed.
    pub blocked: Option<bool>,
    /// Transport protocol in lower case.
    pub protocol: Option<String>,
    /// Ports on the instance.
    pub local_ports: Vec<u16>,
    /// The domain of a DNS request.
    pub domain: Option<String>,
    /// The other side: one for a connection, several for port probes, none for DNS requests.
    pub remote: Vec<Remote>,
    /// Names of the threat lists that matched.
    pub threat_lists: Vec<String>,
    /// `service.resourceRole` in lower case: `target` or `actor`.
    pub role: Option<String>,
    /// What could not be read, with its place in the alert.
    pub problems: Vec<String>,
}

/// Who began a connection. GuardDuty's `UNKNOWN` is an answer of its own, distinct from an absent field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The remote side began it.
    Inbound,
    /// The instance began it.
    Outbound,
    /// GuardDuty, or the records at hand, cannot tell.
    Unknown,
}

/// An interface as the finding shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingInterface {
    /// `eni-…`; absent in findings of 2017.
    pub id: Option<String>,
    /// All private IPv4 addresses.
    pub private_ips: Vec<IpAddr>,
    /// The public IPv4 address. Whether it is an Elastic IP the finding does not say.
    pub public_ip: Option<IpAddr>,
    /// IPv6 addresses.
    pub ipv6: Vec<IpAddr>,
    /// `vpc-…`.
    pub vpc: Option<String>,
    /// `subnet-…`.
    pub subnet: Option<String>,
    /// Ids of the security groups at that time.
    pub security_groups: Vec<String>,
}

/// A remote side of the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// The address.
    pub ip: IpAddr,
    /// The port on the remote side.
    pub port: Option<u16>,
    /// Country as GuardDuty gives it.
    pub country: Option<String>,
    /// Autonomous system number.
    pub asn: Option<u32>,
    /// Organisation of the autonomous system.
    pub org: Option<String>,
}

impl Finding {
    /// The groups that the alert names, in order and once each: a hint that saves a round trip.
    #[must_use]
    pub fn group_hints(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .interfaces
            .iter()
            .flat_map(|i| i.security_groups.iter().cloned())
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// The remote addresses, in order and once each.
    #[must_use]
    pub fn remote_ips(&self) -> Vec<IpAddr> {
        let mut ips: Vec<IpAddr> = self.remote.iter().map(|r| r.ip).collect();
        ips.sort();
        ips.dedup();
        ips
    }
}
