//! The instance sends far more than at that hour on other days, by its metrics. They do not say where to. Must not count what was so
//! before anybody suspect came.

use super::{Hit, Picture, hit};
use crate::evaluate::Fact;

/// Standard deviations.
const FAR: f64 = 3.0;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let contact = picture.first_contact();
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Metric {
                name,
                until,
                value,
                usual: Some(usual),
                deviations: Some(deviations),
                from,
                ..
            } if name == "NetworkOut"
                && *deviations > FAR
                && value > usual
                && contact.is_none_or(|contact| *until > contact) =>
            {
                Some((e, *deviations, *from))
            }
            _ => None,
        })
        .collect();
    let most = found.iter().map(|found| found.1).fold(0.0, f64::max);
    let at = found.iter().map(|found| found.2).min();
    let args = [
        ("deviations", format!("{most:.0}")),
        ("at", at.map(|at| at.to_string()).unwrap_or_default()),
    ];
    hit(
        "network-out-unusual",
        found.iter().map(|found| found.0),
        &args,
    )
}
