//! Packets of suspects came through, something answered, and the answer was refused: groups remember connections, network ACLs do
//! not. Must not fire when an answer got out.

use super::{Hit, Picture, hit, ips, ports, syn_ack};
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| talk.direction != Direction::Outbound)
        .collect();
    let answered = talks
        .iter()
        .any(|(_, talk)| talk.accepted_out.flows > 0 || talk.mid_stream);
    let refused: Vec<_> = talks
        .into_iter()
        .filter(|(_, talk)| talk.accepted_in.flows > 0 && syn_ack(talk.rejected.flags))
        .collect();
    if answered {
        return Vec::new();
    }
    hit(
        "reply-refused",
        refused.iter().map(|(e, _)| *e),
        &[("ip", ips(&refused)), ("ports", ports(&refused))],
    )
}
