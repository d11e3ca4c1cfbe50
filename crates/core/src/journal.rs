//! The journal: the only truth about a case. Events, the chain that binds them, and its check.
//! Must not know how it is stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::case::Event;
use crate::digest::{Digest, canonical};

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
    let mut before = Digest::ZERO;
    for (wanted, record) in (1_u64..).zip(records) {
        let seq = record.seq;
        if record.case != case {
            return Err(Break::Foreign {
                case: case.into(),
                seq,
                found: record.case.clone(),
            });
        }
        if seq != wanted {
            return Err(Break::Missing {
                case: case.into(),
                wanted,
                found: seq,
            });
        }
        // A record without a JSON form cannot have been written; count it as changed.
        let found = record.content_hash().unwrap_or(Digest::ZERO);
        if found != record.hash {
            return Err(Break::Changed {
                case: case.into(),
                seq,
                found,
                said: record.hash,
            });
        }
        if record.prev != before {
            return Err(Break::Unlinked {
                case: case.into(),
                seq,
                before: wanted - 1,
            });
        }
        before = record.hash;
    }
    Ok(())
}
