//! A case as a folder that can be checked on another machine. Whole or not there at all; the same case, program, time and
//! key make the same bytes. Must not know what the events mean: the core says what the artefacts are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rebato_core::Digest;
use rebato_core::case::{Case, custody, is_of_export};
use rebato_core::digest::{canonical, in_order};
use rebato_core::journal::Signed;
use rebato_engine::home::Piece;
use rebato_engine::ports::StoreError;
use serde::Serialize;
use serde_json::{Value, json};

use crate::evidence::{Evidence, Standing};
use crate::key::{Key, PublicKeys};
use crate::manifest::{self, Manifest, ManifestFile};
use crate::store::blocking;
use crate::{SqliteStore, fault, files};

const WHAT: &str = "exporting the case";

/// What goes into the folder, read and checked.
struct Parts {
    case: Case,
    records: Vec<Signed>,
    keys: Vec<String>,
    tool: String,
    at: Timestamp,
}

impl SqliteStore {
    /// Writes a case into the folder `out`, which must not be there yet or be empty: `journal.jsonl`, `evidence/`,
    /// `artefacts.json`, `signing.pub`, `manifest.json` and `manifest.sig`. It is there wholly or not at all.
    ///
    /// # Errors
    /// When there is no such case, when the journal or a piece of evidence is not as it was written, when the folder is
    /// not empty, and when it cannot be written.
    pub async fn export(
        &self,
        case: &str,
        out: &Path,
        tool: &str,
        at: Timestamp,
    ) -> Result<Manifest, StoreError> {
        let out = std::path::absolute(out).map_err(|e| fault::io(WHAT, out, &e))?;
        let (records, keys) = self.signed_with_keys(case).await?;
        let parts = Parts::new(case, &out, records, keys, tool, at)?;
        let (state, evidence) = (self.folder().to_owned(), self.evidence().clone());
        blocking(move || {
            refuse_what_is_there(&out)?;
            let key = Key::of_state(&state)?;
            write(&parts, &key, &evidence, &out)
        })
        .await
    }

    /// The same in a folder that goes when the draft is dropped, to be copied to another home. The time is that of the last
    /// event, and events of exports that stand last are left out: the same program makes the same bytes of a case until
    /// something else happens. What an earlier draft left behind goes first: the state folder has one writer.
    ///
    /// # Errors
    /// As with [`SqliteStore::export`].
    pub async fn draft(&self, case: &str, tool: &str) -> Result<Draft, StoreError> {
        let (mut records, keys) = self.signed_with_keys(case).await?;
        while records
            .last()
            .is_some_and(|signed| is_of_export(&signed.record.event))
        {
            records.pop();
        }
        let at = records
            .last()
            .map_or(Timestamp::UNIX_EPOCH, |s| s.record.at);
        let (state, evidence) = (self.folder().to_owned(), self.evidence().clone());
        let parts = Parts::new(case, &state, records, keys, tool, at)?;
        blocking(move || {
            let left = state.join(DRAFT);
            match fs::remove_dir_all(&left) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    return Err(fault::io(WHAT, &left, &e));
                }
                _ => {}
            }
            let folder = tempfile::Builder::new()
                .prefix(DRAFT)
                .rand_bytes(0)
                .tempdir_in(&state)
                .map_err(|e| fault::io(WHAT, &left, &e))?;
            let key = Key::of_state(&state)?;
            let manifest = fill(&parts, &key, &evidence, folder.path())?;
            let pieces = manifest.pieces(folder.path())?;
            Ok(Draft {
                folder,
                manifest,
                pieces,
            })
        })
        .await
    }
}

/// Where a draft lies in the state folder.
const DRAFT: &str = "export-draft";

/// An export on its way to another home.
#[derive(Debug)]
pub struct Draft {
    folder: tempfile::TempDir,
    /// What it holds.
    pub manifest: Manifest,
    /// All its files, the manifest last.
    pub pieces: Vec<Piece>,
}

impl Draft {
    /// Digest of the manifest as it is written.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.pieces
            .last()
            .map_or(Digest::ZERO, |piece| piece.sha256)
    }

    /// The bytes of a file. It blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        manifest::read_piece(self.folder.path(), name)
    }
}

impl Parts {
    fn new(
        case: &str,
        place: &Path,
        records: Vec<Signed>,
        keys: Vec<String>,
        tool: &str,
        at: Timestamp,
    ) -> Result<Self, StoreError> {
        let plain: Vec<_> = records.iter().map(|signed| signed.record.clone()).collect();
        let whole = Case::replay(case, &plain).map_err(|e| match plain.is_empty() {
            true => fault::refused(WHAT, place, e.to_string()),
            false => fault::damaged(format!("the journal of case {case}"), e.to_string()),
        })?;
        Ok(Self {
            case: whole,
            records,
            keys,
            tool: tool.into(),
            at,
        })
    }
}

fn refuse_what_is_there(out: &Path) -> Result<(), StoreError> {
    match fs::symlink_metadata(out) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(fault::io(WHAT, out, &e)),
        Ok(there) if !there.is_dir() => Err(fault::refused(WHAT, out, "it is not a folder")),
        Ok(_) => match fs::read_dir(out).map(|mut all| all.next().is_none()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(fault::refused(
                WHAT,
                out,
                "the folder is not empty; name one that is not there yet",
            )),
            Err(e) => Err(fault::io(WHAT, out, &e)),
        },
    }
}

/// Writes all into a folder beside `out` and gives it that name in the end.
fn write(
    parts: &Parts,
    key: &Key,
    evidence: &Evidence,
    out: &Path,
) -> Result<Manifest, StoreError> {
    let parent = out.parent().unwrap_or(out);
    files::make_folder(parent)?;
    let draft = tempfile::Builder::new()
        .prefix(".rebato-export-")
        .tempdir_in(parent)
        .map_err(|e| fault::io(WHAT, parent, &e))?;
    // Inside the draft, so that it is its owner's alone from the first moment; what is left of a draft goes by itself.
    let folder = draft.path().join("case");
    files::make_folder(&folder)?;
    let manifest = fill(parts, key, evidence, &folder)?;
    if out.exists() {
        // Only an empty folder goes; what came into it since is not ours to take away.
        fs::remove_dir(out).map_err(|e| fault::io(WHAT, out, &e))?;
    }
    fs::rename(&folder, out).map_err(|e| fault::io(WHAT, out, &e))?;
    files::sync_folder(parent)?;
    Ok(manifest)
}

fn fill(
    parts: &Parts,
    key: &Key,
    evidence: &Evidence,
    folder: &Path,
) -> Result<Manifest, StoreError> {
    let artefacts = custody(&parts.case);
    let mut put = Put {
        folder: folder.to_owned(),
        files: BTreeMap::new(),
    };

    let mut journal = Vec::new();
    for signed in &parts.records {
        journal.extend(canonical(&signed.line()).map_err(|e| unwritable(&e))?);
        journal.push(b'\n');
    }
    put.file(manifest::JOURNAL, &journal)?;
    let list = json!({
        "schema": manifest::ARTEFACTS_SCHEMA,
        "case": parts.case.id,
        "artefacts": artefacts,
    });
    put.file(manifest::ARTEFACTS, &pretty(&list)?)?;
    put.file(manifest::KEYS, public_keys(parts, key).as_bytes())?;

    files::make_folder(&folder.join(manifest::EVIDENCE))?;
    let wanted: BTreeSet<Digest> = artefacts.iter().filter_map(|a| a.sha256).collect();
    for digest in &wanted {
        let damaged = |why: String| Err(fault::damaged(format!("the evidence {digest}"), why));
        match evidence.standing(*digest)? {
            Standing::Whole(bytes) => {
                put.file(&format!("{}/{}", manifest::EVIDENCE, digest.hex()), &bytes)?;
            }
            Standing::Missing => return damaged("it is missing".into()),
            Standing::Changed(found) => {
                return damaged(format!("its content has the digest {found}"));
            }
        }
    }
    files::sync_folder(&folder.join(manifest::EVIDENCE))?;

    let manifest = Manifest {
        schema: manifest::SCHEMA.into(),
        case: parts.case.id.clone(),
        at: parts.at,
        tool: parts.tool.clone(),
        key: key.public().fingerprint,
        events: parts.records.len(),
        head: parts.records.last().map_or(Digest::ZERO, |s| s.record.hash),
        artefacts: artefacts.len(),
        evidence: wanted.len(),
        files: put.files.values().cloned().collect(),
    };
    let bytes = pretty(&manifest)?;
    put.file(manifest::MANIFEST, &bytes)?;
    put.file(manifest::SIGNATURE, &key.sign(&bytes))?;
    files::sync_folder(folder)?;
    Ok(manifest)
}

/// The keys that the records name, and first the one that signs the manifest.
fn public_keys(parts: &Parts, key: &Key) -> String {
    let named: BTreeSet<Digest> = parts
        .records
        .iter()
        .filter_map(|signed| signed.signature.as_ref().map(|s| s.key))
        .collect();
    let others = parts.keys.iter().filter(|pem| {
        PublicKeys::read(pem).is_ok_and(|keys| {
            named
                .iter()
                .any(|name| *name != key.public().fingerprint && keys.get(*name).is_some())
        })
    });
    std::iter::once(&key.public().pem)
        .chain(others)
        .map(String::as_str)
        .collect()
}

/// Files on their way into the folder.
struct Put {
    folder: PathBuf,
    files: BTreeMap<String, ManifestFile>,
}

impl Put {
    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        files::replace(&self.folder.join(name), bytes)?;
        let file = ManifestFile {
            name: name.into(),
            size: bytes.len() as u64,
            sha256: Digest::of(bytes),
        };
        self.files.insert(name.into(), file);
        Ok(())
    }
}

/// JSON that a person can read, with keys in order and a line's end.
fn pretty<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    let value: Value = serde_json::to_value(value).map_err(|e| unwritable(&e))?;
    let mut bytes = serde_json::to_vec_pretty(&in_order(value)).map_err(|e| unwritable(&e))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn unwritable(error: &serde_json::Error) -> StoreError {
    fault::damaged("the export", format!("it has no JSON form: {error}"))
}
