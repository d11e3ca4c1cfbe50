//! What the folder holds, for `rebato intel show` (`rebato.intel/1`). Must not ask about an address.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::file::{Content, DataFile};
use super::{Knowledge, sources};
use crate::Purpose;
use crate::ranges;

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its name as a source.
    pub source: String,
    /// Its name on the disk; none for what is part of the program.
    pub file: Option<String>,
    /// `networks`, `table`, `mmdb`, `tor`, `asndrop`, `list`; none where it could not be read.
    pub kind: Option<&'static str>,
    /// How it calls itself: a database's type, a list's format. Foreign text.
    pub about: Option<String>,
    /// The day it stands for.
    pub as_of: Option<String>,
    /// Its age in days.
    pub age_days: Option<i64>,
    /// How many days it may be old before what it says is doubtful.
    pub fresh_days: Option<i64>,
    /// Whether it is older than that.
    pub stale: bool,
    /// Its entries, where they can be counted.
    pub entries: Option<usize>,
    /// Entries that could not be read.
    pub bad: u64,
    /// Its size.
    pub bytes: u64,
    /// Terms and attribution, where they are known.
    pub licence: Option<String>,
    /// Why it says nothing, as a code.
    pub problem: Option<&'static str>,
    /// The same in words.
    pub why: Option<String>,
}

impl Knowledge {
    /// Every file, and the program's own networks first.
    #[must_use]
    pub fn shown(&self, now: Timestamp) -> Vec<Shown> {
        let own = ranges::all();
        let as_of = own.iter().map(|range| range.as_of.as_str()).min();
        let mut all = vec![aged(
            Shown {
                source: "ranges".into(),
                file: None,
                kind: Some("networks"),
                about: None,
                as_of: as_of.map(str::to_owned),
                age_days: None,
                fresh_days: Some(180),
                stale: false,
                entries: Some(own.len()),
                bad: 0,
                bytes: 0,
                licence: None,
                problem: None,
                why: None,
            },
            now,
        )];
        all.extend(self.files().iter().map(|file| aged(shown(file), now)));
        all
    }
}

fn aged(mut shown: Shown, now: Timestamp) -> Shown {
    let day = shown.as_of.as_ref().map(|day| format!("{day}T00:00:00Z"));
    shown.age_days = day
        .and_then(|day| day.parse::<Timestamp>().ok())
        .map(|day| now.duration_since(day).as_hours() / 24);
    shown.stale = shown
        .age_days
        .zip(shown.fresh_days)
        .is_some_and(|(age, fresh)| age > fresh);
    shown
}

fn shown(file: &DataFile) -> Shown {
    let known = file.known();
    let (mut kind, mut about, mut fresh_days, mut entries) = (None, None, None, None);
    let mut licence = sources::named(&file.source).map(|source| source.licence);
    if let Ok(known) = known {
        match &known.content {
            Content::Ranges(ranges) => {
                (kind, fresh_days, entries) = (Some("networks"), Some(30), Some(ranges.len()));
            }
            Content::Table(table) => {
                (kind, fresh_days, entries) = (Some("table"), Some(60), Some(table.entries()));
            }
            Content::Mmdb(database) => {
                // MaxMind's terms want older data deleted after 30 days.
                (kind, fresh_days) = (Some("mmdb"), Some(30));
                about = Some(database.kind().chars().take(80).collect());
                licence = licence.or_else(|| sources::attribution(database.kind()));
            }
            Content::Tor(relays) => {
                (kind, fresh_days, entries) = (Some("tor"), Some(2), Some(relays.roles.len()));
            }
            Content::AsnDrop(numbers) => {
                (kind, fresh_days, entries) = (Some("asndrop"), Some(7), Some(numbers.names.len()));
            }
            Content::Registries(registries) => {
                (kind, fresh_days) = (Some("registries"), Some(365));
                entries = Some(registries.len());
            }
            Content::List(list, purpose) => {
                let fresh = if *purpose == Purpose::Anonymiser {
                    2
                } else {
                    7
                };
                (kind, fresh_days, entries) = (Some("list"), Some(fresh), Some(list.entries.len()));
                about = Some(list.format.name().into());
            }
        }
    }
    let name = file.path.file_name().unwrap_or_default();
    Shown {
        source: file.source.clone(),
        file: Some(name.to_string_lossy().into_owned()),
        kind,
        about,
        as_of: known.ok().map(|known| known.as_of.clone()),
        age_days: None,
        fresh_days,
        stale: false,
        entries,
        bad: known.map_or(0, |known| known.bad),
        bytes: file.bytes,
        licence: licence.map(str::to_owned),
        problem: known.err().map(super::Unread::code),
        why: known.err().map(ToString::to_string),
    }
}

/// The contract's document.
#[must_use]
pub fn document(knowledge: &Knowledge, files: &[Shown]) -> Value {
    json!({
        "schema": "rebato.intel/1",
        "dir": knowledge.dir(),
        "files": files,
    })
}
