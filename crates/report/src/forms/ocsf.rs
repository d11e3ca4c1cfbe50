//! The case as events of the Open Cybersecurity Schema Framework 1.3: the detection finding (class 2004) and the incident
//! finding (class 2005) around it. Must not know who collects them.

use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::case::{Case, State};
use rebato_core::evaluate::{ATTACK_VERSION, Conversation, Fact, Outcome};
use rebato_core::identify::Direction;
use serde_json::{Map, Value, json};

use super::{confidence, is_attack, techniques};
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
    [detection(case, &words), incident(case, &words)]
}

fn detection(case: &Case, words: &Words) -> Value {
    let mut event = base(case, 2004, "Detection Finding");
    let evidences: Vec<Value> = attackers(case).take(EVIDENCES).map(evidence).collect();
    let resource = case.instance_id().map(|id| {
        json!({ "uid": id, "type": "AWS::EC2::Instance", "name": case.finding.instance_name,
                "region": case.finding.region, "cloud_partition": case.finding.partition })
    });
    let more = json!({
        "status_id": status(case).0,
        "status": status(case).1,
        "finding_info": finding_info(case, words),
        "resources": resource.into_iter().collect::<Vec<_>>(),
        "evidences": evidences,
        "is_alert": true,
        "confidence_score": confidence(case),
    });
    extend(&mut event, more);
    without_nulls(event)
}

fn incident(case: &Case, words: &Words) -> Value {
    let mut event = base(case, 2005, "Incident Finding");
    let (verdict_id, verdict) = verdict(case);
    let (status_id, status) = match case.state {
        State::Closed => (5, "Closed"),
        State::Opened => (1, "New"),
        _ => (2, "In Progress"),
    };
    let desc = case
        .verdict
        .as_ref()
        .map(|verdict| words.key(&format!("outcome-{}-long", verdict.outcome.name())));
    let more = json!({
        "status_id": status_id,
        "status": status,
        "verdict_id": verdict_id,
        "verdict": verdict,
        "desc": desc,
        "confidence_score": confidence(case),
        "attacks": attacks(case),
        "finding_info_list": [finding_info(case, words)],
        "start_time": case.finding.first_seen.map(Timestamp::as_millisecond),
        "end_time": case.finding.last_seen.map(Timestamp::as_millisecond),
    });
    extend(&mut event, more);
    without_nulls(event)
}

/// What every event says.
fn base(case: &Case, class: u32, name: &str) -> Map<String, Value> {
    let (activity_id, activity) = match case.state {
        State::Opened => (1, "Create"),
        State::Closed => (3, "Close"),
        _ => (2, "Update"),
    };
    let (severity_id, severity) = severity(case);
    let mut event = Map::new();
    let members = json!({
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
    extend(&mut event, members);
    event
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

/// Conversations with those whom the finding names.
fn attackers(case: &Case) -> impl Iterator<Item = &Conversation> {
    let named: Vec<IpAddr> = case.whole_finding().remote_ips();
    case.dossier
        .iter()
        .flat_map(|dossier| &dossier.evidence)
        .filter_map(move |item| match &item.fact {
            Fact::Conversation(talk) if named.contains(&talk.remote_ip) => Some(talk),
            _ => None,
        })
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

fn status(case: &Case) -> (u8, &'static str) {
    match case.state {
        State::Closed => (4, "Resolved"),
        State::Opened => (1, "New"),
        _ => (2, "In Progress"),
    }
}

fn verdict(case: &Case) -> (u8, &'static str) {
    match case.verdict.as_ref().map(|verdict| verdict.outcome) {
        None => (0, "Unknown"),
        Some(_) if case.finding.sample => (6, "Test"),
        Some(Outcome::Inconclusive) => (7, "Insufficient Data"),
        Some(Outcome::Benign) => (5, "Benign"),
        Some(outcome) if is_attack(outcome) => (2, "True Positive"),
        Some(_) => (0, "Unknown"),
    }
}

fn extend(event: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        event.extend(more);
    }
}

/// What is not known is left out: the schema has no null.
fn without_nulls(event: Map<String, Value>) -> Value {
    fn bare(value: Value) -> Value {
        match value {
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| (name, bare(value)))
                    .collect(),
            ),
            Value::Array(items) => items.into_iter().map(bare).collect(),
            other => other,
        }
    }
    bare(Value::Object(event))
}
