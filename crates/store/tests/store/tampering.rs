//! Whoever changes the journal behind the store's back is found out, and the place is named.

use rebato_core::journal::Break;
use rebato_engine::ports::{Store as _, StoreError};
use rebato_store::Problem;
use serde_json::json;
use tempfile::tempdir;

use crate::common::{CASE, grow, next, reader, tamper, writer};

/// The problems of a case of five events after these statements.
async fn after(statements: &str) -> Vec<Problem> {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    grow(&store, CASE, 5).await;
    grow(&store, "C-2026-0002", 2).await;
    assert_eq!(store.check(CASE, &[]).await.unwrap(), []);
    drop(store);
    tamper(folder.path(), statements).await;
    let store = reader(folder.path()).await;
    assert_eq!(store.check("C-2026-0002", &[]).await.unwrap(), []);
    store.check(CASE, &[]).await.unwrap()
}

#[tokio::test]
async fn a_changed_field_is_found() {
    for change in [
        r#"body = json_set(body, '$.step', 's2')"#,
        "actor = 'somebody else'",
        "at = '2026-11-24T03:12:10Z'",
        "event = 'step_done'",
        "version = 0",
        "prev = hash",
        "hash = prev",
    ] {
        let problems = after(&format!(
            "UPDATE events SET {change} WHERE case_id = '{CASE}' AND seq = 3"
        ))
        .await;
        assert!(
            matches!(
                problems[..],
                [Problem::Chain(Break::Changed { seq: 3, .. })]
            ),
            "{change}: {problems:?}"
        );
    }
}

#[tokio::test]
async fn a_deleted_row_is_found() {
    let problems = after(&format!(
        "DELETE FROM events WHERE case_id = '{CASE}' AND seq = 3"
    ))
    .await;
    assert!(
        matches!(
            problems[..],
            [Problem::Chain(Break::Missing {
                wanted: 3,
                found: 4,
                ..
            })]
        ),
        "{problems:?}"
    );
    let problems = after(&format!(
        "DELETE FROM events WHERE case_id = '{CASE}' AND seq = 1"
    ))
    .await;
    assert!(
        matches!(
            problems[..],
            [Problem::Chain(Break::Missing {
                wanted: 1,
                found: 2,
                ..
            })]
        ),
        "{problems:?}"
    );
}

#[tokio::test]
async fn swapped_rows_are_found() {
    let problems = after(&format!(
        "UPDATE events SET seq = seq + 100 WHERE case_id = '{CASE}' AND seq IN (2, 3);
         UPDATE events SET seq = 2 WHERE case_id = '{CASE}' AND seq = 103;
         UPDATE events SET seq = 3 WHERE case_id = '{CASE}' AND seq = 102;"
    ))
    .await;
    assert!(
        matches!(
            problems[..],
            [Problem::Chain(Break::Changed { seq: 2, .. })]
        ),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_row_of_another_case_is_found() {
    let problems = after(&format!(
        "DELETE FROM events WHERE case_id = '{CASE}' AND seq = 2;
         INSERT INTO events SELECT '{CASE}', seq, at, actor, version, event, body, prev, hash, key, signature
         FROM events WHERE case_id = 'C-2026-0002' AND seq = 2"
    ))
    .await;
    assert!(
        matches!(
            problems[..],
            [Problem::Chain(Break::Changed { seq: 2, .. })]
        ),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_row_that_is_no_event_is_found() {
    for change in [
        "body = '{'",
        "at = 'yesterday'",
        "prev = 'sha256:'",
        "version = -1",
        "actor = CAST(x'ff' AS TEXT)",
    ] {
        let problems = after(&format!(
            "UPDATE events SET {change} WHERE case_id = '{CASE}' AND seq = 4"
        ))
        .await;
        assert!(
            matches!(problems[..], [Problem::Unreadable { seq: 4, .. }]),
            "{change}: {problems:?}"
        );
    }
    // What stands before it is still checked.
    let problems = after(&format!(
        "UPDATE events SET body = '{{' WHERE case_id = '{CASE}' AND seq = 4;
         UPDATE events SET actor = 'x' WHERE case_id = '{CASE}' AND seq = 2"
    ))
    .await;
    assert!(
        matches!(
            problems[..],
            [
                Problem::Unreadable { seq: 4, .. },
                Problem::Chain(Break::Changed { seq: 2, .. })
            ]
        ),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_cut_end_is_found() {
    let problems = after(&format!(
        "DELETE FROM events WHERE case_id = '{CASE}' AND seq > 3"
    ))
    .await;
    assert_eq!(
        problems,
        [Problem::Cut {
            case: CASE.into(),
            last: 3,
            written: 5
        }]
    );
    assert_eq!(
        problems[0].to_string(),
        "the journal of case C-2026-0001 was cut: event 5 was written, the last one there is event 3"
    );
    let problems = after(&format!("DELETE FROM events WHERE case_id = '{CASE}'")).await;
    assert_eq!(
        problems,
        [Problem::Cut {
            case: CASE.into(),
            last: 0,
            written: 5
        }]
    );
}

#[tokio::test]
async fn a_changed_head_is_found() {
    for statement in [
        "UPDATE heads SET seq = 4",
        "UPDATE heads SET hash = 'sha256:00'",
        "DELETE FROM heads",
    ] {
        let problems = after(&format!("{statement} WHERE case_id = '{CASE}'")).await;
        assert_eq!(
            problems,
            [Problem::OtherHead {
                case: CASE.into(),
                last: 5
            }],
            "{statement}"
        );
    }
}

#[tokio::test]
async fn a_case_that_is_not_there_is_no_good_case() {
    let problems = after(&format!(
        "DELETE FROM events WHERE case_id = '{CASE}'; DELETE FROM heads WHERE case_id = '{CASE}'"
    ))
    .await;
    assert_eq!(problems, [Problem::Absent { case: CASE.into() }]);
    let empty = tempdir().unwrap();
    let problems = reader(empty.path()).await.check(CASE, &[]).await.unwrap();
    assert_eq!(problems, [Problem::Absent { case: CASE.into() }]);
}

/// A replay of a cut journal would take the case for one that did less than it did.
#[tokio::test]
async fn a_cut_journal_is_neither_replayed_nor_continued() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let records = grow(&store, CASE, 5).await;
    drop(store);
    tamper(folder.path(), "DELETE FROM events WHERE seq > 3").await;
    let store = writer(folder.path()).await;
    let error = store.records(CASE).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    let error = store
        .append(&[next(records.last(), CASE, json!(1))], 5)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    // Somebody who only knows what is there is told that it moved on.
    let error = store
        .append(&[next(records.get(2), CASE, json!(1))], 3)
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Conflict { found: 5, .. }),
        "{error}"
    );
    assert_eq!(store.cases().await.unwrap(), [CASE]);
}

#[tokio::test]
async fn a_case_without_a_head_is_still_listed() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    grow(&store, CASE, 1).await;
    grow(&store, "C-2026-0002", 1).await;
    drop(store);
    tamper(
        folder.path(),
        &format!("DELETE FROM heads WHERE case_id = '{CASE}'"),
    )
    .await;
    assert_eq!(
        reader(folder.path()).await.cases().await.unwrap(),
        ["C-2026-0002", CASE]
    );
}
