//! The first that passed between the instance and a suspect, the instance began. Only where the logs reach back before it.
//! Must not count guesses.

use super::{Hit, Picture, hit};
use crate::evaluate::Source;
use crate::identify::Direction;

/// Seconds of log before the first contact, to know that it was the first.
const BEFORE: i64 = 600;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let began = picture
        .dossier
        .coverage
        .get(&Source::FlowLogs)
        .and_then(|covered| covered.first);
    let first = picture.suspect_talks().min_by_key(|(_, talk)| talk.first);
    let Some((evidence, talk)) = first else {
        return Vec::new();
    };
    let known = began.is_some_and(|began| talk.first.as_second() - began.as_second() >= BEFORE);
    if talk.direction != Direction::Outbound || talk.direction_guessed || !known {
        return Vec::new();
    }
    hit(
        "first-contact-ours",
        [evidence],
        &[
            ("ip", talk.remote_ip.to_string()),
            ("at", talk.first.to_string()),
        ],
    )
}
