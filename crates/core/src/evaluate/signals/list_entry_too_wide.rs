//! The entry of the list that matched covers a whole network, and what the instance has with the address is ordinary: HTTPS both
//! ways, for longer than a day, with nothing bad beside it while all three logs show the whole time. Only then is the list the
//! likely error. A narrow entry, a beacon, or a missing log, and this says nothing. Must not weigh other signals: it asks for none.

use std::net::IpAddr;

use super::{
    Hit, Picture, attack_sequence, beacon, credential_exfiltration_finding, dns_generated_names,
    dns_mining_pool, dns_tunnel, hit, host_change, joined, login_accepted, login_after_failures,
    malware_finding, mining, other_finding, recon_burst, role_used_elsewhere, runtime_finding,
    sweep,
};
use crate::evaluate::{Coverage, Fact, Source};

/// Addresses in an entry from which on it names a network and not a machine: a /24.
pub(super) const WIDE: u64 = 256;
/// Seconds of history.
const LONG_KNOWN: i64 = 86_400;
/// Bytes out on one side that no ordinary partner traffic of a gateway reaches.
const TOO_MUCH: u64 = 1_000_000_000;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let seen = [Source::FlowLogs, Source::Cloudtrail, Source::AuthLog];
    if !seen
        .into_iter()
        .all(|source| picture.dossier.covered(source) == Coverage::Complete)
    {
        return Vec::new();
    }
    let bad: [fn(&Picture<'_>) -> Vec<Hit>; 17] = [
        attack_sequence::find,
        beacon::find,
        credential_exfiltration_finding::find,
        dns_generated_names::find,
        dns_mining_pool::find,
        dns_tunnel::find,
        host_change::find,
        login_accepted::find,
        login_after_failures::find,
        malware_finding::find,
        mining::find,
        other_finding::find,
        recon_burst::find,
        role_used_elsewhere::find,
        runtime_finding::find,
        sweep::find,
        super::calls::find,
    ];
    if bad.iter().any(|find| !find(picture).is_empty()) {
        return Vec::new();
    }
    let matches: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::ThreatMatch {
                ip,
                list,
                entry,
                width,
            } if picture.is_suspect(*ip) => Some((e, *ip, list, entry, *width)),
            _ => None,
        })
        .collect();
    let remote = picture.finding.remote_ips();
    // Every suspect has to be explained by a wide entry, not only one of them.
    if remote.is_empty()
        || !remote.iter().all(|ip| only_wide(picture, *ip))
        || !matches.iter().all(|found| only_wide(picture, found.1))
    {
        return Vec::new();
    }
    let talks: Vec<_> = picture.suspect_talks().collect();
    let ordinary = talks.iter().all(|(_, talk)| {
        let refused_only = talk.accepted_in.flows + talk.accepted_out.flows == 0;
        let https = talk.protocol == 6 && talk.port == Some(443);
        let both_ways = talk.accepted_in.bytes > 0 && talk.accepted_out.bytes > 0;
        !refused_only && https && both_ways && talk.accepted_out.bytes < TOO_MUCH
    });
    if talks.is_empty() || !ordinary || !remote.iter().all(|ip| known_long(picture, *ip)) {
        return Vec::new();
    }
    let args = [
        ("ip", joined(remote.iter().map(ToString::to_string))),
        ("list", joined(matches.iter().map(|found| found.2.clone()))),
        ("entry", joined(matches.iter().map(|found| found.3.clone()))),
        (
            "width",
            matches
                .iter()
                .map(|found| found.4)
                .max()
                .unwrap_or(0)
                .to_string(),
        ),
    ];
    hit(
        "list-entry-too-wide",
        matches
            .iter()
            .map(|found| found.0)
            .chain(talks.iter().map(|(e, _)| *e)),
        &args,
    )
}

/// Whether an address is on lists, and each time by an entry that names a whole network: it may not be meant.
pub(super) fn only_wide(picture: &Picture<'_>, ip: IpAddr) -> bool {
    let mut widths = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::ThreatMatch {
                ip: listed, width, ..
            } if *listed == ip => Some(*width),
            _ => None,
        })
        .peekable();
    widths.peek().is_some() && widths.all(|width| width >= WIDE)
}

/// Whether the instance and an address have had to do with each other for longer than a day.
pub(super) fn known_long(picture: &Picture<'_>, ip: IpAddr) -> bool {
    let of_ip = || picture.talks().filter(|(_, talk)| talk.remote_ip == ip);
    let first = of_ip().map(|(_, talk)| talk.first.as_second()).min();
    let last = of_ip().map(|(_, talk)| talk.last.as_second()).max();
    first
        .zip(last)
        .is_some_and(|(first, last)| last - first >= LONG_KNOWN)
}
