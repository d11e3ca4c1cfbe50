//! Folders and files that cannot be used: an error that names the path and says why, and nothing worse.

use std::fs;

use rebato_engine::ports::{Store as _, StoreError};
use rebato_store::{Access, SqliteStore};
use tempfile::tempdir;

use crate::common::{CASE, execute, grow, raw, reader, writer};

const BOTH: [Access; 2] = [Access::Write, Access::Read];

#[tokio::test]
async fn a_file_in_place_of_the_folder() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("state");
    fs::write(&file, "mine").unwrap();
    for access in BOTH {
        for path in [&file, &file.join("below")] {
            let error = SqliteStore::open(path, access).await.unwrap_err();
            assert!(
                matches!(&error, StoreError::Io { path, full: false, .. } if path.contains("state")),
                "{access:?}: {error}"
            );
        }
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[tokio::test]
async fn a_folder_in_place_of_the_journal() {
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("journal.sqlite")).unwrap();
    for access in BOTH {
        let error = SqliteStore::open(folder.path(), access).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Io { path, .. } if path.ends_with("journal.sqlite")),
            "{access:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_journal_that_is_no_database() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    fs::write(
        &path,
        "These are not the bytes you are looking for.\n".repeat(200),
    )
    .unwrap();
    for access in BOTH {
        let error = SqliteStore::open(folder.path(), access).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Damaged { what, .. } if what.contains("journal.sqlite")),
            "{access:?}: {error}"
        );
    }
}

/// Overwrites every page but the first few bytes that say "SQLite", and cuts the file at odd places: an error, or
/// records that are whole, never a panic.
#[tokio::test]
async fn a_damaged_journal_gives_errors() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let records = grow(&store, CASE, 60).await;
    drop(store);
    let mut connection = raw(folder.path()).await;
    execute(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .unwrap();
    let path = folder.path().join("journal.sqlite");
    let whole = fs::read(&path).unwrap();
    let mut variants = vec![
        whole[..whole.len() / 2].to_vec(),
        whole[..4096 + 100].to_vec(),
    ];
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        let start = page * 4096 + if page == 0 { 100 } else { 0 };
        damaged[start..(page + 1) * 4096].fill(0x5a);
        variants.push(damaged);
    }
    let mut found = 0;
    let count = variants.len();
    for bytes in variants {
        let copy = tempdir().unwrap();
        fs::write(copy.path().join("journal.sqlite"), bytes).unwrap();
        for access in BOTH {
            let read = match SqliteStore::open(copy.path(), access).await {
                Ok(store) => match store.check(CASE, &[]).await {
                    Ok(problems) if problems.is_empty() => store.records(CASE).await,
                    Ok(_) => {
                        found += 1;
                        continue;
                    }
                    Err(e) => Err(e),
                },
                Err(e) => Err(e),
            };
            match read {
                Ok(read) => assert_eq!(read, records),
                Err(StoreError::Damaged { .. }) => found += 1,
                Err(other) => panic!("{other}"),
            }
        }
    }
    // Pages that hold no event of the case (triggers, numbers, free ones) may be lost without being missed.
    assert!(found > count, "{found} of {}", count * 2);
}

#[tokio::test]
async fn a_journal_of_a_newer_program_is_left_alone() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    grow(&store, CASE, 1).await;
    drop(store);
    let mut connection = raw(folder.path()).await;
    execute(&mut connection, "PRAGMA user_version = 99")
        .await
        .unwrap();
    for access in BOTH {
        let error = SqliteStore::open(folder.path(), access).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::TooNew { path, found: 99, .. } if path.ends_with("journal.sqlite")),
            "{access:?}: {error}"
        );
    }
    execute(&mut connection, "PRAGMA user_version = -1")
        .await
        .unwrap();
    for access in BOTH {
        let error = SqliteStore::open(folder.path(), access).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_journal_without_its_tables_is_damaged() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    grow(&store, CASE, 1).await;
    drop(store);
    let mut connection = raw(folder.path()).await;
    execute(&mut connection, "DROP TABLE events").await.unwrap();
    let store = reader(folder.path()).await;
    let errors = [store.records(CASE).await.err(), store.cases().await.err()];
    for error in errors {
        assert!(
            matches!(error, Some(StoreError::Damaged { .. })),
            "{error:?}"
        );
    }
}

/// An empty file is what a writer leaves that was killed before it made the tables.
#[tokio::test]
async fn an_empty_journal_is_a_new_one() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("journal.sqlite"), "").unwrap();
    let early = reader(folder.path()).await;
    assert_eq!(early.cases().await.unwrap(), Vec::<String>::new());
    let store = writer(folder.path()).await;
    let records = grow(&store, CASE, 1).await;
    assert_eq!(early.records(CASE).await.unwrap(), records);
}
