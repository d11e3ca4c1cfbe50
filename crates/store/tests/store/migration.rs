//! A journal of version 1, without signatures: a reader takes it as it is, a writer brings it up to date and signs from there.

use std::path::Path;

use rebato_core::journal::Record;
use rebato_engine::ports::Store as _;
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::tempdir;

use crate::common::{CASE, execute, grow, next, reader, writer};

/// What a program of version 1 leaves behind.
async fn old_state(folder: &Path) -> Vec<Record> {
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("journal.sqlite"))
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    let tables = include_str!("../../migrations/0001_journal.sql");
    execute(&mut connection, tables).await.unwrap();
    execute(&mut connection, "PRAGMA user_version = 1")
        .await
        .unwrap();
    let mut records: Vec<Record> = Vec::new();
    for n in 0..2 {
        let record = next(records.last(), CASE, json!(n));
        sqlx::query(
            "INSERT INTO heads (case_id, seq, hash) VALUES (?, ?, ?)
            ON CONFLICT (case_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        )
        .bind(CASE)
        .bind(n + 1)
        .bind(record.hash.to_string())
        .execute(&mut connection)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO events (case_id, seq, at, actor, version, event, body, prev, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(CASE)
        .bind(n + 1)
        .bind(record.at.to_string())
        .bind(&record.actor)
        .bind(record.version)
        .bind(&record.event)
        .bind(record.body.to_string())
        .bind(record.prev.to_string())
        .bind(record.hash.to_string())
        .execute(&mut connection)
        .await
        .unwrap();
        records.push(record);
    }
    connection.close().await.unwrap();
    records
}

#[tokio::test]
async fn a_journal_without_signatures_is_read_and_goes_on_with_them() {
    let folder = tempdir().unwrap();
    let old = old_state(folder.path()).await;
    let early = reader(folder.path()).await;
    assert_eq!(early.records(CASE).await.unwrap(), old);
    assert_eq!(early.check(CASE, &[]).await.unwrap(), []);
    assert!(!folder.path().join("signing.key").exists());

    let store = writer(folder.path()).await;
    assert_eq!(store.records(CASE).await.unwrap(), old);
    let records = grow(&store, CASE, 2).await;
    let signed = store.signed(CASE).await.unwrap();
    let has: Vec<bool> = signed.iter().map(|s| s.signature.is_some()).collect();
    assert_eq!(has, [false, false, true, true]);
    assert_eq!(store.check(CASE, &[]).await.unwrap(), []);
    // A reader that opened before sees what comes later.
    assert_eq!(early.records(CASE).await.unwrap(), records);
    assert_eq!(early.signed(CASE).await.unwrap(), signed);
}
