//! From bytes to a list: unpacking, decoding, bounds, and the choice of the reader. Must not know the formats themselves.

use std::borrow::Cow;
use std::io::Read;

use super::{Format, List, ListError, csv, detect, plain, stix};

/// The most bytes that are read, packed or not. GuardDuty takes 35 MB.
pub const MAX_BYTES: u64 = 128 * 1024 * 1024;
/// The most entries that are kept. GuardDuty takes 250,000.
pub const MAX_ENTRIES: usize = 2_000_000;

/// Reads a list. Gzip is unpacked, UTF-16 with a mark is decoded, and bytes that are no text become visible replacement
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
    let unpacked = if bytes.starts_with(&[0x1f, 0x8b]) {
        Cow::Owned(unpack(bytes)?)
    } else {
        Cow::Borrowed(bytes)
    };
    let text = decode(&unpacked);
    if text.trim().is_empty() {
        return Err(ListError::Empty);
    }
    let mut list = match detect::format(&text)? {
        Format::Stix => stix::read(&text)?,
        Format::AlienVault => plain::alien_vault(&text)?,
        Format::Txt => plain::txt(&text)?,
        format @ (Format::OtxCsv | Format::ProofPoint | Format::FireEye) => {
            csv::read(&text, format)?
        }
    };
    list.bytes = size;
    Ok(list)
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

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .filter_map(|pair| pair.try_into().ok().map(unit))
            .collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => String::from_utf8_lossy(bytes),
    }
}
