//! Lines, whatever ends them: LF, CR LF, or the lone CR of old machines. Must not know formats.

/// The lines of a text with their numbers, from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> + Clone {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    let mut number = 0;
    std::iter::from_fn(move || {
        let text = rest?;
        number += 1;
        let end = text.find(['\n', '\r']).unwrap_or(text.len());
        let (line, tail) = text.split_at_checked(end)?;
        let tail = tail
            .strip_prefix("\r\n")
            .or_else(|| tail.strip_prefix(['\n', '\r']))
            .unwrap_or_default();
        rest = Some(tail).filter(|tail| !tail.is_empty());
        Some((number, line))
    })
}

/// How many lines end in these bytes. The last byte may be the CR of a CR LF, which then counts with its LF.
pub(super) fn ends(bytes: &[u8], next: Option<u8>) -> u64 {
    let following = bytes.iter().copied().skip(1).map(Some).chain([next]);
    bytes.iter().zip(following).fold(0, |count, (byte, next)| {
        count + u64::from(*byte == b'\n' || (*byte == b'\r' && next != Some(b'\n')))
    })
}

/// The text without space, NUL or byte-order marks around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_end_ends_a_line() {
        let text = "a\nb\r\nc\rd\r\r\n\ne";
        let found: Vec<_> = lines(text).map(|(n, line)| format!("{n}{line}")).collect();
        assert_eq!(found, ["1a", "2b", "3c", "4d", "5", "6", "7e"]);
        assert_eq!(lines("").count(), 0);
        assert_eq!(lines("\n").count(), 1);
        assert_eq!(ends(text.as_bytes(), None), 6);
        assert_eq!(ends(b"a\r", Some(b'\n')), 0);
        assert_eq!(ends(b"\na\r", Some(b'b')), 2);
    }
}
