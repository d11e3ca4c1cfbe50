//! Where the values stand in a row, as the header says. Must not read rows.

use super::Format;
use super::names::{Meaning, meaning};

/// What may part the fields of a public list.
pub(super) const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// So many fields of a row are read; more are no row.
const MAX_FIELDS: usize = 1_000;

/// Where the values stand.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// What parts them.
    pub(super) separator: char,
    /// The values, the first that can be read counts: an address or a domain.
    pub(super) values: Vec<usize>,
    /// Hashes of the same file, the strongest first: together they are one entry.
    pub(super) hashes: Vec<usize>,
    /// First and last address of a range.
    pub(super) ends: Option<(usize, usize)>,
    /// A URL, whose host may be an address.
    pub(super) url: Option<usize>,
    /// The column that says what kind of value it is.
    pub(super) kind: Option<usize>,
    /// The source's own score.
    pub(super) score: Option<usize>,
    /// What the source says about it.
    pub(super) label: Option<usize>,
    /// When the source last knew something.
    pub(super) dates: Vec<usize>,
    /// How many columns the header has.
    pub(super) width: usize,
}

impl Columns {
    /// The columns, when this line is the header of that format.
    pub(super) fn of_header(line: &str, format: Format) -> Option<Self> {
        if format == Format::Csv {
            return SEPARATORS
                .into_iter()
                .find_map(|separator| Self::by_names(line, separator));
        }
        let names: Vec<String> = fields(line, ',')
            .0
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        let at = |name: &str| names.iter().position(|n| n == name);
        let all = |wanted: &[&str]| wanted.iter().filter_map(|name| at(name)).collect();
        let mut columns = Self {
            separator: ',',
            width: names.len(),
            ..Self::default()
        };
        match format {
            Format::OtxCsv => {
                columns.kind = at("indicator type")
                    .or_else(|| at("indicator_type"))
                    .or_else(|| at("type"));
                columns.kind?;
                columns.values = vec![at("indicator")?];
                columns.label = at("description");
            }
            Format::ProofPoint => {
                columns.values = all(&["ip", "domain"]);
                columns.label = Some(at("category")?);
                columns.score = Some(at("score")?);
                columns.dates = all(&["last_seen"]);
            }
            Format::FireEye => {
                at("reportid")?;
                columns.values = all(&["cidr", "ip", "domain", "sourceip", "sourcedomain"]);
                columns.hashes = all(&["sha256", "sha1", "md5"]);
                columns.label = at("malwarefamily");
            }
            _ => return None,
        }
        (!columns.values.is_empty()).then_some(columns)
    }

    /// The columns of a public list, by the names that such lists use.
    fn by_names(line: &str, separator: char) -> Option<Self> {
        let names = fields(line, separator).0;
        let found: Vec<(Meaning, usize)> = names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| Some((meaning(name)?, at)))
            .collect();
        let first = |wanted: Meaning| found.iter().find(|(m, _)| *m == wanted).map(|(_, at)| *at);
        let mut ranked = found.clone();
        ranked.sort_unstable();
        let of = |fits: fn(Meaning) -> bool| {
            ranked
                .iter()
                .filter(move |(m, _)| fits(*m))
                .map(|(_, at)| *at)
        };
        let columns = Self {
            separator,
            values: of(|m| matches!(m, Meaning::Value(_))).collect(),
            hashes: Vec::new(),
            ends: first(Meaning::First).zip(first(Meaning::Last)),
            url: first(Meaning::Url),
            kind: first(Meaning::Kind),
            score: first(Meaning::Score),
            label: of(|m| matches!(m, Meaning::Label(_))).next(),
            dates: of(|m| m == Meaning::Date).collect(),
            width: names.len(),
        };
        let tells = !columns.values.is_empty() || columns.ends.is_some() || columns.url.is_some();
        (columns.width > 1 && tells).then_some(columns)
    }

    /// Where the values stand when there is no header.
    pub(super) fn usual(format: Format) -> Self {
        let (values, kind, score, label, width) = match format {
            Format::OtxCsv => (vec![1], Some(0), None, Some(2), 3),
            Format::ProofPoint => (vec![0], None, Some(2), Some(1), 6),
            _ => (Vec::new(), None, None, None, 0),
        };
        Self {
            separator: ',',
            values,
            kind,
            score,
            label,
            width,
            ..Self::default()
        }
    }
}

/// The fields of a line, unquoted and trimmed, and whether every quote was closed.
pub(super) fn fields(line: &str, separator: char) -> (Vec<String>, bool) {
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
            c if c == separator && !quoted => {
                out.push(super::lines::trim(&std::mem::take(&mut field)).to_owned());
                if out.len() >= MAX_FIELDS {
                    break;
                }
            }
            c => field.push(c),
        }
    }
    out.push(super::lines::trim(&field).to_owned());
    (out, !quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_apart_as_written() {
        let of = |line: &str| fields(line, ',').0;
        assert_eq!(of("a, b ,c"), ["a", "b", "c"]);
        assert_eq!(of(r#"a, "b, ""c""" ,"#), ["a", r#"b, "c""#, ""]);
        assert_eq!(of(r#"a "b" c,d"#), [r#"a "b" c"#, "d"]);
        assert_eq!(of("a\0,\u{feff}b"), ["a", "b"]);
        assert_eq!(fields("a;b,c", ';').0, ["a", "b,c"]);
        assert!(!fields(r#"a,"b"#, ',').1);
    }

    #[test]
    fn headers_of_public_lists_are_known() {
        let of = |line: &str| {
            Columns::of_header(line, Format::Csv).map(|c| (c.separator, c.values, c.score, c.label))
        };
        assert_eq!(
            of(
                "\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\",\"malware\""
            ),
            Some((',', vec![1], None, Some(5)))
        );
        assert_eq!(
            of("IP\tnumber of (black)lists"),
            Some(('\t', vec![0], Some(1), None))
        );
        assert_eq!(
            of("id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter"),
            Some((',', vec![], None, Some(5)))
        );
        assert_eq!(of("a list of domains, by us"), None);
        assert_eq!(of("ip"), None);
    }
}
