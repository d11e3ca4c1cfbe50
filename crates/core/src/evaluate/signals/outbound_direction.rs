//! The finding says that the instance began it: it chose to call. Where it has no direction, as for DNS queries, its type has one.
//! Must not look at flows.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;
use crate::identify::{Direction, direction_of};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let ips = picture.finding.remote_ips();
    let turned_to = if ips.is_empty() {
        picture.finding.domain.clone().unwrap_or_default()
    } else {
        joined(ips.iter().map(ToString::to_string))
    };
    let alerts = picture.dossier.evidence.iter().filter(|e| {
        let Fact::Alert {
            kind, direction, ..
        } = &e.fact
        else {
            return false;
        };
        // A type alone says nothing of this instance: the finding has to name where it turned to.
        let began = if turned_to.is_empty() {
            *direction
        } else {
            direction_of(*direction, kind)
        };
        began == Some(Direction::Outbound)
    });
    hit("outbound-direction", alerts, &[("ip", turned_to.clone())])
}
