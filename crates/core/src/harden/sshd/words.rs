//! How sshd cuts a line into words and compares text with patterns. Must not know what a keyword means.
//!
//! Source: OpenSSH 9.2, `strdelim` and `argv_split` in misc.c, `match_pattern` and `match_pattern_list` in match.c,
//! `addr_match_list` in addrmatch.c.

use std::net::IpAddr;

use ipnet::IpNet;

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The first word of a line and what follows it. One `=` may stand between them, a double quote holds a word together.
/// `None` when there is no word or a quote does not end.
pub(super) fn first_word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start_matches(BLANKS);
    if text.is_empty() {
        return None;
    }
    let Some((before, found)) = text
        .char_indices()
        .find(|(_, c)| BLANKS.contains(c) || *c == '"' || *c == '=')
    else {
        return Some((text.to_owned(), ""));
    };
    let word = text.get(..before)?;
    let rest = text.get(before..)?;
    if found == '"' {
        let (inside, after) = rest.strip_prefix('"')?.split_once('"')?;
        return Some((format!("{word}{inside}"), after.trim_start_matches(BLANKS)));
    }
    let rest = rest.trim_start_matches(BLANKS);
    let rest = rest
        .strip_prefix('=')
        .map_or(rest, |after| after.trim_start_matches(BLANKS));
    Some((word.to_owned(), rest))
}

/// The words of an argument list: quotes of both kinds, backslashes, and `#` at the beginning of a word ends it. `None`
/// when a quote does not end.
pub(super) fn arguments(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = text.chars().peekable();
    loop {
        while rest.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
        match rest.peek() {
            None | Some('#') => return Some(words),
            Some(_) => {}
        }
        let mut word = String::new();
        let mut quote = None;
        loop {
            let Some(c) = rest.next() else {
                if quote.is_some() {
                    return None;
                }
                break;
            };
            match (c, quote) {
                ('\\', _) => match rest.peek() {
                    Some('\'' | '"' | '\\') => word.extend(rest.next()),
                    Some(' ') if quote.is_none() => word.extend(rest.next()),
                    _ => word.push('\\'),
                },
                (' ' | '\t', None) => break,
                ('\'' | '"', None) => quote = Some(c),
                (c, Some(q)) if c == q => quote = None,
                (c, _) => word.push(c),
            }
        }
        words.push(word);
    }
}

/// Whether text matches a pattern with `*` and `?`. Linear in memory and at most quadratic in time.
pub(crate) fn matches(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut t, mut p) = (0, 0);
    // Where to go back to when what follows the last star does not match.
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == c => {
                t += 1;
                p += 1;
            }
            _ => {
                let Some((after, from)) = star else {
                    return false;
                };
                star = Some((after, from + 1));
                p = after;
                t = from + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Whether text matches a list of patterns: a negated one that matches settles it, and negated ones alone match nothing.
pub(super) fn matches_list(list: &str, test: impl Fn(&str) -> bool) -> bool {
    let mut found = false;
    for pattern in list.split(',') {
        let (negated, pattern) = pattern
            .strip_prefix('!')
            .map_or((false, pattern), |pattern| (true, pattern));
        if test(pattern) {
            if negated {
                return false;
            }
            found = true;
        }
    }
    found
}

/// Whether an address is in a network, is this address, or matches the pattern as text.
pub(super) fn matches_address(address: IpAddr, pattern: &str) -> bool {
    if let Ok(net) = pattern.parse::<IpNet>() {
        return net.contains(&address);
    }
    if let Ok(wanted) = pattern.parse::<IpAddr>() {
        return wanted == address;
    }
    matches(&address.to_string(), pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_as_sshd_cuts_them() {
        for (line, wanted) in [
            ("Port 22", Some(("Port", "22"))),
            ("  Port = 22", Some(("Port", "22"))),
            ("Port=22", Some(("Port", "22"))),
            ("\"Port\" 22", Some(("Port", "22"))),
            ("Port", Some(("Port", ""))),
            ("\"Port 22", None),
            ("   ", None),
        ] {
            let found = first_word(line);
            assert_eq!(
                found.as_ref().map(|(w, r)| (w.as_str(), *r)),
                wanted,
                "{line}"
            );
        }
        for (text, wanted) in [
            ("a b\tc", Some(vec!["a", "b", "c"])),
            ("a # b", Some(vec!["a"])),
            ("a#b", Some(vec!["a#b"])),
            ("\"a b\" 'c d'", Some(vec!["a b", "c d"])),
            (r#"a\ b "c\"d""#, Some(vec!["a b", "c\"d"])),
            (r"a\b", Some(vec![r"a\b"])),
            ("\"\"", Some(vec![""])),
            ("\"a", None),
            ("a'", None),
            ("", Some(vec![])),
        ] {
            assert_eq!(
                arguments(text),
                wanted.map(|w| w.into_iter().map(str::to_owned).collect::<Vec<_>>()),
                "{text}"
            );
        }
    }

    #[test]
    fn patterns_match_as_sshd_matches_them() {
        for (text, list, wanted) in [
            ("root", "root", true),
            ("root", "r*", true),
            ("root", "r??t", true),
            ("root", "r?t", false),
            ("root", "ubuntu,root", true),
            ("root", "*,!root", false),
            ("root", "!ubuntu", false),
            ("Root", "root", false),
            ("", "*", true),
        ] {
            assert_eq!(
                matches_list(list, |p| matches(text, p)),
                wanted,
                "{text} {list}"
            );
        }
        let address: IpAddr = "10.1.2.3".parse().unwrap();
        for (list, wanted) in [
            ("10.0.0.0/8", true),
            ("10.0.0.0/8,!10.1.2.0/24", false),
            ("10.1.*", true),
            ("192.0.2.0/24", false),
            ("::/0", false),
        ] {
            assert_eq!(
                matches_list(list, |p| matches_address(address, p)),
                wanted,
                "{list}"
            );
        }
    }

    #[test]
    fn a_hostile_pattern_ends() {
        assert!(!matches(
            &"a".repeat(2000),
            &format!("{}b", "*a".repeat(500))
        ));
    }
}
