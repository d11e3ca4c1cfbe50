//! A long session of a suspect on a port for administration, with more coming back than a refused password takes: tries are some
//! 1.5 to 4 kB and last under ten seconds. Must not read logs of the host.

use super::{Hit, Picture, hit, ips, ports};
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            talk.direction != Direction::Outbound
                && matches!(talk.port, Some(22 | 2222 | 3389 | 5985 | 5986))
                && talk.longest_session_s > 60
                && talk.session_bytes_out > 5_000
        })
        .collect();
    let seconds = talks
        .iter()
        .map(|(_, talk)| talk.longest_session_s)
        .max()
        .unwrap_or(0);
    let bytes = talks
        .iter()
        .map(|(_, talk)| talk.session_bytes_out)
        .max()
        .unwrap_or(0);
    let args = [
        ("ip", ips(&talks)),
        ("ports", ports(&talks)),
        ("seconds", seconds.to_string()),
        ("bytes", bytes.to_string()),
    ];
    hit(
        "interactive-login-like",
        talks.iter().map(|(e, _)| *e),
        &args,
    )
}
