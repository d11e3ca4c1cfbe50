//! The versions of the journal's schema: brings an older file up to date, refuses a newer one.
//! Must not know what the tables are used for.

use std::path::Path;

use rebato_engine::ports::StoreError;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::fault;

/// What leads from nothing to version 1, from there to version 2, and so on. The version stands in `user_version`.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_journal.sql")];

/// The schema version of the file, checked against what this program knows; 0 when nothing was written yet.
pub(crate) async fn version(
    connection: &mut SqliteConnection,
    path: &Path,
    migrations: &[&str],
) -> Result<usize, StoreError> {
    let found: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(connection)
        .await
        .map_err(|e| fault::database("reading the schema version", path, &e))?;
    match usize::try_from(found) {
        Ok(version) if version <= migrations.len() => Ok(version),
        Ok(_) => Err(StoreError::TooNew {
            path: path.display().to_string(),
            found,
            known: i64::try_from(migrations.len()).unwrap_or(i64::MAX),
        }),
        Err(_) => Err(fault::damaged(
            format!("the journal in {}", path.display()),
            format!("it says schema version {found}"),
        )),
    }
}

/// Brings the file to the newest version. Each step is wholly done or not at all.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    path: &Path,
    migrations: &[&'static str],
) -> Result<(), StoreError> {
    let failed = |e: sqlx::Error| fault::database("bringing the schema up to date", path, &e);
    let found = version(connection, path, migrations).await?;
    for (number, text) in (1_u32..).zip(migrations).skip(found) {
        let mut step = connection
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(failed)?;
        sqlx::raw_sql(*text)
            .execute(&mut *step)
            .await
            .map_err(failed)?;
        // A pragma takes no bound values; this one is a number.
        sqlx::raw_sql(AssertSqlSafe(format!("PRAGMA user_version = {number}")))
            .execute(&mut *step)
            .await
            .map_err(failed)?;
        step.commit().await.map_err(failed)?;
    }
    Ok(())
}
