//! The finding in our words. What could not be read is said in `problems`; nothing is invented.
//! Must not know the wire shapes: those are in `native` and `envelope`.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A GuardDuty finding, or what a person said of an instance, in one shape. Absent is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// The instance whose role's credentials were used, where the finding is about a key and says so: sessions of an instance
    /// bear its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials_of: Option<String>,
    /// The attack sequence that GuardDuty counts this finding to (`associatedAttackSequenceArn`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_arn: Option<String>,
    /// What the finding, being an attack sequence itself, is made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Sequence>,
    /// What a malware scan found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub malware: Option<Malware>,
    /// The process that runtime monitoring saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
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

/// An attack sequence (`service.detection.sequence`): several signals that GuardDuty takes for one attack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// GuardDuty's id of the sequence.
    pub uid: Option<String>,
    /// Every instance among its resources, in order; the finding's own `instance_id` is the first.
    pub instances: Vec<String>,
    /// The findings and events that it is made of, as GuardDuty orders them.
    pub signals: Vec<Signal>,
    /// Who acted.
    pub actors: Vec<Actor>,
    /// Domains among its endpoints; addresses are in the finding's `remote`.
    pub domains: Vec<String>,
    /// Why GuardDuty takes it for an attack, such as `ATTACK_TACTIC`: `Impact`.
    pub indicators: Vec<Indicator>,
}

/// One part of an attack sequence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// The id of the finding, or of the signal.
    pub uid: Option<String>,
    /// `FINDING`, `CLOUD_TRAIL`, `FLOW_LOGS`, `DNS_LOGS`, `RUNTIME_MONITORING` and the like.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The finding type or the name of the call.
    pub name: Option<String>,
    /// GuardDuty's severity, 0 to 10.
    pub severity: Option<f64>,
    /// How often.
    pub count: Option<u64>,
    /// First seen.
    pub first: Option<Timestamp>,
    /// Last seen.
    pub last: Option<Timestamp>,
    /// What it is about, as ids or ARNs.
    pub resources: Vec<String>,
}

/// Who acted in an attack sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// GuardDuty's id of the actor.
    pub id: Option<String>,
    /// Name of the user or role.
    pub user: Option<String>,
    /// Kind of the user, such as `AssumedRole`.
    pub user_type: Option<String>,
    /// Who issued the session.
    pub issuer: Option<String>,
    /// The process, by its path or name.
    pub process: Option<String>,
}

/// A reason of an attack sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Such as `MALICIOUS_IP`.
    pub key: String,
    /// What it was seen in.
    pub values: Vec<String>,
}

/// What a malware scan found (`service.ebsVolumeScanDetails` or `service.malwareScanDetails`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Malware {
    /// The scan's id.
    pub scan: Option<String>,
    /// `GUARDDUTY_INITIATED`, `ON_DEMAND`, `BACKUP_INITIATED`.
    pub scan_type: Option<String>,
    /// When the scan ended.
    pub completed: Option<Timestamp>,
    /// The finding that made GuardDuty scan.
    pub trigger: Option<String>,
    /// ARNs of the volumes, snapshot, image or recovery point that were scanned.
    pub scanned: Vec<String>,
    /// Files that threats were found in, as the scan counts them: the list of threats may be shorter.
    pub files: Option<u64>,
    /// What was found.
    pub threats: Vec<Threat>,
}

/// One kind of malware that a scan found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threat {
    /// The scanner's name for it.
    pub name: Option<String>,
    /// The scanner's severity, in its own words.
    pub severity: Option<String>,
    /// In how many files.
    pub count: Option<u64>,
    /// The files.
    pub files: Vec<ThreatFile>,
}

/// A file with malware.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreatFile {
    /// Path on the volume.
    pub path: Option<String>,
    /// Its SHA-256 as the scanner writes it.
    pub sha256: Option<String>,
    /// The volume or snapshot, by ARN.
    pub on: Option<String>,
}

/// A process that runtime monitoring saw (`service.runtimeDetails`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its name.
    pub name: Option<String>,
    /// Path of the executable.
    pub path: Option<String>,
    /// SHA-256 of the executable.
    pub sha256: Option<String>,
    /// Process id on the instance.
    pub pid: Option<u64>,
    /// The user that ran it.
    pub user: Option<String>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// Its ancestors by path or name, nearest first as GuardDuty gives them.
    pub lineage: Vec<String>,
    /// The command line that GuardDuty shows.
    pub command: Option<String>,
    /// The file, library, script or module that it is about.
    pub file: Option<String>,
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

    /// Whether the finding names the instance: as its own, as one of a sequence, or as the source of the credentials used.
    #[must_use]
    pub fn is_about(&self, instance: &str) -> bool {
        let named = |id: &Option<String>| id.as_deref() == Some(instance);
        named(&self.instance_id)
            || named(&self.credentials_of)
            || self
                .sequence
                .as_ref()
                .is_some_and(|sequence| sequence.instances.iter().any(|id| id == instance))
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
