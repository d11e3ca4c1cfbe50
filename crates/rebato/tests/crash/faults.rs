//! The account fails: it throttles, denies, loses answers, finds the credentials expired, is gone; and a second process
//! comes. Must not kill anybody.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rebato_lab::Faults;
use rebato_lab::wire::{Effect, Moment, Rule, Verdict};

use crate::case::{Case, all_contained};

/// A case under these rules.
fn under(rules: impl IntoIterator<Item = Rule>) -> Case {
    let case = Case::approved();
    case.stage.faults(Faults::rules(rules));
    case
}

#[test]
fn throttled_calls_are_made_again() {
    let calls = [
        "CreateSecurityGroup",
        "CreateSnapshots",
        "ModifyNetworkInterfaceAttribute",
        "DisassociateAddress",
        "StopInstances",
    ];
    under(calls.map(|call| Rule::next(2, call, Effect::Throttle))).contain_and_check();
}

#[test]
fn a_lost_answer_makes_no_second_set() {
    let calls = [
        "CreateTags",
        "CreateSnapshots",
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "ModifyNetworkInterfaceAttribute",
        "DisassociateAddress",
        "StopInstances",
    ];
    for effect in [Effect::LoseReply, Effect::FailAfter] {
        let case = under(calls.map(|call| Rule::next(1, call, effect.clone())));
        case.contain_and_check();
        let writes = case.stage.writes();
        let snapshots = writes.iter().filter(|w| *w == "CreateSnapshots").count();
        assert_eq!(snapshots, 1, "{writes:?}");
    }
}

#[test]
fn without_snapshots_it_isolates_and_does_not_stop() {
    let case = under([Rule::always("CreateSnapshots", Effect::Deny)]);
    let document = case.stage.expect(&case.contain(), 4);
    assert_eq!(document["containment"], "partial");
    let facts = case.stage.facts();
    assert_eq!(facts.state, "running", "no stop without evidence");
    assert!(facts.snapshots.is_empty());
    all_contained(&facts);
    assert!(facts.elastic.values().all(Option::is_none) && facts.automatic.is_empty());
    case.verify();

    case.stage.faults(Faults::none());
    case.contain_and_check();
}

#[test]
fn expired_credentials_stop_it_where_it_is() {
    let origin = Case::approved();
    // From the first call, in the middle of each wave, and at the last.
    for n in [1, 4, 10, 14, 18, 22, 30] {
        let case = origin.again();
        let mut faults = Faults::none();
        faults.expired_from_call = Some(n);
        case.stage.faults(faults);
        let ended = case.stage.run(&case.contain());
        assert!(matches!(ended.code(), Some(4 | 7)), "{n}: {ended:#?}");
        assert!(
            ended.talk.to_lowercase().contains("expired"),
            "{n}: {ended:#?}"
        );
        assert!(!ended.talk.contains("wJalrXUtnFEMI"), "{n}: {ended:#?}");
        case.stage.faults(Faults::none());
        case.contain_and_check();
    }
}

#[test]
fn an_account_that_is_gone_is_said_at_once() {
    let case = Case::approved();
    let (id, digest) = (case.id, case.digest);
    let gone = case.stage.gone();
    let begun = Instant::now();
    for (words, code) in [
        (&["contain", &id, "--plan", &digest][..], 7),
        (&["release", &id], 7),
        // An analysis says what it could not see.
        (&["monitor", &id], 0),
        (&["respond", "alert.json"], 7),
        // Nobody knows what the calls without an answer did: the case is in the middle.
        (&["respond", "alert.json", "--offline"], 4),
    ] {
        let ended = gone.run(words);
        assert_eq!(ended.code(), Some(code), "{words:?}: {ended:#?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_second_process_is_turned_away() {
    let case = Case::approved();
    // The first one waits at its first change until the second has been here.
    let (arrived, arrival) = channel();
    let (go, gate) = channel::<()>();
    let (arrived, gate) = (Mutex::new(arrived), Mutex::new(gate));
    case.stage.faults(Faults {
        on_call: Some(Arc::new(move |call| {
            if !call.reads && call.moment == Moment::Before {
                // Ends when the test lets go of the other side.
                let _ = arrived.lock().unwrap().send(());
                let _ = gate.lock().unwrap().recv();
            }
            Verdict::Pass
        })),
        ..Faults::none()
    });
    let first = case.stage.start(&case.contain());
    arrival.recv().unwrap();
    for words in [
        &case.contain()[..],
        &["release", &case.id],
        &["respond", "alert.json"],
    ] {
        let second = case.stage.run_beside(words);
        assert_eq!(second.code(), Some(1), "{words:?}: {second:#?}");
        assert!(second.talk.contains("process"), "{words:?}: {second:#?}");
        assert!(second.out.is_empty(), "{words:?}: {second:#?}");
    }
    // Who only reads is not turned away.
    assert_eq!(
        case.stage.run_beside(&["case", "show", &case.id]).code(),
        Some(0)
    );
    drop(go);
    let first = first.end();
    assert_eq!(first.code(), Some(0), "{first:#?}");
    case.check_contained(&first.document());
    case.contain_and_check();
}
