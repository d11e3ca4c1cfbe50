//! The watches of a case. Each looks at one thing and says quiet, tripped or unknown; none guesses.
//! Must not judge whether the case may close.

use super::{Look, Watch};
use crate::case::Case;
use crate::contain::{Action, Standing, changes, exposed, standing};
use crate::harden::{CheckResult, Status};

/// The name of every watch, in the order they are shown.
pub const WATCHES: &[&str] = &[FINDING_AGAIN, ACCEPTED_FLOWS, DRIFT, LOGGING];

const FINDING_AGAIN: &str = "finding-again";
const ACCEPTED_FLOWS: &str = "accepted-flows";
const DRIFT: &str = "drift";
const LOGGING: &str = "logging";

/// GuardDuty saw activity of the instance after the containment; without a containment, after what the case knows of.
/// The time of the activity counts: an update that reports older activity comes up to six hours late.
pub(super) fn finding_again(case: &Case, look: &Look<'_>) -> Watch {
    let Some(findings) = look.findings else {
        return Watch::unknown(FINDING_AGAIN, "findings-not-read");
    };
    let finding = case.whole_finding();
    let known = finding.last_seen.or(finding.updated).unwrap_or(case.opened);
    let since = super::watched_since(case, None).unwrap_or(known);
    let again = findings
        .iter()
        .filter(|f| f.last_seen.or(f.updated).is_some_and(|at| at > since));
    let evidence: Vec<String> = again
        .map(|f| format!("{} {} count={}", f.id, f.kind, f.count.unwrap_or(1)))
        .collect();
    Watch::judged(FINDING_AGAIN, evidence).with("since", &since)
}

/// The contained interfaces exchanged packets with anybody.
pub(super) fn accepted_flows(look: &Look<'_>) -> Watch {
    let Some(flows) = look.flows else {
        return Watch::unknown(ACCEPTED_FLOWS, "no-flow-logs");
    };
    let watch = match (flows.known(), flows.why_unknown()) {
        (None, why) => Watch::unknown(ACCEPTED_FLOWS, why.unwrap_or_default()),
        (Some(0), _) => Watch::judged(ACCEPTED_FLOWS, Vec::new()),
        (Some(_), _) if flows.evidence.is_empty() => {
            Watch::judged(ACCEPTED_FLOWS, vec![flows.accepted.to_string()])
        }
        (Some(_), _) => Watch::judged(ACCEPTED_FLOWS, flows.evidence.clone()),
    };
    let watch = watch
        .with("count", &flows.accepted)
        .with("since", &flows.since);
    match flows.until {
        Some(until) => watch.with("until", &until),
        None => watch,
    }
}

/// The instance is no longer as the containment left it.
pub(super) fn drift(case: &Case, look: &Look<'_>) -> Watch {
    let Some(subject) = look.subject else {
        return Watch::unknown(DRIFT, "subject-not-read");
    };
    let mut evidence: Vec<String> = exposed(subject)
        .into_iter()
        .map(|what| format!("exposed {what}"))
        .collect();
    let mut unseen = Vec::new();
    for (action, mark) in changes(case) {
        match &action {
            // Nothing in the account shows the first, and what the second leaves open is seen above.
            Action::SaveConsole(_) | Action::SetAutoPublicAddress(_) => continue,
            _ => {}
        }
        match standing(&action, subject, &mark) {
            Standing::After | Standing::Underway => {}
            Standing::Unseen => unseen.push(action.target()),
            Standing::Before => {
                evidence.push(format!("{} {} before", action.name(), action.target()));
            }
            Standing::Other(seen) => {
                evidence.push(format!("{} {} {seen}", action.name(), action.target()));
            }
        }
    }
    if evidence.is_empty() && !unseen.is_empty() {
        return Watch::unknown(DRIFT, "part-not-read").with("targets", &unseen.join(", "));
    }
    let changes = evidence.len();
    Watch::judged(DRIFT, evidence).with("changes", &changes)
}

/// Logs that were written are not written any more: whoever stops them hides something. Logs that were never written are the
/// checks' matter, and here only mean that nothing can be seen.
pub(super) fn logging(case: &Case, look: &Look<'_>) -> Watch {
    let Some(posture) = look.posture else {
        return Watch::unknown(LOGGING, "posture-not-read");
    };
    let (Some(logs), Some(trails)) = (&posture.flow_logs, &posture.trails) else {
        let why = posture
            .unread
            .first()
            .map_or_else(|| "posture-not-read".into(), |u| u.why.clone());
        return Watch::unknown(LOGGING, why);
    };
    let had = |name: &str, nothing: fn(&CheckResult) -> bool| {
        case.checks
            .iter()
            .find(|c| c.check == name)
            .is_some_and(|c| c.status != Status::Unknown && !nothing(c))
    };
    let had_flow_logs = had("flow-logs", |c| {
        c.args.get("flow_logs").is_none_or(|n| n == "0")
    });
    let had_trails = had("cloudtrail", |c| c.evidence == ["none"]);

    let mut evidence = Vec::new();
    let writing = logs
        .iter()
        .any(|log| log.status == "ACTIVE" && log.traffic != "REJECT");
    if !writing && had_flow_logs {
        evidence.extend(
            logs.iter()
                .map(|log| format!("{} {} {}", log.id, log.status, log.traffic)),
        );
        if logs.is_empty() {
            evidence.push("flow-logs none".into());
        }
    }
    let recording = trails.iter().any(|t| t.logging == Some(true));
    if !recording && had_trails {
        evidence.extend(
            trails
                .iter()
                .filter(|t| t.logging == Some(false))
                .map(|t| format!("{} logging=off", t.name)),
        );
        if trails.is_empty() {
            evidence.push("cloudtrail none".into());
        }
    }
    if evidence.is_empty() && !(writing && recording) {
        return Watch::unknown(LOGGING, if writing { "no-trail" } else { "no-flow-logs" });
    }
    Watch::judged(LOGGING, evidence)
}

#[cfg(test)]
#[path = "watches_tests.rs"]
mod tests;
