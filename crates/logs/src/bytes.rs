//! Plain or gzip bytes, recognised by their first two, as chunks of whole lines or as one piece. What can be inflated before a cut or
//! a damage is kept. Must not know what the bytes say.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

/// Bytes asked of the decoder at a time.
const CHUNK: usize = 1 << 20;
/// A line longer than this is no log line.
const LONGEST_LINE: usize = 64 << 20;
/// Logs compress ten to thirty times; gzip can reach a thousand.
const RATIO: usize = 250;
/// Under this size the ratio does not matter.
const HARMLESS: usize = 8 << 20;
/// Most bytes kept in one piece.
const WHOLE: usize = 512 << 20;

/// Inflated bytes, and why they are not all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inflated<'a> {
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Why the rest is missing.
    pub cut: Option<String>,
}

/// The bytes in one piece, inflated if they are gzip (several members too).
#[must_use]
pub fn inflate(bytes: &[u8]) -> Inflated<'_> {
    if !is_gzip(bytes) {
        return Inflated {
            bytes: Cow::Borrowed(bytes),
            cut: None,
        };
    }
    let mut out = Vec::new();
    let cut = pump(bytes, |piece| {
        out.extend_from_slice(piece);
        out.len() <= WHOLE
    });
    Inflated {
        bytes: Cow::Owned(out),
        cut,
    }
}

/// Whole lines in chunks, each with the number of the line it begins at. Returns why the rest is missing.
pub(crate) fn lines(bytes: &[u8], mut each: impl FnMut(&[u8], u64)) -> Option<String> {
    if !is_gzip(bytes) {
        each(bytes, 1);
        return None;
    }
    let mut held: Vec<u8> = Vec::new();
    let mut line = 1u64;
    let cut = pump(bytes, |piece| {
        match memchr::memrchr(b'\n', piece) {
            Some(end) => {
                let (whole, rest) = piece.split_at(end + 1);
                held.extend_from_slice(whole);
                each(&held, line);
                line += count(&held);
                held.clear();
                held.extend_from_slice(rest);
            }
            None => held.extend_from_slice(piece),
        }
        held.len() <= LONGEST_LINE
    });
    // Where the data is cut, so is its last line.
    if !held.is_empty() && cut.is_none() {
        each(&held, line);
    }
    cut
}

fn count(bytes: &[u8]) -> u64 {
    u64::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u64::MAX)
}

pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// The first bytes after inflating, to see what kind of text it is.
pub(crate) fn head(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 512];
    if !is_gzip(bytes) {
        return bytes.iter().take(512).copied().collect();
    }
    let read = MultiGzDecoder::new(bytes).read(&mut out).unwrap_or(0);
    out.truncate(read);
    out
}

fn pump(bytes: &[u8], mut each: impl FnMut(&[u8]) -> bool) -> Option<String> {
    let mut decoder = MultiGzDecoder::new(bytes);
    let mut buffer = vec![0; CHUNK];
    let mut total = 0usize;
    loop {
        let read = match decoder.read(&mut buffer) {
            Ok(0) => return None,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Some(format!(
                    "the gzip data is cut or damaged after {total} bytes: {error}"
                ));
            }
        };
        total += read;
        if total > HARMLESS && total / RATIO > bytes.len() {
            return Some(format!(
                "it inflates to more than {RATIO} times its size: not read on after {total} bytes"
            ));
        }
        if !each(buffer.get(..read).unwrap_or_default()) {
            return Some(format!("too large: not read on after {total} bytes"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_are_joined_and_lines_stay_whole() {
        let mut file = gzip(b"one\nuno\ntw");
        file.extend(gzip(b"o\nthree"));
        assert_eq!(inflate(&file).bytes.as_ref(), b"one\nuno\ntwo\nthree");
        let mut seen = Vec::new();
        assert_eq!(
            lines(&file, |chunk, at| seen
                .push((String::from_utf8_lossy(chunk).into_owned(), at))),
            None
        );
        let text: String = seen.iter().map(|(chunk, _)| chunk.as_str()).collect();
        assert_eq!(text, "one\nuno\ntwo\nthree");
        assert_eq!(seen.last().unwrap().1, 4);
    }

    #[test]
    fn a_cut_file_gives_what_it_has_and_says_so() {
        let text: Vec<u8> = (0..20_000)
            .flat_map(|n| format!("line {n} {}\n", n * 7919 % 1009).into_bytes())
            .collect();
        let whole = gzip(&text);
        let half = &whole[..whole.len() / 2];
        let read = inflate(half);
        assert!(
            read.bytes.len() > 1000 && text.starts_with(&read.bytes),
            "{}",
            read.bytes.len()
        );
        assert!(read.cut.unwrap().contains("cut or damaged"));
    }

    #[test]
    fn a_bomb_is_left_alone() {
        let bomb = gzip(&vec![b'a'; HARMLESS + (4 << 20)]);
        let mut read = 0;
        let cut = lines(&bomb, |chunk, _| read += chunk.len());
        assert!(cut.unwrap().contains("250 times"));
        assert!(read <= HARMLESS + CHUNK);
    }
}
