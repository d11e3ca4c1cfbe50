//! What GuardDuty says of the instance, as the signals about findings look at it: the finding at hand and others. Must not recognise
//! a signal.

use jiff::SignedDuration;

use super::{Hit, Picture, hit, joined};
use crate::evaluate::{Evidence, Fact};

/// A finding this much older than the activity at hand is another story.
const BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// A finding.
pub(super) struct Said<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) kind: &'a str,
    pub(super) severity: Option<f64>,
    /// Whether it is the finding at hand.
    pub(super) alert: bool,
    /// Whether it may belong to the activity at hand. What has no time may.
    pub(super) near: bool,
}

pub(super) fn all<'a>(picture: &Picture<'a>) -> impl Iterator<Item = Said<'a>> {
    let began = picture.finding.first_seen.or(picture.finding.last_seen);
    let since = began.and_then(|at| at.checked_sub(BEFORE).ok());
    picture.dossier.evidence.iter().filter_map(move |evidence| {
        let near = evidence.at.zip(since).is_none_or(|(at, since)| at >= since);
        let (kind, severity, alert) = match &evidence.fact {
            Fact::Alert { kind, severity, .. } => (kind, severity, true),
            Fact::OtherFinding { kind, severity, .. } => (kind, severity, false),
            _ => return None,
        };
        Some(Said {
            evidence,
            kind,
            severity: *severity,
            alert,
            near: alert || near,
        })
    })
}

impl Said<'_> {
    pub(super) fn is_sequence(&self) -> bool {
        self.kind.starts_with("AttackSequence:")
    }

    pub(super) fn is_exfiltration(&self) -> bool {
        self.kind.contains("CredentialExfiltration")
    }

    /// The agent sees queries, too; a name of bad reputation is looked up in a list all the same.
    pub(super) fn is_runtime(&self) -> bool {
        self.kind.contains(":Runtime/") && !self.kind.ends_with(".Reputation")
    }

    pub(super) fn is_malware(&self) -> bool {
        self.kind.contains("/MaliciousFile") || self.kind.contains("/SuspiciousFile")
    }

    /// A hit on a list, the customer's or GuardDuty's: a look-up, not a detection.
    pub(super) fn is_lookup(&self) -> bool {
        self.kind.contains("MaliciousIPCaller")
            || self.kind.ends_with(".Custom")
            || self.kind.ends_with(".Reputation")
    }

    /// At least medium, and about this activity.
    fn is_strong(&self) -> bool {
        self.near && self.severity.is_none_or(|severity| severity >= 4.0)
    }
}

/// A hit of a signal on findings, with their types and the worst severity.
pub(super) fn hit_on(signal: &str, found: &[Said<'_>], detail: &[String]) -> Vec<Hit> {
    let severity = found
        .iter()
        .filter_map(|said| said.severity)
        .fold(0.0, f64::max);
    let args = [
        (
            "types",
            joined(found.iter().map(|said| said.kind.to_owned())),
        ),
        ("severity", severity.to_string()),
        ("details", detail.len().to_string()),
        ("detail", joined(detail.iter().cloned())),
    ];
    hit(signal, found.iter().map(|said| said.evidence), &args)
}

/// The same for what proves a breach by itself: of a finding that is old, or of low severity, too little is left to decide.
pub(super) fn proof_on(signal: &str, found: &[Said<'_>], detail: &[String]) -> Vec<Hit> {
    /// Points of a proof that is old or of low severity.
    const WEAK: i32 = 30;
    let mut hits = hit_on(signal, found, detail);
    if !found.iter().any(Said::is_strong) {
        for hit in &mut hits {
            hit.weight.points = WEAK;
            hit.weight.decides = false;
        }
    }
    hits
}
