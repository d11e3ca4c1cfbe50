//! Data went both ways with a suspect within one connection, more than a refused try takes. Must not judge by sums over many
//! connections: a thousand refused passwords are many bytes too.

use super::{Hit, Picture, hit, ips, ports};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            talk.accepted_in.bytes >= 1_000
                && talk.accepted_in.packets + talk.accepted_out.packets >= 10
                && talk.session_bytes_out >= 1_000
                && talk.longest_session_s >= 15
                && (talk.mid_stream || talk.accepted_in.flags.is_none())
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
    hit("session", talks.iter().map(|(e, _)| *e), &args)
}
