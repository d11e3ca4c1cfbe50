//! Plain or gzip bytes, recognised by their first two, as chunks of whole lines or as one piece. What can be inflated before a cut or
//! a damage is kept. Must not know what the bytes say.
//!
//! A whole file is inflated at a stroke where that is possible, which costs less than half of reading it piece by piece. Where it is
//! not (too large, cut, damaged, bytes after the end), the file is streamed, and that says what is wrong.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use libdeflater::{DecompressionError, Decompressor};

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
/// Most bytes inflated at a stroke where lines would do.
const STROKE: usize = 96 << 20;
/// How many times its size a file is thought to inflate to at first, whatever its trailer says.
const USUAL: usize = 40;

/// Inflated bytes, and why they are not all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inflated<'a> {
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Why the rest is missing.
    pub cut: Option<String>,
}

/// The bytes in one piece, inflated if they are gzip (several members too). Whoever reads many files keeps an [`Inflater`].
#[must_use]
pub fn inflate(bytes: &[u8]) -> Inflated<'_> {
    let mut inflater = Inflater::default();
    let Inflated { bytes: read, cut } = inflater.inflate(bytes);
    let (from_buffer, length) = (is_gzip(bytes), read.len());
    if !from_buffer {
        return Inflated {
            bytes: Cow::Borrowed(bytes),
            cut,
        };
    }
    inflater.buffer.truncate(length);
    Inflated {
        bytes: Cow::Owned(inflater.buffer),
        cut,
    }
}

/// Inflates file after file into the same memory.
pub struct Inflater {
    decoder: Decompressor,
    /// As long as the largest file so far; only its beginning is of the present file.
    buffer: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self {
            decoder: Decompressor::new(),
            buffer: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater")
            .field("buffer", &self.buffer.len())
            .finish_non_exhaustive()
    }
}

impl Inflated<'_> {
    #[cfg(test)]
    fn into_owned(self) -> Inflated<'static> {
        Inflated {
            bytes: Cow::Owned(self.bytes.into_owned()),
            cut: self.cut,
        }
    }
}

impl Inflater {
    /// The bytes in one piece, inflated if they are gzip (several members too).
    #[must_use]
    pub fn inflate<'a>(&'a mut self, bytes: &'a [u8]) -> Inflated<'a> {
        if !is_gzip(bytes) {
            return Inflated {
                bytes: Cow::Borrowed(bytes),
                cut: None,
            };
        }
        let (length, cut) = match self.stroke(bytes, WHOLE) {
            Some(length) => (length, None),
            None => {
                let out = &mut self.buffer;
                out.clear();
                let cut = pump(bytes, |piece| {
                    out.extend_from_slice(piece);
                    out.len() <= WHOLE
                });
                (out.len(), cut)
            }
        };
        Inflated {
            bytes: Cow::Borrowed(self.buffer.get(..length).unwrap_or_default()),
            cut,
        }
    }

    /// Whole lines in chunks, each with the number of the line it begins at. Returns why the rest is missing.
    pub(crate) fn lines(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(&[u8], u64),
    ) -> Option<String> {
        if !is_gzip(bytes) {
            each(bytes, 1);
            return None;
        }
        match self.stroke(bytes, STROKE) {
            Some(length) => {
                each(self.buffer.get(..length).unwrap_or_default(), 1);
                None
            }
            None => streamed(bytes, each),
        }
    }

    /// Inflates the whole into the buffer and gives its length; nothing when it is larger than `most` or not whole.
    fn stroke(&mut self, bytes: &[u8], most: usize) -> Option<usize> {
        let most = most.min(HARMLESS.max(bytes.len().saturating_mul(RATIO)));
        let (_, trailer) = bytes.split_last_chunk::<4>()?;
        // The trailer tells the last member's length, if the file is whole and honest: a hint for the size of the buffer.
        let told = usize::try_from(u32::from_le_bytes(*trailer)).ok()?;
        if told > most {
            return None;
        }
        let likely = told.min(bytes.len().saturating_mul(USUAL)).max(CHUNK / 16);
        let (mut rest, mut done) = (bytes, 0);
        loop {
            let length = self.member(rest, done, likely, most)?;
            done += length;
            match end_of_member(rest, length) {
                Some(end) => rest = rest.get(end..).filter(|rest| is_gzip(rest))?,
                // The decoder has seen the trailer of this member. Is it that of the file?
                None => {
                    return (u32::try_from(length).ok()?.to_le_bytes() == *trailer).then_some(done);
                }
            }
        }
    }

    /// Inflates the first member of these bytes behind what is in the buffer already; gives its length.
    fn member(&mut self, bytes: &[u8], done: usize, likely: usize, most: usize) -> Option<usize> {
        let mut room = self.buffer.len().max(done.checked_add(likely)?).min(most);
        loop {
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            let space = self.buffer.get_mut(done..room)?;
            match self.decoder.gzip_decompress(bytes, space) {
                Ok(length) => return Some(length),
                Err(DecompressionError::InsufficientSpace) if room < most => {
                    room = room.saturating_mul(2).min(most);
                }
                Err(_) => return None,
            }
        }
    }
}

/// Where the first member ends, if another follows: its length, then the next one's first bytes.
fn end_of_member(bytes: &[u8], length: usize) -> Option<usize> {
    let [a, b, c, d] = u32::try_from(length).ok()?.to_le_bytes();
    let seam = [a, b, c, d, 0x1f, 0x8b, 0x08];
    memchr::memmem::find(bytes, &seam).map(|at| at + 4)
}

fn streamed(bytes: &[u8], mut each: impl FnMut(&[u8], u64)) -> Option<String> {
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

    use proptest::prelude::*;

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
        let mut whole = Vec::new();
        assert_eq!(
            Inflater::default().lines(&file, |chunk, at| whole.push((chunk.to_vec(), at))),
            None
        );
        assert_eq!(whole, [(b"one\nuno\ntwo\nthree".to_vec(), 1)]);
        assert_eq!(
            streamed(&file, |chunk, at| seen
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
        let cut = Inflater::default().lines(&bomb, |chunk, _| read += chunk.len());
        assert!(cut.unwrap().contains("250 times"));
        assert!(read <= HARMLESS + CHUNK);
    }

    /// What the streaming decoder alone says.
    fn slowly(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut out = Vec::new();
        let cut = pump(bytes, |piece| {
            out.extend_from_slice(piece);
            true
        });
        (out, cut)
    }

    #[test]
    fn members_of_one_length_and_what_follows_the_last_are_not_lost() {
        let one = gzip(b"the same line\n");
        let mut inflater = Inflater::default();
        for extra in [&b""[..], b"\0\0\0\0", b"tail", &14u32.to_le_bytes()] {
            let mut file = [one.as_slice(), &one, &one].concat();
            file.extend_from_slice(extra);
            let read = inflater.inflate(&file);
            assert_eq!(read.bytes.len(), 3 * 14, "{extra:?}");
        }
        // The trailer lies: too much, too little.
        for told in [u32::MAX, 0, 13, 15] {
            let mut file = one.clone();
            let at = file.len() - 4;
            file[at..].copy_from_slice(&told.to_le_bytes());
            let (bytes, cut) = slowly(&file);
            let read = inflater.inflate(&file);
            assert_eq!((read.bytes.as_ref(), &read.cut), (bytes.as_slice(), &cut));
            assert!(cut.is_some());
        }
        assert!(inflater.buffer.len() <= CHUNK, "{}", inflater.buffer.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn at_a_stroke_and_piece_by_piece_give_the_same(
            parts in prop::collection::vec(("[ab\\n]{0,40}", 1usize..4000), 1..4),
            cut in prop::option::of(0usize..400), flip in prop::option::of((0usize..400, 1u8..)),
        ) {
            let mut file: Vec<u8> = parts.iter().flat_map(|(text, times)| gzip(text.repeat(*times).as_bytes())).collect();
            if let Some(cut) = cut {
                file.truncate(file.len().saturating_sub(cut).max(2));
            }
            if let Some((at, bits)) = flip {
                let at = at % file.len();
                file[at] ^= bits;
            }
            let mut inflater = Inflater { buffer: vec![7; 50], ..Inflater::default() };
            let read = inflater.inflate(&file).into_owned();
            if is_gzip(&file) {
                let (bytes, why) = slowly(&file);
                prop_assert_eq!((read.bytes.as_ref(), &read.cut), (bytes.as_slice(), &why));
            }
            let mut chunks = Vec::new();
            let cut = inflater.lines(&file, |chunk, _| chunks.extend_from_slice(chunk));
            if cut.is_none() {
                prop_assert_eq!(chunks.as_slice(), read.bytes.as_ref());
            }
        }
    }
}
