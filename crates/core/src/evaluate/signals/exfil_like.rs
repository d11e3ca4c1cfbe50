//! Much data towards a suspect, on a connection that the instance opened or on a port for administration. What a public web server
//! sends to its visitors is no such thing. Must not know what the instance usually sends.

use super::{Hit, Picture, hit, ips, ports};
use crate::identify::Direction;

/// Bytes.
const MUCH: u64 = 10_000_000;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            let served =
                talk.direction != Direction::Outbound && matches!(talk.port, Some(80 | 443));
            talk.accepted_out.bytes >= MUCH && !served
        })
        .collect();
    let bytes: u64 = talks.iter().map(|(_, talk)| talk.accepted_out.bytes).sum();
    hit(
        "exfil-like",
        talks.iter().map(|(e, _)| *e),
        &[
            ("ip", ips(&talks)),
            ("ports", ports(&talks)),
            ("bytes", bytes.to_string()),
        ],
    )
}
