//! Everything between the suspects and the instance was refused. Must not speak of what the finding says: see `finding_blocked`.

use super::{Hit, Picture, hit, ips, ports};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture.suspect_talks().collect();
    let accepted = talks
        .iter()
        .any(|(_, talk)| talk.accepted_in.flows + talk.accepted_out.flows > 0);
    if accepted {
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
