//! Data carried inside names: many distinct long names under one domain, or questions for types that carry text.
//! Must not fire on domains known for such names.

use super::names::{self, Name, is_ordinary};
use super::{Hit, Picture, hit, joined};

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let found: Vec<_> = names::all(picture)
        .filter(|(_, name)| !is_ordinary(name.domain) && is_tunnel(name))
        .collect();
    let args = [
        (
            "domain",
            joined(found.iter().map(|(_, name)| name.domain.to_owned())),
        ),
        (
            "names",
            found
                .iter()
                .map(|(_, name)| name.names)
                .sum::<u64>()
                .to_string(),
        ),
        (
            "longest",
            found
                .iter()
                .map(|(_, name)| name.longest)
                .max_by_key(|name| name.len())
                .unwrap_or_default()
                .to_owned(),
        ),
    ];
    hit("dns-tunnel", found.iter().map(|found| found.0), &args)
}

/// Tools for tunnels write 30 to 200 characters of base32, base64 or hexadecimal before the domain, anew in each question.
fn is_tunnel(name: &Name<'_>) -> bool {
    let carries_text = name
        .types
        .iter()
        .any(|kind| matches!(kind.as_str(), "TXT" | "NULL" | "KEY" | "PRIVATE"));
    (name.names >= 50 && name.length >= 30.0 && name.entropy >= 3.2)
        || (carries_text && name.names >= 20 && name.length >= 16.0 && name.entropy >= 3.0)
}
