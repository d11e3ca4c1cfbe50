//! Everything that the evidence tells, in the order of time, with how sure the times are. Must not hold prose, nor weigh: it takes
//! from the verdict what was a success.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;

use super::{About, Dossier, Evidence, Fact, Outcome, Source, Verdict};

/// Which part of the story a moment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before anything of a suspect was seen.
    Before,
    /// From the first contact with a suspect on.
    Contact,
    /// The first sign of success.
    Success,
    /// After it.
    After,
}

impl Phase {
    /// The code, as in the catalogues under `phase-`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Contact => "contact",
            Self::Success => "success",
            Self::After => "after",
        }
    }
}

/// Whose clock gave a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// That of AWS.
    Aws,
    /// That of the instance: it may be wrong, or have been set.
    Host,
}

/// One item of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When it began; `None` where the record has no time.
    pub at: Option<Timestamp>,
    /// When it ended, where it lasted.
    pub until: Option<Timestamp>,
    /// By how many seconds the times may be off.
    pub uncertainty_s: u64,
    /// Whose clock it was.
    pub clock: Clock,
    /// Which part of the story, where that can be told.
    pub phase: Option<Phase>,
    /// The evidence that says so.
    pub evidence: Vec<String>,
}

/// The timeline. What has no time comes last.
#[must_use]
pub fn timeline(dossier: &Dossier, verdict: &Verdict) -> Vec<Entry> {
    let contact = first_contact(dossier);
    let success = first_success(dossier, verdict);
    let mut entries: Vec<Entry> = dossier
        .evidence
        .iter()
        .map(|evidence| {
            let (at, until) = span(evidence);
            let phase = at.and_then(|at| match (contact, success) {
                (_, Some(success)) if at == success => Some(Phase::Success),
                (_, Some(success)) if at > success => Some(Phase::After),
                (Some(contact), _) if at >= contact => Some(Phase::Contact),
                (Some(_), _) => Some(Phase::Before),
                (None, _) => None,
            });
            Entry {
                at,
                until: until.filter(|until| Some(*until) > at),
                uncertainty_s: uncertainty(evidence.source),
                clock: if evidence.source == Source::AuthLog {
                    Clock::Host
                } else {
                    Clock::Aws
                },
                phase,
                evidence: vec![evidence.id.clone()],
            }
        })
        .collect();
    // What began at the same moment stays in the order of the dossier.
    entries.sort_by_key(|entry| (entry.at.is_none(), entry.at));
    entries
}

/// How far off a time may be, in seconds. Flow records tell when packets were seen within a window that is a minute at the best;
/// GuardDuty looks at such records; CloudWatch keeps five minutes together; logs of hosts and of calls tell the second.
const fn uncertainty(source: Source) -> u64 {
    match source {
        Source::FlowLogs => 60,
        Source::Findings | Source::Metrics => 300,
        Source::Cloudtrail | Source::AuthLog | Source::Dns => 1,
    }
}

/// First and last moment of what a fact tells.
fn span(evidence: &Evidence) -> (Option<Timestamp>, Option<Timestamp>) {
    let at = evidence.at;
    match &evidence.fact {
        Fact::Conversation(talk) => (Some(talk.first), Some(talk.last)),
        Fact::Sweep { first, last, .. } | Fact::OutboundVolume { first, last, .. } => {
            (Some(*first), Some(*last))
        }
        Fact::Metric { from, until, .. } => (Some(*from), Some(*until)),
        Fact::Lookup { first, last, .. }
        | Fact::LoginFailed { first, last, .. }
        | Fact::ApiCall { first, last, .. } => (first.or(at), *last),
        Fact::Alert { first, .. } => (first.or(at), at),
        Fact::Beacon { .. }
        | Fact::Scan { .. }
        | Fact::HostChange { .. }
        | Fact::LoginAccepted { .. }
        | Fact::ThreatMatch { .. }
        | Fact::OtherFinding { .. } => (at, None),
    }
}

fn first_contact(dossier: &Dossier) -> Option<Timestamp> {
    let mut suspects: BTreeSet<IpAddr> = BTreeSet::new();
    for evidence in &dossier.evidence {
        match &evidence.fact {
            Fact::Alert { remote, .. } => suspects.extend(remote),
            Fact::ThreatMatch { ip, .. } => {
                suspects.insert(*ip);
            }
            _ => {}
        }
    }
    let of_suspect = |evidence: &&Evidence| match &evidence.fact {
        Fact::Conversation(talk) => suspects.contains(&talk.remote_ip),
        Fact::Scan { ip, .. }
        | Fact::Beacon { ip, .. }
        | Fact::LoginFailed { ip, .. }
        | Fact::LoginAccepted { ip, .. } => suspects.contains(ip),
        Fact::ApiCall { source_ip, .. } => source_ip.parse().is_ok_and(|ip| suspects.contains(&ip)),
        _ => false,
    };
    dossier
        .evidence
        .iter()
        .filter(of_suspect)
        .filter_map(|evidence| span(evidence).0)
        .min()
}

/// The earliest of what the verdict calls more than a contact. A conversation began with its first try, so that its time only
/// counts where nothing else has one.
fn first_success(dossier: &Dossier, verdict: &Verdict) -> Option<Timestamp> {
    /// Points that are more than the weather.
    const WITNESS: i32 = 20;
    if !matches!(verdict.outcome, Outcome::Succeeded | Outcome::Likely) {
        return None;
    }
    let beyond = [About::Entry, About::Control, About::Effect, About::Account];
    let cited: BTreeSet<&str> = verdict
        .reasons
        .iter()
        .filter(|reason| reason.weight >= WITNESS && beyond.contains(&reason.about))
        .flat_map(|reason| reason.evidence.iter().map(String::as_str))
        .collect();
    let first = |fits: fn(&Fact) -> bool| {
        dossier
            .evidence
            .iter()
            .filter(|evidence| cited.contains(evidence.id.as_str()) && fits(&evidence.fact))
            .filter_map(|evidence| span(evidence).0)
            .min()
    };
    let exact = first(|fact| {
        !matches!(
            fact,
            Fact::Conversation(_) | Fact::LoginFailed { .. } | Fact::Alert { .. }
        )
    });
    exact.or_else(|| first(|fact| matches!(fact, Fact::Conversation(_))))
}
