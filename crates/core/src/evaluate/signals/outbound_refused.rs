//! The instance tried to reach a suspect and was refused by the network: the harm was stopped, what wanted it was not. Must not count
//! guesses about who began.

use super::{Hit, Picture, hit, ips, ports};
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            talk.direction == Direction::Outbound
                && !talk.direction_guessed
                && talk.rejected.flows > 0
                && talk.accepted_in.flows == 0
        })
        .collect();
    hit(
        "outbound-refused",
        talks.iter().map(|(e, _)| *e),
        &[("ip", ips(&talks)), ("ports", ports(&talks))],
    )
}
