//! Lines that fit a narrow terminal: broken between words, with what follows under what it belongs to. Commands stay whole, so
//! that they can be copied. Must not know what is said.

use anstream::adapter::strip_str;
use unicode_width::UnicodeWidthStr as _;

use crate::terminal::BOLD;

/// Narrower than this nothing is broken: the terminal does it as well.
const NARROWEST: usize = 24;

/// The line broken to `width` columns. What is bold is one word: commands are.
#[must_use]
pub(crate) fn wrapped(line: &str, width: usize) -> String {
    if width < NARROWEST || columns(line) <= width {
        return line.to_owned();
    }
    let indent = " ".repeat(hanging(line, width));
    let mut out = String::new();
    let mut at = 0;
    let mut gap = String::new();
    for (n, word) in words(line).into_iter().enumerate() {
        if word.trim().is_empty() {
            gap.push_str(word);
            continue;
        }
        let wide = columns(word);
        if n > 0 && at > indent.len() && at + columns(&gap) + wide > width {
            out.push('\n');
            out.push_str(&indent);
            at = indent.len();
        } else {
            out.push_str(&gap);
            at += columns(&gap);
        }
        gap.clear();
        out.push_str(word);
        at += wide;
    }
    out
}

fn columns(text: &str) -> usize {
    strip_str(text).to_string().width()
}

/// Where the text of a line begins: after its sign, or in the second column where it has one.
fn hanging(line: &str, width: usize) -> usize {
    let plain = strip_str(line).to_string();
    let lead = plain.len() - plain.trim_start().len();
    let body = plain.get(lead..).unwrap_or_default();
    let column = body.find("  ").and_then(|end| {
        let rest = body.get(end..)?;
        let label = body.get(..end)?.width();
        Some(lead + label + rest.len() - rest.trim_start().len())
    });
    if let Some(column) = column.filter(|column| *column <= width / 3) {
        return column;
    }
    let sign = body.split(' ').next().unwrap_or_default();
    if sign.chars().count() == 1 {
        lead + 2
    } else if lead == 0 {
        3
    } else if column.is_some() {
        // Too far right to go on there, and not where the next label stands.
        lead + 2
    } else {
        lead
    }
}

/// Words and the spaces between them, in order.
fn words(line: &str) -> Vec<&str> {
    let bold = BOLD.render().to_string();
    let mut out = Vec::new();
    let (mut rest, mut whole) = (line, 0);
    while !rest.is_empty() {
        let space = rest.starts_with(' ');
        let mut end = rest.len();
        for (at, c) in rest.char_indices() {
            if at >= whole && (c == ' ') != space {
                end = at;
                break;
            }
            let here = rest.get(at..).unwrap_or_default();
            if at >= whole && here.starts_with(&bold) {
                // To where the style ends.
                let inner = here.get(bold.len()..).unwrap_or_default();
                whole = inner
                    .find('\u{1b}')
                    .map_or(rest.len(), |n| at + bold.len() + n);
            }
        }
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push(word);
        (rest, whole) = (after, 0);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::terminal::{DIM, styled};

    #[test]
    fn what_follows_stands_under_what_it_belongs_to() {
        assert_eq!(
            wrapped(" ✖ one two three four five six seven", 24),
            " ✖ one two three four\n   five six seven"
        );
        assert_eq!(
            wrapped(
                "   Label   one two three four five six seven eight nine ten",
                40
            ),
            "   Label   one two three four five six\n           seven eight nine ten"
        );
        assert_eq!(
            wrapped("   A long label   one two three four", 24),
            "   A long label   one\n     two three four"
        );
        assert_eq!(wrapped("short", 24), "short");
    }

    #[test]
    fn a_command_stays_whole() {
        let command = styled(BOLD, "rebato approve C-2026-0001 --plan sha256:0123456789");
        let line = format!("{} Next: {command}", styled(DIM, "or"));
        let shown = wrapped(&line, 30);
        assert!(shown.contains(&command), "{shown:?}");
        assert_eq!(shown.lines().count(), 2, "{shown:?}");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_lines_fit(line in "[a-zé日 ·✖]{0,120}", width in 24_usize..80) {
            let shown = wrapped(&line, width);
            let flat = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(flat(&shown), flat(&line));
            for row in shown.lines() {
                // A word that is too long for itself stays as it is.
                prop_assert!(columns(row) <= width || row.trim_start().split(' ').filter(|w| !w.is_empty()).count() <= 2, "{row:?}");
            }
        }
    }
}
