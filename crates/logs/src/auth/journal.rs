//! journald's export format (`journalctl -o export`): entries of fields, one empty line between entries; a field is `NAME=TEXT`, or its
//! name alone with eight bytes of length and the bytes, where it holds line ends. Source: systemd's `JOURNAL_EXPORT_FORMATS`.
//! Must not know what a message says.

use super::events::Events;
use super::tag::Tagged;

/// Whether a log begins like an export.
pub(super) fn is_export(head: &[u8]) -> bool {
    head.starts_with(b"__") && memchr::memmem::find(head, b"__REALTIME_TIMESTAMP=").is_some()
}

/// Reads a whole export. Gives the number of entries, and why the rest was not read.
pub(super) fn read(mut bytes: &[u8], events: &mut Events<'_, '_>) -> (u64, Option<String>) {
    let mut entry = Entry::default();
    let mut number = 0u64;
    let mut cut = None;
    loop {
        let end = memchr::memchr(b'\n', bytes);
        let (line, rest) = match end.and_then(|end| bytes.split_at_checked(end)) {
            Some((line, rest)) => (line, rest.get(1..).unwrap_or_default()),
            None => (bytes, &[][..]),
        };
        if line.is_empty() {
            if entry.any {
                number += 1;
                std::mem::take(&mut entry).end(number, events);
            }
            if end.is_none() {
                return (number, cut);
            }
            bytes = rest;
            continue;
        }
        entry.any = true;
        if let Some(at) = memchr::memchr(b'=', line) {
            let (name, value) = line.split_at_checked(at).unwrap_or_default();
            entry.field(name, value.get(1..).unwrap_or_default());
            bytes = rest;
            continue;
        }
        let Some((value, rest)) = sized(rest) else {
            cut = Some(format!(
                "the field {} of entry {} is cut off",
                String::from_utf8_lossy(line.get(..line.len().min(64)).unwrap_or_default()),
                number + 1
            ));
            bytes = &[];
            continue;
        };
        entry.field(line, value);
        bytes = rest;
    }
}

/// The bytes after their length, and what follows their line end.
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (value, rest) = rest.split_at_checked(length)?;
    Some((value, rest.strip_prefix(b"\n")?))
}

#[derive(Default)]
struct Entry {
    any: bool,
    at: Option<i64>,
    sent: Option<i64>,
    identifier: Option<String>,
    command: Option<String>,
    process: Option<String>,
    message: Option<String>,
}

impl Entry {
    fn field(&mut self, name: &[u8], value: &[u8]) {
        let text = || Some(String::from_utf8_lossy(value).into_owned());
        let micros = || {
            let text = std::str::from_utf8(value).ok()?;
            text.parse::<i64>().ok().map(|at| at / 1_000_000)
        };
        match name {
            b"__REALTIME_TIMESTAMP" => self.at = micros(),
            b"_SOURCE_REALTIME_TIMESTAMP" => self.sent = micros(),
            b"SYSLOG_IDENTIFIER" => self.identifier = text(),
            b"_COMM" => self.command = text(),
            b"_PID" | b"SYSLOG_PID" => self.process = text(),
            b"MESSAGE" => self.message = text(),
            _ => {}
        }
    }

    fn end(self, number: u64, events: &mut Events<'_, '_>) {
        let at = self.at.or(self.sent);
        match (self.identifier.or(self.command), self.message) {
            (Some(program), Some(message)) => {
                let tagged = Tagged {
                    program: &program,
                    process: self.process.as_deref(),
                    message: &message,
                };
                events.message(tagged, at, number);
            }
            _ => events.record(at, None, number),
        }
    }
}
