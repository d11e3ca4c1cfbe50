//! The instance reaches for many others: a scan outwards, or a move sideways to its neighbours. Must not count what it did before
//! anybody suspect had come: monitors and crawlers do that for a living.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::{Evidence, Fact};

struct Sweep<'a> {
    evidence: &'a Evidence,
    inside: bool,
    from: String,
    port: Option<u16>,
    hosts: u64,
    ports: u64,
    answered: u64,
}

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let contact = picture.first_contact();
    let found: Vec<Sweep<'_>> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|evidence| match &evidence.fact {
            Fact::Sweep {
                from,
                inside,
                port,
                hosts,
                ports,
                answered,
                first,
                ..
            } if contact.is_none_or(|contact| *first >= contact) => Some(Sweep {
                evidence,
                inside: *inside,
                from: from.to_string(),
                port: *port,
                hosts: *hosts,
                ports: *ports,
                answered: *answered,
            }),
            _ => None,
        })
        .collect();
    let (inside, outside): (Vec<_>, Vec<_>) = found.into_iter().partition(|sweep| sweep.inside);
    let mut hits = hit_on("lateral-movement", &inside);
    hits.extend(hit_on("outbound-sweep", &outside));
    hits
}

fn hit_on(signal: &str, sweeps: &[Sweep<'_>]) -> Vec<Hit> {
    let most = |of: fn(&Sweep<'_>) -> u64| sweeps.iter().map(of).max().unwrap_or(0).to_string();
    let args = [
        ("from", joined(sweeps.iter().map(|s| s.from.clone()))),
        (
            "port",
            joined(sweeps.iter().filter_map(|s| s.port).map(|p| p.to_string())),
        ),
        ("hosts", most(|s| s.hosts)),
        ("ports", most(|s| s.ports)),
        ("answered", most(|s| s.answered)),
    ];
    hit(signal, sweeps.iter().map(|s| s.evidence), &args)
}
