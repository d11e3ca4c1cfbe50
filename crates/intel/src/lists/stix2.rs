//! Patterns of STIX 2: the addresses, domains and hashes that they compare with (STIX 2.1, section 9). What else a pattern
//! says, when and how often, is left aside. Must not know the bundle around it.

use super::{List, Note};

/// A piece of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// A path as `ipv4-addr:value`, an operator, or a word between comparisons.
    Word(&'a str),
    /// A string in quotes.
    Literal(String),
    /// The end of an observation: `]`.
    End,
}

/// Takes what a pattern compares with.
pub(super) fn take(list: &mut List, line: u64, pattern: &str, note: Option<&Note>) {
    let mut found = false;
    let (mut path, mut operator, mut negated) = (None, "", false);
    for piece in pieces(pattern) {
        match piece {
            Piece::End => path = None,
            Piece::Word(word) if word.contains(':') => {
                (path, operator, negated) = (Some(word), "", false);
            }
            Piece::Word(word) if word.eq_ignore_ascii_case("not") => negated = true,
            Piece::Word(word) => operator = word,
            Piece::Literal(value) => {
                if !path.is_some_and(is_of_use) {
                    continue;
                }
                found = true;
                let equal = ["=", "==", "in", "issubset"]
                    .iter()
                    .any(|o| operator.eq_ignore_ascii_case(o));
                if equal && !negated {
                    list.take_noted(line, &value, note.cloned());
                } else {
                    list.problem(line, "unsupported_condition", pattern);
                }
            }
        }
    }
    if !found {
        list.problem(line, "unsupported_type", pattern);
    }
}

/// Whether a path leads to what a list is made of.
fn is_of_use(path: &str) -> bool {
    let path = path.to_lowercase();
    path.contains(":hashes")
        || [
            "ipv4-addr:value",
            "ipv6-addr:value",
            "domain-name:value",
            "src_ref.value",
            "dst_ref.value",
        ]
        .iter()
        .any(|end| path.ends_with(end))
}

/// The pieces of a pattern, in order.
fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let size = match first {
            '\'' => {
                let (value, size) = quoted(rest);
                found.push(Piece::Literal(value));
                size
            }
            ']' => {
                found.push(Piece::End);
                1
            }
            _ if is_mark(first) => first.len_utf8(),
            _ => {
                let size = word(rest);
                found.extend(rest.get(..size).map(Piece::Word));
                size
            }
        };
        rest = rest.get(size..).unwrap_or_default();
    }
    found
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | ',')
}

/// A quoted string from its opening quote on, and how many bytes it takes.
fn quoted(text: &str) -> (String, usize) {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '\'' if !escaped => return (value, at + 1),
            c => {
                value.push(c);
                escaped = false;
            }
        }
    }
    (value, text.len())
}

/// How many bytes a word takes: operators are a word of their own, and a path may have quotes and steps into a list.
fn word(text: &str) -> usize {
    let is_operator = |c: char| matches!(c, '=' | '!' | '<' | '>');
    if text.starts_with(is_operator) {
        return text.find(|c| !is_operator(c)).unwrap_or(text.len());
    }
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest.chars().next() {
            Some('\'') => quoted(rest).1,
            Some('[') => rest.find(']').map_or(rest.len(), |end| end + 1),
            Some(c) if is_mark(c) || is_operator(c) => break,
            Some(c) => c.len_utf8(),
            None => break,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;

    #[test]
    fn patterns_give_what_they_compare_with() {
        for (pattern, entries, problems) in [
            ("[ipv4-addr:value = '198.51.100.1']", "198.51.100.1", ""),
            (
                "[ipv4-addr:value='198.51.100.1' OR ipv4-addr:value = '198.51.100.2/32']",
                "198.51.100.1 198.51.100.2/32",
                "",
            ),
            (
                "[ipv4-addr:value IN ('198.51.100.1', '198.51.100.2')] FOLLOWEDBY [domain-name:value = 'evil.example']",
                "198.51.100.1 198.51.100.2 evil.example",
                "",
            ),
            (
                "[ipv4-addr:value ISSUBSET '198.51.100.0/24'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'",
                "198.51.100.0/24",
                "",
            ),
            (
                "[network-traffic:dst_ref.value = '198.51.100.1' AND network-traffic:dst_port = 443]",
                "198.51.100.1",
                "",
            ),
            (
                "[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' AND file:name = 'a.exe']",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "",
            ),
            (
                "[file:hashes[0].MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
                "d41d8cd98f00b204e9800998ecf8427e",
                "",
            ),
            (
                "[ipv4-addr:value != '198.51.100.1']",
                "",
                "unsupported_condition",
            ),
            (
                "[ipv4-addr:value NOT = '198.51.100.1']",
                "",
                "unsupported_condition",
            ),
            (
                "[domain-name:value LIKE '%.evil.example']",
                "",
                "unsupported_condition",
            ),
            (
                "[url:value = 'http://198.51.100.1/']",
                "",
                "unsupported_type",
            ),
            ("[ipv4-addr:value = '198.51.100.1", "198.51.100.1", ""),
            ("alert tcp any any", "", "unsupported_type"),
            ("", "", "unsupported_type"),
        ] {
            let mut list = List::new(Format::Stix2);
            take(&mut list, 1, pattern, None);
            let found: Vec<_> = list.entries.iter().map(|e| e.text.as_str()).collect();
            let faults: Vec<_> = list.problems.iter().map(|p| p.what).collect();
            assert_eq!(
                (found.join(" "), faults.join(" ")),
                (entries.into(), problems.into()),
                "{pattern}"
            );
        }
    }
}
