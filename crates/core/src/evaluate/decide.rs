//! The decision table: from signals and coverage to an outcome. Total and pure: it cannot fail, it can only be inconclusive.
//! Negative evidence counts only where its source is complete; what began outbound raises suspicion, what began inbound needs proof.
//! Must not recognise signals: those are in `signals`; nor say what is missing: that is `change`.

use std::collections::BTreeSet;

use super::change::{changes, gaps};
use super::signals::{self, Hit, Picture};
use super::{About, Coverage, Dossier, Fact, Outcome, Reason, Source, Verdict};
use crate::identify::{Finding, Subject};
use crate::investigate::REPUTATION_CAP;

/// Sum of points from which on two independent sources make a success.
const SUCCEEDED: i32 = 70;
/// Sum of points from which on a success is likely; one signal of so many is enough.
const LIKELY: i32 = 40;
/// Points from which on a signal makes its source a witness: less is the weather.
const WITNESS: i32 = 20;

/// The logs that have to be complete before anything good is said of traffic that came through. DNS, metrics and other findings
/// may only add to a suspicion.
pub(super) const NEEDED: [Source; 3] = [Source::FlowLogs, Source::Cloudtrail, Source::AuthLog];

/// The verdict on a finding, from the evidence at hand.
#[must_use]
pub fn evaluate(finding: &Finding, subject: Option<&Subject>, dossier: &Dossier) -> Verdict {
    let picture = Picture::new(finding, subject, dossier);
    let mut hits = signals::all(&picture);
    hits.retain(|hit| counts(hit, dossier));
    let score = score(&hits);
    let outcome = outcome(&picture, &hits, score);
    hits.sort_by_key(|hit| (-hit.weight.points.abs(), hit.weight.signal));
    let reasons: Vec<Reason> = hits.into_iter().map(reason).collect();
    Verdict {
        outcome,
        score,
        gaps: gaps(dossier),
        what_would_change_it: changes(outcome, &reasons, &picture),
        reasons,
    }
}

/// Whether a hit cites evidence and, where it speaks for a failed attack, its sources are complete. What a finding says is said
/// whatever else is missing.
fn counts(hit: &Hit, dossier: &Dossier) -> bool {
    let mut sources = hit
        .evidence
        .iter()
        .filter_map(|id| dossier.evidence.iter().find(|e| e.id == *id))
        .map(|e| e.source)
        .peekable();
    let cited = sources.peek().is_some();
    cited
        && (hit.weight.points >= 0
            || sources.all(|source| {
                source == Source::Findings || dossier.covered(source) == Coverage::Complete
            }))
}

/// The sum of the points within 0 and 100. A door that held takes from what was seen at the door, not from what the instance or its
/// role did; a signal that is enough by itself stands in any case; reputation moves the sum by ten at the most.
fn score(hits: &[Hit]) -> i32 {
    let sum = |fits: &dyn Fn(&Hit) -> bool| -> i32 {
        hits.iter()
            .filter(|hit| fits(hit))
            .map(|hit| hit.weight.points)
            .sum()
    };
    let about = |hit: &Hit, abouts: &[About]| abouts.contains(&hit.weight.about);
    let reputation =
        sum(&|hit| about(hit, &[About::Reputation])).clamp(-REPUTATION_CAP, REPUTATION_CAP);
    let rest = |hit: &Hit| !about(hit, &[About::Reputation]);
    let sum = if has(hits, "list-entry-too-wide") {
        // It explains everything that was seen, or it would not be here.
        sum(&rest)
    } else {
        let door = [About::Refusal, About::Contact, About::Entry];
        let at_the_door = sum(&|hit| about(hit, &door));
        let beyond = sum(&|hit| rest(hit) && !about(hit, &door));
        (at_the_door.max(0) + beyond).max(strongest(hits))
    };
    (sum + reputation).clamp(0, 100)
}

/// The points of the strongest signal, where it is enough by itself.
fn strongest(hits: &[Hit]) -> i32 {
    let points = hits.iter().map(|hit| hit.weight.points);
    points.filter(|points| *points >= LIKELY).max().unwrap_or(0)
}

fn has(hits: &[Hit], signal: &str) -> bool {
    hits.iter().any(|hit| hit.weight.signal == signal)
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

fn outcome(picture: &Picture<'_>, hits: &[Hit], score: i32) -> Outcome {
    let complete = |source: Source| picture.dossier.covered(source) == Coverage::Complete;
    if hits.iter().any(|hit| hit.weight.decides) {
        return Outcome::Succeeded;
    }
    // The wide entry is only a signal where everything else was seen and is in order; then the traffic itself proves nothing.
    if has(hits, "list-entry-too-wide") {
        return Outcome::Benign;
    }
    if score >= SUCCEEDED && witnesses(picture.dossier, hits).len() >= 2 {
        return Outcome::Succeeded;
    }
    if score >= LIKELY {
        return Outcome::Likely;
    }
    // That all was refused only counts where the flow logs are complete. A login that failed came in on some way that they do
    // not show.
    let refused = has(hits, "all-rejected") && !has(hits, "only-failures");
    let suspicion = hits.iter().any(|hit| hit.weight.points >= WITNESS);
    if refused && !suspicion {
        return Outcome::Blocked;
    }
    if NEEDED.into_iter().all(complete) && picture.came_through() {
        return Outcome::Attempted;
    }
    Outcome::Inconclusive
}

/// The sources that speak for a success. The finding at hand speaks of the same packets as the flow logs, and a list of no packets
/// at all: neither is a second source.
fn witnesses(dossier: &Dossier, hits: &[Hit]) -> BTreeSet<Source> {
    hits.iter()
        .filter(|hit| hit.weight.points >= WITNESS)
        .flat_map(|hit| &hit.evidence)
        .filter_map(|id| dossier.evidence.iter().find(|e| e.id == *id))
        .filter(|e| !matches!(e.fact, Fact::Alert { .. } | Fact::ThreatMatch { .. }))
        .map(|e| e.source)
        .collect()
}
