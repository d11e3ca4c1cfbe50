//! Lists in columns: OTX_CSV, PROOF_POINT, FIRE_EYE, and public ones with a header. Columns are found by it, and a row that
//! does not fit it is still searched for addresses. Must not decide which format a list is in.

use super::columns::{Columns, fields};
use super::lines::{lines, trim};
use super::read::bounded;
use super::{Format, Indicator, List, ListError, Note, date, indicator};

/// A quoted field may reach over this many lines; more is a lost quote, which must not swallow the rows after it.
const MAX_QUOTED_LINES: usize = 20;

/// Whether a line is about the lines and none of them.
pub(super) fn is_comment(line: &str) -> bool {
    line.starts_with(['#', ';']) || line.starts_with("//")
}

/// The columns of a public list, when the line is a header and no row.
pub(super) fn header(line: &str) -> Option<Columns> {
    let columns = Columns::of_header(line, Format::Csv)?;
    let names = fields(line, columns.separator).0;
    let is_row = names.iter().any(|name| indicator::parse(name).is_ok());
    (!is_row).then_some(columns)
}

/// The header that stands in a comment.
pub(super) fn commented_header(line: &str) -> Option<Columns> {
    header(trim(line.trim_start_matches(['#', ';', '/'])))
}

pub(super) fn is_otx_type(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    kind.starts_with("filehash")
        || matches!(
            kind.as_str(),
            "cidr"
                | "ipv4"
                | "ipv6"
                | "domain"
                | "domain name"
                | "hostname"
                | "sha256"
                | "sha1"
                | "md5"
        )
}

pub(super) fn read(text: &str, format: Format) -> Result<List, ListError> {
    let mut list = List::new(format);
    let lines: Vec<&str> = lines(text).map(|(_, line)| line).collect();
    let usual = Columns::usual(format);
    let mut columns: Option<Columns> = None;
    let (mut begun, mut at) = (false, 0);
    while let Some(line) = lines.get(at) {
        let number = u64::try_from(at).unwrap_or(u64::MAX) + 1;
        at += 1;
        // Only to look at: the tabs at the end of a row are empty fields.
        let trimmed = trim(line);
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with('#') || (format == Format::Csv && is_comment(trimmed)) {
            list.comment(number, trimmed);
            if format == Format::Csv && !begun {
                columns = commented_header(trimmed).or(columns);
            }
            continue;
        }
        let found = match format {
            Format::Csv if begun => None,
            Format::Csv => header(line),
            _ if columns.is_some() => None,
            _ => Columns::of_header(line, format),
        };
        begun = true;
        if found.is_some() {
            columns = found;
            continue;
        }
        let known = columns.as_ref().unwrap_or(&usual);
        let (mut row, closed) = fields(line, known.separator);
        if !closed
            && let Some((whole, taken)) =
                continued(line, lines.get(at..).unwrap_or_default(), known)
        {
            row = whole;
            at += taken;
        }
        take_row(&mut list, number, line, &row, known);
        bounded(&list)?;
    }
    Ok(list)
}

/// A row whose quoted field holds line breaks. Only believed when the whole then has the header's width and no line of it is
/// a row by itself: else the quote is a stray one and the lines stand for themselves.
fn continued(first: &str, rest: &[&str], columns: &Columns) -> Option<(Vec<String>, usize)> {
    let mut whole = first.to_owned();
    for (taken, line) in rest.iter().take(MAX_QUOTED_LINES).enumerate() {
        if is_row(line, columns) {
            return None;
        }
        whole.push('\n');
        whole.push_str(line);
        // Only an odd number of quotes can close the field, so the whole is taken apart once at most.
        if line.matches('"').count() % 2 == 1 {
            let (row, closed) = fields(&whole, columns.separator);
            return (closed && row.len() == columns.width).then_some((row, taken + 1));
        }
    }
    None
}

/// Whether a line is a whole row with a value in its place, or an entry by itself.
fn is_row(line: &str, columns: &Columns) -> bool {
    let row = fields(line, columns.separator).0;
    let has_value = || {
        columns
            .values
            .iter()
            .filter_map(|at| row.get(*at))
            .any(|value| indicator::parse(value).is_ok())
    };
    (row.len() == columns.width && has_value())
        || indicator::parse(line).is_ok_and(|found| found.is_address())
}

fn take_row(list: &mut List, number: u64, line: &str, row: &[String], columns: &Columns) {
    let field = |at: usize| row.get(at).map(|f| f.trim()).filter(|f| !f.is_empty());
    // A trailing comma more or less does no harm; anything else means that the columns have shifted.
    let shifted = row.len() != columns.width && (columns.width > 6 || list.format == Format::Csv);
    let named = |wanted: &[usize]| -> Vec<&str> {
        if shifted {
            Vec::new()
        } else {
            wanted.iter().filter_map(|at| field(*at)).collect()
        }
    };
    let one = |wanted: Option<usize>| wanted.filter(|_| !shifted).and_then(field);
    let note = Note::of(one(columns.score), one(columns.label));
    for when in named(&columns.dates) {
        list.dated(date::of_field(when));
    }
    let values = named(&columns.values);
    let hashes = named(&columns.hashes);
    let is_good = |value: &&&str| indicator::parse(value).is_ok();
    let good = values.iter().find(is_good);
    let hash = hashes.iter().find(is_good);
    if let Some(indicator) = ends(
        one(columns.ends.map(|e| e.0)),
        one(columns.ends.map(|e| e.1)),
    ) {
        let (first, last) = columns.ends.unwrap_or_default();
        let text = [first, last].map(|at| field(at).unwrap_or_default());
        return list.push(number, &text.join("-"), indicator, note);
    }
    if let Some(value) = good {
        list.take_noted(number, value, note.clone());
    }
    if let Some(hash) = hash {
        list.take_noted(number, hash, note.clone());
    }
    if good.is_some() || hash.is_some() {
        return;
    }
    if let Some(host) = one(columns.url).and_then(indicator::host) {
        return list.take_noted(number, host, note);
    }
    if let Some(kind) = columns.kind.and_then(field)
        && list.format != Format::Csv
        && !is_otx_type(kind)
    {
        return list.problem(number, "unsupported_type", line);
    }
    let stray = row
        .iter()
        .find(|f| indicator::parse(f).is_ok_and(|found| found.is_address()));
    let url = one(columns.url);
    match (stray, values.first().copied().or(url)) {
        (Some(stray), _) => list.take_noted(number, stray, note),
        (None, Some(value)) => list.take(number, value),
        // A report about files or mail has a row of its own and no address in it.
        (None, None) if list.format == Format::FireEye && !shifted => {}
        (None, None) => list.problem(number, "not_an_indicator", line),
    }
}

/// A range, when both are addresses.
pub(super) fn ends(first: Option<&str>, last: Option<&str>) -> Option<Indicator> {
    let (first, last) = (first?.parse().ok()?, last?.parse().ok()?);
    (first <= last).then(|| super::range(first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_quote_hides_no_row() {
        let text = "Indicator type, Indicator, Description\nIPv4, 198.51.100.1, \"lost\nIPv4, 198.51.100.2, \"x\"\nIPv4, 198.51.100.3, y\n";
        let list = read(text, Format::OtxCsv).unwrap();
        assert_eq!(
            list.entries
                .iter()
                .map(|e| (e.line, e.text.as_str()))
                .collect::<Vec<_>>(),
            [
                (2, "198.51.100.1"),
                (3, "198.51.100.2"),
                (4, "198.51.100.3")
            ]
        );
    }

    #[test]
    fn a_quoted_field_may_hold_line_breaks() {
        let text = "Indicator type,Indicator,Description\nIPv4,198.51.100.1,\"one\n203.0.113.9, two\nthree\"\nIPv4,198.51.100.3,y\n";
        let list = read(text, Format::OtxCsv).unwrap();
        // The first row closes on line 4 with three fields, so lines 3 and 4 are its description.
        assert_eq!(
            list.entries.iter().map(|e| e.line).collect::<Vec<_>>(),
            [2, 5]
        );
    }
}
