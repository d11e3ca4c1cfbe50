//! Folders and files that only their owner may read, and that are still there after a power cut.
//! Must not know what they hold.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use rebato_engine::ports::StoreError;

use crate::fault;

/// Makes the folder and those above it where they are missing (mode 0700 on Unix). A folder that is there stays as it is.
pub(crate) fn make_folder(path: &Path) -> Result<(), StoreError> {
    let what = "making the folder";
    match private_folder().create(path) {
        Ok(()) => match path.parent() {
            Some(parent) => sync_folder(parent),
            None => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => match path.parent() {
            Some(parent) => {
                make_folder(parent)?;
                make_folder(path)
            }
            None => Err(fault::io(what, path, &error)),
        },
        Err(error) => match fs::metadata(path) {
            Ok(there) if there.is_dir() => Ok(()),
            Ok(_) => Err(fault::refused(what, path, "there is a file of this name")),
            Err(_) => Err(fault::io(what, path, &error)),
        },
    }
}

/// Opens a file for reading and writing and makes it where it is missing (mode 0600 on Unix); never empties it.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes a file, durably and wholly or not at all (mode 0600 on Unix). One that is there is replaced.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let failed = |e: &io::Error| fault::io("writing", path, e);
    let folder = path.parent().unwrap_or(path);
    let mut part = tempfile::Builder::new()
        .prefix(".")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|e| failed(&e))?;
    part.write_all(bytes).map_err(|e| failed(&e))?;
    part.as_file().sync_all().map_err(|e| failed(&e))?;
    part.persist(path).map_err(|e| failed(&e.error))?;
    sync_folder(folder)
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| fault::io("syncing the folder", path, &e))
}

/// Makes the names in a folder durable: Windows does so by itself, and a folder cannot be opened there.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn private_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder
}
