//! The processor is busy for long, and the instance has an answered connection to a port where mining pools listen. Neither alone
//! says this. Must not look at names: see `dns_mining_pool`.

use super::{Hit, Picture, hit, ips, joined, ports};
use crate::evaluate::Fact;
use crate::identify::Direction;

/// Ports of the stratum protocol and its kin.
const POOLS: [u16; 11] = [
    3333, 3334, 4444, 5555, 5556, 7777, 9999, 14433, 14444, 45560, 45700,
];
/// Per cent.
const BUSY: f64 = 90.0;
/// Seconds.
const LONG: i64 = 1_800;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let busy: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Metric {
                name,
                from,
                until,
                value,
                ..
            } if name == "CPUUtilization"
                && *value > BUSY
                && until.as_second() - from.as_second() >= LONG =>
            {
                Some((e, *value, *from, *until))
            }
            _ => None,
        })
        .collect();
    let pools: Vec<_> = picture
        .talks()
        .filter(|(_, talk)| {
            talk.direction == Direction::Outbound
                && talk.port.is_some_and(|port| POOLS.contains(&port))
                && talk.accepted_in.packets > 0
                && talk.accepted_out.packets > 0
                && busy
                    .iter()
                    .any(|(_, _, from, until)| talk.first <= *until && talk.last >= *from)
        })
        .collect();
    if pools.is_empty() {
        return Vec::new();
    }
    let args = [
        ("ip", ips(&pools)),
        ("ports", ports(&pools)),
        (
            "percent",
            joined(busy.iter().map(|(_, value, ..)| format!("{value:.0}"))),
        ),
    ];
    hit(
        "mining",
        busy.iter()
            .map(|found| found.0)
            .chain(pools.iter().map(|found| found.0)),
        &args,
    )
}
