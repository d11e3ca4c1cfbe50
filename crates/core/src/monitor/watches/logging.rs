//! `logging`: logs that were written are not written any more. Must not judge how good they are.

use crate::case::Case;
use crate::harden::{CheckResult, Status};
use crate::monitor::{Look, Watch};

pub(in crate::monitor) const NAME: &str = "logging";

/// Logs that were written are not written any more: whoever stops them hides something. Logs that were never written are the
/// checks' matter, and here only mean that nothing can be seen.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Watch {
    let Some(posture) = look.posture else {
        return Watch::unknown(NAME, "posture-not-read");
    };
    let (Some(logs), Some(trails)) = (&posture.flow_logs, &posture.trails) else {
        let why = posture
            .unread
            .first()
            .map_or_else(|| "posture-not-read".into(), |u| u.why.clone());
        return Watch::unknown(NAME, why);
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
        return Watch::unknown(NAME, if writing { "no-trail" } else { "no-flow-logs" });
    }
    Watch::judged(NAME, evidence)
}
