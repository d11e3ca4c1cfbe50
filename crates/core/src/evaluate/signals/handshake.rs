//! A port of the instance answered a suspect: somebody listened there. Must not claim more.

use super::{Hit, Picture, hit, ips, ports, syn_ack};
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            talk.direction == Direction::Inbound && syn_ack(talk.accepted_out.flags)
        })
        .collect();
    hit(
        "handshake",
        talks.iter().map(|(e, _)| *e),
        &[("ip", ips(&talks)), ("ports", ports(&talks))],
    )
}
