//! Which format a list is in, by its structure: a file's name says nothing. Must not read the entries.

use super::Format;
use super::columns::{Columns, fields};
use super::csv::{commented_header, header, is_comment};
use super::lines::{lines, trim};

/// So many lines with content are looked at; the format shows in the first ones, whatever stands further down.
const LOOKED_AT: usize = 50;

pub(super) fn format(text: &str) -> Format {
    let start = trim(text);
    let xml = ["<?xml", "<!DOCTYPE"]
        .iter()
        .any(|sign| start.starts_with(sign));
    if xml || (start.starts_with('<') && text.contains("STIX_Package")) {
        return Format::Stix;
    }
    if start.starts_with(['{', '[']) {
        return Format::Json;
    }
    let all = || {
        lines(text)
            .map(|(_, line)| line)
            .filter(|line| !trim(line).is_empty())
    };
    let lines: Vec<&str> = all()
        .map(trim)
        .filter(|line| !line.starts_with('#'))
        .take(LOOKED_AT)
        .collect();
    for format in [Format::FireEye, Format::OtxCsv, Format::ProofPoint] {
        if lines
            .iter()
            .any(|line| Columns::of_header(line, format).is_some())
        {
            return format;
        }
    }
    // Without a header the lines speak; half of them must, so that one bad line does not decide.
    let most =
        |fits: fn(&str) -> bool| lines.iter().filter(|line| fits(line)).count() * 2 > lines.len();
    if most(is_alien_vault) {
        Format::AlienVault
    } else if most(is_otx) {
        Format::OtxCsv
    } else if most(is_proof_point) {
        Format::ProofPoint
    } else if has_columns(all()) {
        Format::Csv
    } else {
        Format::Txt
    }
}

/// Whether the first line with content, or a comment before it, is a header, and most of the lines after it are as wide.
fn has_columns<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> bool {
    let of_comments = lines
        .clone()
        .take_while(|line| is_comment(trim(line)))
        .filter_map(commented_header)
        .last();
    let mut rows = lines.filter(|line| !is_comment(trim(line)));
    let first = rows.clone().next().and_then(header);
    if first.is_some() {
        rows.next();
    }
    let Some(columns) = first.or(of_comments) else {
        return false;
    };
    let rows: Vec<&str> = rows.take(LOOKED_AT).collect();
    let fit = |line: &&&str| fields(line, columns.separator).0.len() == columns.width;
    !rows.is_empty() && rows.iter().filter(fit).count() * 2 > rows.len()
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
    let fields = fields(line, ',').0;
    fields.len() >= 2
        && fields
            .first()
            .is_some_and(|kind| super::csv::is_otx_type(kind))
}

/// `ip, category, score, first_seen, last_seen, ports` by the two dates.
fn is_proof_point(line: &str) -> bool {
    let fields = fields(line, ',').0;
    let date = |at: usize| {
        fields
            .get(at)
            .is_some_and(|f| f.parse::<jiff::civil::Date>().is_ok())
    };
    fields.len() >= 5 && date(3) && date(4)
}
