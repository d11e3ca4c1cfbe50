//! Whose network an address is in: what the owners published, over what is part of the program. Must not say who is at the
//! address.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use rebato_core::investigate::{AddressFact, Asked, Opinion, Standing};

use super::{Answers, Knowledge};
use crate::ranges::{self, Range};

/// The name of the program's own networks, as a source.
const OWN: &str = "ranges";

/// A network with its source and the day it stands for.
struct Known<'a> {
    source: &'a str,
    as_of: &'a str,
    range: &'a Range,
}

/// For each owner the narrowest network, as a fact; a service that nobody can rent a machine in is also known good.
pub(super) fn ask(knowledge: &Knowledge, ip: IpAddr, answers: &mut Answers) {
    let mut found: Vec<Known<'_>> = Vec::new();
    // Published networks of an owner for this kind of address take the place of older ones in the program.
    let mut newest: BTreeMap<&str, &str> = BTreeMap::new();
    for (file, known, ranges) in knowledge.ranges() {
        let before = found.len();
        for range in ranges {
            if range.net.addr().is_ipv6() == ip.is_ipv6() {
                let newest = newest.entry(range.owner.as_str()).or_default();
                *newest = (*newest).max(known.as_of.as_str());
                if range.net.contains(&ip) {
                    found.push(Known {
                        source: &file.source,
                        as_of: &known.as_of,
                        range,
                    });
                }
            }
        }
        answers
            .asked
            .push(asked(&file.source, found.len() > before));
    }
    let own = ranges::lookup(ip).into_iter().filter(|range| {
        range.service == "resolver"
            || newest
                .get(range.owner.as_str())
                .is_none_or(|published| *published < range.as_of.as_str())
    });
    let before = found.len();
    found.extend(own.map(|range| Known {
        source: OWN,
        as_of: &range.as_of,
        range,
    }));
    answers.asked.push(asked(OWN, found.len() > before));

    found.sort_by_key(|known| {
        let range = known.range;
        (
            range.owner.as_str(),
            Reverse(range.net.prefix_len()),
            collects(range),
            Reverse(known.as_of),
            range.service.as_str(),
        )
    });
    found.dedup_by_key(|known| known.range.owner.as_str());
    for known in found {
        tell(&known, answers);
    }
}

/// Names under which an owner repeats the networks of others: where both fit, the other says more.
fn collects(range: &Range) -> u8 {
    match (range.owner.as_str(), range.service.as_str()) {
        ("aws", "AMAZON") => 2,
        ("aws", "EC2") => 1,
        ("azure", "AzureCloud") if range.region.is_none() => 2,
        ("azure", "AzureCloud") | ("google", "google") => 1,
        _ => 0,
    }
}

fn asked(source: &str, answered: bool) -> Asked {
    Asked {
        source: source.into(),
        result: if answered { "answered" } else { "not_listed" }.into(),
        why: None,
    }
}

fn tell(known: &Known<'_>, answers: &mut Answers) {
    let range = known.range;
    let place = range
        .region
        .as_ref()
        .map(|region| format!(" {region}"))
        .unwrap_or_default();
    let value = format!("{} {}{place} {}", range.owner, range.service, range.net);
    let kind = if range.service == "resolver" {
        "network"
    } else {
        "cloud"
    };
    answers.facts.push(AddressFact {
        source: known.source.into(),
        kind: kind.into(),
        value: value.clone(),
        as_of: Some(known.as_of.into()),
    });
    if !range.is_rented() {
        answers.opinions.push(Opinion {
            source: known.source.into(),
            says: "benign".into(),
            confidence: 0.8,
            // Networks stay with their owners for years: the file's date, which the fact has, does not make it stale.
            as_of: None,
            why: Some(value),
            class: Some(Standing::KnownGood),
        });
    }
}
