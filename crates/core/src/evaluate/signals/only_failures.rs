//! Suspects tried to log in and none got in. Must not fire when one did.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let all = &picture.dossier.evidence;
    if all
        .iter()
        .any(|e| matches!(&e.fact, Fact::LoginAccepted { ip, .. } if picture.is_suspect(*ip)))
    {
        return Vec::new();
    }
    let found: Vec<_> = all
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::LoginFailed { ip, count, .. } if picture.is_suspect(*ip) => {
                Some((e, *ip, *count))
            }
            _ => None,
        })
        .collect();
    let args = [
        ("ip", joined(found.iter().map(|found| found.1.to_string()))),
        (
            "count",
            found.iter().map(|found| found.2).sum::<u64>().to_string(),
        ),
    ];
    hit("only-failures", found.iter().map(|found| found.0), &args)
}
