//! Which format a list is in, by its structure: a file's name says nothing. Must not read the entries.

use super::csv::{Columns, fields};
use super::{Format, ListError};

/// So many lines with content are looked at; the format shows in the first ones, whatever stands further down.
const LOOKED_AT: usize = 50;

pub(super) fn format(text: &str) -> Result<Format, ListError> {
    let start = text.trim_start();
    let xml = ["<?xml", "<!DOCTYPE"]
        .iter()
        .any(|sign| start.starts_with(sign));
    if xml || (start.starts_with('<') && text.contains("STIX_Package")) {
        return Ok(Format::Stix);
    }
    if start.starts_with(['{', '[']) && is_json(text) {
        return Err(ListError::Json);
    }
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .take(LOOKED_AT)
        .collect();
    for format in [Format::FireEye, Format::OtxCsv, Format::ProofPoint] {
        if lines
            .iter()
            .any(|line| Columns::of_header(line, format).is_some())
        {
            return Ok(format);
        }
    }
    // Without a header the lines speak; half of them must, so that one bad line does not decide.
    let most =
        |fits: fn(&str) -> bool| lines.iter().filter(|line| fits(line)).count() * 2 > lines.len();
    Ok(if most(is_alien_vault) {
        Format::AlienVault
    } else if most(is_otx) {
        Format::OtxCsv
    } else if most(is_proof_point) {
        Format::ProofPoint
    } else {
        Format::Txt
    })
}

/// `ip#reliability#risk#type#country#city#lat,lon#n`.
fn is_alien_vault(line: &str) -> bool {
    let mut parts = line.split('#');
    parts
        .next()
        .is_some_and(|first| !first.ends_with(' ') && super::indicator::parse(first).is_ok())
        && parts.count() >= 6
}

/// `type, indicator, description` with a type that OTX knows.
fn is_otx(line: &str) -> bool {
    let fields = fields(line).0;
    fields.len() >= 2
        && fields
            .first()
            .is_some_and(|kind| super::csv::is_otx_type(kind))
}

/// `ip, category, score, first_seen, last_seen, ports` by the two dates.
fn is_proof_point(line: &str) -> bool {
    let fields = fields(line).0;
    let date = |at: usize| {
        fields
            .get(at)
            .is_some_and(|f| f.parse::<jiff::civil::Date>().is_ok())
    };
    fields.len() >= 5 && date(3) && date(4)
}

/// Whether all of it is JSON, one value or one a line; a list may well have a single line that looks like it.
fn is_json(text: &str) -> bool {
    serde_json::Deserializer::from_str(text)
        .into_iter::<serde::de::IgnoredAny>()
        .all(|value| value.is_ok())
}
