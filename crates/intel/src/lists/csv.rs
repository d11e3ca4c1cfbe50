//! Lists in columns: OTX_CSV, PROOF_POINT and FIRE_EYE. Columns are found by their header, and a row that does not fit it
//! is still searched for addresses. Must not decide which format a list is in.

use super::read::bounded;
use super::{Format, List, ListError, indicator};

/// A quoted field may reach over this many lines; more is a lost quote, which must not swallow the rows after it.
const MAX_QUOTED_LINES: usize = 20;

/// Where the values stand.
pub(super) struct Columns {
    /// The values, the first that is not empty counts: an address or a domain.
    values: Vec<usize>,
    /// Hashes of the same file, the strongest first: together they are one entry.
    hashes: Vec<usize>,
    /// The column that says what kind of value it is.
    kind: Option<usize>,
    /// How many columns the header has.
    width: usize,
}

impl Columns {
    /// The columns, when this line is the header of that format.
    pub(super) fn of_header(line: &str, format: Format) -> Option<Self> {
        let names: Vec<String> = fields(line)
            .0
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        let at = |name: &str| names.iter().position(|n| n == name);
        let all = |wanted: &[&str]| {
            wanted
                .iter()
                .filter_map(|name| at(name))
                .collect::<Vec<_>>()
        };
        let width = names.len();
        match format {
            Format::OtxCsv => {
                let kind = at("indicator type")
                    .or_else(|| at("indicator_type"))
                    .or_else(|| at("type"));
                Some(Self {
                    values: vec![at("indicator")?],
                    hashes: vec![],
                    kind: Some(kind?),
                    width,
                })
            }
            Format::ProofPoint => {
                let values = all(&["ip", "domain"]);
                let known = at("category").is_some() && at("score").is_some();
                (known && !values.is_empty()).then_some(Self {
                    values,
                    hashes: vec![],
                    kind: None,
                    width,
                })
            }
            Format::FireEye => {
                at("reportid")?;
                let values = all(&["cidr", "ip", "domain", "sourceip", "sourcedomain"]);
                let hashes = all(&["sha256", "sha1", "md5"]);
                (!values.is_empty()).then_some(Self {
                    values,
                    hashes,
                    kind: None,
                    width,
                })
            }
            Format::Txt | Format::Stix | Format::AlienVault => None,
        }
    }

    /// Whether a line is a whole row with a value in its place.
    fn is_row(&self, line: &str) -> bool {
        let row = fields(line).0;
        row.len() == self.width
            && self
                .values
                .iter()
                .filter_map(|at| row.get(*at))
                .any(|value| indicator::parse(value).is_ok())
    }

    /// Where the values stand when there is no header.
    fn usual(format: Format) -> Self {
        match format {
            Format::OtxCsv => Self {
                values: vec![1],
                hashes: vec![],
                kind: Some(0),
                width: 3,
            },
            _ => Self {
                values: vec![0],
                hashes: vec![],
                kind: None,
                width: 6,
            },
        }
    }
}

/// The fields of a line, unquoted and trimmed, and whether every quote was closed.
pub(super) fn fields(line: &str) -> (Vec<String>, bool) {
    let mut out = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.trim().is_empty() => {
                field.clear();
                quoted = true;
            }
            ',' if !quoted => out.push(std::mem::take(&mut field).trim().to_owned()),
            c => field.push(c),
        }
    }
    out.push(field.trim().to_owned());
    (out, !quoted)
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
    let lines: Vec<&str> = text.lines().collect();
    let mut columns: Option<Columns> = None;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let number = u64::try_from(at).unwrap_or(u64::MAX) + 1;
        at += 1;
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if columns.is_none()
            && let Some(found) = Columns::of_header(line, format)
        {
            columns = Some(found);
            continue;
        }
        let usual;
        let known = match &columns {
            Some(known) => known,
            None => {
                usual = Columns::usual(format);
                &usual
            }
        };
        let (mut row, closed) = fields(line);
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
        if columns.is_row(line) {
            return None;
        }
        whole.push('\n');
        whole.push_str(line);
        // Only an odd number of quotes can close the field, so the whole is taken apart once at most.
        if line.matches('"').count() % 2 == 1 {
            let (row, closed) = fields(&whole);
            return (closed && row.len() == columns.width).then_some((row, taken + 1));
        }
    }
    None
}

fn take_row(list: &mut List, number: u64, line: &str, row: &[String], columns: &Columns) {
    let field = |at: &usize| row.get(*at).map(|f| f.trim()).filter(|f| !f.is_empty());
    // A trailing comma more or less does no harm; anything else means that the columns have shifted.
    let shifted = columns.width > 6 && row.len() != columns.width;
    let values: Vec<&str> = if shifted {
        Vec::new()
    } else {
        columns.values.iter().filter_map(field).collect()
    };
    let good = values.iter().find(|value| indicator::parse(value).is_ok());
    let hash = columns
        .hashes
        .iter()
        .filter_map(field)
        .find(|hash| indicator::parse(hash).is_ok());
    if let Some(value) = good {
        list.take(number, value);
    }
    if let Some(hash) = hash.filter(|_| !shifted) {
        list.take(number, hash);
    }
    if good.is_some() || (hash.is_some() && !shifted) {
        return;
    }
    if let Some(kind) = columns.kind.as_ref().and_then(field)
        && !is_otx_type(kind)
    {
        list.problem(number, "unsupported_type", line);
        return;
    }
    let stray = row
        .iter()
        .find(|f| indicator::parse(f).is_ok_and(|found| found.is_address()));
    match (stray, values.first()) {
        (Some(stray), _) => list.take(number, stray),
        (None, Some(value)) => list.take(number, value),
        // A report about files or mail has a row of its own and no address in it.
        (None, None) if columns.width > 6 && !shifted => {}
        (None, None) => list.problem(number, "not_an_indicator", line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_apart_as_written() {
        let of = |line: &str| fields(line).0;
        assert_eq!(of("a, b ,c"), ["a", "b", "c"]);
        assert_eq!(of(r#"a, "b, ""c""" ,"#), ["a", r#"b, "c""#, ""]);
        assert_eq!(of(r#"a "b" c,d"#), [r#"a "b" c"#, "d"]);
        assert!(!fields(r#"a,"b"#).1);
    }

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
