//! A file to its calls: which way each record goes, and what could not be read. Must not know what is asked of the calls.

use memchr::memmem::Finder;
use serde_json::Value;

use super::split::{Next, Records, skip_space};
use super::{Call, value, walk};
use crate::Inflated;

/// How every event of a trail begins.
const USUAL: &[u8] = br#"{"eventVersion":"#;
/// No event is as large (CloudTrail's own limit is 1 MB): what is, may be several that a damage has joined.
const LARGE: usize = 1 << 20;
/// A text with more breaks than this is not read on.
const BREAKS: u64 = 64;

/// What a file is read for.
#[derive(Debug, Default)]
pub(crate) struct Ask<'a> {
    /// A text to look for anywhere in a record (an instance's id, say).
    pub(crate) about: Option<&'a str>,
    /// Records without this text are counted and not looked into.
    pub(crate) only: Option<&'a str>,
}

/// What reading a file came to.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) rows: u64,
    pub(crate) wrong: Vec<String>,
}

/// Hands on every event with its number in the file, and whether the text that is looked for occurs anywhere in it.
pub(crate) fn read(
    whole: Inflated<'_>,
    ask: &Ask<'_>,
    found: impl FnMut(Call<'_>, u64, bool),
) -> FileRead {
    let mut out = text(&whole.bytes, ask, found, true);
    out.wrong.splice(0..0, whole.cut);
    out
}

/// `fast` is false where a test wants to know what the slow way comes to.
pub(super) fn text(
    text: &[u8],
    ask: &Ask<'_>,
    found: impl FnMut(Call<'_>, u64, bool),
    fast: bool,
) -> FileRead {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if text.starts_with(b"PK\x03\x04") {
        return FileRead {
            rows: 0,
            wrong: vec!["a zip archive is not read; unpack it".into()],
        };
    }
    if text.trim_ascii().is_empty() {
        return FileRead {
            rows: 0,
            wrong: vec!["empty".into()],
        };
    }
    let mut reader = Reader {
        found,
        about: ask.about.map(Finder::new),
        only: ask.only.map(Finder::new),
        about_is_only: ask.about == ask.only,
        number: 0,
        rows: 0,
        digests: 0,
        insights: 0,
        others: 0,
        damaged: 0,
        first_damaged: None,
        wrong: Vec::new(),
    };
    if fast {
        reader.any(text);
    } else {
        reader.slow(text);
    }
    reader.end()
}

struct Reader<'a, F> {
    found: F,
    about: Option<Finder<'a>>,
    only: Option<Finder<'a>>,
    about_is_only: bool,
    /// Of the last record.
    number: u64,
    rows: u64,
    digests: u64,
    insights: u64,
    others: u64,
    damaged: u64,
    first_damaged: Option<String>,
    wrong: Vec<String>,
}

impl<F: FnMut(Call<'_>, u64, bool)> Reader<'_, F> {
    fn any(&mut self, text: &[u8]) {
        let mut from = 0;
        while let Some(begin) = begin_of_list(text, from) {
            let Some(end) = self.list(text, begin) else {
                return;
            };
            // Behind the list its container ends; its other members say nothing.
            let end = skip_space(text, end);
            from = match text.get(end) {
                Some(b'}') => skip_space(text, end + 1),
                Some(b',') => return,
                _ => end,
            };
        }
        let rest = text.get(from..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        let first = rest.trim_ascii_start().split(|byte| *byte == b'\n').next();
        let first = first.unwrap_or_default().trim_ascii_end();
        if first.starts_with(b"{") && first.ends_with(b"}") {
            self.lines(rest);
        } else {
            self.slow(rest);
        }
    }

    /// The records of a list, from behind its bracket; returns where it ends, or `None` if it breaks off.
    fn list(&mut self, text: &[u8], begin: usize) -> Option<usize> {
        let sign = sign(text, begin);
        let mut from = begin;
        let mut breaks = 0u64;
        'from: loop {
            let mut records = Records::new(text, from, self.only.is_none());
            loop {
                let broken = match records.next() {
                    Next::Record(range) => {
                        let record = text.get(range.clone()).unwrap_or_default();
                        match self.record(record, records.index()) {
                            Ok(()) => continue,
                            Err(why) => {
                                self.damage(|number| {
                                    format!("record {number} at byte {}: {why}", range.start)
                                });
                                // Several that have grown together come apart where the next one begins.
                                match place_of(sign, record, 1) {
                                    Some(place) => range.start + place,
                                    None => continue,
                                }
                            }
                        }
                    }
                    Next::End(at) => return Some(at),
                    Next::Broken(at) => match place_of(sign, text, at + 1) {
                        Some(place) => {
                            self.number += 1;
                            self.damage(|number| {
                                format!("record {number} at byte {at}: it does not end")
                            });
                            place
                        }
                        None => {
                            self.wrong.push(format!(
                                "broken off after {} records, at byte {at}",
                                self.number
                            ));
                            return None;
                        }
                    },
                };
                breaks += 1;
                if breaks > BREAKS {
                    self.wrong.push(format!(
                        "damaged in more than {BREAKS} places: not read on after byte {broken}"
                    ));
                    return None;
                }
                from = broken;
                continue 'from;
            }
        }
    }

    /// One record a line; a bad line hides no other.
    fn lines(&mut self, text: &[u8]) {
        for (n, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            let mut records = Records::new(line, 0, self.only.is_none());
            let whole = records.next() == Next::Record(0..line.len());
            let index = if whole { records.index() } else { &[] };
            if let Err(why) = self.record(line, index) {
                self.damage(|_| format!("line {}: {why}", n + 1));
            }
        }
    }

    fn slow(&mut self, text: &[u8]) {
        let base = self.number;
        let wrong = crate::json::each(text, |value, number| {
            self.number = base + number;
            self.value(value);
        });
        self.wrong.extend(wrong);
    }

    fn damage(&mut self, why: impl FnOnce(u64) -> String) {
        self.damaged += 1;
        let number = self.number;
        self.first_damaged.get_or_insert_with(|| why(number));
    }

    /// One record; `index` has the places of its quotes and braces, where they are known.
    fn record(&mut self, record: &[u8], index: &[u32]) -> Result<(), serde_json::Error> {
        self.number += 1;
        let mut mentioned = None;
        let built;
        let index = match &self.only {
            Some(only) => {
                let asked = only.find(record).is_some();
                if !asked && record.len() < LARGE && is_usual(record) {
                    self.rows += 1;
                    return Ok(());
                }
                mentioned = Some(asked).filter(|_| self.about_is_only);
                let mut records = Records::new(record, 0, true);
                records.next();
                built = records;
                built.index()
            }
            None => index,
        };
        let Some(call) = walk::call(record, index) else {
            let mut next = self.number;
            return crate::json::records(record, &mut |value| {
                self.number = next;
                next += 1;
                self.value(value);
            });
        };
        self.rows += 1;
        let mentioned = mentioned.unwrap_or_else(|| {
            self.about
                .as_ref()
                .is_some_and(|about| about.find(record).is_some())
        });
        (self.found)(call, self.number, mentioned);
        Ok(())
    }

    fn value(&mut self, value: Value) {
        if value.get("digestS3Object").is_some()
            || value.get("previousDigestSignature").is_some()
            || value.get("logFiles").is_some()
        {
            self.digests += 1;
            return;
        }
        let Some(event) = value::unwrap(value, 4) else {
            self.others += 1;
            return;
        };
        if event.get("insightDetails").is_some()
            || event.get("eventCategory").and_then(Value::as_str) == Some("Insight")
        {
            self.insights += 1;
            return;
        }
        let Some(call) = value::call(&event) else {
            self.others += 1;
            return;
        };
        self.rows += 1;
        let about = self.about.as_ref();
        let mentioned = about.is_some_and(|about| value::mentions(&event, about));
        (self.found)(call, self.number, mentioned);
    }

    fn end(self) -> FileRead {
        let mut wrong = self.wrong;
        if let Some(first) = self.first_damaged {
            wrong.push(if self.rows == 0 {
                format!("not JSON: {first}")
            } else {
                let many = self.damaged;
                format!("{many} records could not be read, the first: {first}")
            });
        }
        for (many, what) in [
            (self.digests, "a digest file, passed over"),
            (self.insights, "insight events, passed over"),
            (self.others, "records that are no CloudTrail events"),
        ] {
            if many > 0 {
                wrong.push(format!("{what} ({many})"));
            }
        }
        FileRead {
            rows: self.rows,
            wrong,
        }
    }
}

/// Behind the bracket of `[{` or `{"Records":[`, if that is what stands there.
fn begin_of_list(text: &[u8], from: usize) -> Option<usize> {
    let mut at = skip_space(text, from);
    if text.get(at) == Some(&b'{') {
        at = skip_space(text, at + 1);
        let name = br#""Records""#;
        text.get(at..)?.strip_prefix(name)?;
        at = skip_space(text, at + name.len());
        text.get(at).filter(|byte| **byte == b':')?;
        at = skip_space(text, at + 1);
    }
    text.get(at).filter(|byte| **byte == b'[')?;
    let first = skip_space(text, at + 1);
    matches!(text.get(first), Some(b'{' | b']')).then_some(at + 1)
}

/// What the records of a list begin with, as the first of them does: up to the colon of its first member.
fn sign(text: &[u8], begin: usize) -> &[u8] {
    let begin = skip_space(text, begin);
    let head = text.get(begin..).unwrap_or_default();
    let head = head.get(..64).unwrap_or(head);
    let name = skip_space(head, 1);
    let end = head
        .iter()
        .position(|byte| *byte == b':')
        .filter(|_| head.get(name) == Some(&b'"'));
    end.and_then(|end| head.get(..=end)).unwrap_or(USUAL)
}

fn place_of(sign: &[u8], text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memmem::find(rest, sign).map(|at| from + at)
}

/// Whether a record begins as CloudTrail begins all calls: with a version and who called. Insights have no caller.
fn is_usual(record: &[u8]) -> bool {
    record.strip_prefix(USUAL).is_some_and(|rest| {
        let next = br#","userIdentity":{"#;
        [4, 5, 6]
            .iter()
            .any(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(next)))
    })
}
