//! What may be wrong with an exported folder: which file, which record, what. Must not know how it is found out.

use rebato_core::Digest;

use crate::check::Problem;

/// Something in an exported folder that is not as it was exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Deviation {
    /// The manifest names a file that is not there.
    #[error("{file} is missing")]
    Missing {
        /// The file.
        file: String,
    },
    /// A file that the manifest does not name.
    #[error("{file} is no file of the export: the manifest does not name it")]
    Extra {
        /// The file.
        file: String,
    },
    /// A link, a device, a folder where a file should be.
    #[error("{file} is no regular file")]
    NoFile {
        /// The file.
        file: String,
    },
    /// A file has other bytes than the manifest says.
    #[error(
        "{file} was changed: it has {size} bytes with the digest {found}, the manifest says {wanted_size} bytes with the digest {wanted}"
    )]
    Changed {
        /// The file.
        file: String,
        /// Its digest.
        found: Digest,
        /// Its size in bytes.
        size: u64,
        /// The digest in the manifest.
        wanted: Digest,
        /// The size in the manifest.
        wanted_size: u64,
    },
    /// A file of evidence has other bytes than its name says.
    #[error("{file} was changed: its content has the digest {found}, which is not its name")]
    Misnamed {
        /// The file.
        file: String,
        /// Its digest.
        found: Digest,
    },
    /// A file cannot be read, or is not of its form.
    #[error("{file} cannot be read: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why not.
        why: String,
    },
    /// A line of the journal is no record.
    #[error("line {line} of {file} is no record: {why}")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// The manifest's signature is not that of the key it names.
    #[error("the signature of manifest.json is not that of the key {key}")]
    BadSignature {
        /// The key's fingerprint.
        key: Digest,
    },
    /// The manifest is signed with a key that does not count.
    #[error(
        "manifest.json is signed with the key {key}, which is not one of those that count here"
    )]
    OtherKey {
        /// The key's fingerprint.
        key: Digest,
    },
    /// A record, the chain, or a signature is not as it was written.
    #[error("journal.jsonl: {0}")]
    Journal(Problem),
    /// The events do not fit each other.
    #[error("journal.jsonl: {why}")]
    Replay {
        /// Why not.
        why: String,
    },
    /// The manifest counts otherwise.
    #[error("manifest.json says {what} {wanted}, the folder has {found}")]
    Count {
        /// `case`, `events`, `head`, `artefacts`, `evidence`.
        what: &'static str,
        /// In the manifest.
        wanted: String,
        /// In the folder.
        found: String,
    },
    /// The list of artefacts does not say what the journal says.
    #[error("artefacts.json: artefact {place} ({target}) is not as the journal has it")]
    Artefact {
        /// Its place in the list, from 1.
        place: usize,
        /// Its digest or id.
        target: String,
    },
    /// The journal tells of evidence that is not there.
    #[error("the evidence {digest} is missing, of which event {} tells", seq.map_or_else(|| "?".into(), |seq| seq.to_string()))]
    EvidenceMissing {
        /// Its digest.
        digest: Digest,
        /// The event.
        seq: Option<u64>,
    },
    /// Evidence that the journal does not tell of.
    #[error("{file} is evidence that the journal does not tell of")]
    EvidenceUnknown {
        /// The file.
        file: String,
    },
}
