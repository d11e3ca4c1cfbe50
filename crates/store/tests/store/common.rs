//! What the tests share: folders, chains of records, and a way past the store to its tables.

use std::path::Path;

use jiff::Timestamp;
use rebato_core::Digest;
use rebato_core::case::Event;
use rebato_core::journal::Record;
use rebato_engine::ports::Store as _;
use rebato_store::{Access, SqliteStore};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

pub(crate) const CASE: &str = "C-2026-0001";

pub(crate) async fn writer(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, Access::Write).await.unwrap()
}

pub(crate) async fn reader(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, Access::Read).await.unwrap()
}

/// The record after `before`, with any value in its body.
pub(crate) fn next(before: Option<&Record>, case: &str, value: Value) -> Record {
    let event = Event::StepStarted {
        plan: Digest::ZERO,
        step: "s1".into(),
        attempt: 1,
        before: value,
    };
    let at: Timestamp = "2026-11-24T03:12:09.123456789Z".parse().unwrap();
    Record::next(
        before,
        case,
        at,
        "arn:aws:iam::111122223333:user/ana",
        &event,
    )
    .unwrap()
}

/// Appends `count` events to a case and gives all of its records.
pub(crate) async fn grow(store: &SqliteStore, case: &str, count: usize) -> Vec<Record> {
    let mut records = store.records(case).await.unwrap();
    for n in 0..count {
        let record = next(records.last(), case, n.into());
        let expected = record.seq - 1;
        store
            .append(std::slice::from_ref(&record), expected)
            .await
            .unwrap();
        records.push(record);
    }
    records
}

/// Runs statements on the tables as somebody with the file in hand would, with the triggers gone.
pub(crate) async fn tamper(folder: &Path, statements: &str) {
    let mut connection = raw(folder).await;
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for trigger in triggers {
        execute(&mut connection, &format!("DROP TRIGGER {trigger}"))
            .await
            .unwrap();
    }
    execute(&mut connection, statements).await.unwrap();
    connection.close().await.unwrap();
}

pub(crate) async fn raw(folder: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(folder.join("journal.sqlite"))
        .foreign_keys(false)
        .connect()
        .await
        .unwrap()
}

pub(crate) async fn execute(
    connection: &mut SqliteConnection,
    statements: &str,
) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
        .execute(connection)
        .await
        .map(drop)
}
