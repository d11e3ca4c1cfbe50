//! The instance called a suspect and was answered; with a beacon to the same address that decides.
//! Must not look at other addresses: see `callback_elsewhere`.

use super::{Hit, Picture, hit, ips, ports, syn_ack};
use crate::evaluate::Fact;
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let talks: Vec<_> = picture
        .suspect_talks()
        .filter(|(_, talk)| {
            let answered = syn_ack(talk.accepted_in.flags)
                || (talk.accepted_in.flags.is_none()
                    && talk.accepted_in.packets >= 2
                    && talk.accepted_out.packets >= 2);
            talk.direction == Direction::Outbound && talk.protocol == 6 && answered
        })
        .collect();
    let args = [("ip", ips(&talks)), ("ports", ports(&talks))];
    let mut hits = hit("callback", talks.iter().map(|(e, _)| *e), &args);
    let beacons: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter(|e| matches!(&e.fact, Fact::Beacon { ip, .. } if talks.iter().any(|(_, talk)| talk.remote_ip == *ip)))
        .collect();
    // Ordinary traffic with a partner on a careless list may be regular too: there the owner has to say.
    if !beacons.is_empty() {
        hits.extend(hit(
            "callback-and-beacon",
            beacons.iter().copied().chain(talks.iter().map(|(e, _)| *e)),
            &args,
        ));
    }
    hits
}
