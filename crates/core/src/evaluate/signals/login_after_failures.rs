//! A login that followed upon a row of failures, from whatever address: a guessed password looks like that.
//! Must not count the failures itself: the reader of the log does.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

/// Failures in the ten minutes before.
const FAILURES: u64 = 5;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::LoginAccepted {
                ip,
                user,
                failures_before,
                ..
            } if *failures_before >= FAILURES => Some((e, *ip, user, *failures_before)),
            _ => None,
        })
        .collect();
    let failures = picture.dossier.evidence.iter().filter(|e| {
        matches!(&e.fact, Fact::LoginFailed { ip, .. } if found.iter().any(|found| found.1 == *ip))
    });
    let args = [
        ("ip", joined(found.iter().map(|found| found.1.to_string()))),
        ("user", joined(found.iter().map(|found| found.2.clone()))),
        (
            "failures",
            found
                .iter()
                .map(|found| found.3)
                .max()
                .unwrap_or(0)
                .to_string(),
        ),
        (
            "at",
            found
                .first()
                .and_then(|found| found.0.at)
                .map(|at| at.to_string())
                .unwrap_or_default(),
        ),
    ];
    if found.is_empty() {
        return Vec::new();
    }
    hit(
        "login-after-failures",
        found.iter().map(|found| found.0).chain(failures),
        &args,
    )
}
