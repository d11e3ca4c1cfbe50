//! The state folder: the body of the engine's [`Store`] on one disk. Must not know what an event means.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rebato_core::Digest;
use rebato_core::journal::{Record, Signed};
use rebato_engine::ports::{Store, StoreError};

use crate::check::{self, Problem};
use crate::connection::{Journal, Lease};
use crate::evidence::{Evidence, Standing};
use crate::key::Key;
use crate::lock::FolderLock;
use crate::{fault, files, journal};

/// What a state folder is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To read and write; one process at a time.
    Write,
    /// To read, also beside a writer. Changes no case and no evidence.
    Read,
}

/// Cases and evidence in a folder.
#[derive(Debug)]
pub struct SqliteStore {
    folder: PathBuf,
    journal: Journal,
    evidence: Evidence,
    /// Held by a writer; after the journal, so that it is let go after it.
    lock: Option<FolderLock>,
}

impl SqliteStore {
    /// Opens the state folder. A writer makes it where it is missing (mode 0700 on Unix, files 0600; a folder that was
    /// there keeps its mode) and brings an older journal up to date; to a reader a folder or journal that is not there
    /// is an empty one.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process writes here, [`StoreError::TooNew`] when a newer program has written
    /// here, [`StoreError::Damaged`] when the journal is no journal, [`StoreError::Io`] when the folder cannot be used.
    pub async fn open(folder: impl AsRef<Path>, access: Access) -> Result<Self, StoreError> {
        let folder = folder.as_ref();
        // A name that begins with "file:" would mean something else to SQLite.
        let folder = std::path::absolute(folder)
            .map_err(|e| fault::io("finding the state folder", folder, &e))?;
        let path = folder.join("journal.sqlite");
        let (lock, key) = match access {
            Access::Write => {
                let (lock, key) = prepare(&folder, &path).await?;
                (Some(lock), Some(key))
            }
            Access::Read => {
                refuse_a_file(&folder)?;
                (None, None)
            }
        };
        let store = Self {
            journal: Journal::new(path, access, key),
            evidence: Evidence::in_state(&folder),
            folder,
            lock,
        };
        if let Some(lease) = store.journal.lease().await? {
            lease.keep();
        }
        if store.lock.is_some() {
            files::sync_folder(&store.folder)?;
        }
        Ok(store)
    }

    /// Everything that is wrong with a case: its rows, its chain, events missing at its end, and each piece of evidence
    /// whose digest is given. Empty when all is as it was written.
    ///
    /// What somebody changed who also changed every hash after it and the noted head cannot be seen from inside the
    /// folder: compare the last hash with one that was kept elsewhere, such as in a report.
    ///
    /// # Errors
    /// When the journal itself cannot be read.
    pub async fn check(&self, case: &str, kept: &[Digest]) -> Result<Vec<Problem>, StoreError> {
        let mut problems = match self.held(case).await? {
            Some(held) => check::journal(case, held),
            None => vec![Problem::Absent { case: case.into() }],
        };
        for &digest in kept {
            let evidence = self.evidence.clone();
            let standing = blocking(move || evidence.standing(digest)).await;
            problems.extend(match standing {
                Ok(Standing::Whole(_)) => None,
                Ok(Standing::Missing) => Some(Problem::EvidenceMissing { digest }),
                Ok(Standing::Changed(found)) => Some(Problem::EvidenceChanged { digest, found }),
                Err(e) => Some(Problem::EvidenceUnreadable {
                    digest,
                    why: e.to_string(),
                }),
            });
        }
        Ok(problems)
    }

    /// All records of a case with the signatures that stand beside them, in order; none when there is no such case.
    ///
    /// # Errors
    /// As [`Store::records`].
    pub async fn signed(&self, case: &str) -> Result<Vec<Signed>, StoreError> {
        Ok(self.signed_with_keys(case).await?.0)
    }

    /// The same with the public keys, in PEM, that ever signed here.
    pub(crate) async fn signed_with_keys(
        &self,
        case: &str,
    ) -> Result<(Vec<Signed>, Vec<String>), StoreError> {
        let Some(mut held) = self.held(case).await? else {
            return Ok((Vec::new(), Vec::new()));
        };
        let keys = std::mem::take(&mut held.keys);
        let records = check::whole(case, held).map_err(|problem| {
            fault::damaged(format!("the journal of case {case}"), problem.to_string())
        })?;
        Ok((records, keys))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    async fn held(&self, case: &str) -> Result<Option<journal::Held>, StoreError> {
        let Some(mut lease) = self.journal.lease().await? else {
            return Ok(None);
        };
        let held = journal::held(&mut lease.connection, self.journal.path(), case).await?;
        lease.keep();
        Ok(Some(held))
    }

    /// The connection of a writer.
    async fn writing(&self, what: &'static str) -> Result<Lease<'_>, StoreError> {
        self.may_write(what)?;
        match self.journal.lease().await? {
            Some(lease) => Ok(lease),
            None => Err(fault::refused(what, &self.folder, "there is no journal")),
        }
    }

    fn may_write(&self, what: &'static str) -> Result<(), StoreError> {
        if self.lock.is_some() {
            return Ok(());
        }
        Err(fault::refused(
            what,
            &self.folder,
            "it was opened for reading only",
        ))
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, records: &[Record], expected: u64) -> Result<(), StoreError> {
        let mut lease = self.writing("appending to the journal").await?;
        let path = self.journal.path();
        let done = journal::append(
            &mut lease.connection,
            path,
            self.journal.key(),
            records,
            expected,
        )
        .await;
        if matches!(done, Ok(()) | Err(StoreError::Conflict { .. })) {
            lease.keep();
        }
        done
    }

    async fn records(&self, case: &str) -> Result<Vec<Record>, StoreError> {
        let signed = self.signed(case).await?;
        Ok(signed.into_iter().map(|signed| signed.record).collect())
    }

    async fn cases(&self) -> Result<Vec<String>, StoreError> {
        let Some(mut lease) = self.journal.lease().await? else {
            return Ok(Vec::new());
        };
        let cases = journal::cases(&mut lease.connection, self.journal.path()).await?;
        lease.keep();
        Ok(cases)
    }

    async fn cases_naming(&self, address: &str) -> Result<Vec<String>, StoreError> {
        let Some(mut lease) = self.journal.lease().await? else {
            return Ok(Vec::new());
        };
        let path = self.journal.path();
        let cases = journal::cases_naming(&mut lease.connection, path, address).await?;
        lease.keep();
        Ok(cases)
    }

    async fn next_case_id(&self, year: i16) -> Result<String, StoreError> {
        let mut lease = self.writing("numbering a case").await?;
        let path = self.journal.path();
        let number = journal::next_number(&mut lease.connection, path, year).await?;
        lease.keep();
        Ok(format!("C-{year:04}-{number:04}"))
    }

    async fn keep(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        self.may_write("keeping evidence")?;
        let (evidence, bytes) = (self.evidence.clone(), bytes.to_vec());
        blocking(move || evidence.keep(&bytes)).await
    }

    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let evidence = self.evidence.clone();
        blocking(move || evidence.read(digest)).await
    }
}

/// Makes the folder, takes its lock, reads or makes the key that signs, and makes the journal's file so that only its owner may read it: SQLite gives the
/// files beside it the same mode.
async fn prepare(folder: &Path, path: &Path) -> Result<(FolderLock, Key), StoreError> {
    let (folder, path) = (folder.to_owned(), path.to_owned());
    blocking(move || {
        files::make_folder(&folder)?;
        let lock = FolderLock::take(&folder)?;
        let key = Key::of_state(&folder)?;
        files::open_file(&path).map_err(|e| fault::io("opening the journal", &path, &e))?;
        Ok((lock, key))
    })
    .await
}

fn refuse_a_file(folder: &Path) -> Result<(), StoreError> {
    let what = "opening the state folder";
    match std::fs::metadata(folder) {
        Ok(there) if there.is_dir() => Ok(()),
        Ok(_) => Err(fault::refused(what, folder, "it is not a folder")),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(fault::io(what, folder, &e)),
    }
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        // The runtime is going down, or the work panicked.
        Err(e) => Err(StoreError::Io {
            what: "waiting for the disk",
            path: "the state folder".into(),
            why: e.to_string(),
            full: false,
        }),
    }
}

#[cfg(test)]
mod tests {
    use rebato_core::case::Event;

    use super::*;

    fn record(before: Option<&Record>, size: usize) -> Record {
        let event = Event::CaseReopened {
            why: "x".repeat(size),
        };
        let at = "2026-11-24T03:12:09Z".parse().unwrap();
        Record::next(before, "C-2026-0001", at, "ana", &event).unwrap()
    }

    #[tokio::test]
    async fn a_full_disk_is_an_error_that_says_so_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), Access::Write)
            .await
            .unwrap();
        let mut written = vec![record(None, 1)];
        store.append(&written[..1], 0).await.unwrap();

        let mut lease = store.journal.lease().await.unwrap().unwrap();
        sqlx::query("PRAGMA max_page_count = 30")
            .execute(&mut lease.connection)
            .await
            .unwrap();
        lease.keep();
        let error = loop {
            let next = record(written.last(), 20_000);
            match store
                .append(std::slice::from_ref(&next), next.seq - 1)
                .await
            {
                Ok(()) => written.push(next),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(&error, StoreError::Io { full: true, path, .. } if path.ends_with("journal.sqlite")),
            "{error}"
        );
        assert!(written.len() > 1);
        assert_eq!(store.records("C-2026-0001").await.unwrap(), written);

        // The limit went with the connection, as if somebody had made room.
        let next = record(written.last(), 20_000);
        store
            .append(std::slice::from_ref(&next), next.seq - 1)
            .await
            .unwrap();
        written.push(next);
        assert_eq!(store.records("C-2026-0001").await.unwrap(), written);
        assert_eq!(store.check("C-2026-0001", &[]).await.unwrap(), []);
    }

    /// A call that is given up half way must not leave its transaction to the next one.
    #[tokio::test]
    async fn an_append_that_is_given_up_leaves_the_store_usable() {
        use std::task::{Context, Waker};

        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), Access::Write)
            .await
            .unwrap();
        let mut count = 0;
        for polls in 0..12 {
            let records = store.records("C-2026-0001").await.unwrap();
            let next = record(records.last(), 1);
            let mut append = store.append(std::slice::from_ref(&next), next.seq - 1);
            let mut context = Context::from_waker(Waker::noop());
            for _ in 0..polls {
                if append.as_mut().poll(&mut context).is_ready() {
                    break;
                }
                std::thread::yield_now();
            }
            drop(append);
            // What was under way may still come through, but nothing else does.
            let length = loop {
                let records = store.records("C-2026-0001").await.unwrap();
                assert!((count..=count + 1).contains(&records.len()));
                let next = record(records.last(), 1);
                match store
                    .append(std::slice::from_ref(&next), next.seq - 1)
                    .await
                {
                    Ok(()) => break records.len() + 1,
                    Err(StoreError::Conflict { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            };
            count = length;
        }
        assert_eq!(store.check("C-2026-0001", &[]).await.unwrap(), []);
    }
}
