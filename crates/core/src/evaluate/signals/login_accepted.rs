//! Somebody logged in from a suspect's address. Must not look at other addresses: those are the owner's people.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::LoginAccepted {
                ip, user, method, ..
            } if picture.is_suspect(*ip) => Some((e, *ip, user, method)),
            _ => None,
        })
        .collect();
    let args = [
        ("ip", joined(found.iter().map(|found| found.1.to_string()))),
        ("user", joined(found.iter().map(|found| found.2.clone()))),
        ("method", joined(found.iter().map(|found| found.3.clone()))),
        (
            "at",
            found
                .first()
                .and_then(|found| found.0.at)
                .map(|at| at.to_string())
                .unwrap_or_default(),
        ),
    ];
    hit("login-accepted", found.iter().map(|found| found.0), &args)
}
