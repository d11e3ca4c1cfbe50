//! GuardDuty's own JSON, in either of its two cases, to a [`Finding`]. What is there and cannot be read becomes a problem with
//! its path; what is absent stays absent. Titles and descriptions are never parsed: their texts change.
//! Must not know envelopes.

mod action;
mod family;
mod interfaces;
mod malware;
mod process;
mod reader;
mod sample;
mod sequence;

use std::collections::BTreeSet;

use self::action::Act;
use self::family::{family, snake};
use self::reader::Reader;
use super::Finding;
use super::json::{Node, at, get, list, number, text, time, truth, whole};
use crate::Digest;

/// What an envelope says beside the finding, used only where the finding is silent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// Account of the envelope.
    pub(super) account: Option<String>,
    /// Region of the envelope.
    pub(super) region: Option<String>,
}

/// GuardDuty's shape: a type and a resource or a service part. A peer's normaliser calls the service part `finding`.
pub(super) fn is(node: &Node<'_>) -> bool {
    let typed = get(node, "type")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind.contains([':', '/']));
    let object = |name| get(node, name).is_some_and(Node::is_object);
    typed && (object("resource") || object("service"))
}

/// Reads one finding.
pub(super) fn read(raw: &Node<'_>, hints: &Hints) -> Finding {
    let mut reader = Reader::default();
    let nothing = Node::Null;
    let part = |reader: &mut Reader, names: &[&str]| {
        let found = names.iter().find_map(|name| get(raw, name))?;
        if !found.is_object() {
            reader.unreadable(names.get(..1).unwrap_or(names), "an object", found);
        }
        Some(found)
    };
    let service = part(&mut reader, &["service", "finding"]).unwrap_or(&nothing);
    let resource = part(&mut reader, &["resource"]).unwrap_or(&nothing);
    let details = get(resource, "instanceDetails").unwrap_or(&nothing);
    let arn = text(get(raw, "arn"));
    let in_arn = |n: usize| {
        arn.as_deref()
            .and_then(|arn| arn.split(':').nth(n))
            .filter(|s| !s.is_empty())
            .map(str::to_owned)
    };
    let kind = text(get(raw, "type")).unwrap_or_default();
    let act = reader.under("service", |reader| Act::read(reader, service));
    let (threat_lists, flagged) = listed(service);
    let mut finding = Finding {
        id: id(&mut reader, raw, arn.as_deref()),
        account: text(get(raw, "accountId"))
            .or_else(|| in_arn(4))
            .or_else(|| hints.account.clone()),
        region: text(get(raw, "region"))
            .or_else(|| in_arn(3))
            .or_else(|| hints.region.clone()),
        partition: text(get(raw, "partition")).or_else(|| in_arn(1)),
        detector: text(get(service, "detectorId")).or_else(|| {
            let rest = arn.as_deref()?.split_once("detector/")?.1;
            rest.split('/').next().map(str::to_owned)
        }),
        severity: reader.read(raw, &["severity"], "a number", number),
        updated: reader.read(raw, &["updatedAt"], "a time", time),
        sample: sample::is_sample(raw, resource, service, flagged),
        instance_id: text(get(details, "instanceId")),
        instance_name: name_tag(details),
        profile_arn: text(at(details, &["iamInstanceProfile", "arn"])),
        interfaces: reader.under("resource", |reader| {
            reader.under("instanceDetails", |reader| {
                interfaces::read(reader, details, &act)
            })
        }),
        action: act.name,
        direction: act.direction,
        blocked: act.blocked,
        protocol: act.protocol,
        local_ports: act.local_ports,
        domain: act.domain,
        remote: act.remote,
        threat_lists,
        role: text(get(service, "resourceRole")).map(|role| role.to_lowercase()),
        credentials_of: text(at(resource, &["accessKeyDetails", "principalId"]))
            .and_then(|id| Some(id.rsplit_once(':')?.1.to_owned()))
            .filter(|session| is_instance_id(session)),
        sequence_arn: text(get(raw, "associatedAttackSequenceArn")),
        family: family(resource, &kind),
        kind,
        arn,
        ..Finding::default()
    };
    reader.under("service", |reader| {
        finding.first_seen = reader.read(service, &["eventFirstSeen"], "a time", time);
        finding.last_seen = reader.read(service, &["eventLastSeen"], "a time", time);
        finding.count = reader.read(service, &["count"], "a count", |v| whole(v, 1e15));
        finding.archived = reader
            .read(service, &["archived"], "true or false", truth)
            .unwrap_or(false);
        finding.malware = malware::read(reader, service, resource);
        finding.process = process::read(reader, service);
        sequence::read(reader, service, &mut finding);
    });
    if finding.family == "ec2" && finding.instance_id.is_none() {
        reader.problem("resource.instanceDetails.instanceId: absent");
    }
    twice(raw, &Way::Start, &mut reader);
    finding.problems = reader.into_problems();
    finding
}

fn id(reader: &mut Reader, raw: &Node<'_>, arn: Option<&str>) -> String {
    text(get(raw, "id"))
        .or_else(|| Some(arn?.rsplit_once("/finding/")?.1.to_owned()))
        .unwrap_or_else(|| {
            reader.problem("id: absent; the digest of the finding stands in");
            let digest = Digest::of_json(&raw.to_value())
                .map_or_else(|_| String::new(), |digest| digest.hex());
            format!("unnamed-{}", digest.chars().take(16).collect::<String>())
        })
}

fn is_instance_id(id: &str) -> bool {
    id.strip_prefix("i-").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn name_tag(tagged: &Node<'_>) -> Option<String> {
    list(get(tagged, "tags"))
        .iter()
        .find(|tag| get(tag, "key").and_then(Node::as_str) == Some("Name"))
        .and_then(|tag| text(get(tag, "value")))
}

/// The names of the lists that matched, which lie in two places, and whether the finding is flagged a sample.
fn listed(service: &Node<'_>) -> (Vec<String>, bool) {
    let mut names: Vec<String> = Vec::new();
    let mut flagged = false;
    sample::additional(service, &mut |info| {
        names.extend(text(get(info, "threatListName")));
        flagged |= sample::flag(info);
    });
    let details = list(at(service, &["evidence", "threatIntelligenceDetails"]));
    names.extend(
        details
            .iter()
            .filter_map(|entry| text(get(entry, "threatListName"))),
    );
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    (names, flagged)
}

/// Members that come twice: one reader takes the first and another the last, so the finding can be read in two ways.
fn twice(node: &Node<'_>, way: &Way<'_>, reader: &mut Reader) {
    match node {
        Node::List(items) => {
            for (n, item) in items.iter().enumerate() {
                if item.is_object() {
                    twice(item, &Way::Item(way, n), reader);
                }
            }
        }
        Node::Object(members) => {
            let mut seen = BTreeSet::new();
            for (n, (name, value)) in members.iter().enumerate() {
                // Objects are small; the set is for those that were made large.
                let known = if n < 32 {
                    members.iter().take(n).any(|(other, _)| other == name)
                } else {
                    if seen.is_empty() {
                        seen.extend(members.iter().take(n).map(|(name, _)| name));
                    }
                    !seen.insert(name)
                };
                let way = Way::Member(way, name);
                if known {
                    reader.problem(format!("{}: given twice; the last counts", way.place()));
                }
                if matches!(value, Node::List(_) | Node::Object(_)) {
                    twice(value, &way, reader);
                }
            }
        }
        _ => {}
    }
}

/// The way to a member, put into words only when there is something to say.
enum Way<'w> {
    Start,
    Member(&'w Way<'w>, &'w str),
    Item(&'w Way<'w>, usize),
}

impl Way<'_> {
    fn place(&self) -> String {
        let (before, step) = match self {
            Self::Start => return String::new(),
            Self::Member(before, name) => (before, name.chars().take(40).collect::<String>()),
            Self::Item(before, n) => (before, n.to_string()),
        };
        let before = before.place();
        if before.is_empty() {
            step
        } else {
            format!("{before}.{step}")
        }
    }
}
