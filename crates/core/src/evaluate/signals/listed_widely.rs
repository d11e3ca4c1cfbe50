//! A remote address of the finding stands on several lists, by entries that mean it and not its network. Reputation never proves a
//! success. Must not count one list twice, nor the first: that is why there is a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::list_entry_too_wide::WIDE;
use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

/// Points for each list beyond the first.
const EACH: i32 = 5;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let remote = picture.finding.remote_ips();
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::ThreatMatch {
                ip, list, width, ..
            } if *width < WIDE && remote.contains(ip) => Some((e, *ip, list.as_str())),
            _ => None,
        })
        .collect();
    let mut lists: BTreeMap<IpAddr, BTreeSet<&str>> = BTreeMap::new();
    for (_, ip, list) in &found {
        lists.entry(*ip).or_default().insert(list);
    }
    lists.retain(|_, lists| lists.len() >= 2);
    let cited = found.iter().filter(|found| lists.contains_key(&found.1));
    let args = [
        ("ip", joined(lists.keys().map(ToString::to_string))),
        (
            "list",
            joined(lists.values().flatten().map(|list| (*list).to_owned())),
        ),
    ];
    let mut hits = hit("listed-widely", cited.map(|found| found.0), &args);
    let more = lists.values().map(BTreeSet::len).max().unwrap_or(1) - 1;
    for hit in &mut hits {
        let points = i32::try_from(more).unwrap_or(i32::MAX).saturating_mul(EACH);
        hit.weight.points = points.min(hit.weight.points);
    }
    hits
}
