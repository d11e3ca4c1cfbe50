//! Attack sequences (Extended Threat Detection): signals, actors, endpoints and resources instead of one action on one resource.
//! Must not judge them.

use super::interfaces;
use super::reader::Reader;
use crate::identify::json::{Node, at, get, number, text, time, whole};
use crate::identify::{Actor, Finding, FindingInterface, Indicator, Remote, Sequence, Signal};

/// Fills in what the finding itself does not say: a sequence has no instance details and no action.
pub(super) fn read(reader: &mut Reader, service: &Node<'_>, finding: &mut Finding) {
    let Some(raw) = at(service, &["detection", "sequence"]).filter(|raw| raw.is_object()) else {
        return;
    };
    let sequence = reader.under("detection", |reader| {
        reader.under("sequence", |reader| read_sequence(reader, raw, finding))
    });
    finding.sequence = Some(sequence);
}

fn read_sequence(reader: &mut Reader, raw: &Node<'_>, finding: &mut Finding) -> Sequence {
    let mut sequence = Sequence {
        uid: text(get(raw, "uid")),
        ..Sequence::default()
    };
    reader.each(raw, "signals", |reader, signal| {
        sequence.signals.push(read_signal(reader, signal));
    });
    reader.each(raw, "actors", |_, actor| {
        sequence.actors.push(Actor {
            id: text(get(actor, "id")),
            user: text(at(actor, &["user", "name"])),
            user_type: text(at(actor, &["user", "type"])),
            issuer: text(at(actor, &["session", "issuer"])),
            process: text(at(actor, &["process", "path"]))
                .or_else(|| text(at(actor, &["process", "name"]))),
        });
    });
    reader.each(raw, "sequenceIndicators", |reader, indicator| {
        let values = reader.texts(indicator, "values");
        let key = text(get(indicator, "key"));
        sequence
            .indicators
            .extend(key.map(|key| Indicator { key, values }));
    });
    reader.each(raw, "endpoints", |reader, endpoint| {
        read_endpoint(reader, endpoint, &mut sequence, finding);
    });
    read_resources(reader, raw, &mut sequence, finding);
    sequence
}

fn read_signal(reader: &mut Reader, raw: &Node<'_>) -> Signal {
    Signal {
        uid: text(get(raw, "uid")),
        kind: text(get(raw, "type")),
        name: text(get(raw, "name")),
        severity: reader.read(raw, &["severity"], "a number", number),
        count: reader.read(raw, &["count"], "a count", |v| whole(v, 1e15)),
        first: reader.read(raw, &["firstSeenAt"], "a time", time),
        last: reader.read(raw, &["lastSeenAt"], "a time", time),
        resources: reader.texts(raw, "resourceUids"),
    }
}

fn read_endpoint(
    reader: &mut Reader,
    raw: &Node<'_>,
    sequence: &mut Sequence,
    finding: &mut Finding,
) {
    if let Some(domain) = text(get(raw, "domain"))
        && !sequence.domains.contains(&domain)
    {
        sequence.domains.push(domain);
    }
    let asn = at(raw, &["autonomousSystem", "number"]).and_then(|v| whole(v, f64::from(u32::MAX)));
    if let Some(ip) = reader.ip(raw, &["ip"]) {
        let remote = Remote {
            ip,
            port: reader.port(raw, &["port"]).filter(|port| *port != 0),
            country: text(at(raw, &["location", "country"])),
            asn: asn.and_then(|n| u32::try_from(n).ok()),
            org: text(at(raw, &["autonomousSystem", "name"])),
        };
        if !finding.remote.contains(&remote) {
            finding.remote.push(remote);
        }
    }
}

fn read_resources(
    reader: &mut Reader,
    raw: &Node<'_>,
    sequence: &mut Sequence,
    finding: &mut Finding,
) {
    let mut resources = Vec::new();
    reader.each(raw, "resources", |_, resource| resources.push(resource));
    let add = |uid: &str, sequence: &mut Sequence| {
        if let Some(id) = instance_id(uid)
            && !sequence.instances.iter().any(|known| known == id)
        {
            sequence.instances.push(id.to_owned());
        }
    };
    for resource in &resources {
        if let Some(uid) = text(get(resource, "uid")) {
            add(&uid, sequence);
        }
    }
    // Groups, images and profiles name the instances that they have in common.
    for resource in &resources {
        let data = get(resource, "data").and_then(Node::members).unwrap_or(&[]);
        for (_, about) in data {
            for uid in reader.texts(about, "ec2InstanceUids") {
                add(&uid, sequence);
            }
        }
    }
    let Some(first) = finding
        .instance_id
        .clone()
        .or_else(|| sequence.instances.first().cloned())
    else {
        return;
    };
    finding.instance_id = Some(first.clone());
    let own = resources.iter().find(|resource| {
        text(get(resource, "uid")).is_some_and(|uid| instance_id(&uid) == Some(&first))
    });
    let Some(own) = own else { return };
    if finding.instance_name.is_none() {
        finding.instance_name = super::name_tag(own);
    }
    let Some(data) = at(own, &["data", "ec2Instance"]) else {
        return;
    };
    if finding.profile_arn.is_none() {
        finding.profile_arn = text(at(data, &["iamInstanceProfile", "arn"]));
    }
    if finding.interfaces.is_empty() {
        for uid in reader.texts(data, "ec2NetworkInterfaceUids") {
            let about = resources
                .iter()
                .find(|resource| text(get(resource, "uid")).as_ref() == Some(&uid))
                .and_then(|resource| at(resource, &["data", "ec2NetworkInterface"]));
            let read = about.map(|about| interfaces::one(reader, about));
            finding.interfaces.push(FindingInterface {
                id: uid.rsplit('/').next().map(str::to_owned),
                ..read.unwrap_or_default()
            });
        }
    }
}

/// `arn:aws:ec2:…:instance/i-0…` or the id alone.
fn instance_id(uid: &str) -> Option<&str> {
    let id = uid.rsplit_once(":instance/").map_or(uid, |(_, id)| id);
    super::is_instance_id(id).then_some(id)
}
