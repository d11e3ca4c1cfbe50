//! Findings of one input, one after the other. One JSON value a line, plain or gzip, is read line by line in constant
//! memory; anything else is one document and is held whole, up to a bound. Must not know what a finding means.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rebato_core::identify::{Alert, AlertError, Finding, MAX_BYTES, Read as One, is_lines};
use rebato_core::identify::{read_alert, read_line};
use rebato_core::{Digest, Hashing};

use crate::failure::Failure;

/// What tells lines from a document.
const HEAD: u64 = 64 << 10;

/// A line that is longer is passed over: a page of 50 findings has well under a megabyte.
const LINE: u64 = 16 << 20;

/// Gzip that inflates further than this, and more than `RATIO` times, is a bomb: findings shrink to a tenth, or to a
/// hundredth where they repeat.
const FREE: u64 = 256 << 20;
const RATIO: u64 = 500;

/// What gzip begins with.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// A finding and where it came from.
#[derive(Debug, Clone)]
pub struct Found {
    /// The alert.
    pub alert: Alert,
    /// The finding.
    pub finding: Finding,
}

/// Reads one input. An item is a finding, or what is no finding there and why, with its place.
pub struct Reader {
    source: String,
    sha256: Digest,
    ready: VecDeque<Result<Found, String>>,
    lines: Option<Lines>,
}

struct Lines {
    bytes: BufReader<Box<dyn Read + Send>>,
    number: usize,
    line: Vec<u8>,
}

/// Opens a file, or standard input, so that it can be read twice: what cannot be wound back is first put into a nameless
/// temporary file, no more than `most` and one bytes of it.
///
/// # Errors
/// [`Failure::File`] with the path and the reason.
pub(super) fn opened(name: &str, most: u64) -> Result<File, Failure> {
    let failed = |e: std::io::Error| Failure::File {
        what: "file-read",
        path: name.into(),
        why: e.to_string(),
    };
    let mut from: Box<dyn Read> = if name == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        let file = File::open(Path::new(name)).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_file() {
            return Ok(file);
        }
        Box::new(file)
    };
    let mut kept = tempfile::tempfile().map_err(failed)?;
    std::io::copy(&mut from.by_ref().take(most.saturating_add(1)), &mut kept).map_err(failed)?;
    kept.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(kept)
}

impl Reader {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// [`Failure::File`] with the path and the reason.
    pub fn open(name: &str) -> Result<Self, Failure> {
        Self::new(name, opened(name, u64::MAX - 1)?)
    }

    /// Reads a file from its start: once for the digest, and once for what is in it.
    ///
    /// # Errors
    /// [`Failure::File`] with the name and the reason.
    pub(super) fn new(name: &str, mut file: File) -> Result<Self, Failure> {
        let failed = |e: std::io::Error| Failure::File {
            what: "file-read",
            path: name.into(),
            why: e.to_string(),
        };
        let mut head = Vec::new();
        file.by_ref()
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(failed)?;
        // What cannot be text is not read to its end.
        if let Some(why) = no_text(&head) {
            return Ok(Self::nothing(name, Digest::of(&head), why));
        }
        // Nor is a document that is refused for its size.
        let size = file.metadata().map_err(failed)?.len();
        if size > MAX_BYTES as u64 && !head.starts_with(GZIP) && !is_lines(&head) {
            return Ok(Self::nothing(
                name,
                Digest::of(&head),
                too_large(name, size),
            ));
        }
        let mut hashing = Hashing::default();
        hashing.add(&head);
        let mut size = head.len() as u64;
        let mut piece = vec![0; 256 << 10];
        loop {
            let read = file.read(&mut piece).map_err(failed)?;
            let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            hashing.add(bytes);
            size += bytes.len() as u64;
        }
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(Self::from(
            name,
            hashing.digest(),
            size,
            Box::new(BufReader::with_capacity(256 << 10, file)),
        ))
    }

    /// Reads bytes at hand.
    #[must_use]
    pub fn of_bytes(source: &str, bytes: &std::sync::Arc<[u8]>) -> Self {
        Self::from(
            source,
            Digest::of(bytes),
            bytes.len() as u64,
            Box::new(Cursor::new(std::sync::Arc::clone(bytes))),
        )
    }

    fn from(source: &str, sha256: Digest, size: u64, bytes: Box<dyn BufRead + Send>) -> Self {
        let mut bytes = bytes;
        let packed = bytes.fill_buf().is_ok_and(|head| head.starts_with(GZIP));
        let mut bytes: Box<dyn Read + Send> = if packed {
            Box::new(Inflated {
                inner: MultiGzDecoder::new(bytes),
                came: 0,
                most: FREE.max(size.saturating_mul(RATIO)),
            })
        } else {
            bytes
        };
        let mut head = Vec::new();
        let damaged = |error: std::io::Error, place: String| {
            if packed {
                format!("{source}{place}: the gzip data is damaged: {error}")
            } else {
                format!("{source}{place}: cannot read: {error}")
            }
        };
        let mut ready = VecDeque::new();
        let cut = bytes.by_ref().take(HEAD).read_to_end(&mut head).err();
        if let Some(error) = cut {
            // What came before the damage is read all the same.
            ready.push_back(Err(damaged(error, format!(" after {} bytes", head.len()))));
            bytes = Box::new(std::io::empty());
        } else if let Some(why) = no_text(&head) {
            return Self::nothing(source, sha256, why);
        }
        let mut reader = Self {
            source: source.to_owned(),
            sha256,
            ready,
            lines: None,
        };
        if is_lines(&head) {
            let whole = Cursor::new(head).chain(bytes);
            reader.lines = Some(Lines {
                bytes: BufReader::with_capacity(256 << 10, Box::new(whole)),
                number: 0,
                line: Vec::new(),
            });
            return reader;
        }
        let most = MAX_BYTES as u64;
        let mut whole = head;
        let rest = most.saturating_sub(whole.len() as u64) + 1;
        if let Err(error) = bytes.take(rest).read_to_end(&mut whole) {
            let place = format!(" after {} bytes", whole.len());
            reader.ready.push_back(Err(damaged(error, place)));
        }
        let broken = !reader.ready.is_empty();
        reader.add(read_alert(source, &whole), broken);
        reader
    }

    fn nothing(source: &str, sha256: Digest, why: String) -> Self {
        let why = if why.starts_with(source) {
            why
        } else {
            format!("{source}: {why}")
        };
        Self {
            source: source.to_owned(),
            sha256,
            ready: VecDeque::from([Err(why)]),
            lines: None,
        }
    }

    fn add(&mut self, read: Vec<Result<One, AlertError>>, broken: bool) {
        for one in read {
            match one {
                Ok(One { alert, finding }) => self.ready.push_back(Ok(Found {
                    // The digest that counts is the one of the bytes as received.
                    alert: Alert {
                        sha256: self.sha256,
                        ..alert
                    },
                    finding,
                })),
                // Nothing is left of a damaged input: the damage was told.
                Err(AlertError::Empty { .. }) if broken => {}
                Err(error) => self.ready.push_back(Err(error.to_string())),
            }
        }
    }

    /// Reads the next line; false at the end.
    fn line(&mut self) -> bool {
        let Some(lines) = &mut self.lines else {
            return false;
        };
        lines.line.clear();
        lines.number += 1;
        let number = lines.number;
        let read = (&mut lines.bytes)
            .take(LINE + 1)
            .read_until(b'\n', &mut lines.line);
        let ended = match read {
            Ok(0) => {
                self.lines = None;
                return false;
            }
            Ok(_) if lines.line.len() as u64 > LINE && !lines.line.ends_with(b"\n") => {
                self.ready.push_back(Err(format!(
                    "{}: line {number}: the line is longer than {LINE} bytes and is passed over",
                    self.source
                )));
                lines.bytes.skip_until(b'\n').err()
            }
            Ok(_) => {
                let line = lines.line.strip_suffix(b"\n").unwrap_or(&lines.line);
                let read = read_line(&self.source, number, line, self.sha256);
                self.add(read, false);
                return true;
            }
            Err(error) => Some(error),
        };
        if let Some(error) = ended {
            self.lines = None;
            self.ready.push_back(Err(format!(
                "{}: line {number}: the data is damaged from here on: {error}",
                self.source
            )));
        }
        true
    }
}

impl Iterator for Reader {
    type Item = Result<Found, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(one) = self.ready.pop_front() {
                return Some(one);
            }
            if !self.line() {
                return None;
            }
        }
    }
}

fn too_large(source: &str, size: u64) -> String {
    AlertError::TooLarge {
        source_name: source.to_owned(),
        bytes: usize::try_from(size).unwrap_or(usize::MAX),
    }
    .to_string()
}

/// Why the bytes at the start of an input cannot be text; `None` when they can, or are gzip.
fn no_text(head: &[u8]) -> Option<String> {
    if head.starts_with(GZIP) {
        return None;
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Some(
            "no GuardDuty finding: the text is UTF-16; save it as UTF-8 and try again".into(),
        );
    }
    if head.starts_with(b"PK\x03\x04") {
        return Some("no GuardDuty finding: it is a zip archive; unpack it first".into());
    }
    head.contains(&0)
        .then(|| "no GuardDuty finding: the data is binary, not JSON".into())
}

/// Gzip, inflated up to a limit.
struct Inflated<R> {
    inner: MultiGzDecoder<R>,
    came: u64,
    most: u64,
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.came > self.most {
            return Err(std::io::Error::other(format!(
                "it inflates beyond {} bytes, which no findings do",
                self.most
            )));
        }
        let read = self.inner.read(into)?;
        self.came += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_inflated_up_to_its_limit_and_no_further() {
        use std::io::Write as _;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&[b' '; 100_000]).unwrap();
        let packed = packed.finish().unwrap();
        let inflate = |most| {
            let inner = MultiGzDecoder::new(packed.as_slice());
            let mut out = Vec::new();
            let mut inflated = Inflated {
                inner,
                came: 0,
                most,
            };
            (inflated.read_to_end(&mut out), out.len())
        };
        assert!(matches!(inflate(100_000), (Ok(100_000), 100_000)));
        let (stopped, came) = inflate(10_000);
        assert!(stopped.unwrap_err().to_string().contains("10000 bytes"));
        assert!(came < 100_000, "{came}");
    }
}
