//! The journal: the only truth about a case. Events, the chain that binds them, and its check.
//! Must not know how it is stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::case::Event;
use crate::digest::{Digest, canonical, in_order};

/// Name and version of the form in which records are handed on, one a line.
pub const SCHEMA: &str = "rebato.journal/1";

/// Version of the encoding of an event's body. A reader takes this version and all before it.
pub const ENCODING: u32 = 1;

/// One event as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The case it belongs to.
    pub case: String,
    /// 1, 2, 3, … without a gap within a case.
    pub seq: u64,
    /// When it was written, by the writer's clock.
    pub at: Timestamp,
    /// Who wrote it: an AWS principal or a person's name as they gave it.
    pub actor: String,
    /// Version of the encoding of `body`.
    pub version: u32,
    /// The event's name, such as `step_started`.
    pub event: String,
    /// The event's fields.
    pub body: Value,
    /// Hash of the record before; [`Digest::ZERO`] for the first.
    pub prev: Digest,
    /// SHA-256 over the canonical JSON of all other fields.
    pub hash: Digest,
}

/// What an Ed25519 key says of a record. It stands beside the record, outside of what is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Fingerprint of the key: SHA-256 of its `SubjectPublicKeyInfo` in DER.
    pub key: Digest,
    /// The signature of [`Record::signed_text`], 64 bytes as hexadecimal digits.
    pub signature: String,
}

/// A record, and the signature that stands beside it: records of earlier versions have none.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// The record.
    pub record: Record,
    /// The signature.
    pub signature: Option<Signature>,
}

impl Signed {
    /// The record as it is handed on.
    #[must_use]
    pub fn line(&self) -> Value {
        line(&self.record, self.signature.as_ref())
    }

    /// Reads what [`Signed::line`] made.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_line(line: &Value) -> Result<Self, String> {
        if line.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
            return Err(format!("it is no {SCHEMA}"));
        }
        let record = Record::deserialize(line).map_err(|e| e.to_string())?;
        let signature = match (line.get("signature"), line.get("key")) {
            (None, None) => None,
            _ => Some(Signature::deserialize(line).map_err(|e| e.to_string())?),
        };
        Ok(Self { record, signature })
    }
}

/// `rebato.journal/1`: a record as it is handed on.
#[must_use]
pub fn line(record: &Record, signature: Option<&Signature>) -> Value {
    let mut line = json!({
        "schema": SCHEMA,
        "case": record.case,
        "seq": record.seq,
        "at": record.at,
        "actor": record.actor,
        "version": record.version,
        "event": record.event,
        "body": record.body,
        "prev": record.prev,
        "hash": record.hash,
    });
    if let (Some(fields), Some(signature)) = (line.as_object_mut(), signature) {
        fields.insert("key".into(), signature.key.to_string().into());
        fields.insert("signature".into(), signature.signature.clone().into());
    }
    in_order(line)
}

/// Why an event could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// The event has no JSON form.
    #[error("event {event} of case {case} cannot be written as JSON: {why}")]
    Write {
        /// The case.
        case: String,
        /// The event's name, where it is known.
        event: String,
        /// The encoder's word.
        why: String,
    },
    /// The body is not what the event's name promises.
    #[error(
        "event {seq} ({event}) of case {case} cannot be read: {why}; it may have been written by another version"
    )]
    Read {
        /// The case.
        case: String,
        /// Its place.
        seq: u64,
        /// The event's name.
        event: String,
        /// The decoder's word.
        why: String,
    },
    /// The encoding is newer than this program.
    #[error(
        "event {seq} of case {case} has encoding version {version}, this program reads up to {ENCODING}: use a newer rebato"
    )]
    TooNew {
        /// The case.
        case: String,
        /// Its place.
        seq: u64,
        /// The version found.
        version: u32,
    },
}

/// The place where a chain is broken, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// The content does not match its hash.
    #[error(
        "event {seq} of case {case} was changed: its content has the hash {found}, its record says {said}"
    )]
    Changed {
        /// The case.
        case: String,
        /// Its place.
        seq: u64,
        /// What the content hashes to.
        found: Digest,
        /// What the record says.
        said: Digest,
    },
    /// A number is missing.
    #[error("event {wanted} of case {case} is missing: event {found} stands in its place")]
    Missing {
        /// The case.
        case: String,
        /// The number that should stand here.
        wanted: u64,
        /// The number that does.
        found: u64,
    },
    /// The record does not follow the one before it.
    #[error(
        "event {seq} of case {case} does not follow event {before}: records were reordered or replaced"
    )]
    Unlinked {
        /// The case.
        case: String,
        /// Its place.
        seq: u64,
        /// The place before.
        before: u64,
    },
    /// A record of another case stands in this chain.
    #[error("event {seq} of case {case} belongs to case {found}")]
    Foreign {
        /// The case.
        case: String,
        /// Its place.
        seq: u64,
        /// The case it names.
        found: String,
    },
}

impl Record {
    /// Makes the record that follows `before` (`None` for the first of a case).
    ///
    /// # Errors
    /// [`EncodingError::Write`] when the event has no JSON form.
    pub fn next(
        before: Option<&Self>,
        case: &str,
        at: Timestamp,
        actor: &str,
        event: &Event,
    ) -> Result<Self, EncodingError> {
        let write = |why: String| EncodingError::Write {
            case: case.into(),
            event: event.name().into(),
            why,
        };
        let mut record = Self {
            case: case.into(),
            seq: before.map_or(1, |b| b.seq + 1),
            at,
            actor: actor.into(),
            version: ENCODING,
            event: event.name().into(),
            body: event.body().map_err(|e| write(e.to_string()))?,
            prev: before.map_or(Digest::ZERO, |b| b.hash),
            hash: Digest::ZERO,
        };
        record.hash = record.content_hash().map_err(|e| write(e.to_string()))?;
        Ok(record)
    }

    /// The event in this record.
    ///
    /// # Errors
    /// [`EncodingError::TooNew`] or [`EncodingError::Read`].
    pub fn decode(&self) -> Result<Event, EncodingError> {
        if self.version > ENCODING {
            return Err(EncodingError::TooNew {
                case: self.case.clone(),
                seq: self.seq,
                version: self.version,
            });
        }
        Event::from_parts(&self.event, &self.body).map_err(|e| EncodingError::Read {
            case: self.case.clone(),
            seq: self.seq,
            event: self.event.clone(),
            why: e.to_string(),
        })
    }

    /// What a key signs: the hash, with a word before it so that the signature says nothing of anything else.
    #[must_use]
    pub fn signed_text(&self) -> String {
        format!("{SCHEMA} {}", self.hash)
    }

    fn content_hash(&self) -> Result<Digest, serde_json::Error> {
        // A tuple, so that no field can be mistaken for another and the order is fixed.
        let content = (
            &self.case,
            self.seq,
            self.at.to_string(),
            &self.actor,
            self.version,
            &self.event,
            &self.body,
            self.prev,
        );
        Ok(Digest::of(&canonical(&content)?))
    }
}

/// Checks a case's chain from its first event on and names the first record that is changed, missing or out of order.
/// A cut at the end leaves a good chain: the caller compares the last sequence number with what it remembers.
///
/// # Errors
/// The first [`Break`].
pub fn verify(case: &str, records: &[Record]) -> Result<(), Break> {
    breaks(case, records).next().map_or(Ok(()), Err)
}

/// All places where a case's chain is broken. After each, what the record says of itself is taken as good for the next.
pub fn breaks<'a>(
    case: &'a str,
    records: impl IntoIterator<Item = &'a Record>,
) -> impl Iterator<Item = Break> {
    let (mut wanted, mut before) = (1_u64, Digest::ZERO);
    records.into_iter().flat_map(move |record| {
        let seq = record.seq;
        let foreign = (record.case != case).then(|| Break::Foreign {
            case: case.into(),
            seq,
            found: record.case.clone(),
        });
        let missing = (seq != wanted).then(|| Break::Missing {
            case: case.into(),
            wanted,
            found: seq,
        });
        // A record without a JSON form cannot have been written; count it as changed.
        let found = record.content_hash().unwrap_or(Digest::ZERO);
        let changed = (found != record.hash).then(|| Break::Changed {
            case: case.into(),
            seq,
            found,
            said: record.hash,
        });
        let unlinked = (record.prev != before).then(|| Break::Unlinked {
            case: case.into(),
            seq,
            before: wanted - 1,
        });
        wanted = seq.saturating_add(1);
        before = record.hash;
        // One word a record: the first of these explains the others.
        foreign.or(missing).or(changed).or(unlinked)
    })
}
