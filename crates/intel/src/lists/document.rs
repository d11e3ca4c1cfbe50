//! A list as `rebato.list/1`. Must not read or judge.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::{Checks, Entry, Index, Indicator, List, warnings};

/// At most this many matches are given: an entry that is repeated without end is told by its number.
const MAX_MATCHES: usize = 1_000;

/// The contract's document, with the entries that cover the given addresses.
#[must_use]
pub fn document(file: &str, list: &List, checks: &Checks<'_>, ips: &[IpAddr]) -> Value {
    let count =
        |fits: fn(&Indicator) -> bool| list.entries.iter().filter(|e| fits(&e.indicator)).count();
    let index = Index::new(&list.entries);
    let warned = warnings(list, &index, checks);
    let all: Vec<(IpAddr, &Entry)> = ips
        .iter()
        .flat_map(|ip| index.covering(*ip).into_iter().map(|entry| (*ip, entry)))
        .collect();
    let matches: Vec<Value> = all.iter().take(MAX_MATCHES).map(matched).collect();
    let counts: Map<String, Value> = warned
        .counts
        .iter()
        .map(|(kind, count)| (kind.name().to_owned(), (*count).into()))
        .collect();
    let warning = |w: &super::Warning| {
        let mut row = json!({ "what": w.kind.name(), "entry": w.entry, "line": w.line });
        if let (Some(row), Some(other)) = (row.as_object_mut(), w.other_line) {
            row.insert("other_line".into(), other.into());
        }
        row
    };
    json!({
        "schema": "rebato.list/1",
        "file": file,
        "format": list.format.contract(),
        "layout": list.format.name(),
        "date": list.date.map(|date| date.to_string()),
        "entries": list.entries.len(),
        "ipv4": count(|i| matches!(i, Indicator::Ipv4(_))),
        "cidr": count(|i| matches!(i, Indicator::Cidr(_) | Indicator::Range(..))),
        "ipv6": count(|i| matches!(i, Indicator::Ipv6(_))),
        "domains": count(|i| matches!(i, Indicator::Domain)),
        "hashes": count(|i| matches!(i, Indicator::Hash)),
        "bytes": list.bytes,
        "problems": list.problems.iter().map(|p| json!({ "line": p.line, "what": p.what, "text": p.text })).collect::<Vec<_>>(),
        "problems_left_out": list.more_problems,
        "warnings": warned.all.iter().map(warning).collect::<Vec<_>>(),
        "warnings_left_out": warned.left_out(),
        "warning_counts": counts,
        "matches": matches,
        "matches_left_out": all.len().saturating_sub(MAX_MATCHES),
    })
}

/// A match, with what the source says about the entry.
fn matched((ip, entry): &(IpAddr, &Entry)) -> Value {
    let mut row = json!({ "ip": ip, "entry": entry.text, "line": entry.line });
    if let (Some(row), Some(note)) = (row.as_object_mut(), &entry.note) {
        // A score that is a number is one in the document too.
        let number = |score: &String| score.parse().ok().map(Value::Number);
        let score = note.score.as_ref();
        row.extend(score.map(|score| {
            let value = number(score).unwrap_or_else(|| score.as_str().into());
            ("score".to_owned(), value)
        }));
        let label = note.label.as_ref();
        row.extend(label.map(|label| ("label".to_owned(), label.as_str().into())));
    }
    row
}
