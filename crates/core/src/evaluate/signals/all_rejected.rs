//! Everything that suspects sent to the instance was refused. What the instance itself sent and could not is no attack that failed:
//! see `outbound_refused`. Must not speak of what the finding says: see `finding_blocked`.

use super::{Hit, Picture, hit, ips, ports};
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture.suspect_talks().collect();
    let otherwise = talks.iter().any(|(_, talk)| {
        let ours = talk.direction == Direction::Outbound && !talk.direction_guessed;
        talk.accepted_in.flows + talk.accepted_out.flows > 0 || ours
    });
    if otherwise {
        return Vec::new();
    }
    let flows: u64 = talks.iter().map(|(_, talk)| talk.rejected.flows).sum();
    hit(
        "all-rejected",
        talks.iter().map(|(e, _)| *e),
        &[
            ("ip", ips(&talks)),
            ("ports", ports(&talks)),
            ("flows", flows.to_string()),
        ],
    )
}
