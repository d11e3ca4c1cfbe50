//! The order in which facts about an address are told, everywhere: who it is, where it belongs, what it was met doing; then
//! the rest. Must not know how they are shown.

use super::AddressFact;

/// The kinds, first to last; a kind that is not named comes after them.
const KINDS: &[&str] = &[
    "asn",
    "organisation",
    "country",
    "city",
    "network",
    "cloud",
    "tor",
    "anonymiser",
    "history",
    "abuse_contact",
    "ptr",
    "ptr_unconfirmed",
    "hostname",
    "usage",
    "ports",
    "software",
    "vulnerable",
    "behaviour",
    "exploits",
    "malware",
    "label",
    "registered",
    "language",
];

/// Puts facts in the order of a report: by kind, then by source and value.
pub fn in_order(facts: &mut [AddressFact]) {
    let rank = |kind: &str| KINDS.iter().position(|k| *k == kind).unwrap_or(KINDS.len());
    facts.sort_by(|one, other| {
        (rank(&one.kind), &one.source, &one.value).cmp(&(
            rank(&other.kind),
            &other.source,
            &other.value,
        ))
    });
}
