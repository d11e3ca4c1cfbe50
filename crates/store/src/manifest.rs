//! What an exported folder holds: its names and its manifest. Must not know how it is written or checked.

use jiff::Timestamp;
use rebato_core::Digest;
use serde::{Deserialize, Serialize};

/// Version of the manifest's form.
pub(crate) const SCHEMA: &str = "rebato.manifest/1";
/// Version of the form of the list of artefacts.
pub(crate) const ARTEFACTS_SCHEMA: &str = "rebato.artefacts/1";

/// The events, one `rebato.journal/1` a line.
pub(crate) const JOURNAL: &str = "journal.jsonl";
/// Every artefact of the case.
pub(crate) const ARTEFACTS: &str = "artefacts.json";
/// The public keys of all signatures in the folder, in PEM.
pub(crate) const KEYS: &str = "signing.pub";
/// This manifest.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Its Ed25519 signature, 64 bytes.
pub(crate) const SIGNATURE: &str = "manifest.sig";
/// The folder of evidence, each file named by its SHA-256.
pub(crate) const EVIDENCE: &str = "evidence";

/// What an exported folder holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `rebato.manifest/1`.
    pub schema: String,
    /// The case.
    pub case: String,
    /// When the folder was made.
    pub at: Timestamp,
    /// Name and version of the program that made it.
    pub tool: String,
    /// Fingerprint of the key that signs this manifest.
    pub key: Digest,
    /// How many events the journal has.
    pub events: usize,
    /// Hash of the last of them.
    pub head: Digest,
    /// How many artefacts the case has, in the folder and in the account.
    pub artefacts: usize,
    /// How many files of evidence there are.
    pub evidence: usize,
    /// Every other file of the folder, by name.
    pub files: Vec<ManifestFile>,
}

/// A file of an exported folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name, with `/` between folder and file.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
}
