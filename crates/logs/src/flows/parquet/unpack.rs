//! Pages decompressed and their encodings undone, within limits. Must not know what the values mean.

use std::borrow::Cow;
use std::io::Read;

use super::thrift::{varint, zigzag};

/// A page when decompressed and decoded.
pub(super) const PAGE: usize = 64 << 20;

/// Decompresses a page of a known size.
pub(super) fn decompress<'a>(
    codec: i64,
    bytes: &'a [u8],
    size: usize,
) -> Result<Cow<'a, [u8]>, String> {
    let damaged = || "its compressed data is damaged".to_owned();
    if size > PAGE {
        return Err(format!("a page of {size} bytes is too large"));
    }
    if size == 0 {
        return Ok(Cow::Borrowed(&[]));
    }
    let out = match codec {
        0 => return bytes.get(..size).map(Cow::Borrowed).ok_or_else(damaged),
        1 => {
            // Snappy says the size itself, and it is believed below.
            let said = varint(bytes).map(|(said, _)| said);
            if said != u64::try_from(size).ok() {
                return Err(damaged());
            }
            snap::raw::Decoder::new().decompress_vec(bytes).ok()
        }
        2 => Some(gzip(bytes, size)),
        6 => zstd::bulk::decompress(bytes, size).ok(),
        7 => lz4_flex::block::decompress(bytes, size).ok(),
        _ => {
            let name = match codec {
                3 => "LZO",
                4 => "Brotli",
                5 => "LZ4 in its old frame",
                _ => "an unknown codec",
            };
            return Err(format!("compression with {name} is not read"));
        }
    };
    let out = out.filter(|out| out.len() == size).ok_or_else(damaged)?;
    Ok(Cow::Owned(out))
}

/// Gzip in one go, or, if it has several members, one after the other.
fn gzip(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut out = vec![0; size];
    let whole = libdeflater::Decompressor::new().gzip_decompress(bytes, &mut out);
    if whole.is_ok_and(|written| written == size) {
        return out;
    }
    out.clear();
    let most = u64::try_from(size).unwrap_or(u64::MAX);
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes).take(most.saturating_add(1));
    let read = decoder.read_to_end(&mut out);
    if read.is_err() {
        out.clear();
    }
    out
}

/// The plain form of encodings that only some writers use: numbers of eight bytes, or bytes behind their length.
pub(super) fn plain(encoding: i64, bytes: &[u8], values: usize, width: usize) -> Option<Vec<u8>> {
    match encoding {
        // DELTA_BINARY_PACKED
        5 => {
            let (numbers, _) = deltas(bytes, values)?;
            Some(numbers.iter().flat_map(|n| n.to_le_bytes()).collect())
        }
        // DELTA_LENGTH_BYTE_ARRAY
        6 => {
            let (lengths, mut rest) = deltas(bytes, values)?;
            let mut out = Vec::new();
            for length in lengths {
                let text;
                (text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                put(&mut out, &[], text)?;
            }
            Some(out)
        }
        // DELTA_BYTE_ARRAY
        7 => {
            let (shared, rest) = deltas(bytes, values)?;
            let (lengths, mut rest) = deltas(rest, values)?;
            let (mut out, mut last) = (Vec::new(), Vec::new());
            for (shared, length) in shared.into_iter().zip(lengths) {
                let text;
                (text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                last.truncate(usize::try_from(shared).ok()?);
                last.extend_from_slice(text);
                put(&mut out, &last, &[])?;
            }
            Some(out)
        }
        // BYTE_STREAM_SPLIT: the first bytes of all values, the second bytes of all, and so on.
        9 => {
            let count = bytes.len() / width;
            let mut out = vec![0; count * width];
            for (at, byte) in bytes.iter().take(count * width).enumerate() {
                *out.get_mut(at % count * width + at / count)? = *byte;
            }
            Some(out)
        }
        _ => None,
    }
}

fn put(out: &mut Vec<u8>, front: &[u8], back: &[u8]) -> Option<()> {
    let length = front.len() + back.len();
    if out.len() + length > PAGE {
        return None;
    }
    out.extend(u32::try_from(length).ok()?.to_le_bytes());
    out.extend_from_slice(front);
    out.extend_from_slice(back);
    Some(())
}

/// Numbers as differences in blocks of their own width, and what follows them.
fn deltas(bytes: &[u8], most: usize) -> Option<(Vec<i64>, &[u8])> {
    let (block, rest) = varint(bytes)?;
    let (minis, rest) = varint(rest)?;
    let (count, rest) = varint(rest)?;
    let (first, mut rest) = varint(rest)?;
    let count = usize::try_from(count).ok()?;
    let minis = usize::try_from(minis)
        .ok()
        .filter(|n| (1..=512).contains(n))?;
    let per_mini = usize::try_from(block).ok()? / minis;
    if count > most || count > PAGE / 8 || per_mini == 0 {
        return None;
    }
    let mut out = Vec::new();
    if count == 0 {
        return Some((out, rest));
    }
    let mut value = zigzag(first);
    out.push(value);
    while out.len() < count {
        let least;
        (least, rest) = varint(rest)?;
        let least = zigzag(least);
        let widths;
        (widths, rest) = rest.split_at_checked(minis)?;
        for width in widths {
            if out.len() == count {
                break;
            }
            let width = usize::from(*width);
            let length = per_mini.checked_mul(width)?.div_ceil(8);
            // The last one may be left short.
            let (mini, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            for n in 0..per_mini.min(count - out.len()) {
                let delta = bits(mini, n * width, width)?;
                value = value.wrapping_add(least).wrapping_add(delta.cast_signed());
                out.push(value);
            }
        }
    }
    Some((out, rest))
}

fn bits(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    if width == 0 {
        return Some(0);
    }
    if width > 64 {
        return None;
    }
    let mut word = [0u8; 16];
    let from = bytes.get(at / 8..)?;
    let length = (at % 8 + width).div_ceil(8);
    word.get_mut(..length)?.copy_from_slice(from.get(..length)?);
    let shifted = u128::from_le_bytes(word) >> (at % 8);
    u64::try_from(shifted & (u128::MAX >> (128 - width))).ok()
}

/// Where a reader of runs stands: values of a fixed width, either one repeated or packed in groups of eight.
#[derive(Debug, Default, Clone)]
pub(super) struct Runs {
    width: usize,
    /// The next run's header.
    at: usize,
    /// Values left in this run.
    left: usize,
    /// Values taken from this run.
    taken: usize,
    value: u32,
    /// Where the groups begin; none in a run of one value.
    packed: Option<usize>,
}

impl Runs {
    /// Begins at a place of a page.
    pub(super) fn new(at: usize, width: u8) -> Option<Self> {
        (width <= 32).then(|| Self {
            width: usize::from(width),
            at,
            ..Self::default()
        })
    }

    fn next(&mut self, page: &[u8]) -> Option<()> {
        let rest = page.get(self.at..)?;
        let (head, body) = varint(rest)?;
        self.at += rest.len() - body.len();
        let count = usize::try_from(head >> 1).ok()?;
        self.taken = 0;
        if head & 1 == 1 {
            self.packed = Some(self.at);
            self.left = count.checked_mul(8)?;
            self.at = self.at.checked_add(count.checked_mul(self.width)?)?;
        } else {
            let length = self.width.div_ceil(8);
            let mut word = [0u8; 4];
            word.get_mut(..length)?.copy_from_slice(body.get(..length)?);
            self.value = u32::from_le_bytes(word);
            self.packed = None;
            self.left = count;
            self.at += length;
        }
        Some(())
    }

    /// Appends the next values.
    pub(super) fn fill(&mut self, page: &[u8], count: usize, out: &mut Vec<u32>) -> Option<()> {
        let mut need = count;
        while need > 0 {
            if self.left == 0 {
                self.next(page)?;
            }
            let take = need.min(self.left);
            match self.packed {
                None => out.resize(out.len() + take, self.value),
                Some(begin) => unpack(page.get(begin..)?, self.width, self.taken, take, out)?,
            }
            self.left -= take;
            self.taken += take;
            need -= take;
        }
        Some(())
    }

    /// Passes values over.
    pub(super) fn skip(&mut self, page: &[u8], count: usize) -> Option<()> {
        let mut need = count;
        while need > 0 {
            if self.left == 0 {
                self.next(page)?;
            }
            let take = need.min(self.left);
            self.left -= take;
            self.taken += take;
            need -= take;
        }
        Some(())
    }

    /// How many of the next values are 1, where they are levels; passes them over.
    pub(super) fn count(
        &mut self,
        page: &[u8],
        count: usize,
        scratch: &mut Vec<u32>,
    ) -> Option<usize> {
        if self.packed.is_none() && self.left >= count {
            self.left -= count;
            return Some(if self.value == 1 { count } else { 0 });
        }
        scratch.clear();
        self.fill(page, count, scratch)?;
        Some(scratch.iter().filter(|level| **level == 1).count())
    }
}

fn unpack(bytes: &[u8], width: usize, from: usize, count: usize, out: &mut Vec<u32>) -> Option<()> {
    if width == 0 {
        out.resize(out.len() + count, 0);
        return Some(());
    }
    let mask = u64::MAX >> (64 - width);
    let mut bit = from.checked_mul(width)?;
    out.reserve(count);
    for _ in 0..count {
        let rest = bytes.get(bit / 8..)?;
        let word = match rest.first_chunk::<8>() {
            Some(word) => u64::from_le_bytes(*word),
            // The end of the page. A writer may leave out groups that hold no value.
            None => {
                let mut word = [0u8; 8];
                word.get_mut(..rest.len())?.copy_from_slice(rest);
                if rest.len() * 8 < bit % 8 + width {
                    return None;
                }
                u64::from_le_bytes(word)
            }
        };
        // At most 32 bits by the mask.
        out.push(u32::try_from((word >> (bit % 8)) & mask).ok()?);
        bit += width;
    }
    Some(())
}
