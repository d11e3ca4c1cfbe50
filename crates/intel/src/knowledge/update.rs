//! Brings the free sources into the folder: each asked for only when it is due and only for what is new, checked before it
//! takes the place of the old file, which stays when the new one is no data. Must not decide who may use the network.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::file::{Content, Known, Unread, recognised};
use super::sources::Source;
use crate::net::{Answer, Fetch, Limits, Redirects, Request};

/// The file of the folder that keeps what the servers said of theirs.
const STATE: &str = "sources.json";

/// A table of the whole Internet by network has about 30 MB.
const LIMITS: Limits = Limits {
    total: Duration::from_secs(120),
    bytes: 128 * 1024 * 1024,
};

/// What the folder remembers of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Remembered {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
    /// When it was last asked for with success.
    checked: Option<Timestamp>,
    as_of: Option<String>,
    entries: usize,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    schema: String,
    sources: BTreeMap<String, Remembered>,
}

/// What came of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Updated {
    /// Its name.
    pub source: String,
    /// `new`, `changed`, `unchanged`, `recent` (asked for so lately that it was not again), `failed`, `not_configured`.
    pub result: &'static str,
    /// Why, as a code with details.
    pub why: Option<String>,
    /// The day that the file in the folder stands for, now and before.
    pub as_of: Option<String>,
    /// Before.
    pub as_of_before: Option<String>,
    /// How many entries it has, now and before.
    pub entries: Option<usize>,
    /// Before.
    pub entries_before: Option<usize>,
    /// The requests that left the machine for it.
    pub sent_out: Vec<String>,
}

/// What an update works with.
#[derive(Debug, Clone, Copy)]
pub struct Update<'a> {
    /// The client.
    pub fetch: &'a Fetch,
    /// The folder; made where it is not there.
    pub dir: &'a Path,
    /// Places that stand for a source's own: mirrors, and Azure's file of the week.
    pub urls: &'a BTreeMap<String, String>,
    /// Ask also for what was asked for lately.
    pub fresh: bool,
    /// Now.
    pub now: Timestamp,
}

/// The disk says no.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {why}")]
pub struct WriteError {
    /// Where.
    pub path: String,
    /// Why.
    pub why: String,
}

impl Update<'_> {
    /// Asks for the sources, one after the other. A source that fails leaves its old file and hinders no other.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn run(&self, sources: &[&Source]) -> Result<Vec<Updated>, WriteError> {
        std::fs::create_dir_all(self.dir).map_err(|error| unwritten(self.dir, &error))?;
        let path = self.dir.join(STATE);
        // A state that cannot be read costs one whole download, nothing more.
        let mut state: State = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        state.schema = "rebato.intel-sources/1".into();
        let mut all = Vec::new();
        for source in sources {
            let remembered = state.sources.entry(source.name.into()).or_default();
            all.push(self.one(source, remembered).await?);
            let bytes = serde_json::to_vec_pretty(&state).unwrap_or_default();
            replace(&path, &bytes, None)?;
        }
        Ok(all)
    }

    async fn one(&self, source: &Source, known: &mut Remembered) -> Result<Updated, WriteError> {
        let path = self.dir.join(source.file());
        let is_there = path.is_file();
        let mut told = Updated {
            source: source.name.into(),
            result: "failed",
            why: None,
            as_of: known.as_of.clone().filter(|_| is_there),
            as_of_before: None,
            entries: is_there.then_some(known.entries),
            entries_before: None,
            sent_out: Vec::new(),
        };
        let named = self.urls.get(source.name).map(String::as_str);
        let Some(place) = named.or(source.url) else {
            told.result = "not_configured";
            return Ok(told);
        };
        let Ok(url) = Url::parse(place) else {
            told.why = Some("bad_url".into());
            return Ok(told);
        };
        let same = is_there && known.url == place;
        let is_recent = known.checked.is_some_and(|at| {
            let age = self.now.duration_since(at);
            !age.is_negative() && age < source.every
        });
        if same && is_recent && !self.fresh {
            told.result = "recent";
            return Ok(told);
        }
        let mut request = Request::get(url).header("accept", "*/*");
        if let (true, Some(etag)) = (same, &known.etag) {
            request = request.header("if-none-match", etag);
        }
        if let (true, Some(date)) = (same, &known.last_modified) {
            request = request.header("if-modified-since", date);
        }
        let fetched = self
            .fetch
            .fetch(&request, LIMITS, Redirects::SameOrigin)
            .await;
        told.sent_out = fetched.sent;
        let answer = match fetched.result {
            Ok(answer) => answer,
            Err(error) => {
                told.why = Some(format!("{}: {error}", error.code()));
                return Ok(told);
            }
        };
        if answer.status == 304 && same {
            known.checked = Some(self.now);
            told.result = "unchanged";
            return Ok(told);
        }
        let fresh = match data(source, &answer) {
            Ok(fresh) => fresh,
            Err(why) => {
                told.why = Some(why);
                return Ok(told);
            }
        };
        told.result = if !is_there {
            "new"
        } else if std::fs::read(&path).is_ok_and(|old| old == answer.body) {
            "unchanged"
        } else {
            "changed"
        };
        let changed = answer.header("last-modified").map(str::to_owned);
        let modified = changed.as_deref().and_then(date);
        if told.result != "unchanged" {
            replace(&path, &answer.body, modified)?;
        }
        told.as_of_before = told.as_of.take();
        told.entries_before = told.entries.take();
        told.entries = Some(entries(&fresh));
        told.as_of = Some(fresh.as_of)
            .filter(|day| !day.is_empty())
            .or_else(|| Some(super::file::day(modified.unwrap_or(self.now))));
        *known = Remembered {
            url: place.into(),
            etag: answer.header("etag").map(str::to_owned),
            last_modified: changed,
            checked: Some(self.now),
            as_of: told.as_of.clone(),
            entries: told.entries.unwrap_or_default(),
        };
        Ok(told)
    }
}

/// The answer as data of the source, or why it is none.
fn data(source: &Source, answer: &Answer) -> Result<Known, String> {
    if answer.status != 200 {
        return Err(format!("status: {}", answer.status));
    }
    let kind = answer.header("content-type").unwrap_or_default();
    if kind.starts_with("text/html") {
        // A page of words may well name addresses.
        return Err("not_data: a web page".into());
    }
    let known = recognised(source.name, answer.body.clone())
        .map_err(|unread: Unread| format!("{}: {unread}", unread.code()))?;
    if u64::try_from(entries(&known)).is_ok_and(|good| good < known.bad) {
        return Err("damaged: more entries are unreadable than not".into());
    }
    Ok(known)
}

/// How many entries it has; a database does not say.
fn entries(known: &Known) -> usize {
    match &known.content {
        Content::Ranges(ranges) => ranges.len(),
        Content::Table(table) => table.entries(),
        Content::Mmdb(_) => 1,
        Content::Tor(relays) => relays.roles.len(),
        Content::AsnDrop(numbers) => numbers.names.len(),
        Content::Registries(registries) => registries.len(),
        Content::List(list, _) => list.entries.len(),
    }
}

/// A date of HTTP.
fn date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()
}

/// Puts bytes in the place of a file, wholly or not at all.
fn replace(path: &Path, bytes: &[u8], modified: Option<Timestamp>) -> Result<(), WriteError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let write = || {
        let mut file = std::fs::File::create(&part)?;
        file.write_all(bytes)?;
        if let Some(at) = modified.and_then(|at| u64::try_from(at.as_second()).ok()) {
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(at))?;
        }
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    write().map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &std::io::Error) -> WriteError {
    WriteError {
        path: path.display().to_string(),
        why: error.to_string(),
    }
}
