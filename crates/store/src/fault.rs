//! From the errors of SQLite and the file system to those of the port. Must not know what was being written.

use std::io;
use std::path::Path;

use rebato_engine::ports::StoreError;
use sqlx::error::DatabaseError;

/// Primary result codes of SQLite, as in its documentation ("Result and Error Codes").
mod code {
    pub(super) const ERROR: u32 = 1;
    pub(super) const BUSY: u32 = 5;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CANT_OPEN: u32 = 14;
    pub(super) const SCHEMA: u32 = 17;
    pub(super) const CONSTRAINT: u32 = 19;
    pub(super) const MISMATCH: u32 = 20;
    pub(super) const READ_ONLY: u32 = 8;
    pub(super) const NOT_A_DATABASE: u32 = 26;
    /// Extended code: the shared memory beside the journal could not be made larger, which is a full disk.
    pub(super) const IOERR_SHMSIZE: u32 = 4874;
}

/// The error of a file operation.
pub(crate) fn io(what: &'static str, path: &Path, error: &io::Error) -> StoreError {
    let full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    StoreError::Io {
        what,
        path: path.display().to_string(),
        why: error.to_string(),
        full,
    }
}

/// A refusal of our own that is neither the disk's nor damage.
pub(crate) fn refused(what: &'static str, path: &Path, why: impl Into<String>) -> StoreError {
    StoreError::Io {
        what,
        path: path.display().to_string(),
        why: why.into(),
        full: false,
    }
}

/// Content that is not what it was.
pub(crate) fn damaged(what: impl Into<String>, why: impl Into<String>) -> StoreError {
    StoreError::Damaged {
        what: what.into(),
        why: why.into(),
    }
}

/// The error of a database operation on the journal in `path`.
pub(crate) fn database(what: &'static str, path: &Path, error: &sqlx::Error) -> StoreError {
    let file = || format!("the journal in {}", path.display());
    match error {
        sqlx::Error::Database(reason) => {
            let why = reason.message().to_owned();
            match primary(reason.as_ref()) {
                code::CORRUPT
                | code::NOT_A_DATABASE
                | code::CONSTRAINT
                | code::MISMATCH
                | code::SCHEMA
                // A table or column is not there.
                | code::ERROR => damaged(file(), why),
                code::BUSY => refused(what, path, format!("{why}: another program keeps it busy")),
                primary => StoreError::Io {
                    what,
                    path: path.display().to_string(),
                    why,
                    full: primary == code::FULL || extended(reason.as_ref()) == code::IOERR_SHMSIZE,
                },
            }
        }
        sqlx::Error::Io(error) => io(what, path, error),
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::RowNotFound => damaged(file(), error.to_string()),
        other => refused(what, path, other.to_string()),
    }
}

/// True when SQLite could not make the files it wants beside the journal.
pub(crate) fn wants_a_writable_folder(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(reason) = error else {
        return false;
    };
    matches!(primary(reason.as_ref()), code::CANT_OPEN | code::READ_ONLY)
}

fn primary(error: &dyn DatabaseError) -> u32 {
    extended(error) & 0xff
}

fn extended(error: &dyn DatabaseError) -> u32 {
    error
        .code()
        .and_then(|code| code.parse().ok())
        .unwrap_or(code::ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_errors() {
        let full = |kind: io::ErrorKind| match io("writing", Path::new("x"), &kind.into()) {
            StoreError::Io { full, .. } => full,
            other => panic!("{other}"),
        };
        assert!(full(io::ErrorKind::StorageFull));
        assert!(full(io::ErrorKind::QuotaExceeded));
        assert!(!full(io::ErrorKind::PermissionDenied));
        // The number that Linux, macOS and the BSDs give a full disk.
        #[cfg(unix)]
        assert!(matches!(
            io("writing", Path::new("x"), &io::Error::from_raw_os_error(28)),
            StoreError::Io { full: true, .. }
        ));
    }
}
