//! What an exported folder holds: its names and its manifest. Must not know how it is written or checked.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use rebato_core::Digest;
use rebato_engine::home::Piece;
use rebato_engine::ports::StoreError;
use serde::{Deserialize, Serialize};

use crate::fault;

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

impl Manifest {
    /// All files of the exported folder that this manifest is of, evidence first, the manifest and its signature last: where
    /// they lie in another home, all lies.
    ///
    /// # Errors
    /// When the manifest or its signature cannot be read.
    pub(crate) fn pieces(&self, folder: &Path) -> Result<Vec<Piece>, StoreError> {
        let mut pieces: Vec<Piece> = self
            .files
            .iter()
            .map(|file| Piece {
                name: file.name.clone(),
                size: file.size,
                sha256: file.sha256,
            })
            .collect();
        pieces.sort_by_key(|piece| !piece.name.starts_with(EVIDENCE));
        for name in [SIGNATURE, MANIFEST] {
            let bytes = read_piece(folder, name)?;
            pieces.push(Piece {
                name: name.into(),
                size: bytes.len() as u64,
                sha256: Digest::of(&bytes),
            });
        }
        Ok(pieces)
    }
}

/// The bytes of a file of an exported folder. It blocks.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read_piece(folder: &Path, name: &str) -> Result<Vec<u8>, StoreError> {
    let path = folder.join(name);
    fs::read(&path).map_err(|e| fault::io("reading the exported folder", &path, &e))
}
