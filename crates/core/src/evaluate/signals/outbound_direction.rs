//! The finding says that the instance began it: it chose to call. Must not look at flows.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;
use crate::identify::Direction;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let alerts = picture.dossier.evidence.iter().filter(|e| {
        matches!(
            &e.fact,
            Fact::Alert {
                direction: Some(Direction::Outbound),
                ..
            }
        )
    });
    hit(
        "outbound-direction",
        alerts,
        &[(
            "ip",
            joined(picture.finding.remote_ips().iter().map(ToString::to_string)),
        )],
    )
}
