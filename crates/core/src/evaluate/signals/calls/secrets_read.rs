//! Secrets were read by somebody else than the program that needs them: from a suspect's address, or many in a short time. An
//! instance reads its own secrets all day. Must not look at what the secrets are.

use super::{Events, Hit, Picture, is_one_of, on};

/// So many of one kind within [`SHORT`] are no program's start.
const MANY: u64 = 15;
/// Seconds.
const SHORT: i64 = 600;

pub(super) const EVENTS: Events = &[
    "GetSecretValue",
    "BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:GetParameterHistory",
    "GetAuthorizationToken",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "secrets-read", |call| {
        let short = call
            .first
            .zip(call.last)
            .is_some_and(|(first, last)| last.as_second() - first.as_second() <= SHORT);
        call.error.is_none()
            && is_one_of(call, EVENTS)
            && (picture.is_from_suspect(call) || call.count >= MANY && short)
    })
}
