//! A copy of a case in its second home: what is to be there, and what came of it. Must not know how objects are put.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::contain::LockMode;

/// What an export to the second home is called among the artefacts.
pub const EXPORT: &str = "export";

/// What is to be in the second home, written before the first object goes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Where, such as `s3://bucket/prefix/C-2026-0001/0123456789abcdef/`.
    pub place: String,
    /// Account that owns the bucket: twelve digits.
    pub owner: String,
    /// Digest of the manifest, which names every other file.
    pub manifest: Digest,
    /// Who may delete an object before its time.
    pub mode: LockMode,
    /// For how many days, as it was asked.
    pub days: u32,
    /// Until when, to the second.
    pub until: Timestamp,
}

/// An object of an export, as it was read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedObject {
    /// Its name within the place.
    pub name: String,
    /// S3's id of the version that holds it.
    pub version: Option<String>,
}

/// How far an export is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// What was wanted.
    pub export: Export,
    /// Whether all of it was read back.
    pub done: bool,
}

/// Whether an event, by its name, tells of an export and of nothing else: a copy of the case is not out of date for it.
#[must_use]
pub fn is_of_export(event: &str) -> bool {
    matches!(event, "export_started" | "export_done")
}
