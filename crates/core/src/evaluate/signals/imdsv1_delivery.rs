//! The role's credentials came over the old metadata service, which a forged request can read. Must not count other sessions.

use super::{Hit, Picture, hit};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let calls: Vec<_> = picture
        .api_calls()
        .filter(|(_, call)| picture.is_ours(call) && call.delivery == Some("1.0"))
        .collect();
    let count: u64 = calls.iter().map(|(_, call)| call.count).sum();
    hit(
        "imdsv1-delivery",
        calls.iter().map(|(e, _)| *e),
        &[("count", count.to_string())],
    )
}
