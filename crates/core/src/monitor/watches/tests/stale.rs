//! A threat list that is old or cannot be used.

use super::{contained, fixture, full, look};
use crate::monitor::watches::lists;
use crate::monitor::{ListState, Look, Watch, WatchStatus, review};

#[test]
fn a_stale_list_neither_keeps_a_case_open_nor_starts_its_time_again() {
    let case = full();
    let lists = [ListState {
        name: "ours".into(),
        status: "ERROR".into(),
        modified: None,
    }];
    let review = review(
        &case,
        &Look {
            lists: Some(&lists),
            ..look()
        },
    );
    let tripped = |w: &&Watch| w.status == WatchStatus::Tripped;
    let tripped = review.watches.iter().filter(tripped);
    assert_eq!(
        tripped.map(|w| w.watch.as_str()).collect::<Vec<_>>(),
        ["lists"]
    );
    assert_eq!(review.alarm(), None);
    assert!(!review.missing.contains(&"watch-tripped".to_owned()));
}

#[test]
fn a_list_that_is_stale_or_cannot_be_used_is_named() {
    let with = |status: &str, modified: Option<i64>| {
        let lists = [ListState {
            name: "ours".into(),
            status: status.into(),
            modified: modified.map(|days| fixture::at(600 - days * 24 * 60)),
        }];
        let seen = Look {
            lists: Some(&lists),
            ..look()
        };
        lists::watch(&full(), &seen).unwrap().status
    };
    assert_eq!(with("ACTIVE", Some(30)), WatchStatus::Quiet);
    assert_eq!(with("ACTIVE", Some(31)), WatchStatus::Tripped);
    assert_eq!(with("ACTIVE", None), WatchStatus::Quiet);
    assert_eq!(with("ERROR", Some(1)), WatchStatus::Tripped);
    assert_eq!(
        lists::watch(&full(), &look()).unwrap().status,
        WatchStatus::Unknown
    );
    assert_eq!(lists::watch(&contained(), &look()), None);
    let none = Look {
        lists: Some(&[]),
        ..look()
    };
    assert_eq!(lists::watch(&full(), &none), None);
}
