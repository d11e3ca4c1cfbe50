//! A list as `rebato.list/1`. Must not read or judge.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{Indicator, Limits, List, warnings};

/// At most this many matches are given: an entry that is repeated without end is told by its number.
const MAX_MATCHES: usize = 1_000;

/// The contract's document, with the entries that cover the given addresses.
#[must_use]
pub fn document(file: &str, list: &List, limits: Limits, ips: &[IpAddr]) -> Value {
    let count =
        |fits: fn(&Indicator) -> bool| list.entries.iter().filter(|e| fits(&e.indicator)).count();
    let (warned, warnings_left_out) = warnings(list, limits);
    let matching = || {
        ips.iter()
            .flat_map(|ip| list.covering(*ip).map(move |entry| (ip, entry)))
    };
    let matches: Vec<Value> = matching()
        .take(MAX_MATCHES)
        .map(|(ip, entry)| json!({ "ip": ip, "entry": entry.text, "line": entry.line }))
        .collect();
    json!({
        "schema": "rebato.list/1",
        "file": file,
        "format": list.format.name(),
        "entries": list.entries.len(),
        "ipv4": count(|i| matches!(i, Indicator::Ipv4(_))),
        "cidr": count(|i| matches!(i, Indicator::Cidr(_) | Indicator::Range(..))),
        "ipv6": count(|i| matches!(i, Indicator::Ipv6(_))),
        "domains": count(|i| matches!(i, Indicator::Domain)),
        "hashes": count(|i| matches!(i, Indicator::Hash)),
        "bytes": list.bytes,
        "problems": list.problems.iter().map(|p| json!({ "line": p.line, "what": p.what, "text": p.text })).collect::<Vec<_>>(),
        "problems_left_out": list.more_problems,
        "warnings": warned.iter().map(|w| json!({ "what": w.kind.name(), "entry": w.entry, "line": w.line })).collect::<Vec<_>>(),
        "warnings_left_out": warnings_left_out,
        "matches": matches,
        "matches_left_out": matching().skip(MAX_MATCHES).count(),
    })
}
