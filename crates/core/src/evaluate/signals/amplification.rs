//! A UDP service that answers with far more than it is asked. Must not look at TCP.

use super::{Hit, Picture, hit, ips, ports};
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            talk.protocol == 17
                && talk.direction == Direction::Inbound
                && talk.accepted_out.bytes >= 10_000
                && talk.accepted_out.bytes > talk.accepted_in.bytes.saturating_mul(10)
        })
        .collect();
    hit(
        "amplification",
        talks.iter().map(|(e, _)| *e),
        &[("ip", ips(&talks)), ("ports", ports(&talks))],
    )
}
