//! Rows under their heads: in columns where these fit the terminal, else each row a block of its own. Must not know what stands in
//! them.

use unicode_width::UnicodeWidthStr as _;

use crate::terminal::{BOLD, DIM, styled};

/// Between two columns.
const GAP: usize = 2;

/// The rows, at most `width` columns wide where that is known.
#[must_use]
pub fn table_lines(heads: &[String], rows: &[Vec<String>], width: Option<usize>) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let columns: Vec<Column> = heads
        .iter()
        .enumerate()
        .map(|(n, head)| Column::of(n, head, rows))
        .collect();
    let whole = columns
        .iter()
        .map(|column| column.width + GAP)
        .sum::<usize>();
    if width.is_some_and(|width| width + GAP < whole) {
        return rows.iter().flat_map(|row| block(heads, row)).collect();
    }
    let line = |row: &[String]| {
        let cells = row
            .iter()
            .zip(&columns)
            .map(|(cell, column)| column.cell(cell));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![styled(BOLD, &line(heads))];
    lines.extend(rows.iter().map(|row| line(row)));
    lines
}

/// The first cell, and the others below it, each with its head.
fn block(heads: &[String], row: &[String]) -> Vec<String> {
    let longest = heads
        .iter()
        .map(|head| head.width())
        .max()
        .unwrap_or_default();
    let mut cells = heads.iter().zip(row);
    let mut lines: Vec<String> = cells
        .next()
        .map(|(_, first)| styled(BOLD, first))
        .into_iter()
        .collect();
    lines.extend(cells.map(|(head, cell)| {
        let space = " ".repeat(longest.saturating_sub(head.width()) + GAP);
        format!("   {}{space}{cell}", styled(DIM, head))
    }));
    lines
}

/// How wide a column is, and on which side its cells stand.
struct Column {
    width: usize,
    numbers: bool,
}

impl Column {
    fn of(n: usize, head: &str, rows: &[Vec<String>]) -> Self {
        let cells = || rows.iter().filter_map(|row| row.get(n));
        let of_number = |c: char| c.is_ascii_digit() || matches!(c, ',' | '\u{a0}');
        let is_number = |cell: &String| cell.chars().all(of_number) && !cell.is_empty();
        Self {
            width: cells()
                .map(|cell| cell.width())
                .chain([head.width()])
                .max()
                .unwrap_or_default(),
            numbers: cells().all(is_number),
        }
    }

    /// Numbers end under each other, so that the larger one is seen to be longer.
    fn cell(&self, cell: &str) -> String {
        let space = " ".repeat(self.width.saturating_sub(cell.width()));
        if self.numbers {
            space + cell
        } else {
            cell.to_owned() + &space
        }
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    fn shown(width: Option<usize>) -> Vec<String> {
        let text = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [
            text(["C-2026-0001", "Intrusión", "7"]),
            text(["C-2026-0002", "日本", "12345"]),
        ];
        let lines = table_lines(&text(["Case", "Verdict", "Flows"]), &rows, width);
        lines
            .iter()
            .map(|line| strip_str(line).to_string())
            .collect()
    }

    #[test]
    fn columns_stand_under_their_heads() {
        let wanted = [
            "Case         Verdict    Flows",
            "C-2026-0001  Intrusión      7",
            "C-2026-0002  日本       12345",
        ];
        assert_eq!(shown(None), wanted);
        assert_eq!(shown(Some(29)), wanted);
    }

    #[test]
    fn what_does_not_fit_is_a_block_a_row() {
        let wanted = [
            "C-2026-0001",
            "   Verdict  Intrusión",
            "   Flows    7",
            "C-2026-0002",
            "   Verdict  日本",
            "   Flows    12345",
        ];
        assert_eq!(shown(Some(28)), wanted);
    }
}
