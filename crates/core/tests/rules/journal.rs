//! The journal's encoding and its chain.

use proptest::prelude::*;
use rebato_core::Digest;
use rebato_core::case::{Case, Event, ReplayError};
use rebato_core::contain::{Profile, plan};
use rebato_core::digest::canonical;
use rebato_core::journal::{Break, ENCODING, EncodingError, Record, verify};

use crate::events::{every, place};
use crate::story::{CASE, Story, at};
use crate::subjects::any_subject;

/// Five events of one case.
fn chain() -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for (n, event) in every().iter().take(5).enumerate() {
        let record = Record::next(
            records.last(),
            CASE,
            at(i64::try_from(n).unwrap()),
            "ana",
            event,
        )
        .unwrap();
        records.push(record);
    }
    records
}

#[test]
fn every_kind_of_event_comes_back_as_it_was_written() {
    let all = every();
    assert_eq!(
        all.iter().map(place).collect::<Vec<_>>(),
        (0..all.len()).collect::<Vec<_>>()
    );
    for event in all {
        let record = Record::next(None, CASE, at(0), "ana", &event).unwrap();
        assert_eq!(record.event, event.name());
        let text = serde_json::to_string(&record).unwrap();
        let read: Record = serde_json::from_str(&text).unwrap();
        assert_eq!(read, record);
        assert_eq!(read.decode().unwrap(), event);
        assert_eq!(verify(CASE, &[read]), Ok(()));
    }
}

proptest! {
    #[test]
    fn subjects_and_plans_come_back_as_they_were_written(subject in any_subject(), actor in ".{0,12}", why in ".{0,20}") {
        let made = plan(&Story::open().case, &subject, &Profile::runbook(), None);
        let events = [
            Event::SubjectObserved { subject: Box::new(subject) },
            Event::PlanMade { plan: Box::new(made) },
            Event::SubjectMissing { why, remains: None },
        ];
        let mut records: Vec<Record> = Vec::new();
        for event in &events {
            let record = Record::next(records.last(), CASE, at(0), &actor, event).unwrap();
            let read: Record = serde_json::from_slice(&serde_json::to_vec(&record).unwrap()).unwrap();
            prop_assert_eq!(&read.decode().unwrap(), event);
            records.push(read);
        }
        prop_assert_eq!(verify(CASE, &records), Ok(()));
    }

    #[test]
    fn a_change_of_any_field_is_named(which in 0_usize..5, field in 0_usize..6) {
        let mut records = chain();
        let record = &mut records[which];
        match field {
            0 => record.at = at(500),
            1 => record.actor.push('x'),
            2 => record.version += 1,
            3 => record.event.push('x'),
            4 => record.body = serde_json::Value::Null,
            _ => record.prev = Digest::of(b"another"),
        }
        let seq = u64::try_from(which).unwrap() + 1;
        let named = matches!(verify(CASE, &records), Err(Break::Changed { case, seq: found, .. }) if case == CASE && found == seq);
        prop_assert!(named);
    }
}

#[test]
fn breaks_are_named() {
    assert_eq!(verify(CASE, &chain()), Ok(()));
    assert_eq!(verify(CASE, &[]), Ok(()));

    let mut missing = chain();
    missing.remove(2);
    assert_eq!(
        verify(CASE, &missing),
        Err(Break::Missing {
            case: CASE.into(),
            wanted: 3,
            found: 4
        })
    );
    assert_eq!(
        verify(CASE, &chain()[1..]),
        Err(Break::Missing {
            case: CASE.into(),
            wanted: 1,
            found: 2
        })
    );

    let mut reordered = chain();
    reordered.swap(1, 2);
    assert_eq!(
        verify(CASE, &reordered),
        Err(Break::Missing {
            case: CASE.into(),
            wanted: 2,
            found: 3
        })
    );

    let mut twice = chain();
    twice.insert(1, twice[0].clone());
    assert_eq!(
        verify(CASE, &twice),
        Err(Break::Missing {
            case: CASE.into(),
            wanted: 2,
            found: 1
        })
    );

    // A record that was written anew, hash and all, leaves the next one without its predecessor.
    let mut replaced = chain();
    let event = Event::SubjectMissing {
        why: "forged".into(),
        remains: None,
    };
    replaced[1] = Record::next(Some(&replaced[0]), CASE, at(1), "ana", &event).unwrap();
    assert_eq!(
        verify(CASE, &replaced),
        Err(Break::Unlinked {
            case: CASE.into(),
            seq: 3,
            before: 2
        })
    );

    let foreign = Record::next(None, "C-2026-0099", at(0), "ana", &every()[0]).unwrap();
    assert_eq!(
        verify(CASE, &[foreign]),
        Err(Break::Foreign {
            case: CASE.into(),
            seq: 1,
            found: "C-2026-0099".into()
        })
    );
}

#[test]
fn replay_refuses_a_broken_chain_and_a_newer_encoding() {
    let mut changed = chain();
    changed[3].actor = "mallory".into();
    assert!(matches!(
        Case::replay(CASE, &changed),
        Err(ReplayError::Chain(Break::Changed { seq: 4, .. }))
    ));
    assert_eq!(
        Case::replay(CASE, &[]),
        Err(ReplayError::Empty(CASE.into()))
    );

    let mut newer = chain().remove(0);
    newer.version = ENCODING + 1;
    assert!(matches!(
        newer.decode(),
        Err(EncodingError::TooNew { seq: 1, .. })
    ));
    let mut other = chain().remove(0);
    other.event = "something_else".into();
    assert!(matches!(
        other.decode(),
        Err(EncodingError::Read { seq: 1, .. })
    ));
}

/// If this fails, journals that exist can no longer be verified: raise [`ENCODING`] and keep reading the old form.
#[test]
fn the_hash_of_a_known_record_is_the_same_as_ever() {
    let records = {
        let first = Record::next(
            None,
            CASE,
            at(0),
            "arn:aws:iam::111122223333:user/ana",
            &every()[0],
        )
        .unwrap();
        let second = Record::next(
            Some(&first),
            CASE,
            at(1),
            "ana",
            &Event::SubjectMissing {
                why: "é \"1\"".into(),
                remains: None,
            },
        )
        .unwrap();
        [first, second]
    };
    assert_eq!(
        records.map(|r| r.hash.hex()),
        [
            "62fdd8e9bba701992fc97d6accf28dbe112259c79c95a090d8b41b846637c801",
            "de2f445b7e1c5bb26be34145ef92cfc1098f1b0106e559cf277eaf11871e8661",
        ]
    );
}

#[test]
fn canonical_json_sorts_keys_at_every_depth() {
    // Fails as soon as anything in the build turns on serde_json's `preserve_order`.
    let value: serde_json::Value =
        serde_json::from_str(r#"{ "b": { "z": 1, "a": [ { "y": 2, "x": 3 } ] }, "a": null }"#)
            .unwrap();
    assert_eq!(
        canonical(&value).unwrap(),
        br#"{"a":null,"b":{"a":[{"x":3,"y":2}],"z":1}}"#
    );
}
