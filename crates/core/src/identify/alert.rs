//! From bytes to findings: what an alert is, and how one is read whatever it came wrapped in.
//! Must not know where the bytes came from; the wrappings themselves are in [`super::envelope`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Finding, envelope, native};
use crate::Digest;

/// Larger alerts are refused unread: a page of 50 findings has well under a megabyte.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The bytes as received: their digest, and which envelope they came in. The bytes themselves are kept as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// File name, `-` for standard input, or the API call that brought it.
    pub source: String,
    /// Digest of the bytes.
    pub sha256: Digest,
    /// The envelopes, outermost first, joined by `+`; `manual` for a case opened by a person.
    pub envelope: String,
}

/// One finding of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// What it came in.
    pub alert: Alert,
    /// The finding in our words.
    pub finding: Finding,
    /// The finding's own JSON, in GuardDuty's native shape where the envelope had another.
    pub raw: Value,
}

/// Why an input, or a part of it, gives no finding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlertError {
    /// Nothing there.
    #[error("{source_name}: the input is empty; give a GuardDuty finding as JSON")]
    Empty {
        /// Where the bytes came from.
        source_name: String,
    },
    /// Too many bytes to be an alert.
    #[error("{source_name}: {bytes} bytes are too many for an alert (the limit is {MAX_BYTES})")]
    TooLarge {
        /// Where the bytes came from.
        source_name: String,
        /// How many.
        bytes: usize,
    },
    /// Compressed bytes, which have to be inflated first.
    #[error("{source_name}{place}: the data is gzip and was not inflated")]
    Compressed {
        /// Where the bytes came from.
        source_name: String,
        /// The place in it, with its separator, or nothing.
        place: String,
    },
    /// Not JSON.
    #[error("{source_name}:{line}:{column}: not JSON: {why}")]
    NotJson {
        /// Where the bytes came from.
        source_name: String,
        /// 1-based.
        line: usize,
        /// 1-based; 0 where the parser does not say.
        column: usize,
        /// The parser's word.
        why: String,
    },
    /// JSON, but no finding in any envelope known here.
    #[error("{source_name}{place}: no GuardDuty finding: {why}")]
    NotAFinding {
        /// Where the bytes came from.
        source_name: String,
        /// The place in it, with its separator, or nothing.
        place: String,
        /// What is there instead.
        why: String,
    },
}

/// Reads every finding in the bytes: one JSON object, an array, or one object a line, native or in any envelope. A part that is
/// no finding is an error of its own and hides nothing beside it. Never empty.
#[must_use]
pub fn read_alert(source: &str, bytes: &[u8]) -> Vec<Result<Read, AlertError>> {
    let name = || source.to_owned();
    if bytes.len() > MAX_BYTES {
        return vec![Err(AlertError::TooLarge {
            source_name: name(),
            bytes: bytes.len(),
        })];
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return vec![Err(AlertError::Compressed {
            source_name: name(),
            place: String::new(),
        })];
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return vec![Err(AlertError::Empty {
            source_name: name(),
        })];
    }
    let sha256 = Digest::of(bytes);
    let (values, lines) = split(source, bytes);
    let many = lines || source.ends_with(".jsonl") || source.ends_with(".jsonl.gz");
    let mut out = Vec::new();
    let mut first_empty = None;
    for value in values {
        let (place, value) = match value {
            Ok(found) => found,
            Err(error) => {
                out.push(Err(error));
                continue;
            }
        };
        let opened = envelope::open(value, &place);
        if opened.is_empty() {
            first_empty.get_or_insert(place);
        }
        for part in opened {
            out.push(
                part.map(|found| read_one(source, sha256, many, found))
                    .map_err(|wrong| wrong.into_error(source)),
            );
        }
    }
    if out.is_empty() {
        let place = first_empty.unwrap_or_default();
        let why = "the list of findings is empty".to_owned();
        out.push(Err(AlertError::NotAFinding {
            source_name: name(),
            place,
            why,
        }));
    }
    out
}

fn read_one(source: &str, sha256: Digest, lines: bool, found: envelope::Found) -> Read {
    let envelope = match found.path.as_slice() {
        [] if lines => "s3_export".to_owned(),
        [] => "native".to_owned(),
        path => path.join("+"),
    };
    let finding = native::read(&found.finding, &found.hints);
    Read {
        alert: Alert {
            source: source.to_owned(),
            sha256,
            envelope,
        },
        finding,
        raw: found.finding,
    }
}

/// A value with its place in the input.
type Placed = Result<(String, Value), AlertError>;

/// The JSON values of the input with their places, and whether it was one value a line.
fn split(source: &str, bytes: &[u8]) -> (Vec<Placed>, bool) {
    let whole = match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => return (vec![Ok((String::new(), value))], false),
        Err(error) => error,
    };
    let not_json = |line: usize, error: &serde_json::Error| AlertError::NotJson {
        source_name: source.to_owned(),
        line,
        column: error.column(),
        why: text_of(error),
    };
    let mut lines = bytes
        .split(|b| *b == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.trim_ascii().is_empty());
    let is_value = |line: &[u8]| {
        serde_json::from_slice::<Value>(line)
            .is_ok_and(|value| value.is_object() || value.is_array())
    };
    // One bad line must not hide the others, wherever it stands; but a single broken document is one error, not one a line.
    if lines.clone().count() > 1 && lines.clone().take(16).any(|(_, line)| is_value(line)) {
        let mut out = Vec::new();
        for (number, line) in lines.by_ref() {
            out.push(match serde_json::from_slice::<Value>(line) {
                Ok(value) => Ok((format!(": line {}", number + 1), value)),
                Err(error) => Err(not_json(number + 1, &error)),
            });
        }
        return (out, true);
    }
    // Several documents one after the other, each over several lines.
    let mut out = Vec::new();
    let mut stream = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    for next in stream.by_ref() {
        match next {
            Ok(value) => out.push(Ok((format!(": document {}", out.len() + 1), value))),
            Err(_) => break,
        }
    }
    if out.is_empty() || stream.byte_offset() < bytes.trim_ascii_end().len() {
        out.push(Err(not_json(whole.line(), &whole)));
    }
    (out, false)
}

/// The parser's word without the position, which stands before it already.
pub(super) fn text_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ")
        .map_or(text.clone(), |(what, _)| what.to_owned())
}

/// The finding as `rebato.finding/1`.
#[must_use]
pub fn document(finding: &Finding, alert: &Alert) -> Value {
    let mut out = serde_json::json!({
        "schema": "rebato.finding/1",
        "source": alert.source,
        "envelope": alert.envelope,
        "sha256": alert.sha256.hex(),
    });
    let shown = serde_json::to_value(finding).unwrap_or_default();
    if let (Some(out), Value::Object(fields)) = (out.as_object_mut(), shown) {
        out.extend(fields);
    }
    out
}
