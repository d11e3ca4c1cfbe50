//! The report as Markdown, for tickets. Values stand in code spans, so that none becomes markup, a link or a mention.
//! Must not decide what is said: the page does.

use std::fmt::Write as _;

use rebato_core::case::Case;

use crate::Lang;
use crate::clean::clean;
use crate::marked::{Run, flat, runs};
use crate::page::{Block, Cell, Table, Tone, page};
use crate::texts::text;
use crate::words::Clock;

/// Rows a table may have: a ticket is no archive.
const ROWS: usize = 60;

/// The report of a case as Markdown.
#[must_use]
pub fn markdown(case: &Case, lang: Lang, clock: impl Into<Clock>) -> String {
    let page = page(case, lang, clock.into(), ROWS);
    let t = |key: &str| text(lang, key, &[]);
    let summary = &page.summary;
    let mut out = String::new();
    paragraph(&mut out, &format!("# {}", sentence(&page.title, false)));
    paragraph(
        &mut out,
        &format!(
            "{}  \n{}  \n{}",
            code(&page.subtitle, false),
            page.state,
            page.written
        ),
    );
    let score = summary
        .score
        .map(|score| format!(" ({})", text(lang, "report-score", &[("score", &score)])))
        .unwrap_or_default();
    paragraph(
        &mut out,
        &format!(
            "**{} {}**{score}. {}",
            summary.tone.symbol(),
            summary.outcome,
            summary.outcome_long
        ),
    );
    paragraph(
        &mut out,
        &format!(
            "**{} {}**. {}",
            summary.containment_tone.symbol(),
            capital(&summary.containment),
            summary.containment_long
        ),
    );
    paragraph(&mut out, &format!("## {}", t("report-what-happened")));
    let happened: Vec<String> = summary
        .happened
        .iter()
        .map(|s| sentence(s, false))
        .collect();
    paragraph(&mut out, &happened.join(" "));
    for (heading, said) in [
        ("report-verdict-and-why", &summary.why),
        ("report-what-was-done", &summary.done),
        ("report-what-is-open", &summary.open),
    ] {
        paragraph(&mut out, &format!("## {}", t(heading)));
        paragraph(&mut out, &list(said));
    }
    for chapter in &page.chapters {
        paragraph(&mut out, &format!("## {}", chapter.heading));
        for block in &chapter.blocks {
            match block {
                Block::Heading(said) => {
                    paragraph(&mut out, &format!("### {}", sentence(said, false)));
                }
                Block::Sentence(said) => paragraph(&mut out, &sentence(said, false)),
                Block::List(said) => paragraph(&mut out, &list(said)),
                // The tables hold the same.
                Block::Picture(_) => {}
                Block::Table(shown) => paragraph(&mut out, &table(shown, lang)),
            }
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn paragraph(out: &mut String, said: &str) {
    if !said.is_empty() {
        out.push_str(said);
        out.push_str("\n\n");
    }
}

fn capital(said: &str) -> String {
    let mut chars = said.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn list(said: &[(Tone, String)]) -> String {
    said.iter()
        .map(|(tone, said)| format!("- {} {}", tone.symbol(), sentence(said, false)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn table(table: &Table, lang: Lang) -> String {
    let caption = format!("**{}**", flat(&table.caption));
    if table.rows.is_empty() && table.left_out == 0 {
        return format!("{caption}: {}", text(lang, "report-none", &[]));
    }
    let mut out = format!(
        "{caption}\n\n| {} |\n|{}",
        table.columns.join(" | "),
        " --- |".repeat(table.columns.len())
    );
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        // Writing to a String cannot fail.
        let _ = write!(out, "\n| {} |", cells.join(" | "));
    }
    if table.left_out > 0 {
        let _ = write!(
            out,
            "\n\n{}",
            text(lang, "report-remainder", &[("count", &table.left_out)])
        );
    }
    out
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(said) | Cell::Number(said) => sentence(said, true),
        Cell::Anchor(id) => code(id, true),
        Cell::Data(lines) | Cell::Cites(lines) => lines
            .iter()
            .map(|line| code(line, true))
            .collect::<Vec<_>>()
            .join("<br>"),
        Cell::Tag(tone, said) => format!("{} {}", tone.symbol(), sentence(said, true)),
    }
}

/// Our words as they are, values in code spans.
fn sentence(said: &str, in_table: bool) -> String {
    runs(said)
        .map(|run| match run {
            Run::Words(words) => words.to_owned(),
            Run::Value(value) => code(value, in_table),
        })
        .collect()
}

/// A value of a stranger as plain text: each sign that Markdown may read is escaped (CommonMark, "Backslash escapes").
pub(crate) fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in clean(value).chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A value as code. It has no line breaks: it was cleaned. A pipe ends a table cell even in a code span, and how a
/// backslash before it is read differs, so such a value is written in entities.
fn code(value: &str, in_table: bool) -> String {
    if value.is_empty() {
        return "–".into();
    }
    if in_table && value.contains('|') {
        let entities: String = value
            .chars()
            .map(|c| {
                if c.is_alphanumeric() {
                    c.to_string()
                } else {
                    format!("&#{};", u32::from(c))
                }
            })
            .collect();
        return format!("<code>{entities}</code>");
    }
    let longest = value.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space inside the fence is taken off again by the reader; it keeps a backtick or a blank at the edge.
    let pad = if longest > 0 || value.starts_with(' ') || value.ends_with(' ') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{value}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_is_only_text() {
        assert_eq!(escaped("# <b>|x\n- y"), r"\# \<b\>\|x\\n\- y");
    }

    #[test]
    fn a_code_span_cannot_be_left() {
        assert_eq!(code("root", false), "`root`");
        assert_eq!(code("a`b", false), "`` a`b ``");
        assert_eq!(code("```", false), "```` ``` ````");
        assert_eq!(code(r"a\|b", true), "<code>a&#92;&#124;b</code>");
    }
}
