//! A suspect stands on a list whose name says that it is of Tor, VPN or proxy exits: whoever spoke is somebody else. It weighs
//! nothing. Must not look at what the address did.

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

/// Words in names of such lists.
const WORDS: [&str; 9] = [
    "tor",
    "torexit",
    "onion",
    "vpn",
    "vpns",
    "proxy",
    "proxies",
    "anonymizer",
    "anonymiser",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let hides = |list: &str| {
        list.split(|letter: char| !letter.is_ascii_alphabetic())
            .any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::ThreatMatch { ip, list, .. } if picture.is_suspect(*ip) && hides(list) => {
                Some((e, *ip, list))
            }
            _ => None,
        })
        .collect();
    let args = [
        ("ip", joined(found.iter().map(|found| found.1.to_string()))),
        ("list", joined(found.iter().map(|found| found.2.clone()))),
    ];
    hit("anonymiser", found.iter().map(|found| found.0), &args)
}
