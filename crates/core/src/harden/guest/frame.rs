//! The frame around what the script prints: sections with their lines and how they ended. Must not know what is in them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;

use super::{Part, Platform};

/// Far more than the script prints: 24,000 characters of base64 hold no more than this of text.
const MOST_BYTES: u64 = 4 << 20;
const MOST_LINES: usize = 20_000;

/// The output, cut into its sections.
pub(super) struct Frame {
    pub(super) platform: Option<Platform>,
    /// Whether the last line is there.
    whole: bool,
    sections: BTreeMap<String, Part<Vec<String>>>,
    pub(super) problems: Vec<String>,
}

impl Frame {
    /// Cuts the output. What lies outside of the frame, such as a shell's complaints, is passed over.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let text = unpacked(bytes);
        let mut frame = Self {
            platform: None,
            whole: false,
            sections: BTreeMap::new(),
            problems: Vec::new(),
        };
        let mut open: Option<(String, Vec<String>, bool)> = None;
        for (number, line) in text.lines().enumerate() {
            if number >= MOST_LINES {
                break;
            }
            let line = bare(line.trim_end_matches('\r'));
            let line: &str = &line;
            if let Some(found) = line.strip_prefix('|') {
                if let Some((_, lines, _)) = &mut open {
                    lines.push(found.to_owned());
                }
                continue;
            }
            let mut words = line.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some("@@rebato"), Some("1"), Some("linux")) => {
                    frame.platform = Some(Platform::Linux);
                }
                (Some("@@rebato"), Some("1"), Some("windows")) => {
                    frame.platform = Some(Platform::Windows);
                }
                (Some("@@begin"), Some(name), None) => {
                    frame.cut(open.take());
                    open = Some((name.to_owned(), Vec::new(), false));
                }
                (Some("@@more"), None, _) => {
                    if let Some((_, _, more)) = &mut open {
                        *more = true;
                    }
                }
                (Some("@@end"), Some(name), Some(status)) => match open.take() {
                    Some((begun, lines, more)) if begun == name => {
                        let part = match (status, more) {
                            ("ok", false) => Part::Seen(lines),
                            ("ok", true) => Part::Unseen("more".into()),
                            ("absent" | "denied", _) => Part::Unseen(status.to_owned()),
                            _ => Part::Unseen("failed".into()),
                        };
                        frame.keep(name, part);
                    }
                    // The end of one that was torn.
                    None if frame.sections.contains_key(name) => {}
                    other => {
                        frame.problem(&format!("end {name}"));
                        frame.cut(other);
                    }
                },
                (Some("@@done"), None, _) => {
                    frame.cut(open.take());
                    frame.whole = true;
                    break;
                }
                (None, ..) => {}
                // What is not of the frame tore a section: lines that were wrapped, or another's words among ours.
                _ => {
                    if let Some((name, ..)) = open.take() {
                        frame.problem(&format!("torn {name}"));
                        frame.keep(&name, Part::Unseen("failed".into()));
                    }
                }
            }
        }
        frame.cut(open.take());
        frame
    }

    /// The lines of a section.
    pub(super) fn take(&mut self, name: &str) -> Part<Vec<String>> {
        let missing = if self.whole { "not-in-output" } else { "cut" };
        self.sections
            .remove(name)
            .unwrap_or_else(|| Part::Unseen(missing.into()))
    }

    fn cut(&mut self, open: Option<(String, Vec<String>, bool)>) {
        if let Some((name, _, _)) = open {
            self.keep(&name, Part::Unseen("cut".into()));
        }
    }

    /// A section that comes twice is believed in neither form.
    fn keep(&mut self, name: &str, part: Part<Vec<String>>) {
        if self.sections.insert(name.to_owned(), part).is_some() {
            self.sections
                .insert(name.to_owned(), Part::Unseen("failed".into()));
            self.problem(&format!("twice {name}"));
        }
    }

    pub(super) fn problem(&mut self, what: &str) {
        if self.problems.len() < 50 {
            self.problems.push(what.chars().take(100).collect());
        }
    }
}

/// A line without the colours that something put before or behind it. What was found stays as it is.
fn bare(line: &str) -> Cow<'_, str> {
    if line.starts_with('|') || !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        // ECMA-48: `[`, parameters, and one letter that ends it.
        let after = after.strip_prefix('[').unwrap_or(after);
        let end = after.find(|c: char| c.is_ascii_alphabetic());
        rest = end.and_then(|end| after.get(end + 1..)).unwrap_or_default();
        if out.is_empty() && rest.starts_with('|') {
            return Cow::Borrowed(rest);
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What is packed, where the answer begins with it. Within what was found the same words mean nothing.
fn packed(text: &str) -> Option<&str> {
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        from += line.len();
        match line.trim() {
            "@@rebato-gzip" => return text.get(from..),
            line if line.starts_with('|') || line.starts_with("@@rebato ") => return None,
            _ => {}
        }
    }
    None
}

/// The text, unpacked where it is packed; as far as it goes where it was cut.
fn unpacked(bytes: &[u8]) -> String {
    let end = bytes
        .len()
        .min(usize::try_from(MOST_BYTES).unwrap_or(usize::MAX));
    let text = text_of(bytes.get(..end).unwrap_or(bytes));
    let Some(packed) = packed(&text) else {
        return text;
    };
    let mut packed: Vec<u8> = packed
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        .collect();
    packed.truncate(packed.len() / 4 * 4);
    let Ok(packed) = STANDARD.decode(&packed) else {
        return String::new();
    };
    let mut reader = GzDecoder::new(packed.as_slice()).take(MOST_BYTES);
    let mut out = Vec::new();
    // Byte by byte at the end, so that what comes before the cut is not lost.
    let mut part = [0; 512];
    while let Ok(count @ 1..) = reader.read(&mut part) {
        out.extend_from_slice(part.get(..count).unwrap_or_default());
    }
    text_of(&out)
}

/// UTF-8, or what PowerShell writes into a file: UTF-16 with a byte order mark.
fn text_of(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
                .collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
