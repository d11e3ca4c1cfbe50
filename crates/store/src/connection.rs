//! One connection to the journal's file, opened when it is first needed and again after it failed.
//! Must not know the tables.

use std::io;
use std::path::{Path, PathBuf};

use rebato_engine::ports::StoreError;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use tokio::sync::{Mutex, MutexGuard};

use crate::key::Key;
use crate::store::Access;
use crate::{fault, journal, schema};

/// The journal's file and the connection to it.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    access: Access,
    /// What signs; a reader has none.
    key: Option<Key>,
    slot: Mutex<Option<SqliteConnection>>,
}

/// The connection, for one use. Given back with [`Lease::keep`] after a success; otherwise, and when the use is
/// abandoned half way, it is closed, which rolls back, and the next use opens another: after an error SQLite may have
/// ended the transaction by itself, which sqlx does not see.
pub(crate) struct Lease<'a> {
    slot: MutexGuard<'a, Option<SqliteConnection>>,
    pub(crate) connection: SqliteConnection,
}

impl Lease<'_> {
    pub(crate) fn keep(mut self) {
        *self.slot = Some(self.connection);
    }
}

impl Journal {
    pub(crate) fn new(path: PathBuf, access: Access, key: Option<Key>) -> Self {
        Self {
            path,
            access,
            key,
            slot: Mutex::new(None),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) const fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// The connection; `None` when there is no journal yet, for a reader.
    pub(crate) async fn lease(&self) -> Result<Option<Lease<'_>>, StoreError> {
        let mut slot = self.slot.lock().await;
        let connection = match (slot.take(), self.access) {
            (Some(connection), _) => Some(connection),
            (None, Access::Write) => Some(writer(&self.path, self.key()).await?),
            (None, Access::Read) => reader(&self.path).await?,
        };
        Ok(connection.map(|connection| Lease { slot, connection }))
    }
}

async fn writer(path: &Path, key: Option<&Key>) -> Result<SqliteConnection, StoreError> {
    let failed = |e: sqlx::Error| fault::database("opening the journal", path, &e);
    let mut connection = writer_options(path).connect().await.map_err(failed)?;
    assert_durable(&mut connection, path).await?;
    schema::migrate(&mut connection, path, schema::MIGRATIONS).await?;
    if let Some(key) = key {
        journal::know(&mut connection, path, key.public()).await?;
    }
    Ok(connection)
}

fn writer_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Means something on macOS only, where a plain fsync does not reach the disk.
        .pragma("fullfsync", "ON")
}

/// SQLite may answer a request for a mode with another one, without an error.
async fn assert_durable(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    let failed = |e: sqlx::Error| fault::database("opening the journal", path, &e);
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let foreign_keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    // 2 is FULL, 1 is ON (SQLite, "PRAGMA Statements").
    if (mode.as_str(), synchronous, foreign_keys) == ("wal", 2, 1) {
        return Ok(());
    }
    Err(fault::refused(
        "opening the journal",
        path,
        format!(
            "it cannot be written durably here (journal_mode={mode}, synchronous={synchronous}, \
             foreign_keys={foreign_keys}); put the state folder on a local disk"
        ),
    ))
}

async fn reader(path: &Path) -> Result<Option<SqliteConnection>, StoreError> {
    let what = "opening the journal";
    match std::fs::metadata(path) {
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(fault::io(what, path, &e)),
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = match open_to_read(&options).await {
        Ok(connection) => connection,
        // SQLite wants to make files beside the journal. Where it may not, and where no writer left anything to take in,
        // the file can be read as one that nobody changes: a read-only medium, or a copy put aside.
        Err(e) if fault::wants_a_writable_folder(&e) && !has_a_log(path) => {
            open_to_read(&options.immutable(true))
                .await
                .map_err(|e| fault::database(what, path, &e))?
        }
        Err(e) => return Err(fault::database(what, path, &e)),
    };
    // Version 0: its first writer has not come far enough for there to be anything to read.
    let version = schema::version(&mut connection, path, schema::MIGRATIONS).await?;
    Ok((version > 0).then_some(connection))
}

/// Opens and reads once: only then does SQLite touch the file.
async fn open_to_read(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    sqlx::query("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut connection)
        .await?;
    Ok(connection)
}

/// True when a writer's log stands beside the journal with something in it.
fn has_a_log(path: &Path) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(PathBuf::from(name)).is_ok_and(|m| m.len() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before 3.51.3 two connections that check-point at once can corrupt the log.
    #[tokio::test]
    async fn the_library_is_one_that_keeps_its_log_whole() {
        let mut connection = SqliteConnectOptions::new().connect().await.unwrap();
        let version: String = sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        let numbers: Vec<u32> = version.split('.').map(|n| n.parse().unwrap()).collect();
        assert!(numbers >= vec![3, 51, 3], "{version}");
    }

    #[tokio::test]
    async fn a_connection_that_is_not_durable_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let durable = writer_options(&path).create_if_missing(true);
        let mut connection = durable.connect().await.unwrap();
        assert_durable(&mut connection, &path).await.unwrap();
        drop(connection);
        for (pragma, value) in [
            ("synchronous", "NORMAL"),
            ("synchronous", "OFF"),
            ("foreign_keys", "OFF"),
            ("journal_mode", "DELETE"),
        ] {
            let other = folder.path().join(format!("{pragma}-{value}"));
            let options = durable.clone().filename(&other).pragma(pragma, value);
            let mut connection = options.connect().await.unwrap();
            let error = assert_durable(&mut connection, &other).await.unwrap_err();
            assert!(error.to_string().contains(pragma), "{error}");
        }
    }
}
