//! What a finding's type says beforehand: how severe it is, where GuardDuty saw it, who began it, what would make it a breach and
//! where to look first. Codes only: the catalogues have the words. Must not look at a finding's traffic: that is the verdict's work.

mod table;

use serde::Serialize;

use super::{Direction, Finding};
use table::{FAMILIES, RELATED, TYPES};

/// A finding type, or a family of types where the name holds a `*`, and what it says beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// The type as GuardDuty writes it; in a family a `*` stands for any text.
    #[serde(rename = "type")]
    pub name: &'static str,
    /// GuardDuty's default severity.
    pub severity: Rank,
    /// What GuardDuty saw it in.
    pub source: Origin,
    /// Who begins such traffic.
    pub direction: Way,
    /// Whether GuardDuty scans the instance for malware by itself after it, where that protection is on.
    pub auto_scan: AutoScan,
    /// Code of what would make it a breach; words under `success-` and the code.
    pub success: &'static str,
    /// Codes of the evidence to look at, first things first; words under `look-` and the code.
    pub look_first: &'static [&'static str],
    /// Code of what is good to know about the type; words under `about-` and the code.
    pub about: Option<&'static str>,
}

/// A default severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// 1.0 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.0 and more.
    Critical,
    /// Low where the instance is the target, high where it is the actor.
    ByRole,
    /// Low, but high for ports of databases and the like, such as 9200 and 9300.
    ByPort,
    /// By what was found.
    Varies,
}

/// Where GuardDuty sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Its own stream of VPC flow logs: IPv4 only.
    FlowLogs,
    /// Queries to the resolver of the VPC.
    Dns,
    /// The agent of Runtime Monitoring.
    Runtime,
    /// A malware scan of volumes, snapshots or images.
    MalwareScan,
    /// CloudTrail.
    Cloudtrail,
    /// Several of them, joined.
    Several,
}

/// Who begins the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The other side.
    Inbound,
    /// The instance.
    Outbound,
    /// Either: the finding itself has to say.
    Either,
    /// It is not about traffic.
    None,
}

/// Whether GuardDuty starts a malware scan by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoScan {
    /// After every such finding.
    Yes,
    /// Never: ask for one.
    No,
    /// Only where the instance is the one that attacks.
    OutboundOnly,
}

/// What is known of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A known type about instances.
    Listed(&'static Kind),
    /// A type about instances that is not listed, told by the pattern of its name; at worst by `*:EC2/*`.
    Like(&'static Kind),
    /// Another resource's, but one that says much of an instance whose role is behind it.
    Related(&'static Kind),
    /// Another resource's, or no type at all.
    Elsewhere,
}

impl Family {
    /// What the type says, if anything.
    #[must_use]
    pub const fn kind(self) -> Option<&'static Kind> {
        match self {
            Self::Listed(kind) | Self::Like(kind) | Self::Related(kind) => Some(kind),
            Self::Elsewhere => None,
        }
    }
}

/// What is known of a finding type. Total: any text has an answer, and an unknown type about instances is never refused.
#[must_use]
pub fn kind_of(name: &str) -> Family {
    let name = name.trim();
    let in_table = |kinds: &'static [Kind]| kinds.iter().find(|kind| fits(kind.name, name));
    in_table(TYPES)
        .map(Family::Listed)
        .or_else(|| in_table(RELATED).map(Family::Related))
        .or_else(|| in_table(FAMILIES).map(Family::Like))
        .unwrap_or(Family::Elsewhere)
}

/// What the finding's type says. A finding about an instance whose type is unknown gets what holds for any.
#[must_use]
pub fn expects(finding: &Finding) -> Option<&'static Kind> {
    let generic = || (finding.family == "ec2").then(|| FAMILIES.last()).flatten();
    kind_of(&finding.kind).kind().or_else(generic)
}

/// Who began it: what the finding says and, where it says nothing at all, what its type says. DNS findings, for one, have no direction
/// of their own, and yet it is always the instance that asks.
#[must_use]
pub fn direction_of(said: Option<Direction>, name: &str) -> Option<Direction> {
    said.or_else(|| match kind_of(name).kind()?.direction {
        Way::Inbound => Some(Direction::Inbound),
        Way::Outbound => Some(Direction::Outbound),
        Way::Either | Way::None => None,
    })
}

/// All kinds: listed types, related ones, families.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    TYPES.iter().chain(RELATED).chain(FAMILIES)
}

/// Whether a name fits a pattern in which each `*` stands for any text. Case is no matter: people type names, too.
fn fits(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.as_bytes(), name.as_bytes());
    // Where to go on when the text after the last `*` does not fit here.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern, name) {
            ([], []) => return true,
            ([b'*', after @ ..], _) => {
                retry = Some((after, name));
                pattern = after;
            }
            ([p, after @ ..], [n, rest @ ..]) if p.eq_ignore_ascii_case(n) => {
                (pattern, name) = (after, rest);
            }
            _ => match retry {
                Some((after, [_, rest @ ..])) => {
                    retry = Some((after, rest));
                    (pattern, name) = (after, rest);
                }
                _ => return false,
            },
        }
    }
}
