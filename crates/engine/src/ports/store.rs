//! Where events and evidence are kept.

use async_trait::async_trait;
use rebato_core::Digest;
use rebato_core::journal::Record;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first.
    #[error(
        "case {case} was changed by somebody else: it is at event {found}, this run expected {expected}; run the command again"
    )]
    Conflict {
        /// The case.
        case: String,
        /// What this run expected.
        expected: u64,
        /// What stands there.
        found: u64,
    },
    /// The folder is used by another process.
    #[error(
        "the state folder {folder} is in use by {holder}; wait for it to end, or name another folder with --state"
    )]
    Locked {
        /// The folder.
        folder: String,
        /// Who holds it, as far as the lock says.
        holder: String,
    },
    /// The folder or file cannot be used.
    #[error("{what} failed on {path}: {why}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: String,
        /// Why.
        why: String,
        /// The disk is full.
        full: bool,
    },
    /// The content is not what it was.
    #[error("{what} is damaged: {why}")]
    Damaged {
        /// What.
        what: String,
        /// How.
        why: String,
    },
    /// The schema is newer than this program.
    #[error(
        "the journal in {path} has schema version {found}, this program knows up to {known}: use a newer rebato"
    )]
    TooNew {
        /// The file.
        path: String,
        /// The version found.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
}

/// The journal and the evidence beside it.
#[async_trait]
pub trait Store: Send + Sync {
    /// Appends records of one case, all or none, if the case's last event has the number `expected`. Durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has another.
    async fn append(&self, records: &[Record], expected: u64) -> Result<(), StoreError>;

    /// All records of a case, in order; none when there is no such case.
    async fn records(&self, case: &str) -> Result<Vec<Record>, StoreError>;

    /// Ids of all cases, oldest first.
    async fn cases(&self) -> Result<Vec<String>, StoreError>;

    /// Cases whose findings may name an address, newest first. A body that cannot look inside names all of them.
    async fn cases_naming(&self, _address: &str) -> Result<Vec<String>, StoreError> {
        let mut cases = self.cases().await?;
        cases.reverse();
        Ok(cases)
    }

    /// Reserves the next id of the form `C-YYYY-NNNN` for the year.
    async fn next_case_id(&self, year: i16) -> Result<String, StoreError>;

    /// Keeps bytes under their digest. Durable when it returns; keeping the same bytes twice keeps them once.
    async fn keep(&self, bytes: &[u8]) -> Result<Digest, StoreError>;

    /// Bytes that were kept, checked against their digest; `None` when they are not there.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when they changed.
    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError>;
}
