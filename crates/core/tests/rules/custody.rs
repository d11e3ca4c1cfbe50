//! One list of everything a case holds as evidence.

use rebato_core::Digest;
use rebato_core::case::{Custody, Event, Held, Receipt, custody};
use rebato_core::contain::{TAG_CASE, TAG_COPY_OF};
use rebato_core::evaluate::Dossier;
use rebato_core::identify::{Snapshot, Volume};
use serde_json::json;

use crate::events::{contain_plan, kept};
use crate::story::{CASE, Story, alert, at, bare_subject, finding};

fn snapshot(id: &str, case: &str, state: &str) -> Snapshot {
    Snapshot {
        id: id.into(),
        volume: "vol-1".into(),
        state: state.into(),
        started: Some(at(3)),
        tags: [(TAG_CASE.to_owned(), case.to_owned())].into(),
    }
}

/// A case with an alert, a log extract, and a step that kept bytes, copied one snapshot and made another.
fn story() -> Story {
    let plan = contain_plan();
    let mut story = Story::approved(&plan);
    story.tell(Event::EvidenceGathered {
        dossier: Dossier::of_alert(&finding(), &alert()),
        kept: vec![kept("log_extract")],
    });
    story.started(plan.digest(), "s1");
    let call = Custody {
        by: Some("ana".into()),
        began: Some(at(2)),
        ended: Some(at(3)),
        ..Custody::default()
    };
    let copy = Held {
        what: "snapshot_copy".into(),
        id: "snap-c".into(),
        origin: "snap-0".into(),
        size: Some(8),
        state: Some("pending".into()),
        custody: Custody {
            account: Some("444455556666".into()),
            ..Custody::default()
        },
    };
    story.tell(Event::StepDone {
        plan: plan.digest(),
        step: "s1".into(),
        receipt: Receipt {
            request_ids: vec!["r-1".into()],
            made: vec!["snap-1".into(), "snap-c".into(), "sg-1".into()],
            kept: vec![kept("console_output")],
            held: vec![copy],
            custody: call.into(),
            adopted: false,
        },
        after: json!({}),
    });
    story
}

#[test]
fn every_artefact_is_listed_once_in_order_of_time_with_how_it_came_to_be() {
    let mut story = story();
    let mut subject = bare_subject();
    subject.own_snapshots = vec![
        snapshot("snap-1", CASE, "completed"),
        snapshot("snap-2", CASE, "pending"),
        snapshot("snap-9", "C-2026-0009", "completed"),
        snapshot("snap-c", CASE, "completed"),
    ];
    let copy = subject.own_snapshots.last_mut().unwrap();
    copy.volume = "vol-ffffffff".into();
    copy.tags.insert(TAG_COPY_OF.into(), "snap-1".into());
    subject.volumes = vec![Volume {
        id: "vol-1".into(),
        device: "/dev/xvda".into(),
        delete_on_termination: None,
        encrypted: None,
        kms_key: None,
        size_gib: Some(8),
    }];
    story.tell(Event::SubjectObserved {
        subject: Box::new(subject),
    });
    let all = custody(&story.case);
    let names: Vec<(&str, String)> = all
        .iter()
        .map(|a| (a.what.as_str(), a.target.clone()))
        .collect();
    assert_eq!(
        names,
        [
            ("alert", Digest::of(b"alert").hex()),
            ("log_extract", Digest::of(b"log_extract").hex()),
            ("console_output", Digest::of(b"console_output").hex()),
            ("snapshot_copy", "snap-c".to_owned()),
            ("snapshot", "snap-1".to_owned()),
            // Of a call without an answer; that of another case is not ours.
            ("snapshot", "snap-2".to_owned()),
        ]
    );
    let [.., console, copy, first, lost] = all.as_slice() else {
        panic!("{all:?}");
    };
    for artefact in [console, copy, first] {
        assert_eq!(artefact.custody.request_ids, ["r-1"]);
        assert_eq!(artefact.custody.by.as_deref(), Some("ana"));
        assert_eq!(artefact.custody.began, Some(at(2)));
        assert!(artefact.seq.is_some());
    }
    // What an artefact says of itself counts before what its step says.
    assert_eq!(copy.custody.account.as_deref(), Some("444455556666"));
    assert_eq!(first.state.as_deref(), Some("completed"));
    assert_eq!(
        (first.origin.as_str(), first.size),
        ("vol-1", Some(8 << 30))
    );
    assert_eq!(copy.origin, "snap-1");
    assert_eq!(copy.state.as_deref(), Some("completed"));
    assert_eq!((lost.seq, &lost.custody.by), (None, &None));
    assert_eq!(lost.at, at(3));
}

/// What a version before the chain of custody wrote.
#[test]
fn an_older_receipt_still_reads_and_is_written_as_it_was() {
    let old = json!({ "request_ids": ["r-1"], "made": ["snap-1"], "kept": [
        { "what": "console_output", "origin": "i-0abc", "sha256": Digest::of(b"x"), "size": 7 }
    ], "adopted": false });
    let receipt: Receipt = serde_json::from_value(old.clone()).unwrap();
    assert!(receipt.custody.is_empty() && receipt.held.is_empty());
    assert_eq!(serde_json::to_value(&receipt).unwrap(), old);
}
