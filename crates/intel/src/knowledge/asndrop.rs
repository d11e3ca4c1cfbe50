//! Spamhaus ASN-DROP: autonomous systems that are wholly in malicious hands, one JSON object a line. Must not know how the
//! system of an address is found.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

/// The systems with their holders' names.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The day that the last line, about the file itself, names.
    pub as_of: Option<String>,
    /// Number to name. Foreign text.
    pub names: BTreeMap<u32, String>,
    /// Lines that could not be read.
    pub bad: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Entry {
        asn: u32,
        #[serde(default)]
        asname: String,
    },
    About {
        timestamp: i64,
    },
}

/// Reads the file; `None` when its first line names no system.
#[must_use]
pub(super) fn read(text: &str) -> Option<Numbers> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut numbers = Numbers::default();
    let first: Line = serde_json::from_str(lines.clone().next()?).ok()?;
    if !matches!(first, Line::Entry { .. }) {
        return None;
    }
    lines
        .by_ref()
        .for_each(|line| match serde_json::from_str(line) {
            Ok(Line::Entry { asn, asname }) => {
                numbers
                    .names
                    .insert(asn, asname.chars().take(200).collect());
            }
            Ok(Line::About { timestamp }) => {
                numbers.as_of = Timestamp::from_second(timestamp).ok().map(super::file::day);
            }
            Err(_) => numbers.bad += 1,
        });
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_hides_no_good_one() {
        let text = "{\"asn\":213371,\"rir\":\"ripencc\",\"domain\":\"x.example\",\"cc\":\"NL\",\"asname\":\"SQUITTER\"}\r\nnonsense\n{\"asn\":7,\"cc\":\"US\"}\n{\"type\":\"metadata\",\"timestamp\":1795500000,\"size\":3,\"records\":2}\n";
        let numbers = read(text).unwrap();
        assert_eq!(
            numbers.names.keys().copied().collect::<Vec<_>>(),
            [7, 213_371]
        );
        assert_eq!(
            (numbers.bad, numbers.as_of.as_deref()),
            (1, Some("2026-11-24"))
        );
        assert!(read("{\"cidr\":\"192.0.2.0/24\"}").is_none() && read("").is_none());
    }
}
