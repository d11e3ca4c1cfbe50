//! Appending and reading back.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rebato_core::Digest;
use rebato_core::case::Event;
use rebato_core::journal::{Record, verify};
use rebato_engine::ports::{Store as _, StoreError};
use rebato_store::{Access, SqliteStore};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::common::{CASE, execute, grow, next, raw, reader, writer};

#[tokio::test]
async fn a_writer_that_expected_another_end_changes_nothing() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let records = grow(&store, CASE, 2).await;
    let late = next(records.first(), CASE, json!("late"));
    let error = store
        .append(std::slice::from_ref(&late), 1)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, StoreError::Conflict { case, expected: 1, found: 2 } if case == CASE),
        "{error}"
    );
    assert_eq!(store.records(CASE).await.unwrap(), records);
    assert!(matches!(
        store
            .append(&[next(None, "C-2026-0009", json!(1))], 4)
            .await,
        Err(StoreError::Conflict {
            expected: 4,
            found: 0,
            ..
        })
    ));
    // The store is as usable as before.
    assert_eq!(grow(&store, CASE, 1).await.len(), 3);
}

#[tokio::test]
async fn several_records_are_written_all_or_none() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let first = grow(&store, CASE, 1).await;
    let one = next(first.last(), CASE, json!(1));
    let two = next(Some(&one), CASE, json!(2));
    let stray = next(Some(&two), "C-2026-0009", json!(3));
    for broken in [[one.clone(), stray], [one.clone(), one.clone()]] {
        assert!(matches!(
            store.append(&broken, 1).await,
            Err(StoreError::Damaged { .. })
        ));
        assert_eq!(store.records(CASE).await.unwrap(), first);
    }
    store.append(&[one.clone(), two.clone()], 1).await.unwrap();
    let all = store.records(CASE).await.unwrap();
    assert_eq!(all[1..], [one, two]);
    assert_eq!(store.check(CASE, &[]).await.unwrap(), []);
}

#[tokio::test]
async fn a_record_that_does_not_follow_is_refused() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let records = grow(&store, CASE, 2).await;
    // The right number, linked to the wrong event.
    let mut unlinked = next(records.last(), CASE, json!(1));
    unlinked.prev = records[0].hash;
    // The right link, a number too far.
    let mut ahead = next(records.last(), CASE, json!(1));
    ahead.seq = 4;
    for record in [unlinked, ahead] {
        let error = store
            .append(std::slice::from_ref(&record), 2)
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    }
    assert_eq!(store.records(CASE).await.unwrap(), records);
}

#[tokio::test]
async fn a_body_that_could_not_be_read_back_is_refused_when_it_is_written() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let deep = (0..200).fold(Value::Null, |inner, _| json!([inner]));
    let error = store
        .append(&[next(None, CASE, deep)], 0)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert_eq!(store.cases().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn case_ids_count_by_year_and_are_never_given_out_twice() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    assert_eq!(store.next_case_id(2026).await.unwrap(), "C-2026-0001");
    assert_eq!(store.next_case_id(2026).await.unwrap(), "C-2026-0002");
    assert_eq!(store.next_case_id(2027).await.unwrap(), "C-2027-0001");
    drop(store);
    let store = writer(folder.path()).await;
    assert_eq!(store.next_case_id(2026).await.unwrap(), "C-2026-0003");
    let ids = tokio::join!(
        store.next_case_id(2026),
        store.next_case_id(2026),
        store.next_case_id(2026)
    );
    let ids = [ids.0.unwrap(), ids.1.unwrap(), ids.2.unwrap()];
    let wanted = ["C-2026-0004", "C-2026-0005", "C-2026-0006"];
    assert!(wanted.iter().all(|w| ids.iter().any(|i| i == w)), "{ids:?}");
}

#[tokio::test]
async fn of_two_tasks_that_append_at_once_one_wins() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let (one, two) = (next(None, CASE, json!(1)), next(None, CASE, json!(2)));
    let results = tokio::join!(
        store.append(std::slice::from_ref(&one), 0),
        store.append(std::slice::from_ref(&two), 0)
    );
    let won = [results.0.is_ok(), results.1.is_ok()];
    assert!(won == [true, false] || won == [false, true], "{won:?}");
    assert_eq!(store.records(CASE).await.unwrap().len(), 1);
}

#[tokio::test]
async fn cases_come_oldest_first_whatever_their_names() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    for case in ["C-2026-0002", "C-2026-0001", "C-2025-0009"] {
        grow(&store, case, 1).await;
    }
    grow(&store, "C-2026-0002", 1).await;
    assert_eq!(
        store.cases().await.unwrap(),
        ["C-2026-0002", "C-2026-0001", "C-2025-0009"]
    );
    assert_eq!(store.records("C-1999-0001").await.unwrap(), []);
}

#[tokio::test]
async fn cases_that_name_an_address_come_newest_first() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    assert_eq!(
        store.cases_naming("192.0.2.1").await.unwrap(),
        Vec::<String>::new()
    );
    let mut rows = raw(folder.path()).await;
    for (case, event, ip) in [
        ("C-2026-0001", "case_opened", "192.0.2.1"),
        ("C-2026-0002", "case_opened", "192.0.2.10"),
        ("C-2026-0003", "finding_joined", "192.0.2.1"),
        ("C-2026-0004", "step_started", "192.0.2.1"),
    ] {
        let text = format!(
            "INSERT INTO heads (case_id, seq, hash) VALUES ('{case}', 1, 'x');
             INSERT INTO events (case_id, seq, at, actor, version, event, body, prev, hash)
             VALUES ('{case}', 1, '', '', 1, '{event}', '{{\"remote\":[{{\"ip\":\"{ip}\"}}]}}', '', '')"
        );
        execute(&mut rows, &text).await.unwrap();
    }
    assert_eq!(
        store.cases_naming("192.0.2.1").await.unwrap(),
        ["C-2026-0003", "C-2026-0001"]
    );
    // Neither the beginning of an address nor what would mean anything in a pattern fits.
    for other in ["192.0.2", "%", "192.0.2.1\" OR \"1"] {
        assert_eq!(
            store.cases_naming(other).await.unwrap(),
            Vec::<String>::new(),
            "{other}"
        );
    }
}

#[tokio::test]
async fn the_tables_refuse_what_would_rewrite_history() {
    let folder = tempdir().unwrap();
    let store = writer(folder.path()).await;
    let records = grow(&store, CASE, 2).await;
    store.next_case_id(2026).await.unwrap();
    let mut connection = raw(folder.path()).await;
    for statement in [
        "UPDATE events SET body = '{}' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 2",
        "UPDATE heads SET seq = 1",
        "UPDATE heads SET seq = 9",
        "DELETE FROM heads",
        "UPDATE case_numbers SET last = 0",
        "DELETE FROM case_numbers",
    ] {
        let error = execute(&mut connection, statement)
            .await
            .expect_err(statement);
        assert!(
            error.to_string().contains("never") || error.to_string().contains("moves"),
            "{error}"
        );
    }
    assert_eq!(store.records(CASE).await.unwrap(), records);
}

#[tokio::test]
async fn a_reader_reads_beside_a_writer_and_writes_nothing() {
    let folder = tempdir().unwrap();
    // Before there is anything: empty, and nothing is made.
    let state = folder.path().join("state");
    let early = reader(&state).await;
    assert_eq!(early.cases().await.unwrap(), Vec::<String>::new());
    assert_eq!(early.records(CASE).await.unwrap(), []);
    assert_eq!(early.kept(Digest::of(b"x")).await.unwrap(), None);
    assert!(!state.exists());

    let store = writer(&state).await;
    let records = grow(&store, CASE, 2).await;
    let digest = store.keep(b"alert").await.unwrap();
    let late = reader(&state).await;
    for reader in [&early, &late] {
        assert_eq!(reader.records(CASE).await.unwrap(), records);
        assert_eq!(reader.kept(digest).await.unwrap().unwrap(), b"alert");
        let refused = [
            reader
                .append(&[next(records.last(), CASE, json!(1))], 2)
                .await
                .err(),
            reader.next_case_id(2026).await.err(),
            reader.keep(b"more").await.err(),
        ];
        for error in refused {
            let error = error.unwrap();
            assert!(
                matches!(error, StoreError::Io { full: false, .. }),
                "{error}"
            );
        }
    }
    // And sees what comes later.
    let records = grow(&store, CASE, 1).await;
    assert_eq!(early.records(CASE).await.unwrap(), records);
    drop(store);
    assert_eq!(late.records(CASE).await.unwrap(), records);
}

#[tokio::test]
async fn folders_with_odd_names_are_used_as_they_are() {
    let folder = tempdir().unwrap();
    for name in ["a b?c#d%41&e", "ñandú", "file:x?mode=memory", "it's"] {
        let state = folder.path().join(name);
        let store = writer(&state).await;
        let records = grow(&store, CASE, 1).await;
        drop(store);
        assert!(state.join("journal.sqlite").is_file(), "{name}");
        assert_eq!(reader(&state).await.records(CASE).await.unwrap(), records);
    }
}

/// What a run does.
#[derive(Debug, Clone)]
enum Act {
    Append(usize, String, Value),
    Stale(usize, Value),
    Reopen,
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Finite by construction of the JSON value: others become null.
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0..3_usize, any::<String>(), any_value()).prop_map(|(c, a, v)| Act::Append(c, a, v)),
        1 => (0..3_usize, any_value()).prop_map(|(c, v)| Act::Stale(c, v)),
        1 => Just(Act::Reopen),
    ]
}

fn record(before: Option<&Record>, case: &str, actor: &str, value: &Value) -> Record {
    let event = Event::StepDone {
        plan: Digest::of(b"plan"),
        step: "s1".into(),
        receipt: rebato_core::case::Receipt::default(),
        after: value.clone(),
    };
    let at = "2026-11-24T03:12:09.5Z".parse().unwrap();
    Record::next(before, case, at, actor, &event).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Whatever is appended comes back as it was, in order, with a chain that verifies, also after reopening.
    #[test]
    fn what_is_appended_comes_back(acts in prop::collection::vec(any_act(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempdir().unwrap();
            let mut model: BTreeMap<String, Vec<Record>> = BTreeMap::new();
            let mut order: Vec<String> = Vec::new();
            let mut store = writer(folder.path()).await;
            for act in acts {
                match act {
                    Act::Append(case, actor, value) => {
                        let case = format!("C-2026-{case:04}");
                        if !order.contains(&case) {
                            order.push(case.clone());
                        }
                        let known = model.entry(case.clone()).or_default();
                        let record = record(known.last(), &case, &actor, &value);
                        store.append(std::slice::from_ref(&record), record.seq - 1).await.unwrap();
                        known.push(record);
                    }
                    Act::Stale(case, value) => {
                        let case = format!("C-2026-{case:04}");
                        let Some(known) = model.get(&case) else { continue };
                        let before = known.len().checked_sub(2).map(|n| &known[n]);
                        let stale = record(before, &case, "late", &value);
                        let refused = store.append(std::slice::from_ref(&stale), stale.seq - 1).await;
                        assert!(matches!(refused, Err(StoreError::Conflict { .. })));
                    }
                    Act::Reopen => {
                        drop(store);
                        store = SqliteStore::open(folder.path(), Access::Write).await.unwrap();
                    }
                }
            }
            assert_eq!(store.cases().await.unwrap(), order);
            for (case, known) in &model {
                let read = store.records(case).await.unwrap();
                assert_eq!(&read, known);
                assert_eq!(verify(case, &read), Ok(()));
                assert_eq!(store.check(case, &[]).await.unwrap(), []);
            }
        });
    }
}
