//! From bytes to findings: what an alert is, and how one is read whatever it came wrapped in.
//! Must not know where the bytes came from; the wrappings themselves are in [`super::envelope`].

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::json::{Node, parse};
use super::{Finding, envelope};
use crate::digest::{Digest, in_order};

/// Larger documents are refused unread. A page of 50 findings has well under a megabyte; all of a year's in one list fit. The
/// tree that is read out of a document takes a few times its size in memory: JSON Lines know no such limit.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;

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
    /// Compressed bytes inside an envelope that cannot be inflated.
    #[error("{source_name}{place}: the gzip data cannot be read: {why}")]
    Damaged {
        /// Where the bytes came from.
        source_name: String,
        /// The place in it, with its separator, or nothing.
        place: String,
        /// The inflater's word.
        why: String,
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

/// Bytes at the start of an input that tell one value a line from one document; more need not be looked at.
const HEAD: usize = 64 * 1024;

/// Lines that are looked at before an input that is no JSON is called broken as a whole.
const FIRST_LINES: usize = 16;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether an input that begins with these bytes holds one JSON value a line: an object or array stands on a line by itself and
/// is not all there is. A document over several lines is none, nor is one whose end these bytes do not show.
#[must_use]
pub fn is_lines(head: &[u8]) -> bool {
    let head = head.strip_prefix(BOM).unwrap_or(head);
    let head = head.get(..HEAD).unwrap_or(head);
    let mut documents = serde_json::Deserializer::from_slice(head).into_iter::<IgnoredAny>();
    match documents.next() {
        None => false,
        Some(Err(error)) => !error.is_eof() && any_line_is_whole(head),
        Some(Ok(_)) => {
            let (first, rest) = head
                .split_at_checked(documents.byte_offset())
                .unwrap_or((head, &[]));
            let first = first.trim_ascii();
            let mut rest = rest.splitn(2, |byte| *byte == b'\n');
            let alone = first.starts_with(b"{") || first.starts_with(b"[");
            if alone && rest.next().is_some_and(is_blank) {
                !first.contains(&b'\n') && rest.next().is_some_and(|after| !is_blank(after))
            } else {
                !first.contains(&b'\n') && any_line_is_whole(head)
            }
        }
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty()
}

/// Whether one of several lines at the start is a document by itself: then a broken line is one line and no broken document.
fn any_line_is_whole(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|b| *b == b'\n').filter(|line| !is_blank(line));
    let first: Vec<&[u8]> = lines.by_ref().take(FIRST_LINES).collect();
    // Empty brackets stand on lines of their own in documents that were printed for people, too.
    let whole = |line: &&[u8]| {
        let line = line.trim_ascii();
        line.len() > 2
            && (line.starts_with(b"{") || line.starts_with(b"["))
            && serde_json::from_slice::<IgnoredAny>(line).is_ok()
    };
    first.len() > 1 && first.iter().any(whole)
}

/// Reads every finding in the bytes: one JSON object, an array, or one object a line, native or in any envelope. A part that is
/// no finding is an error of its own and hides nothing beside it. Never empty.
#[must_use]
pub fn read_alert(source: &str, bytes: &[u8]) -> Vec<Result<Read, AlertError>> {
    let source_name = || source.to_owned();
    if bytes.len() > MAX_BYTES {
        return vec![Err(AlertError::TooLarge {
            source_name: source_name(),
            bytes: bytes.len(),
        })];
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return vec![Err(AlertError::Compressed {
            source_name: source_name(),
            place: String::new(),
        })];
    }
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if is_blank(text) {
        return vec![Err(AlertError::Empty {
            source_name: source_name(),
        })];
    }
    let input = Input {
        source,
        sha256: Digest::of(bytes),
    };
    let mut out = Vec::new();
    if is_lines(text) {
        input.lines(text, &mut out);
    } else {
        input.documents(text, &mut out);
    }
    if out.is_empty() {
        out.push(Err(AlertError::NotAFinding {
            source_name: source_name(),
            place: String::new(),
            why: "the list of findings is empty".to_owned(),
        }));
    }
    out
}

/// Reads one line of an input that holds one JSON value a line: `number` is 1-based, `sha256` that of the whole input. A blank
/// line and an empty page of findings give nothing.
#[must_use]
pub fn read_line(
    source: &str,
    number: usize,
    line: &[u8],
    sha256: Digest,
) -> Vec<Result<Read, AlertError>> {
    let mut out = Vec::new();
    Input { source, sha256 }.line(number, line, &mut out);
    out
}

/// What is said of every finding of one input.
struct Input<'a> {
    source: &'a str,
    sha256: Digest,
}

impl Input<'_> {
    fn lines(&self, bytes: &[u8], out: &mut Vec<Result<Read, AlertError>>) {
        for (n, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            self.line(n + 1, line, out);
        }
    }

    fn line(&self, number: usize, line: &[u8], out: &mut Vec<Result<Read, AlertError>>) {
        let line = match line.strip_prefix(BOM) {
            Some(rest) if number == 1 => rest,
            _ => line,
        };
        if line.len() > MAX_BYTES {
            out.push(Err(AlertError::TooLarge {
                source_name: format!("{}: line {number}", self.source),
                bytes: line.len(),
            }));
        } else if !is_blank(line) {
            match parse(line) {
                // Findings that lie bare on lines are what GuardDuty exports to S3. A single one may as well have been written by
                // a person, so that is native: only several lines tell.
                Ok(node) => self.node(&node, &format!(": line {number}"), "s3_export", out),
                Err(error) => {
                    let place = format!(": line {number}: document ");
                    if !self.several(line, &place, "s3_export", out) {
                        out.push(Err(self.not_json(number, &error)));
                    }
                }
            }
        }
    }

    /// One document, or several one after the other: Firehose puts nothing between them.
    fn documents(&self, bytes: &[u8], out: &mut Vec<Result<Read, AlertError>>) {
        let whole = match parse(bytes) {
            Ok(node) => return self.node(&node, "", "native", out),
            Err(error) => error,
        };
        // One bad line must not hide the others, wherever it stands; but a single broken document is one error, not one a line.
        if any_line_is_whole(bytes) {
            return self.lines(bytes, out);
        }
        if !self.several(bytes, ": document ", "native", out) {
            out.push(Err(self.not_json(whole.line(), &whole)));
        }
    }

    /// Reads documents one after the other; whether that was all.
    fn several(
        &self,
        bytes: &[u8],
        place: &str,
        bare: &str,
        out: &mut Vec<Result<Read, AlertError>>,
    ) -> bool {
        let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter::<IgnoredAny>();
        let (mut start, mut number) = (0, 0);
        while let Some(Ok(_)) = documents.next() {
            let end = documents.byte_offset();
            let Some(Ok(node)) = bytes.get(start..end).map(parse) else {
                break;
            };
            (start, number) = (end, number + 1);
            self.node(&node, &format!("{place}{number}"), bare, out);
        }
        bytes.get(start..).is_some_and(is_blank)
    }

    fn node(
        &self,
        node: &Node<'_>,
        place: &str,
        bare: &str,
        out: &mut Vec<Result<Read, AlertError>>,
    ) {
        for part in envelope::open(node, place) {
            out.push(match part {
                Ok(found) => Ok(Read {
                    alert: Alert {
                        source: self.source.to_owned(),
                        sha256: self.sha256,
                        envelope: if found.path.is_empty() {
                            bare.to_owned()
                        } else {
                            found.path.join("+")
                        },
                    },
                    finding: found.finding,
                }),
                Err(wrong) => Err(wrong.into_error(self.source)),
            });
        }
    }

    fn not_json(&self, line: usize, error: &serde_json::Error) -> AlertError {
        AlertError::NotJson {
            source_name: self.source.to_owned(),
            line,
            column: error.column(),
            why: text_of(error),
        }
    }
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
        "expects": super::expects(finding),
    });
    let shown = serde_json::to_value(finding).unwrap_or_default();
    if let (Some(out), Value::Object(fields)) = (out.as_object_mut(), shown) {
        out.extend(fields);
    }
    in_order(out)
}
