//! The watches of a case, one file each. Each looks at one thing and says quiet, tripped or unknown; none guesses.
//! Must not judge whether the case may close.

pub(super) mod accepted_flows;
pub(super) mod alarms;
pub(super) mod drift;
pub(super) mod elsewhere;
pub(super) mod evidence;
pub(super) mod finding_again;
pub(super) mod hardening;
pub(super) mod lists;
pub(super) mod logging;
pub(super) mod neighbours;
pub(super) mod role_use;

use crate::case::Case;

/// The name of every watch, in the order they are shown.
pub const WATCHES: &[&str] = &[
    finding_again::NAME,
    elsewhere::NAME,
    neighbours::NAME,
    role_use::NAME,
    accepted_flows::NAME,
    drift::NAME,
    hardening::NAME,
    evidence::NAME,
    logging::NAME,
    lists::NAME,
    alarms::NAME,
];

/// Whether only a look into the operating system shows that a fix of the case still stands.
#[must_use]
pub fn fixed_inside(case: &Case) -> bool {
    hardening::sshd::left(case).is_some()
}

/// Whether a watch is about the attack. A list that has gone stale wants mending; it neither keeps a case open nor opens one
/// again.
#[must_use]
pub(super) fn is_activity(watch: &str) -> bool {
    watch != lists::NAME
}

#[cfg(test)]
mod tests;
