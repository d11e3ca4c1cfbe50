//! The account's own DNS firewall had a rule for names that were asked for. Which list it was the log does not tell by name, so this
//! weighs little. Must not fire on rules that let through.

use super::names;
use super::{Hit, Picture, hit, joined};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = names::all(picture)
        .filter(|(_, name)| matches!(name.firewall, Some("BLOCK" | "ALERT")))
        .collect();
    let args = [
        (
            "domain",
            joined(found.iter().map(|(_, name)| name.domain.to_owned())),
        ),
        (
            "count",
            found
                .iter()
                .map(|(_, name)| name.count)
                .sum::<u64>()
                .to_string(),
        ),
    ];
    hit("dns-firewall", found.iter().map(|found| found.0), &args)
}
