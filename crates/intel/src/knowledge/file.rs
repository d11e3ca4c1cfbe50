//! One file of the folder: what it is, told by its structure and only then by its name, read when first asked for and
//! once. Must not know what is done with it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::Value;

use super::mmdb::Database;
use super::table::{self, Table};
use super::tor::Relays;
use super::{asndrop, clouds, sources, tor};
use crate::Purpose;
use crate::lists::{self, Format, List};
use crate::net::rdap::Bootstrap;
use crate::ranges::Range;

/// The most bytes of a file, unpacked or not.
pub(super) const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// So much of a table is looked at to see of which kind its addresses are.
const PEEK: u64 = 4096;

/// Every MMDB file has this before its metadata, within its last 128 KiB (MaxMind DB File Format Specification 2.0).
const MMDB_MARK: &[u8] = b"\xab\xcd\xefMaxMind.com";

/// Why a file says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// The disk says no.
    #[error("it cannot be read: {why}")]
    Io {
        /// Why.
        why: String,
    },
    /// Bigger than any such file is.
    #[error("it has more than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: u64,
    },
    /// Of a known kind, but broken.
    #[error("it is damaged: {why}")]
    Damaged {
        /// How.
        why: String,
    },
    /// Of no known kind.
    #[error("it is no data of a known kind")]
    Unknown,
    /// A list of addresses that does not say what for.
    #[error(
        "it is a list whose name does not say what it is for: put tor, drop, threat, trusted or scanners into the name"
    )]
    Purpose,
}

impl Unread {
    /// The code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "unreadable",
            Self::TooLarge { .. } => "too_large",
            Self::Damaged { .. } => "damaged",
            Self::Unknown => "unknown_format",
            Self::Purpose => "purpose_unknown",
        }
    }
}

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    /// Networks and whose they are.
    Ranges(Vec<Range>),
    /// Autonomous systems or countries by range.
    Table(Table),
    /// A database.
    Mmdb(Box<Database>),
    /// Relays of the Tor network.
    Tor(Relays),
    /// Autonomous systems that are wholly in malicious hands.
    AsnDrop(asndrop::Numbers),
    /// Which registry holds which networks.
    Registries(Bootstrap),
    /// A list and what it is for.
    List(List, Purpose),
}

/// Content with what is known of it.
#[derive(Debug)]
pub(super) struct Known {
    /// The content.
    pub content: Content,
    /// The day it stands for: its own word, else its name's, else the file's time.
    pub as_of: String,
    /// Entries that could not be read.
    pub bad: u64,
}

/// A file.
#[derive(Debug)]
pub(super) struct DataFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name as a source: without its endings. Foreign text.
    pub source: String,
    /// Its size.
    pub bytes: u64,
    modified: Option<SystemTime>,
    known: OnceLock<Result<Known, Unread>>,
    table_is_v6: OnceLock<Option<bool>>,
}

impl DataFile {
    /// A file that nobody has read yet.
    pub(super) fn new(path: PathBuf, bytes: u64, modified: Option<SystemTime>) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self {
            source: stem(&name).chars().take(80).collect(),
            path,
            bytes,
            modified,
            known: OnceLock::new(),
            table_is_v6: OnceLock::new(),
        }
    }

    /// What it holds; read when first called.
    ///
    /// # Errors
    /// Why it says nothing.
    pub(super) fn known(&self) -> Result<&Known, &Unread> {
        self.known
            .get_or_init(|| {
                let mut known = recognised(&self.source, unpacked(&self.path, MAX_BYTES, true)?)?;
                if known.as_of.is_empty() {
                    let modified = || Some(day(Timestamp::try_from(self.modified?).ok()?));
                    known.as_of = date_in(&self.source).or_else(modified).unwrap_or_default();
                }
                Ok(known)
            })
            .as_ref()
    }

    /// For a table, whether its addresses are IPv6: its first row tells, so that one of the other kind is never read.
    pub(super) fn table_is_v6(&self) -> Option<bool> {
        *self.table_is_v6.get_or_init(|| {
            if sources::purpose(&self.source).is_some() || sources::owner(&self.source).is_some() {
                return None;
            }
            let start = unpacked(&self.path, PEEK, false).ok()?;
            table::begins_with_v6(&String::from_utf8_lossy(&start))
        })
    }
}

/// A file's name without its endings.
fn stem(name: &str) -> &str {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    [
        ".mmdb", ".json", ".csv", ".tsv", ".txt", ".lst", ".netset", ".ipset",
    ]
    .iter()
    .find_map(|ending| name.strip_suffix(ending))
    .unwrap_or(name)
}

/// The day of a moment, in UTC.
pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// A date in a name: `20261124`, `2026-11-24`, or `2026-11` for the month's first day.
fn date_in(name: &str) -> Option<String> {
    let parts: Vec<&str> = name
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let date = |year: &str, month: &str, day: &str| {
        let date = jiff::civil::Date::new(
            year.parse()
                .ok()
                .filter(|year| (2000..=2100).contains(year))?,
            month.parse().ok()?,
            day.parse().ok()?,
        );
        date.ok().map(|date| date.to_string())
    };
    parts.iter().enumerate().find_map(|(at, part)| {
        if let (8, Some((year, rest))) = (part.len(), part.split_at_checked(4)) {
            let (month, day) = rest.split_at_checked(2)?;
            return date(year, month, day);
        }
        let month = parts
            .get(at + 1)
            .filter(|month| part.len() == 4 && month.len() == 2)?;
        let day = parts.get(at + 2).filter(|day| day.len() == 2);
        date(part, month, day.unwrap_or(&"01"))
    })
}

/// The file's bytes, unpacked, up to a limit; `whole` refuses what is longer.
fn unpacked(path: &Path, limit: u64, whole: bool) -> Result<Vec<u8>, Unread> {
    let io = |error: std::io::Error| Unread::Io {
        why: error.to_string(),
    };
    let mut file = std::io::BufReader::new(std::fs::File::open(path).map_err(io)?);
    let packed = std::io::BufRead::fill_buf(&mut file)
        .map_err(io)?
        .starts_with(&[0x1f, 0x8b]);
    let mut bytes = Vec::new();
    let most = limit.saturating_add(u64::from(whole));
    if packed {
        let read = flate2::bufread::MultiGzDecoder::new(file)
            .take(most)
            .read_to_end(&mut bytes);
        read.map_err(|error| Unread::Damaged {
            why: error.to_string(),
        })?;
    } else {
        file.take(most).read_to_end(&mut bytes).map_err(io)?;
    }
    if whole && u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(Unread::TooLarge { limit });
    }
    Ok(bytes)
}

/// What bytes are, with the day that they themselves name, or none.
pub(super) fn recognised(source: &str, bytes: Vec<u8>) -> Result<Known, Unread> {
    let known = |content: Content, as_of: Option<String>, bad: u64| Known {
        content,
        as_of: as_of.unwrap_or_default(),
        bad,
    };
    let tail = bytes.len().saturating_sub(128 * 1024);
    let is_mmdb = bytes
        .get(tail..)
        .is_some_and(|tail| tail.windows(MMDB_MARK.len()).any(|part| part == MMDB_MARK));
    if is_mmdb {
        let database = Database::read(bytes)?;
        let built = database.built().map(day);
        return Ok(known(Content::Mmdb(Box::new(database)), built, 0));
    }
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
    let text = text.as_ref();
    let ranges = |published: clouds::Published| {
        if published.ranges.is_empty() {
            return Err(Unread::Unknown);
        }
        let (as_of, bad) = (published.as_of, published.bad);
        Ok(known(Content::Ranges(published.ranges), as_of, bad))
    };
    if text.trim_start().starts_with('{') {
        if let Some(numbers) = asndrop::read(text) {
            let (as_of, bad) = (numbers.as_of.clone(), numbers.bad);
            return Ok(known(Content::AsnDrop(numbers), as_of, bad));
        }
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            if let Some(published) = clouds::json(&value) {
                return ranges(published);
            }
            if sources::is_bootstrap(source)
                && let Ok(registries) = Bootstrap::read(text.as_bytes())
            {
                let as_of = registries.as_of.as_deref().map(|at| at.chars().take(10));
                let as_of = as_of.map(Iterator::collect);
                return Ok(known(Content::Registries(registries), as_of, 0));
            }
            if let Some(relays) = tor::read(&value) {
                let as_of = relays.as_of.clone();
                return Ok(known(Content::Tor(relays), as_of, 0));
            }
        }
    }
    if let Some(owner) = sources::owner(source) {
        return ranges(clouds::plain(owner, text));
    }
    let purpose = sources::purpose(source);
    if purpose.is_none() && Table::is_one(text) {
        let table = Table::read(text).ok_or(Unread::TooLarge { limit: MAX_BYTES })?;
        let bad = table.bad;
        return Ok(known(Content::Table(table), None, bad));
    }
    if let ("[]", Some(purpose)) = (text.trim(), purpose) {
        // Of Feodo there are days without one.
        return Ok(known(
            Content::List(List::new(Format::Json), purpose),
            None,
            0,
        ));
    }
    let list = lists::read(&bytes).map_err(|_| Unread::Unknown)?;
    if list.entries.is_empty() {
        return Err(Unread::Unknown);
    }
    let bad = u64::try_from(list.problems.len())
        .unwrap_or(u64::MAX)
        .saturating_add(list.more_problems);
    let date = list.date.map(|date| date.to_string());
    let purpose = purpose.ok_or(Unread::Purpose)?;
    Ok(known(Content::List(list, purpose), date, bad))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_the_date_and_loses_its_endings() {
        for (name, stemmed, date) in [
            (
                "ServiceTags_Public_20261118.json",
                "ServiceTags_Public_20261118",
                Some("2026-11-18"),
            ),
            (
                "dbip-asn-lite-2026-11.csv.gz",
                "dbip-asn-lite-2026-11",
                Some("2026-11-01"),
            ),
            ("tor_2026-11-24.lst", "tor_2026-11-24", Some("2026-11-24")),
            ("GeoLite2-City.mmdb", "GeoLite2-City", None),
            ("asn-ipv4.csv", "asn-ipv4", None),
            ("99999999", "99999999", None),
        ] {
            assert_eq!(stem(name), stemmed);
            assert_eq!(date_in(stemmed).as_deref(), date, "{name}");
        }
    }

    #[test]
    fn what_is_no_data_says_why() {
        let kind = |source: &str, text: &str| {
            recognised(source, text.as_bytes().to_vec())
                .map(|_| ())
                .map_err(|e| e.code())
        };
        assert_eq!(kind("mine", "192.0.2.1\n"), Err("purpose_unknown"));
        assert_eq!(kind("tor", "192.0.2.1\n"), Ok(()));
        assert_eq!(
            kind("cloudflare", "<html>not found</html>"),
            Err("unknown_format")
        );
        assert_eq!(
            kind("feodo", "<html>not found</html>"),
            Err("unknown_format")
        );
        assert_eq!(kind("aws-ranges", "{}"), Err("unknown_format"));
        assert_eq!(kind("x", ""), Err("unknown_format"));
        assert_eq!(kind("GeoLite2", "\u{ab}\u{cd}"), Err("unknown_format"));
        assert_eq!(
            recognised("x", b"\xab\xcd\xefMaxMind.com\xe0".to_vec())
                .map(|_| ())
                .map_err(|e| e.code()),
            Err("damaged")
        );
        assert_eq!(
            kind("asn", "1.0.0.0,1.0.0.255,13335,\"Cloudflare, Inc.\"\n"),
            Ok(())
        );
    }
}
