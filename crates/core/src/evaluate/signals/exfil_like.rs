//! Much data left the instance: to a suspect, on a connection that the instance opened or on a port for administration; or, once a
//! suspect had come through, to anybody, and then far more than usual. What a public web server sends to its visitors is no such
//! thing. Must not measure what is usual: the reader of the flow logs does.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;
use crate::identify::Direction;

/// Bytes that are much by themselves.
const MUCH: u64 = 10_000_000;
/// Bytes that are worth a comparison.
const SOME: u64 = 1_000_000;
/// How many times the usual is far more, and how many hours have to show what is usual.
const TIMES: u64 = 10;
const BASIS: u64 = 6;
/// Bytes in a flow record that no refused password fills: many small ones make a large sum, too.
const FULL: u64 = 50_000;

/// Ports of administration, files and databases: that many others are served there, too, excuses nothing.
const INNER: [u16; 20] = [
    20, 21, 22, 139, 445, 873, 1433, 2049, 2222, 3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200,
    11211, 27017, 27018,
];
/// Others who are served on a port that is a public one.
const OTHERS: usize = 3;
/// Bytes that they get at the least.
const SERVED: u64 = 1_000;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let of = |ip: IpAddr| {
        picture
            .talks()
            .filter(move |(_, talk)| talk.remote_ip == ip)
    };
    // What only answers is judged by its conversations.
    let only_answers = |ip: IpAddr| {
        of(ip).next().is_some() && of(ip).all(|(_, talk)| talk.direction != Direction::Outbound)
    };
    let contact = picture.first_contact();
    let mut found = Vec::new();
    for evidence in &picture.dossier.evidence {
        let Fact::OutboundVolume {
            ip,
            bytes,
            busiest_hour,
            usual_hour,
            hours,
            first,
            ..
        } = &evidence.fact
        else {
            continue;
        };
        let far_more = *bytes >= SOME
            && *hours >= BASIS
            && usual_hour.is_some_and(|usual| *busiest_hour >= usual.saturating_mul(TIMES));
        let counts = if picture.is_suspect(*ip) {
            far_more || *bytes >= MUCH
        } else {
            far_more && *bytes >= MUCH && contact.is_some_and(|contact| *first >= contact)
        };
        if counts && !only_answers(*ip) {
            found.push((evidence, *ip, None, *bytes));
        }
    }
    for (evidence, talk) in picture.suspect_talks() {
        let bytes = talk.accepted_out.bytes;
        let told = found.iter().any(|found| found.1 == talk.remote_ip);
        let counts = if talk.direction == Direction::Outbound {
            bytes >= MUCH || told && bytes >= SOME
        } else {
            let whole =
                talk.session_bytes_out >= MUCH || bytes / talk.accepted_out.flows.max(1) >= FULL;
            bytes >= MUCH && whole && !talk.port.is_some_and(|port| is_public(picture, port))
        };
        if counts {
            found.push((evidence, talk.remote_ip, talk.port, bytes));
        }
    }
    // Where a conversation and a volume speak of the same bytes, the greater of both is said.
    let mut most = std::collections::BTreeMap::new();
    for (_, ip, port, bytes) in &found {
        let sums: &mut (u64, u64) = most.entry(*ip).or_default();
        let sum = if port.is_some() {
            &mut sums.0
        } else {
            &mut sums.1
        };
        *sum = sum.saturating_add(*bytes);
    }
    let bytes: u64 = most
        .values()
        .map(|(talks, volumes)| *talks.max(volumes))
        .sum();
    let ports: Vec<u16> = found.iter().filter_map(|found| found.2).collect();
    let args = [
        ("ip", joined(most.keys().map(ToString::to_string))),
        ("known", ports.len().to_string()),
        ("ports", joined(ports.iter().map(ToString::to_string))),
        ("bytes", bytes.to_string()),
    ];
    hit("exfil-like", found.iter().map(|found| found.0), &args)
}

/// Whether the port serves the public: the Web's own, or one on which others than suspects are served as well.
fn is_public(picture: &Picture<'_>, port: u16) -> bool {
    if matches!(port, 80 | 443) {
        return true;
    }
    let others: BTreeSet<IpAddr> = picture
        .talks()
        .filter(|(_, talk)| {
            talk.direction == Direction::Inbound
                && talk.port == Some(port)
                && talk.accepted_out.bytes >= SERVED
                && !picture.is_suspect(talk.remote_ip)
        })
        .map(|(_, talk)| talk.remote_ip)
        .collect();
    !INNER.contains(&port) && others.len() >= OTHERS
}
