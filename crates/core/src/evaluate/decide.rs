//! The decision table: from signals and coverage to an outcome. Total and pure: it cannot fail, it can only be inconclusive.
//! Negative evidence counts only where its source is complete; what began outbound raises suspicion, what began inbound needs proof.
//! Must not recognise signals: those are in `signals`.

use std::collections::BTreeSet;

use super::signals::{self, Hit, Picture};
use super::{Coverage, Dossier, Fact, Gap, Outcome, Reason, Source, Verdict, VerdictGap};
use crate::identify::{Finding, Subject};

/// Sum of points from which on two independent sources make a success.
const SUCCEEDED: i32 = 70;
/// Sum of points from which on a success is likely.
const LIKELY: i32 = 40;

/// The verdict on a finding, from the evidence at hand.
#[must_use]
pub fn evaluate(finding: &Finding, subject: Option<&Subject>, dossier: &Dossier) -> Verdict {
    let picture = Picture::new(finding, subject, dossier);
    let mut hits = signals::all(&picture);
    hits.retain(|hit| {
        let sources = hit
            .evidence
            .iter()
            .filter_map(|id| dossier.evidence.iter().find(|e| e.id == *id))
            .map(|e| e.source);
        let mut sources = sources.peekable();
        let cited = sources.peek().is_some();
        cited
            && (hit.weight.points >= 0
                || sources.all(|source| {
                    source == Source::Findings || dossier.covered(source) == Coverage::Complete
                }))
    });
    let sum: i32 = hits.iter().map(|hit| hit.weight.points).sum();
    let score = sum.clamp(0, 100);
    let outcome = outcome(&picture, &hits, sum);
    hits.sort_by_key(|hit| (-hit.weight.points.abs(), hit.weight.signal));
    Verdict {
        outcome,
        score,
        reasons: hits.into_iter().map(reason).collect(),
        gaps: gaps(dossier),
        what_would_change_it: changes(outcome, &picture),
    }
}

fn reason(hit: Hit) -> Reason {
    Reason {
        signal: hit.weight.signal.to_owned(),
        weight: hit.weight.points,
        about: hit.weight.about,
        attack: hit
            .weight
            .attack
            .iter()
            .map(|id| (*id).to_owned())
            .collect(),
        evidence: hit.evidence,
        args: hit.args,
    }
}

fn outcome(picture: &Picture<'_>, hits: &[Hit], sum: i32) -> Outcome {
    let has = |signal: &str| hits.iter().any(|hit| hit.weight.signal == signal);
    let complete = |source: Source| picture.dossier.covered(source) == Coverage::Complete;
    if hits.iter().any(|hit| hit.weight.decides) {
        return Outcome::Succeeded;
    }
    // The wide entry is only a signal where everything else was seen and is in order; then the traffic itself proves nothing.
    if has("list-entry-too-wide") {
        return Outcome::Benign;
    }
    let positive: Vec<&Hit> = hits.iter().filter(|hit| hit.weight.points > 0).collect();
    // The finding at hand speaks of the same packets as the flow logs, and a list of no packets at all: neither is a second source.
    let sources: BTreeSet<Source> = positive
        .iter()
        .flat_map(|hit| &hit.evidence)
        .filter_map(|id| picture.dossier.evidence.iter().find(|e| e.id == *id))
        .filter(|e| !matches!(e.fact, Fact::Alert { .. } | Fact::ThreatMatch { .. }))
        .map(|e| e.source)
        .collect();
    if sum >= SUCCEEDED && sources.len() >= 2 {
        return Outcome::Succeeded;
    }
    if sum >= LIKELY {
        return Outcome::Likely;
    }
    if has("all-rejected")
        && complete(Source::FlowLogs)
        && !positive
            .iter()
            .any(|hit| hit.weight.signal != "outbound-direction")
    {
        return Outcome::Blocked;
    }
    let seen_whole = [Source::FlowLogs, Source::Cloudtrail, Source::AuthLog]
        .into_iter()
        .all(complete);
    if seen_whole && picture.reached_us() {
        return Outcome::Attempted;
    }
    Outcome::Inconclusive
}

fn gaps(dossier: &Dossier) -> Vec<VerdictGap> {
    Source::ALL
        .into_iter()
        .filter_map(|source| {
            let covered = dossier.coverage.get(&source);
            let coverage = dossier.covered(source);
            let why = covered.map_or_else(|| vec![Gap::NotGiven], |covered| covered.why.clone());
            (coverage != Coverage::Complete).then_some(VerdictGap {
                source,
                coverage,
                why,
            })
        })
        .collect()
}

fn changes(outcome: Outcome, picture: &Picture<'_>) -> Vec<String> {
    let mut codes: Vec<&str> = Vec::new();
    for gap in gaps(picture.dossier) {
        // A success stays one whatever the missing logs say.
        if outcome == Outcome::Succeeded {
            break;
        }
        for why in &gap.why {
            codes.push(match (gap.source, why) {
                (Source::FlowLogs, Gap::NotGiven) => "give-flow-logs",
                (Source::FlowLogs, Gap::NotEnabled) => "enable-flow-logs",
                (Source::Cloudtrail, Gap::NotGiven) => "give-cloudtrail",
                (Source::Cloudtrail, Gap::NotEnabled) => "enable-cloudtrail",
                (Source::AuthLog, Gap::NotGiven | Gap::NotEnabled) => "collect-auth-log",
                (Source::Dns, Gap::NotGiven | Gap::NotEnabled) => "enable-dns-log",
                (Source::Findings, Gap::NotGiven | Gap::NotEnabled) => "read-other-findings",
                (Source::Metrics, Gap::NotGiven | Gap::NotEnabled) => "read-metrics",
                (_, Gap::Failed { .. }) => "allow-reading",
                (_, Gap::Skipped { .. }) => "repair-files",
                (_, Gap::Window { .. } | Gap::SkipData { .. }) => "widen-window",
                (_, Gap::FieldMissing { .. }) => "add-flow-fields",
                (_, Gap::NothingAbout { .. } | Gap::LeftOut { .. }) => "look-elsewhere",
            });
        }
    }
    if matches!(
        outcome,
        Outcome::Succeeded | Outcome::Likely | Outcome::Benign
    ) {
        codes.push("ask-owner");
    }
    // Logs that are complete and show nothing of the other side: a load balancer or NAT may stand between.
    let complete = picture.dossier.covered(Source::FlowLogs) == Coverage::Complete;
    let shown = picture
        .dossier
        .evidence
        .iter()
        .any(|e| matches!(&e.fact, Fact::Conversation(c) if picture.is_suspect(c.remote_ip)));
    if outcome == Outcome::Inconclusive && complete && !shown {
        codes.push("look-elsewhere");
    }
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    codes.into_iter().map(str::to_owned).collect()
}
