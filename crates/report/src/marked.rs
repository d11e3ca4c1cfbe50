//! Sentences in which the values of strangers stay marked, so that each kind of page can set them apart in its own way.
//! Must not know any kind of page.

use crate::clean::clean_and_clip;

/// No value in a page is longer: a tag value of megabytes is an attack on the reader.
const LONGEST: usize = 400;

// Control characters: `clean` makes each of them visible in a value, so no value can forge a mark.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// A value, cleaned, clipped and marked.
pub(crate) fn mark(value: &str) -> String {
    format!("{OPEN}{}{CLOSE}", unmarked(value))
}

/// A value, cleaned and clipped.
pub(crate) fn unmarked(value: &str) -> String {
    clean_and_clip(value, LONGEST)
}

/// A piece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run<'a> {
    /// Our words.
    Words(&'a str),
    /// A value.
    Value(&'a str),
}

/// The pieces of a sentence in order.
pub(crate) fn runs(sentence: &str) -> impl Iterator<Item = Run<'_>> {
    sentence
        .split_inclusive([OPEN, CLOSE])
        .map(|piece| match piece.strip_suffix(CLOSE) {
            Some(value) => Run::Value(value),
            None => Run::Words(piece.strip_suffix(OPEN).unwrap_or(piece)),
        })
        .filter(|run| !matches!(run, Run::Words("")))
}

/// The sentence without its marks.
pub(crate) fn flat(sentence: &str) -> String {
    sentence
        .chars()
        .filter(|c| !matches!(*c, OPEN | CLOSE))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_order_and_values_cannot_forge_a_mark() {
        let sentence = format!("user {} from {}.", mark("ro\u{2}ot"), mark("::1"));
        let pieces: Vec<Run<'_>> = runs(&sentence).collect();
        assert_eq!(
            pieces,
            [
                Run::Words("user "),
                Run::Value("ro\\u{2}ot"),
                Run::Words(" from "),
                Run::Value("::1"),
                Run::Words(".")
            ]
        );
        assert_eq!(flat(&sentence), "user ro\\u{2}ot from ::1.");
    }

    #[test]
    fn a_value_of_megabytes_is_cut() {
        assert!(mark(&"x".repeat(1 << 20)).len() < 500);
    }
}
