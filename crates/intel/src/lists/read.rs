//! From bytes to a list: unpacking, decoding, bounds, and the choice of the reader. Must not know the formats themselves.

use std::borrow::Cow;
use std::io::Read;

use super::{Format, List, ListError, csv, detect, json, lines, plain, stix};

/// The most bytes that are read, packed or not. GuardDuty takes 35 MB.
pub const MAX_BYTES: u64 = 128 * 1024 * 1024;
/// The most entries that are kept. GuardDuty takes 250,000.
pub const MAX_ENTRIES: usize = 2_000_000;

/// Reads a list. Gzip is unpacked, UTF-16 is decoded, and bytes that are no text become visible replacement
/// characters rather than an end.
///
/// # Errors
/// [`ListError`] when there is nothing that could be a list. A line that cannot be read is no error but a
/// [`super::Problem`].
pub fn read(bytes: &[u8]) -> Result<List, ListError> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > MAX_BYTES {
        return Err(ListError::TooLarge { limit: MAX_BYTES });
    }
    let packed = bytes.starts_with(&[0x1f, 0x8b]);
    let unpacked = if packed {
        Cow::Owned(unpack(bytes)?)
    } else {
        Cow::Borrowed(bytes)
    };
    let (text, encoding) = decode(&unpacked);
    if lines::trim(&text).is_empty() {
        return Err(ListError::Empty);
    }
    let mut list = match detect::format(&text) {
        Format::Stix => xml(&text)?,
        Format::Json => json_or_lines(&text)?,
        Format::AlienVault => plain::alien_vault(&text)?,
        format @ (Format::OtxCsv | Format::ProofPoint | Format::FireEye | Format::Csv) => {
            csv::read(&text, format)?
        }
        _ => plain::txt(&text)?,
    };
    list.bytes = size;
    list.form.encoding = if packed { Some("gzip") } else { encoding };
    Ok(list)
}

/// What begins like JSON and is none is read by its lines, when that tells more.
fn json_or_lines(text: &str) -> Result<List, ListError> {
    let (list, whole) = json::read(text)?;
    if whole {
        return Ok(list);
    }
    let plain = plain::txt(text)?;
    let more = plain.entries.len() > list.entries.len();
    // JSON without a single quote holds no list.
    if more || list.entries.is_empty() || !text.contains('"') {
        Ok(plain)
    } else {
        Ok(list)
    }
}

/// What begins like XML and is none is read by its lines.
fn xml(text: &str) -> Result<List, ListError> {
    let list = stix::read(text)?;
    let broken = list.entries.is_empty() && !list.problems.is_empty();
    let plain = if broken { plain::txt(text).ok() } else { None };
    Ok(plain
        .filter(|plain| plain.entries.iter().any(|e| e.indicator.is_address()))
        .unwrap_or(list))
}

/// Refuses a list that outgrows its bound.
pub(super) fn bounded(list: &List) -> Result<(), ListError> {
    if list.entries.len() > MAX_ENTRIES {
        Err(ListError::TooMany { limit: MAX_ENTRIES })
    } else {
        Ok(())
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, ListError> {
    let mut out = Vec::new();
    let reader = flate2::read::MultiGzDecoder::new(bytes);
    reader
        .take(MAX_BYTES + 1)
        .read_to_end(&mut out)
        .map_err(|error| ListError::Gzip {
            why: error.to_string(),
        })?;
    if u64::try_from(out.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(ListError::TooLarge { limit: MAX_BYTES });
    }
    Ok(out)
}

/// The bytes as text, and what they are when they are not plain UTF-8.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static str>) {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .filter_map(|pair| pair.try_into().ok().map(unit))
            .collect();
        (Cow::Owned(String::from_utf16_lossy(&units)), Some("utf-16"))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => (String::from_utf8_lossy(rest), Some("bom")),
        // ASCII in UTF-16 without a mark: every other byte is zero.
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => wide(bytes, u16::from_le_bytes),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => wide(bytes, u16::from_be_bytes),
        _ => {
            let text = String::from_utf8_lossy(bytes);
            let foreign = matches!(text, Cow::Owned(_));
            (text, foreign.then_some("not-utf-8"))
        }
    }
}
