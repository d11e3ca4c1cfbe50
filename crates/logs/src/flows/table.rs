//! Flow records as a table that a query engine exported: fields between commas, tabs or semicolons, in quotes or not.
//! Must not know what is asked of the records.

use super::layout::{Column, Layout};
use super::rows::{as_aws_writes, of_cells};
use super::{FileRead, Record};

pub(super) fn row(
    line: &[u8],
    layout: &Layout,
    number: u64,
    out: &mut FileRead,
    found: &mut impl FnMut(&Record<'_>, u64),
) {
    let cells = cells(line, layout);
    out.take(cells.as_deref().and_then(of_cells).as_ref(), number, found);
}

/// The cells that hold something; nothing when there are more or fewer than the header names.
fn cells(line: &[u8], layout: &Layout) -> Option<Vec<(Column, String)>> {
    let line = std::str::from_utf8(line).ok()?;
    let mut columns = layout.columns();
    let mut cells = Vec::new();
    let fields = Fields {
        rest: Some(line),
        separator: char::from(layout.separator),
    };
    for field in fields {
        let column = columns.next()?;
        if column != Column::Other
            && let Some(text) = as_aws_writes(column, &field)
        {
            cells.push((column, text.into_owned()));
        }
    }
    columns.next().is_none().then_some(cells)
}

/// The fields of a line; a quote within quotes is written twice (RFC 4180).
struct Fields<'a> {
    rest: Option<&'a str>,
    separator: char,
}

impl Iterator for Fields<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut quoted = false;
        let rest = self.rest.take()?;
        let mut field = String::new();
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' if quoted && chars.next_if(|(_, next)| *next == '"').is_some() => {
                    field.push('"');
                }
                '"' => quoted = !quoted,
                c if c == self.separator && !quoted => {
                    self.rest = rest.get(at + c.len_utf8()..);
                    return Some(field);
                }
                c => field.push(c),
            }
        }
        Some(field)
    }
}
