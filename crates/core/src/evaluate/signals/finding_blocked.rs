//! GuardDuty itself says that EC2 blocked the connection; of the latest occurrence only, so it weighs little, and nothing where the
//! flow logs do not show the others.
//! Must not look at flows: see `all_rejected`.

use super::{Hit, Picture, hit};
use crate::evaluate::{Coverage, Fact, Source};

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
    let mut hits = hit(
        "finding-blocked",
        alerts,
        &[("type", picture.finding.kind.clone())],
    );
    if picture.dossier.covered(Source::FlowLogs) != Coverage::Complete {
        for hit in &mut hits {
            hit.weight.points = 0;
        }
    }
    hits
}
