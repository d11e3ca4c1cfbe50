//! Pieces of evidence, each in a file named by its SHA-256. Must not know what they are or which case they belong to.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rebato_core::Digest;
use rebato_engine::ports::StoreError;

use crate::{fault, files};

/// The evidence folder. It blocks: call it where blocking is allowed.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    folder: PathBuf,
}

/// What stands under a digest.
pub(crate) enum Standing {
    /// The bytes that were kept.
    Whole(Vec<u8>),
    /// Nothing.
    Missing,
    /// Bytes with another digest.
    Changed(Digest),
}

impl Evidence {
    pub(crate) fn in_state(state: &Path) -> Self {
        Self {
            folder: state.join("evidence"),
        }
    }

    /// Writes the bytes under their digest, durably. A file that is there is looked at, never written over: if its
    /// bytes are others, that is a finding in itself.
    pub(crate) fn keep(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let digest = Digest::of(bytes);
        let path = self.path(digest);
        let folder = path.parent().unwrap_or(&self.folder);
        match self.standing(digest)? {
            Standing::Whole(_) => {}
            Standing::Changed(found) => return Err(changed(&path, found)),
            Standing::Missing => {
                files::make_folder(folder)?;
                files::replace(&path, bytes)?;
            }
        }
        // Also for a file that was there: whoever put it there may have ended before this line.
        files::sync_folder(folder)?;
        Ok(digest)
    }

    /// The bytes under a digest, if they are there and unchanged.
    pub(crate) fn read(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        match self.standing(digest)? {
            Standing::Whole(bytes) => Ok(Some(bytes)),
            Standing::Missing => Ok(None),
            Standing::Changed(found) => Err(changed(&self.path(digest), found)),
        }
    }

    /// What stands under a digest now.
    pub(crate) fn standing(&self, digest: Digest) -> Result<Standing, StoreError> {
        let path = self.path(digest);
        match fs::read(&path) {
            Ok(bytes) => match Digest::of(&bytes) {
                found if found == digest => Ok(Standing::Whole(bytes)),
                found => Ok(Standing::Changed(found)),
            },
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Standing::Missing),
            Err(e) => Err(fault::io("reading evidence", &path, &e)),
        }
    }

    fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.hex();
        // Two digits of folder, so that no folder grows too long to list.
        self.folder
            .join(name.get(..2).unwrap_or_default())
            .join(name)
    }
}

fn changed(path: &Path, found: Digest) -> StoreError {
    fault::damaged(
        format!("the evidence in {}", path.display()),
        format!("its content has the digest {found}"),
    )
}
