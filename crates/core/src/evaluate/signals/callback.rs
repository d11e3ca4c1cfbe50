//! The instance called a suspect and was answered; with a beacon to the same address that decides, unless the list names a whole
//! network and the two have known each other for long.
//! Must not look at other addresses: see `callback_elsewhere`.

use super::list_entry_too_wide::{known_long, only_wide};
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
    if !beacons.is_empty() {
        let mut both = hit(
            "callback-and-beacon",
            beacons.iter().copied().chain(talks.iter().map(|(e, _)| *e)),
            &args,
        );
        // Ordinary traffic with a partner on a careless list may be regular, too: there the owner has to say.
        let meant = |ip| !(only_wide(picture, ip) && known_long(picture, ip));
        let decides = beacons
            .iter()
            .any(|e| matches!(&e.fact, Fact::Beacon { ip, .. } if meant(*ip)));
        for hit in &mut both {
            hit.weight.decides &= decides;
        }
        hits.extend(both);
    }
    hits
}
