//! What is missing, and what would change the verdict: which log to get, what to look at, and what would raise or lower it. Codes
//! only. Must not decide.

use std::collections::BTreeSet;

use super::decide::NEEDED;
use super::signals::Picture;
use super::{About, Coverage, Dossier, Fact, Gap, Outcome, Reason, Source, VerdictGap};
use crate::identify::{Direction, expects};

pub(super) fn gaps(dossier: &Dossier) -> Vec<VerdictGap> {
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

/// What to do first comes first, in the order in which evidence helps with findings of this type; then what would raise the verdict
/// and what would lower it.
pub(super) fn changes(outcome: Outcome, reasons: &[Reason], picture: &Picture<'_>) -> Vec<String> {
    let mut codes = missing(outcome, picture);
    codes.extend(raises(outcome, reasons, picture));
    codes.extend(lowers(outcome, reasons, picture));
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    codes.into_iter().map(str::to_owned).collect()
}

/// Where to look first, as the kinds of findings call it.
const fn look(source: Source) -> &'static [&'static str] {
    match source {
        Source::FlowLogs => &["flow_logs"],
        Source::Cloudtrail => &["cloudtrail", "imds"],
        Source::AuthLog => &["auth_log", "windows_logons"],
        Source::Dns => &["dns"],
        Source::Findings => &["findings"],
        Source::Metrics => &["metrics"],
    }
}

fn missing(outcome: Outcome, picture: &Picture<'_>) -> Vec<&'static str> {
    let mut codes: Vec<(usize, &str)> = Vec::new();
    let first = expects(picture.finding).map_or(&[] as &[&str], |kind| kind.look_first);
    let place = |names: &[&str]| {
        first
            .iter()
            .position(|name| names.contains(name))
            .unwrap_or(first.len())
    };
    // A success stays one whatever the missing logs say.
    let open = outcome != Outcome::Succeeded;
    for gap in gaps(picture.dossier).iter().filter(|_| open) {
        for why in &gap.why {
            codes.push((place(look(gap.source)), to_close(gap.source, why)));
        }
    }
    // What no log shows.
    if matches!(outcome, Outcome::Likely | Outcome::Inconclusive) {
        for (name, code) in [
            ("processes", "look-at-processes"),
            ("runtime", "look-at-processes"),
            ("malware_scan", "scan-for-malware"),
            ("app_logs", "look-at-app-logs"),
        ] {
            if first.contains(&name) {
                codes.push((place(&[name]), code));
            }
        }
    }
    codes.sort_by_key(|(place, _)| *place);
    let mut codes: Vec<&str> = codes.into_iter().map(|(_, code)| code).collect();
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
    codes
}

/// What closes a gap.
const fn to_close(source: Source, why: &Gap) -> &'static str {
    match (source, why) {
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
        (_, Gap::Interrupted | Gap::Bounded { .. }) => "read-to-the-end",
        (_, Gap::Window { .. } | Gap::SkipData { .. }) => "widen-window",
        (_, Gap::FieldMissing { .. }) => "add-flow-fields",
        (_, Gap::NothingAbout { .. } | Gap::LeftOut { .. }) => "look-elsewhere",
    }
}

/// What would speak for a success, where it could still be seen.
fn raises(outcome: Outcome, reasons: &[Reason], picture: &Picture<'_>) -> Vec<&'static str> {
    let unseen = |source: Source| picture.dossier.covered(source) != Coverage::Complete;
    let has = |signal: &str| reasons.iter().any(|reason| reason.signal == signal);
    let outbound = picture.finding.direction == Some(Direction::Outbound)
        || has("callback")
        || has("outbound-refused");
    let mut codes = Vec::new();
    match outcome {
        Outcome::Succeeded => {}
        Outcome::Attempted | Outcome::Blocked => codes.push("raise-later"),
        Outcome::Benign => codes.push("raise-owner-denies"),
        Outcome::Likely | Outcome::Inconclusive => {
            if has("callback") && !has("beacon") {
                codes.push("raise-beacon");
            } else if outbound && unseen(Source::FlowLogs) {
                codes.push("raise-callback");
            }
            if unseen(Source::AuthLog) && !outbound {
                codes.push("raise-login");
            }
            if unseen(Source::Cloudtrail) {
                codes.push("raise-role-abroad");
            }
            if outcome == Outcome::Likely {
                codes.push("raise-second-source");
            }
        }
    }
    codes
}

/// What would speak against a success.
fn lowers(outcome: Outcome, reasons: &[Reason], picture: &Picture<'_>) -> Vec<&'static str> {
    let strong = reasons
        .iter()
        .any(|reason| reason.weight > 0 && reason.about > About::Contact);
    let quiet = NEEDED
        .into_iter()
        .any(|source| picture.dossier.covered(source) != Coverage::Complete);
    let mut codes = Vec::new();
    if matches!(outcome, Outcome::Succeeded | Outcome::Likely) {
        codes.push("lower-refuted");
    }
    if outcome == Outcome::Inconclusive && quiet && !strong {
        codes.push("lower-complete-and-quiet");
    }
    if matches!(
        outcome,
        Outcome::Succeeded | Outcome::Likely | Outcome::Benign
    ) {
        codes.push("ask-owner");
    }
    codes
}
