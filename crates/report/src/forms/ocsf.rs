//! The case as events of the Open Cybersecurity Schema Framework 1.3: the detection finding (class 2004) and the incident
//! finding (class 2005) around it. Must not know who collects them.

use jiff::Timestamp;
use rebato_core::case::{Case, State};
use rebato_core::evaluate::{ATTACK_VERSION, Conversation, Outcome};
use rebato_core::identify::Direction;
use serde_json::{Value, json};

use super::{confidence, talks_with, techniques, tidy};
use crate::Lang;
use crate::words::Words;

/// The version of the schema that these events follow.
const VERSION: &str = "1.3.0";
/// Conversations that go along: an event is no archive, and collectors refuse large ones.
const EVIDENCES: usize = 100;

/// The events, the detection first.
#[must_use]
pub fn ocsf(case: &Case, lang: Lang) -> [Value; 2] {
    let words = Words::wrapping(lang, str::to_owned);
    let info = finding_info(case, &words);
    [detection(case, &info), incident(case, &words, &info)].map(tidy)
}

fn detection(case: &Case, info: &Value) -> Value {
    let attackers = case.whole_finding().remote_ips();
    let evidences: Vec<Value> = talks_with(case, &attackers)
        .take(EVIDENCES)
        .map(evidence)
        .collect();
    let resource = case.instance_id().map(|id| {
        json!({ "uid": id, "type": "AWS::EC2::Instance", "name": case.finding.instance_name,
                "region": case.finding.region, "cloud_partition": case.finding.partition })
    });
    let (status_id, status) = standing(case.state).detection;
    let more = json!({
        "status_id": status_id,
        "status": status,
        "finding_info": info,
        "resources": resource.into_iter().collect::<Vec<_>>(),
        "evidences": evidences,
        "confidence_score": confidence(case),
    });
    event(case, 2004, "Detection Finding", more)
}

fn incident(case: &Case, words: &Words, info: &Value) -> Value {
    let (verdict_id, verdict) = verdict(case);
    let (status_id, status) = standing(case.state).incident;
    let desc = case
        .verdict
        .as_ref()
        .map(|verdict| words.key(&format!("outcome-{}-long", verdict.outcome.name())));
    let more = json!({
        "status_id": status_id,
        "status": status,
        // The schema wants somebody; who worked on it last knows of it.
        "assignee": { "name": case.history.last().map_or("rebato", |entry| entry.actor.as_str()) },
        "verdict_id": verdict_id,
        "verdict": verdict,
        "desc": desc,
        "confidence_score": confidence(case),
        "attacks": info["attacks"],
        "finding_info_list": [info],
        "start_time": case.finding.first_seen.map(Timestamp::as_millisecond),
        "end_time": case.finding.last_seen.map(Timestamp::as_millisecond),
    });
    event(case, 2005, "Incident Finding", more)
}

/// What every event says, and more.
fn event(case: &Case, class: u32, name: &str, more: Value) -> Value {
    let (activity_id, activity) = standing(case.state).activity;
    let (severity_id, severity) = severity(case);
    let mut event = json!({
        "activity_id": activity_id,
        "activity_name": activity,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": class,
        "class_name": name,
        "type_uid": class * 100 + activity_id,
        "type_name": format!("{name}: {activity}"),
        "time": case.updated.as_millisecond(),
        "severity_id": severity_id,
        "severity": severity,
        "metadata": {
            "version": VERSION,
            "uid": format!("{}/{}", case.id, case.seq),
            "correlation_uid": case.id,
            "product": { "name": "Rebato", "vendor_name": "Rebato", "version": env!("CARGO_PKG_VERSION") },
            "profiles": ["cloud"],
        },
        "cloud": {
            "provider": "AWS",
            "region": case.finding.region,
            "account": case.finding.account.as_ref().map(|id| json!({ "uid": id, "type_id": 10, "type": "AWS Account" })),
        },
    });
    if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
        event.extend(more);
    }
    event
}

/// What the schema calls a state of the case: each an id and its caption.
struct Standing {
    activity: (u32, &'static str),
    detection: (u32, &'static str),
    incident: (u32, &'static str),
}

const fn standing(state: State) -> Standing {
    match state {
        State::Opened => Standing {
            activity: (1, "Create"),
            detection: (1, "New"),
            incident: (1, "New"),
        },
        State::Evaluated
        | State::Planned
        | State::Approved
        | State::Containing
        | State::Contained
        | State::Releasing
        | State::Released => Standing {
            activity: (2, "Update"),
            detection: (2, "In Progress"),
            incident: (2, "In Progress"),
        },
        State::Closed => Standing {
            activity: (3, "Close"),
            detection: (4, "Resolved"),
            incident: (5, "Closed"),
        },
    }
}

fn finding_info(case: &Case, words: &Words) -> Value {
    let finding = &case.finding;
    json!({
        "uid": finding.arn.as_ref().unwrap_or(&finding.id),
        "title": finding.kind,
        "desc": case.verdict.as_ref().map(|v| words.outcome(v.outcome)),
        "types": [finding.kind],
        "created_time": case.opened.as_millisecond(),
        "modified_time": case.updated.as_millisecond(),
        "first_seen_time": finding.first_seen.map(Timestamp::as_millisecond),
        "last_seen_time": finding.last_seen.map(Timestamp::as_millisecond),
        "attacks": attacks(case),
    })
}

fn attacks(case: &Case) -> Vec<Value> {
    techniques(case)
        .into_iter()
        .map(|id| match id.split_once('.') {
            Some((technique, _)) => json!({ "version": ATTACK_VERSION,
                "technique": { "uid": technique }, "sub_technique": { "uid": id } }),
            None => json!({ "version": ATTACK_VERSION, "technique": { "uid": id } }),
        })
        .collect()
}

fn evidence(talk: &Conversation) -> Value {
    let (theirs, ours) = (json!(talk.remote_ip), json!(talk.local_ip));
    let inbound = talk.direction != Direction::Outbound;
    let (from, to) = if inbound {
        (theirs, ours)
    } else {
        (ours, theirs)
    };
    let (direction_id, direction) = match talk.direction {
        Direction::Inbound => (1, "Inbound"),
        Direction::Outbound => (2, "Outbound"),
        Direction::Unknown => (0, "Unknown"),
    };
    json!({
        "src_endpoint": { "ip": from },
        "dst_endpoint": { "ip": to, "port": talk.port },
        "connection_info": { "protocol_num": talk.protocol, "direction_id": direction_id, "direction": direction },
    })
}

/// GuardDuty's own bands (GuardDuty guide, "Severity levels of GuardDuty findings"); after a breach it is critical.
fn severity(case: &Case) -> (u8, &'static str) {
    let breach = case
        .verdict
        .as_ref()
        .is_some_and(|verdict| matches!(verdict.outcome, Outcome::Succeeded | Outcome::Likely));
    match case.finding.severity {
        _ if breach => (5, "Critical"),
        Some(severity) if severity >= 9.0 => (5, "Critical"),
        Some(severity) if severity >= 7.0 => (4, "High"),
        Some(severity) if severity >= 4.0 => (3, "Medium"),
        Some(severity) if severity >= 1.0 => (2, "Low"),
        _ => (0, "Unknown"),
    }
}

fn verdict(case: &Case) -> (u8, &'static str) {
    let Some(verdict) = &case.verdict else {
        return (0, "Unknown");
    };
    match verdict.outcome {
        _ if case.finding.sample => (6, "Test"),
        Outcome::Inconclusive => (7, "Insufficient Data"),
        Outcome::Benign => (5, "Benign"),
        Outcome::Succeeded | Outcome::Likely | Outcome::Attempted | Outcome::Blocked => {
            (2, "True Positive")
        }
    }
}
