//! Packets of a suspect were let through and nothing listened. Must not fire when one port answered, even if the answer was refused
//! on its way: see `reply_refused`.

use super::{Hit, Picture, hit, ips, ports, syn_ack};
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, t)| t.accepted_in.flows + t.accepted_out.flows > 0)
        .collect();
    let closed = talks.iter().all(|(_, talk)| {
        let reset = talk
            .accepted_out
            .flags
            .is_some_and(|flags| flags & 4 == 4 && flags & 18 != 18);
        let silent = talk.accepted_out.flows == 0;
        talk.direction != Direction::Outbound
            && talk.protocol == 6
            && (silent || reset)
            && !talk.mid_stream
            && !syn_ack(talk.accepted_out.flags)
            && !syn_ack(talk.rejected.flags)
    });
    if !closed {
        return Vec::new();
    }
    hit(
        "closed-port",
        talks.iter().map(|(e, _)| *e),
        &[("ip", ips(&talks)), ("ports", ports(&talks))],
    )
}
