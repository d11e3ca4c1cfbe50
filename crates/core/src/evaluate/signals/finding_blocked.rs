//! GuardDuty itself says that EC2 blocked the connection; of the latest occurrence only, so it weighs little.
//! Must not look at flows: see `all_rejected`.

use super::{Hit, Picture, hit};
use crate::evaluate::Fact;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let alerts = picture.dossier.evidence.iter().filter(|e| {
        matches!(
            &e.fact,
            Fact::Alert {
                blocked: Some(true),
                ..
            }
        )
    });
    hit(
        "finding-blocked",
        alerts,
        &[("type", picture.finding.kind.clone())],
    )
}
