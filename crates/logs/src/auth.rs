//! Logs of logins: sshd's and PAM's lines in syslog of every dress, journald's formats, log shippers' JSON, utmp and its kin, Windows'
//! events. They give [`Login`]s and [`Change`]s of the guest. A user name is whatever the other side typed, so the address is taken
//! from where sshd itself writes it. Must not know what is asked.

mod audit;
mod change;
mod dropbear;
mod entry;
mod events;
mod journal;
mod line;
mod pending;
mod tag;
mod utmp;
mod when;
mod windows;

pub(crate) use audit::AUDIT;
pub(crate) use change::Change;
pub(crate) use events::{Event, Sink};
pub(crate) use line::{Login, What};
pub(crate) use utmp::WTMP;

use events::Events;

use crate::Inflater;

/// What reading a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) lines: u64,
    pub(crate) wrong: Vec<String>,
    /// Whether logins would stand here if there were some.
    pub(crate) of_logins: bool,
}

/// Hands on the time of every record, and what it says, with its number. `near` is a time (Unix seconds) near the end of the log, for
/// lines without year; `name` tells btmp from wtmp.
pub(crate) fn read(
    inflater: &mut Inflater,
    name: &str,
    bytes: &[u8],
    near: Option<i64>,
    found: &mut Sink<'_>,
) -> FileRead {
    let mut out = FileRead::default();
    let head = crate::bytes::head(bytes);
    if head.starts_with(b"\xff\xfe") {
        // What PowerShell writes by `>`.
        let whole = inflater.inflate(bytes);
        let (text, cut) = (from_utf16(&whole.bytes), whole.cut);
        out = read(inflater, name, text.as_bytes(), near, found);
        out.wrong.extend(cut);
        return out;
    }
    if utmp::is_utmp(&head) {
        let whole = inflater.inflate(bytes);
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let (records, wrong) = utmp::read(&whole.bytes, last.starts_with("btmp"), found);
        out.lines = records;
        out.of_logins = records > 0;
        out.wrong.extend(wrong);
        out.wrong.extend(whole.cut);
        return out;
    }
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&head)
        .trim_ascii_start();
    let mut events = Events::new(near, found);
    let json = head.starts_with(b"{")
        || head
            .strip_prefix(b"[")
            .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"));
    if json {
        let whole = inflater.inflate(bytes);
        let wrong = crate::json::each(&whole.bytes, |value, number| {
            out.lines += 1;
            entry::read(&value, number, &mut events);
        });
        out.wrong.extend(wrong);
        out.wrong.extend(whole.cut);
    } else if journal::is_export(head) {
        let whole = inflater.inflate(bytes);
        let (entries, cut) = journal::read(&whole.bytes, &mut events);
        out.lines = entries;
        out.wrong.extend(cut);
        out.wrong.extend(whole.cut);
    } else if let Some(what) = binary(head) {
        out.wrong.push(what.into());
    } else if head.starts_with(b"<Event") || head.starts_with(b"<?xml") {
        let whole = inflater.inflate(bytes);
        let text = String::from_utf8_lossy(&whole.bytes);
        for part in text
            .split("</Event>")
            .filter(|part| part.contains("<EventID"))
        {
            out.lines += 1;
            entry::xml(part, None, out.lines, &mut events);
        }
        out.wrong.extend(whole.cut);
    } else {
        let cut = inflater.lines(bytes, |chunk, first| {
            for (number, line) in (first..).zip(chunk.split(|b| *b == b'\n')) {
                if line.trim_ascii().is_empty() {
                    continue;
                }
                out.lines += 1;
                let text = String::from_utf8_lossy(line);
                events.line(text.trim_end(), number);
            }
        });
        out.wrong.extend(cut);
    }
    out.of_logins = events.finish();
    out
}

fn from_utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().skip(1).map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Files of the same purpose that have to be exported first.
fn binary(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"LPKSHHRH") {
        return Some("a binary journal: export it with journalctl -o export");
    }
    if head.starts_with(b"ElfFile\0") {
        return Some("a binary event log of Windows: export it as JSON or XML");
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Some("a database (lastlog2 or wtmpdb): export it as text");
    }
    (head.iter().filter(|byte| **byte == 0).count() > 8).then_some("binary, no log that is known")
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod tests;
