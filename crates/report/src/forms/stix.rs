//! What the case learned of the attacker, as a STIX 2.1 bundle to share: addresses, when they were seen and doing what, and
//! indicators where there was an attack. Nothing in it names the victim: no account, no instance, no address of ours, no user.
//! Must not decide with whom it is shared; it carries the case's marking.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rebato_core::case::Case;
use rebato_core::digest::in_order;
use rebato_core::evaluate::{Conversation, Outcome};
use rebato_core::identify::Direction;
use rebato_core::investigate::{Marking, Scope, scope_of};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::{confidence, is_attack, talks_with, techniques, tidy};
use crate::Lang;
use crate::escalation::attackers;
use crate::words::Words;

/// Conversations of one address that go along.
const TALKS: usize = 100;
/// Days after the last sight for which an indicator holds: addresses change hands within weeks.
const VALID_DAYS: i64 = 30;
/// The namespace of deterministic ids of observables (STIX 2.1, section 2.9).
const OBSERVABLES: [u8; 16] = [
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7,
];
/// Ours, for all other objects: the same case gives the same ids, so that a later bundle replaces an earlier one.
const OURS: [u8; 16] = [
    0x6f, 0x0a, 0x2b, 0x51, 0x5e, 0x0c, 0x4c, 0x2e, 0x8d, 0x7a, 0x91, 0x3d, 0x52, 0x65, 0x62, 0x61,
];
/// The extension that has TLP 2.0 (OASIS, STIX common objects).
const TLP: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The bundle.
#[must_use]
pub fn stix(case: &Case, lang: Lang) -> Value {
    let mut bundle = Bundle::new(case);
    let words = Words::wrapping(lang, str::to_owned);
    let outcome = case.verdict.as_ref().map(|verdict| verdict.outcome);
    let said = match outcome {
        Some(outcome) => words.key(&format!("outcome-{}-long", outcome.name())),
        None => words.key("report-no-verdict"),
    };
    let patterns: Vec<String> = techniques(case)
        .into_iter()
        .map(|id| bundle.technique(id))
        .collect();
    let outside = |ip: &IpAddr| matches!(scope_of(*ip, &[]), Scope::Public | Scope::Documentation);
    for ip in attackers(case).filter(outside) {
        let seen = bundle.observed(case, ip);
        if outcome.is_some_and(is_attack) {
            bundle.indicator(case, ip, &said, seen.as_deref(), &patterns);
        }
    }
    bundle.report(case, &said, lang);
    bundle.done(case)
}

/// Objects as they come, and what each of them says.
struct Bundle {
    objects: Vec<Value>,
    created: String,
    modified: String,
    identity: String,
    marking: String,
}

impl Bundle {
    fn new(case: &Case) -> Self {
        let marking = case.marking.unwrap_or_default();
        let (level, id) = tlp(marking);
        let marking = format!("marking-definition--{id}");
        let identity = id_of("identity", &OURS, "rebato");
        let mut bundle = Self {
            objects: Vec::new(),
            created: time(case.opened),
            modified: time(case.updated),
            identity,
            marking,
        };
        bundle.objects.push(json!({
            "type": "marking-definition", "spec_version": "2.1", "id": bundle.marking,
            "created": "2022-10-01T00:00:00.000Z", "name": format!("TLP:{}", level.to_uppercase()),
            "extensions": { TLP: { "extension_type": "property-extension", "tlp_2_0": level } },
        }));
        let identity = bundle.identity.clone();
        bundle.add(
            "identity",
            &identity,
            json!({ "name": "Rebato", "identity_class": "system" }),
        );
        bundle
    }

    /// An object with what all domain objects have.
    fn add(&mut self, kind: &str, id: &str, more: Value) {
        let mut object = json!({
            "type": kind, "spec_version": "2.1", "id": id, "created": self.created, "modified": self.modified,
            "object_marking_refs": [self.marking],
        });
        if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
            if kind != "identity" {
                object.insert("created_by_ref".into(), self.identity.clone().into());
            }
            object.extend(more);
        }
        self.objects.push(object);
    }

    /// An observable. Its id is made of what identifies it, so that everybody's is the same.
    fn observable(&mut self, kind: &str, identifying: &Value, more: Value) -> String {
        let id = id_of(
            kind,
            &OBSERVABLES,
            &in_order(identifying.clone()).to_string(),
        );
        if self
            .objects
            .iter()
            .any(|object| object["id"] == id.as_str())
        {
            return id;
        }
        let mut object = json!({
            "type": kind, "spec_version": "2.1", "id": id, "object_marking_refs": [self.marking],
        });
        if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
            object.extend(more);
        }
        self.objects.push(object);
        id
    }

    fn technique(&mut self, technique: &str) -> String {
        let id = id_of("attack-pattern", &OURS, technique);
        self.add(
            "attack-pattern",
            &id,
            json!({
                "name": technique,
                "external_references": [{
                    "source_name": "mitre-attack", "external_id": technique,
                }],
            }),
        );
        id
    }

    /// The address, its network, and its conversations with us, without us.
    fn observed(&mut self, case: &Case, ip: IpAddr) -> Option<String> {
        let address = self.address(case, ip);
        let talks: Vec<&Conversation> = talks_with(case, &[ip]).collect();
        let mut refs = vec![address.clone()];
        for talk in talks.iter().take(TALKS) {
            let traffic = self.traffic(talk, &address);
            if !refs.contains(&traffic) {
                refs.push(traffic);
            }
        }
        let finding = &case.finding;
        let first = talks.iter().map(|talk| talk.first).min();
        let last = talks.iter().map(|talk| talk.last).max();
        let (first, last) = (first.or(finding.first_seen)?, last.or(finding.last_seen)?);
        let flows: u64 = talks.iter().map(|talk| flows(talk)).sum();
        let id = id_of("observed-data", &OURS, &format!("{}/{ip}", case.id));
        self.add(
            "observed-data",
            &id,
            json!({
                "first_observed": time(first), "last_observed": time(last.max(first)),
                // As many as the schema counts to.
                "number_observed": flows.max(finding.count.unwrap_or(1)).clamp(1, 999_999_999),
                "object_refs": refs,
            }),
        );
        Some(id)
    }

    fn address(&mut self, case: &Case, ip: IpAddr) -> String {
        let remote = case.finding.remote.iter().find(|remote| remote.ip == ip);
        let network = remote.and_then(|remote| remote.asn).map(|number| {
            let name = remote.and_then(|remote| remote.org.clone());
            let mut more = json!({ "number": number });
            if let (Some(more), Some(name)) = (more.as_object_mut(), name) {
                more.insert("name".into(), name.into());
            }
            self.observable("autonomous-system", &json!({ "number": number }), more)
        });
        let mut more = json!({ "value": ip });
        if let (Some(more), Some(network)) = (more.as_object_mut(), network) {
            more.insert("belongs_to_refs".into(), json!([network]));
        }
        let kind = if ip.is_ipv4() {
            "ipv4-addr"
        } else {
            "ipv6-addr"
        };
        self.observable(kind, &json!({ "value": ip }), more)
    }

    /// One end of a conversation is theirs; the other is left out.
    fn traffic(&mut self, talk: &Conversation, address: &str) -> String {
        let outbound = talk.direction == Direction::Outbound;
        let (end, theirs_sent, ours_sent) = if outbound {
            ("dst_ref", "dst_byte_count", "src_byte_count")
        } else {
            ("src_ref", "src_byte_count", "dst_byte_count")
        };
        let network = if talk.remote_ip.is_ipv4() {
            "ipv4"
        } else {
            "ipv6"
        };
        let protocols: Vec<&str> = [Some(network), protocol(talk.protocol)]
            .into_iter()
            .flatten()
            .collect();
        let (start, finish) = (time(talk.first), time(talk.last.max(talk.first)));
        let mut more = json!({
            end: address, "protocols": protocols, "start": start, "end": finish, "is_active": false,
            theirs_sent: talk.accepted_in.bytes, ours_sent: talk.accepted_out.bytes,
        });
        let mut identifying = json!({
            end: address, "protocols": protocols, "start": start, "end": finish,
        });
        if let Some(port) = talk.port {
            for object in [&mut more, &mut identifying] {
                if let Some(object) = object.as_object_mut() {
                    object.insert("dst_port".into(), port.into());
                }
            }
        }
        self.observable("network-traffic", &identifying, more)
    }

    fn indicator(
        &mut self,
        case: &Case,
        ip: IpAddr,
        said: &str,
        seen: Option<&str>,
        patterns: &[String],
    ) {
        let finding = &case.finding;
        let from = finding.first_seen.unwrap_or(case.opened);
        let last = finding.last_seen.unwrap_or(case.opened).max(from);
        let until = last
            .checked_add(SignedDuration::from_hours(24 * VALID_DAYS))
            .unwrap_or(last);
        let kind = if ip.is_ipv4() {
            "ipv4-addr"
        } else {
            "ipv6-addr"
        };
        let id = id_of("indicator", &OURS, &format!("{}/{ip}", case.id));
        self.add(
            "indicator",
            &id,
            json!({
                "name": ip, "description": said, "indicator_types": ["malicious-activity"], "pattern_type": "stix",
                "pattern": format!("[{kind}:value = '{ip}']"),
                "valid_from": time(from), "valid_until": time(until.max(from)),
                "confidence": confidence(case).unwrap_or(0),
            }),
        );
        if let Some(seen) = seen {
            self.relation(&id, "based-on", seen);
        }
        for pattern in patterns {
            self.relation(&id, "indicates", pattern);
        }
    }

    fn relation(&mut self, from: &str, how: &str, to: &str) {
        let id = id_of("relationship", &OURS, &format!("{from} {how} {to}"));
        self.add(
            "relationship",
            &id,
            json!({ "relationship_type": how, "source_ref": from, "target_ref": to }),
        );
    }

    fn report(&mut self, case: &Case, said: &str, lang: Lang) {
        let is_marking = |object: &&Value| object["type"] == "marking-definition";
        let refs: Vec<Value> = self
            .objects
            .iter()
            .filter(|object| !is_marking(object))
            .map(|object| object["id"].clone())
            .collect();
        let types = match case.verdict.as_ref().map(|verdict| verdict.outcome) {
            Some(Outcome::Benign | Outcome::Inconclusive) | None => ["observed-data"],
            Some(_) => ["indicator"],
        };
        let id = id_of("report", &OURS, &case.id);
        self.add(
            "report",
            &id,
            json!({
                "name": format!("Rebato {}: {}", case.id, case.finding.kind), "description": said,
                "report_types": types, "published": self.modified, "object_refs": refs, "lang": lang.code(),
            }),
        );
    }

    fn done(self, case: &Case) -> Value {
        tidy(json!({
            "type": "bundle",
            "id": id_of("bundle", &OURS, &format!("{}/{}", case.id, case.seq)),
            "objects": self.objects,
        }))
    }
}

fn flows(talk: &Conversation) -> u64 {
    talk.accepted_in
        .flows
        .saturating_add(talk.accepted_out.flows)
        .saturating_add(talk.rejected.flows)
}

/// The keyword of a protocol (IANA, Protocol Numbers), of those that attackers come with.
const fn protocol(number: u8) -> Option<&'static str> {
    match number {
        1 => Some("icmp"),
        6 => Some("tcp"),
        17 => Some("udp"),
        58 => Some("ipv6-icmp"),
        _ => None,
    }
}

/// Milliseconds, as STIX wants them.
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The level's name and the id of its definition (OASIS, TLP 2.0 marking definitions).
const fn tlp(marking: Marking) -> (&'static str, &'static str) {
    match marking {
        Marking::Clear => ("clear", "94868c89-83c2-464b-929b-a1a8aa3c8487"),
        Marking::Green => ("green", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
        Marking::Amber => ("amber", "55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
        Marking::AmberStrict => ("amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003"),
        Marking::Red => ("red", "e828b379-4e03-4974-9ac4-e53a884c97c1"),
    }
}

/// `kind--UUID`, the UUID of version 5 (RFC 9562) of the name in the namespace.
fn id_of(kind: &str, namespace: &[u8; 16], name: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(namespace);
    // Domain objects of one name are apart by their kind; an observable's name is the canonical JSON of what identifies it.
    if namespace != &OBSERVABLES {
        hash.update(kind.as_bytes());
    }
    hash.update(name.as_bytes());
    let digest: [u8; 20] = hash.finalize().into();
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = digest;
    let bits = u128::from_be_bytes([
        a,
        b,
        c,
        d,
        e,
        f,
        (g & 0x0f) | 0x50,
        h,
        (i & 0x3f) | 0x80,
        j,
        k,
        l,
        m,
        n,
        o,
        p,
    ]);
    let hex = format!("{bits:032x}");
    let mut out = format!("{kind}--");
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the UUID libraries of others give it for the canonical JSON of the address.
    #[test]
    fn observables_have_the_ids_that_everybody_gives_them() {
        let id = id_of(
            "ipv4-addr",
            &OBSERVABLES,
            &json!({ "value": "198.51.100.3" }).to_string(),
        );
        assert_eq!(id, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    }
}
