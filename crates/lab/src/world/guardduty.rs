//! GuardDuty: threat lists against traffic, findings with aggregation, events with the publishing frequency.
//! Facts: GuardDuty guide "EC2 finding types", "Finding aggregation", "EventBridge". Must not know the truth.

use std::{collections::BTreeMap, net::IpAddr};

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    engine::Task,
    flows::{FlowCounts, FlowKey},
    model::{IpList, Notification, World},
    trail::put,
};

/// The finding that a hit on a custom list raises.
const CUSTOM: &str = "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom";

/// What GuardDuty knows an address as.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Type of the finding.
    pub(super) kind: String,
    pub(super) severity: f64,
    /// The threat list, where it is one.
    pub(super) list: Option<String>,
}

/// Occurrences of one finding in a batch of traffic.
struct Occurrences<'a> {
    known: Known,
    instance_id: String,
    first: i64,
    last: i64,
    count: u64,
    /// The last of them.
    shown: (IpAddr, &'a FlowKey, &'a FlowCounts),
}

impl World {
    /// The newest delivered EventBridge event, exactly as delivered.
    #[must_use]
    pub fn alert(&self) -> Option<&[u8]> {
        self.detector
            .notifications
            .last()
            .map(|notification| notification.event.as_slice())
    }

    /// Looks for hits on the threat lists in a batch of traffic; each remote address counts once a minute and
    /// interface, and the finding shows the last occurrence only.
    pub(crate) fn guard_traffic(&mut self, batch: &BTreeMap<FlowKey, FlowCounts>) {
        let mut seen = BTreeMap::<(i64, &str, IpAddr), (&FlowKey, &FlowCounts)>::new();
        for (key, counts) in batch {
            let remote = counts.sender.unwrap_or(key.remote().ip);
            let slot = (key.window, key.interface_id.as_str(), remote);
            let starts = key.direction == counts.initiated;
            // The side that opened the conversation is the one that GuardDuty shows.
            if starts || !seen.contains_key(&slot) {
                seen.insert(slot, (key, counts));
            }
        }
        // One finding an instance and list takes all of a batch in: it shows the last and counts them all.
        let mut told = BTreeMap::<(String, String), Occurrences<'_>>::new();
        for ((_, interface_id, remote), (key, counts)) in seen {
            let Some(known) = self.known_as(remote) else {
                continue;
            };
            let Some(instance_id) = self
                .interfaces
                .get(interface_id)
                .and_then(|i| i.attachment.as_ref())
                .map(|a| a.instance_id.clone())
            else {
                continue;
            };
            let subject = format!(
                "{instance_id}/{}",
                known.list.as_ref().unwrap_or(&known.kind)
            );
            let told = told
                .entry((known.kind.clone(), subject))
                .or_insert_with(|| Occurrences {
                    known,
                    instance_id,
                    first: counts.first,
                    last: counts.last,
                    count: 0,
                    shown: (remote, key, counts),
                });
            told.count += 1;
            told.last = counts.last;
            told.shown = (remote, key, counts);
        }
        for ((kind, subject), told) in told {
            let (remote, key, counts) = told.shown;
            let body = self.connection_finding(&told.instance_id, &told.known, remote, key, counts);
            let at = |second| Timestamp::from_second(second).unwrap_or(self.now);
            let (first, last) = (at(told.first), at(told.last));
            self.raise(&kind, &subject, &body, first, last, told.count);
        }
    }

    /// GuardDuty sees something inside the instance, by its agent or by a scan of its volumes.
    pub(crate) fn guard_inside(&mut self, index: usize) {
        let Some(spec) = self.engine.companions.get(index).cloned() else {
            return;
        };
        let id = self.target_instance.clone();
        let body = self.inside_finding(&id, &spec.kind, spec.severity);
        self.raise(&spec.kind, &id, &body, self.now, self.now, 1);
    }

    /// What GuardDuty knows an address as: from an active list that no trusted one takes back, or from its own intelligence.
    fn known_as(&self, remote: IpAddr) -> Option<Known> {
        if let Some(list) = self.list_with(remote) {
            return Some(Known {
                kind: CUSTOM.to_owned(),
                severity: 5.0,
                list: Some(list),
            });
        }
        let is = |name: &str| {
            self.engine
                .players
                .iter()
                .any(|p| p.actor.name == name && p.actor.host(p.host) == remote)
        };
        let own = self.engine.detections.iter().find(|d| is(&d.actor))?;
        Some(Known {
            kind: own.kind.clone(),
            severity: own.severity,
            list: None,
        })
    }

    /// The active threat list with the address, unless a trusted list has it too.
    fn list_with(&self, remote: IpAddr) -> Option<String> {
        let has = |entries: &[IpNet]| entries.iter().any(|net| net.contains(&remote));
        let (detector, on) = (&self.detector, |set: &&IpList| {
            set.status == "ACTIVE" && has(&set.entries)
        });
        let mut trusted = detector
            .ip_sets
            .values()
            .chain(detector.trusted_entity_sets.values());
        if trusted.any(|set| on(&set)) {
            return None;
        }
        detector
            .threat_intel_sets
            .values()
            .chain(detector.threat_entity_sets.values())
            .find(on)
            .map(|set| set.name.clone())
    }

    /// Makes a finding, or adds an occurrence to the one of the same type and subject.
    pub(crate) fn raise(
        &mut self,
        kind: &str,
        subject: &str,
        body: &Value,
        first: Timestamp,
        last: Timestamp,
        count: u64,
    ) {
        let slot = (kind.to_owned(), subject.to_owned());
        let known = self.engine.findings.get(&slot).cloned();
        let fresh = known.is_none();
        let id = match known {
            Some(id) => id,
            None => self.engine.ids.hex(32),
        };
        let old = self.detector.findings.get(&id);
        let before = |path: &str| old.and_then(|finding| finding.pointer(path)).cloned();
        let first_seen = before("/service/eventFirstSeen").unwrap_or_else(|| json!(millis(first)));
        let created = before("/createdAt").unwrap_or_else(|| json!(millis(self.now)));
        let archived = before("/service/archived").unwrap_or(Value::Bool(false));
        let count = before("/service/count")
            .and_then(|c| c.as_u64())
            .unwrap_or(0)
            + count;
        let part = |name: &str| body.get(name).cloned().unwrap_or(Value::Null);
        let mut service = json!({
            "serviceName": "guardduty",
            "detectorId": self.detector.id,
            "action": part("action"),
            "resourceRole": part("resourceRole"),
            "additionalInfo": part("additionalInfo"),
            "eventFirstSeen": first_seen,
            "eventLastSeen": millis(last),
            "archived": archived,
            "count": count,
        });
        if let Some(evidence) = body.get("evidence") {
            put(&mut service, "evidence", evidence.clone());
        }
        if let Some(feedback) = before("/service/userFeedback") {
            put(&mut service, "userFeedback", feedback);
        }
        let mut finding = json!({
            "schemaVersion": "2.0",
            "accountId": self.account_id,
            "region": self.region,
            "partition": "aws",
            "id": id,
            "arn": format!("arn:aws:guardduty:{}:{}:detector/{}/finding/{id}", self.region, self.account_id, self.detector.id),
            "type": kind,
            "resource": part("resource"),
            "service": service,
            "severity": part("severity"),
            "createdAt": created,
            "updatedAt": millis(self.now),
            "title": part("title"),
            "description": part("description"),
        });
        // What a rule suppresses is archived as it comes, and no event tells of it.
        let suppressed = self.is_suppressed(&finding);
        if suppressed && let Some(service) = finding.get_mut("service") {
            put(service, "archived", Value::Bool(true));
        }
        self.detector.findings.insert(id.clone(), finding);
        self.engine.findings.insert(slot, id.clone());
        if suppressed {
            return;
        }
        if fresh {
            self.publish(&id);
        } else if !self.engine.to_publish.contains_key(&id) {
            let last = self
                .detector
                .notifications
                .iter()
                .rev()
                .find(|n| n.finding_id == id)
                .map_or(self.now, |n| n.at);
            let due = (last + self.frequency()).max(self.now);
            self.engine.to_publish.insert(id.clone(), due);
            self.engine.at(due, Task::Publish { finding: id });
        }
    }

    fn frequency(&self) -> SignedDuration {
        match self.detector.publishing_frequency.as_str() {
            "FIFTEEN_MINUTES" => SignedDuration::from_mins(15),
            "ONE_HOUR" => SignedDuration::from_hours(1),
            _ => SignedDuration::from_hours(6),
        }
    }

    /// Sends the present state of a finding to EventBridge; archiving by hand does not stop that.
    pub(crate) fn publish(&mut self, id: &str) {
        self.engine.to_publish.remove(id);
        let Some(finding) = self.detector.findings.get(id) else {
            return;
        };
        let event = json!({
            "version": "0",
            "id": self.engine.ids.uuid(),
            "detail-type": "GuardDuty Finding",
            "source": "aws.guardduty",
            "account": self.account_id,
            "time": self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": self.region,
            "resources": [],
            "detail": finding,
        });
        self.show_event(&event);
        let notification = Notification {
            at: self.now,
            finding_id: id.to_owned(),
            event: event.to_string().into_bytes(),
        };
        self.detector.notifications.push(notification);
    }
}

/// Time with milliseconds, as findings write it.
pub(super) fn millis(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
