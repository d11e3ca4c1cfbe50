//! The versions of the journal's schema: brings an older file up to date, refuses a newer one.
//! Must not know what the tables are used for.

use std::path::Path;

use rebato_engine::ports::StoreError;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::fault;

/// What leads from nothing to version 1, from there to version 2, and so on. The version stands in `user_version`.
/// A reader cannot migrate and takes an older version as it is, so what it asks must have an answer in each.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_journal.sql"),
    include_str!("../migrations/0002_signatures.sql"),
];

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

#[cfg(test)]
mod tests {
    use rebato_engine::ports::Store as _;
    use sqlx::ConnectOptions as _;
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;
    use crate::{Access, SqliteStore};

    async fn connect(path: &Path) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(path);
        options.connect().await.unwrap()
    }

    /// A later program: the versions of this one and one more.
    fn later(step: &'static str) -> Vec<&'static str> {
        let mut migrations = MIGRATIONS.to_vec();
        migrations.push(step);
        migrations
    }

    #[tokio::test]
    async fn an_older_journal_is_brought_up_to_date_and_then_too_new_for_the_older_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let known = i64::try_from(MIGRATIONS.len()).unwrap();
        let store = SqliteStore::open(folder.path(), Access::Write)
            .await
            .unwrap();
        assert_eq!(store.next_case_id(2026).await.unwrap(), "C-2026-0001");
        drop(store);

        let mut connection = connect(&path).await;
        let migrations =
            later("ALTER TABLE case_numbers ADD COLUMN note TEXT NOT NULL DEFAULT 'x'");
        for _ in 0..2 {
            migrate(&mut connection, &path, &migrations).await.unwrap();
            let version = version(&mut connection, &path, &migrations).await.unwrap();
            assert_eq!(version, migrations.len());
        }
        let row: (i64, String) = sqlx::query_as("SELECT last, note FROM case_numbers")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(row, (1, "x".into()));

        for access in [Access::Write, Access::Read] {
            let error = SqliteStore::open(folder.path(), access).await.unwrap_err();
            assert!(
                matches!(error, StoreError::TooNew { found, known: k, .. } if found == known + 1 && k == known),
                "{error}"
            );
        }
    }

    #[tokio::test]
    async fn a_step_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        drop(
            SqliteStore::open(folder.path(), Access::Write)
                .await
                .unwrap(),
        );
        let mut connection = connect(&path).await;
        let migrations = later("CREATE TABLE half (done TEXT); INSERT INTO nowhere VALUES (1);");
        let error = migrate(&mut connection, &path, &migrations).await;
        assert!(error.is_err());
        drop(connection);

        let mut connection = connect(&path).await;
        let version = version(&mut connection, &path, &migrations).await.unwrap();
        assert_eq!(version, MIGRATIONS.len());
        let half: i64 =
            sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'half'")
                .fetch_one(&mut connection)
                .await
                .unwrap();
        assert_eq!(half, 0);
    }
}
