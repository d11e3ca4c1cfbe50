//! Evidence and coverage: facts with their source, time and raw record, and how much each source could show.
//! Must not judge: that is the verdict's work.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::identify::{Alert, Direction, Finding};

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// VPC Flow Logs.
    FlowLogs,
    /// CloudTrail.
    Cloudtrail,
    /// sshd, PAM or Windows logon records.
    AuthLog,
    /// Route 53 resolver query logs.
    Dns,
    /// GuardDuty's other findings.
    Findings,
    /// CloudWatch metrics of the instance.
    Metrics,
}

impl Source {
    /// All sources that a verdict speaks of, in the order of the contract.
    pub const ALL: [Self; 6] = [
        Self::FlowLogs,
        Self::Cloudtrail,
        Self::AuthLog,
        Self::Dns,
        Self::Findings,
        Self::Metrics,
    ];

    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FlowLogs => "flow_logs",
            Self::Cloudtrail => "cloudtrail",
            Self::AuthLog => "auth_log",
            Self::Dns => "dns",
            Self::Findings => "findings",
            Self::Metrics => "metrics",
        }
    }
}

/// How much a source could show of the window that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// All of it: what is not there did not happen, as far as this source sees.
    Complete,
    /// Some of it.
    Partial,
    /// None of it.
    Absent,
}

/// A source's coverage and, where it is not complete, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// How much.
    pub coverage: Coverage,
    /// Codes with details of what is missing. A complete source may still name what takes nothing from its answer: facts left
    /// out that are not about suspects, a field whose work a guess does.
    pub why: Vec<Gap>,
    /// Records read.
    pub records: u64,
    /// First and last record time, where there is one.
    pub first: Option<Timestamp>,
    /// Last record time.
    pub last: Option<Timestamp>,
    /// How far the source was read, quiet ends included: nothing up to here is missing because it is still under way.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// Why a source shows less than all. Codes, not prose: the catalogues have the words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Gap {
    /// Nobody gave such a log and none could be found.
    NotGiven,
    /// The account does not write this log.
    NotEnabled,
    /// Reading was refused or failed.
    Failed {
        /// The reader's word.
        why: String,
    },
    /// A file, or part of it, could not be read.
    Skipped {
        /// Which file.
        file: String,
        /// Why.
        why: String,
    },
    /// Records do not reach over the whole window.
    Window {
        /// First record.
        from: Option<Timestamp>,
        /// Last record.
        until: Option<Timestamp>,
    },
    /// A person ended the reading before all of it was read.
    Interrupted,
    /// The reading ended at a bound before all of it was read.
    Bounded {
        /// Bytes that were read, as received.
        bytes: u64,
    },
    /// AWS itself says that records were left out (`SKIPDATA`).
    SkipData {
        /// How many such records.
        records: u64,
    },
    /// The format lacks a field that a judgement needs.
    FieldMissing {
        /// Its name.
        field: String,
    },
    /// The log was read, and nothing in it is about this instance.
    NothingAbout {
        /// Records read.
        records: u64,
    },
    /// More facts than a dossier keeps; those left out are counted in what the source says, and named nowhere.
    LeftOut {
        /// The kind of fact.
        kind: String,
        /// How many.
        facts: u64,
    },
}

/// The record a fact rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordRef {
    /// File, S3 key, log stream or API call.
    pub file: String,
    /// Line (1-based) or event number in it.
    pub line: Option<u64>,
    /// The event's own id, where it has one.
    pub id: Option<String>,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// `e1`, `e2`, … unique within a case.
    pub id: String,
    /// Where it comes from.
    pub source: Source,
    /// When it happened.
    pub at: Option<Timestamp>,
    /// The raw record.
    pub record: RecordRef,
    /// What it says.
    pub fact: Fact,
}

/// Packets and bytes, with the TCP flags seen (OR of all records, `None` where the format lacks them).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Flow records.
    pub flows: u64,
    /// Packets.
    pub packets: u64,
    /// Bytes.
    pub bytes: u64,
    /// OR of the `tcp-flags` fields.
    pub flags: Option<u16>,
}

/// What a record says. Open to new kinds: adding one is adding a variant, its reader and its signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// All flow records between one interface and one remote address on one service port, both directions merged.
    Conversation(Conversation),
    /// Regular connections to one remote address and port.
    Beacon {
        /// Where they go.
        ip: IpAddr,
        /// The remote port.
        port: u16,
        /// How many.
        connects: u64,
        /// Mean distance in seconds.
        interval_s: f64,
        /// Coefficient of variation of the distances.
        variation: f64,
        /// Bytes sent in all.
        bytes_out: u64,
    },
    /// One remote address touching many ports or hosts.
    Scan {
        /// Who.
        ip: IpAddr,
        /// Distinct local ports.
        ports: u64,
        /// Distinct local addresses.
        hosts: u64,
        /// Accepted and refused records.
        accepted: u64,
        /// Refused records.
        rejected: u64,
    },
    /// The instance reaching for many others: a scan outwards, or a move sideways.
    Sweep {
        /// Our address.
        from: IpAddr,
        /// Whether the others are in private networks.
        inside: bool,
        /// The port, when it is one on many hosts.
        port: Option<u16>,
        /// Distinct hosts.
        hosts: u64,
        /// Distinct ports.
        ports: u64,
        /// Hosts that answered with data.
        answered: u64,
        /// First try.
        first: Timestamp,
        /// Last try.
        last: Timestamp,
    },
    /// What left for one address, beside what usually leaves for any.
    OutboundVolume {
        /// Where to.
        ip: IpAddr,
        /// Bytes in all.
        bytes: u64,
        /// Bytes in the hour with most.
        busiest_hour: u64,
        /// The 99th percentile of bytes an hour to any outside address in the records before the finding, where there are some.
        usual_hour: Option<u64>,
        /// How many hours the usual rests upon.
        hours: u64,
        /// First record.
        first: Timestamp,
        /// Last record.
        last: Timestamp,
    },
    /// Names under one domain that the instance asked its resolver for.
    Lookup {
        /// The domain that somebody can register, such as `example.com`.
        domain: String,
        /// Distinct names under it.
        names: u64,
        /// The longest of them.
        longest: String,
        /// Mean entropy of what stands before the domain, in bits a character.
        entropy: f64,
        /// Mean length of what stands before the domain, in characters.
        #[serde(default)]
        length: f64,
        /// Record types asked for, sorted.
        types: Vec<String>,
        /// Answers, sorted, at most 20.
        answers: Vec<String>,
        /// Queries that found no such name.
        missing: u64,
        /// Queries in all.
        count: u64,
        /// What a rule of the DNS firewall did, where one matched: `BLOCK` or `ALERT`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        firewall: Option<String>,
        /// First.
        first: Option<Timestamp>,
        /// Last.
        last: Option<Timestamp>,
    },
    /// A metric out of the ordinary over some time.
    Metric {
        /// Its name in CloudWatch.
        name: String,
        /// Its statistic, such as `Average`.
        statistic: String,
        /// From.
        from: Timestamp,
        /// Until.
        until: Timestamp,
        /// The mean over that time, in the metric's own unit.
        value: f64,
        /// The mean of the same hours before, where there are some.
        usual: Option<f64>,
        /// How many standard deviations lie between them.
        deviations: Option<f64>,
    },
    /// Something that changed in the guest, as its own log tells.
    HostChange {
        /// What: `user_added`, `user_enabled`, `group_changed`, `password_changed`, `key_added`, `service_installed`, `task_created`,
        /// `log_cleared`, `became_root`.
        change: String,
        /// The account, group or service it is about.
        about: String,
        /// Who did it, where the log says.
        by: Option<String>,
        /// The log's own words, shortened.
        detail: String,
        /// How many of the same.
        count: u64,
    },
    /// Failed logins from one address.
    LoginFailed {
        /// From.
        ip: IpAddr,
        /// Users tried, sorted, at most 20.
        users: Vec<String>,
        /// How many attempts.
        count: u64,
        /// First attempt.
        first: Option<Timestamp>,
        /// Last attempt.
        last: Option<Timestamp>,
    },
    /// An accepted login.
    LoginAccepted {
        /// From.
        ip: IpAddr,
        /// Who.
        user: String,
        /// `password`, `publickey`, …
        method: String,
        /// Failures from the same address or for the same user in the ten minutes before.
        failures_before: u64,
        /// Logins of the same user from the same address that the log also shows (1 = this one).
        count: u64,
    },
    /// API calls of one kind by one session.
    ApiCall {
        /// Event name.
        event: String,
        /// Event source, such as `iam.amazonaws.com`.
        service: String,
        /// Where from: an address, or a service's name.
        source_ip: String,
        /// Who.
        principal: Option<String>,
        /// The instance whose role session this is, when it is one.
        session_of: Option<String>,
        /// Region that was called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<String>,
        /// Error code.
        error: Option<String>,
        /// Only reads.
        read_only: Option<bool>,
        /// `1.0` for IMDSv1, `2.0` for IMDSv2, where CloudTrail says so.
        delivery: Option<String>,
        /// What the call opened or shared, where its parameters show it: `0.0.0.0/0 tcp/22`, an account, `all`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
        /// How many.
        count: u64,
        /// First.
        first: Option<Timestamp>,
        /// Last.
        last: Option<Timestamp>,
    },
    /// A remote address stands on a threat list.
    ThreatMatch {
        /// The address.
        ip: IpAddr,
        /// The list's name.
        list: String,
        /// The entry that covers it, as written.
        entry: String,
        /// How many addresses the entry covers: a wide one is weak.
        width: u64,
    },
    /// What the finding itself says of the occurrence.
    Alert {
        /// Its type.
        #[serde(rename = "type")]
        kind: String,
        /// Its severity.
        severity: Option<f64>,
        /// Whether EC2 blocked the connection.
        blocked: Option<bool>,
        /// Who began it.
        direction: Option<Direction>,
        /// `target` or `actor`.
        role: Option<String>,
        /// The other side.
        remote: Vec<IpAddr>,
        /// First activity seen; the evidence has the time of the last.
        #[serde(default)]
        first: Option<Timestamp>,
    },
    /// Another finding about the same instance.
    OtherFinding {
        /// Its id.
        finding: String,
        /// Its type.
        #[serde(rename = "type")]
        kind: String,
        /// Its severity.
        severity: Option<f64>,
    },
}

/// See [`Fact::Conversation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// `eni-…`.
    pub interface: Option<String>,
    /// Our address.
    pub local_ip: IpAddr,
    /// Theirs.
    pub remote_ip: IpAddr,
    /// The port of the side that served.
    pub port: Option<u16>,
    /// IANA protocol number.
    pub protocol: u8,
    /// Who began it.
    pub direction: Direction,
    /// True when the direction is read off ports and times, as the format has neither flags nor direction.
    pub direction_guessed: bool,
    /// Towards us, accepted.
    pub accepted_in: Tally,
    /// From us, accepted.
    pub accepted_out: Tally,
    /// Refused, either way.
    pub rejected: Tally,
    /// The longest single session (gap of at most five minutes) with data both ways, in seconds.
    pub longest_session_s: u64,
    /// Bytes out in that session.
    pub session_bytes_out: u64,
    /// Whether a record with flags 0 was seen: data in the middle of an established stream.
    pub mid_stream: bool,
    /// First record.
    pub first: Timestamp,
    /// Last record.
    pub last: Timestamp,
}

/// Everything that could be learned, and what could not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// Facts, ordered by time.
    pub evidence: Vec<Evidence>,
    /// Coverage of every source.
    pub coverage: BTreeMap<Source, Covered>,
}

impl Fact {
    /// The finding itself as a fact.
    #[must_use]
    pub fn of_finding(finding: &Finding) -> Self {
        Self::Alert {
            kind: finding.kind.clone(),
            severity: finding.severity,
            blocked: finding.blocked,
            direction: finding.direction,
            role: finding.role.clone(),
            remote: finding.remote_ips(),
            first: finding.first_seen,
        }
    }

    /// The name in the contract.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Conversation(_) => "conversation",
            Self::Beacon { .. } => "beacon",
            Self::Scan { .. } => "scan",
            Self::Sweep { .. } => "sweep",
            Self::OutboundVolume { .. } => "outbound_volume",
            Self::Lookup { .. } => "lookup",
            Self::Metric { .. } => "metric",
            Self::HostChange { .. } => "host_change",
            Self::LoginFailed { .. } => "login_failed",
            Self::LoginAccepted { .. } => "login_accepted",
            Self::ApiCall { .. } => "api_call",
            Self::ThreatMatch { .. } => "threat_match",
            Self::Alert { .. } => "alert",
            Self::OtherFinding { .. } => "other_finding",
        }
    }
}

impl Gap {
    /// The code, as in the catalogues under `gap-` with hyphens.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotGiven => "not_given",
            Self::NotEnabled => "not_enabled",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
            Self::Window { .. } => "window",
            Self::Interrupted => "interrupted",
            Self::Bounded { .. } => "bounded",
            Self::SkipData { .. } => "skip_data",
            Self::FieldMissing { .. } => "field_missing",
            Self::NothingAbout { .. } => "nothing_about",
            Self::LeftOut { .. } => "left_out",
        }
    }
}

impl Dossier {
    /// A dossier that knows nothing but the finding: every source is absent.
    #[must_use]
    pub fn of_alert(finding: &Finding, alert: &Alert) -> Self {
        let record = RecordRef {
            file: alert.source.clone(),
            line: None,
            id: Some(finding.id.clone()),
        };
        let fact = Fact::of_finding(finding);
        let alone = Evidence {
            id: "e1".into(),
            source: Source::Findings,
            at: finding.last_seen,
            record,
            fact,
        };
        Self {
            evidence: vec![alone],
            coverage: BTreeMap::new(),
        }
    }

    /// The coverage of one source; a source nobody spoke of is absent.
    #[must_use]
    pub fn covered(&self, source: Source) -> Coverage {
        self.coverage
            .get(&source)
            .map_or(Coverage::Absent, |c| c.coverage)
    }
}
