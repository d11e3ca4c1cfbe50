//! GuardDuty's lists and rules changed and put back: what lies in the bucket and what GuardDuty makes of it.

use std::net::IpAddr;

use jiff::SignedDuration;
use rebato_core::contain::{
    Action, ActivateList, EditList, ListEdit, Piece, SuppressFinding, TrustAddress, Undo,
};
use rebato_engine::ports::{AccountList, Cloud as _, CloudError, Performed};
use rebato_lab::scenario::{ListKindSpec, ListSpec};
use rebato_lab::wire::{Effect, Rule};
use rebato_lab::world::ListKind;
use rebato_lab::{Faults, Scenario};

use crate::Stage;

/// The list that has a partner in a wide entry, and the entry.
const LIST: &str = "vendor-feed";
const WIDE: &str = "198.51.100.0/24\n";
const PARTNER: &str = "198.51.100.40";

fn partner() -> IpAddr {
    PARTNER.parse().unwrap()
}

async fn list(stage: &Stage, name: &str) -> AccountList {
    let lists = stage.cloud.lists().await.unwrap();
    lists.into_iter().find(|list| list.name == name).unwrap()
}

async fn content(stage: &Stage, name: &str) -> String {
    String::from_utf8(list(stage, name).await.content.unwrap()).unwrap()
}

/// The change of the one place where `old` stands, or at the end where it is empty.
fn edit(list: &AccountList, old: &str, new: &str) -> ListEdit {
    let content = list.content.as_ref().unwrap();
    let at = String::from_utf8(content.clone()).unwrap();
    let at = if old.is_empty() {
        at.len()
    } else {
        at.find(old).unwrap()
    };
    let piece = Piece {
        at,
        old: old.into(),
        new: new.into(),
    };
    let set = list.set.clone().unwrap();
    ListEdit::new(set, vec![piece], content).unwrap().0
}

async fn without_the_partner(stage: &Stage) -> (Action, Action) {
    let edit = edit(&list(stage, LIST).await, WIDE, "198.51.100.128/25\n");
    let read = ActivateList {
        set: edit.set.clone(),
        from: edit.from,
        to: edit.to,
    };
    let put = EditList {
        ip: partner(),
        listed: false,
        edit,
    };
    (put.into(), read.into())
}

fn back(action: &Action) -> Action {
    match action.undo() {
        Undo::Do(back) => *back,
        other => panic!("{action:?} has no undo: {other:?}"),
    }
}

/// Whether a list of the account, as GuardDuty last read it, has the partner.
fn has(stage: &Stage, kind: ListKind) -> bool {
    stage.lab.world(|world| {
        let mut lists = world.lists(kind).values();
        lists.any(|list| list.entries.iter().any(|net| net.contains(&partner())))
    })
}

/// Somebody else changes every list by hand.
fn meddle(stage: &Stage) {
    stage.lab.world(|world| {
        for bucket in world.buckets.values_mut() {
            let lists = bucket.objects.iter_mut();
            for (_, object) in lists.filter(|(key, _)| key.contains(LIST)) {
                object.bytes.extend_from_slice(b"192.0.2.66\n");
            }
        }
    });
}

fn refused(done: Result<Performed, CloudError>) -> (String, String) {
    match done {
        Err(CloudError::Refused { code, why, .. } | CloudError::Denied { code, why, .. }) => {
            (code, why)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_edited_list_counts_once_it_is_read_anew_and_comes_back_to_the_byte() {
    let stage = Stage::new("false-positive").await;
    let before = content(&stage, LIST).await;
    let (put, read) = without_the_partner(&stage).await;

    let done = stage.perform(put.clone()).await.unwrap();
    assert!(!done.receipt.adopted && !done.receipt.request_ids.is_empty());
    assert!(
        has(&stage, ListKind::Threat),
        "GuardDuty has read nothing yet"
    );
    stage.perform(read.clone()).await.unwrap();
    assert!(!has(&stage, ListKind::Threat));
    let after = content(&stage, LIST).await;
    assert_eq!(after, before.replace(WIDE, "198.51.100.128/25\n"));

    // What raised the finding every few minutes raises it no more.
    let seen = |stage: &Stage| {
        stage.lab.world(|world| {
            let findings = world.detector.findings.values();
            findings.map(|f| f["updatedAt"].to_string()).max()
        })
    };
    let last = seen(&stage);
    stage.lab.advance(SignedDuration::from_hours(3));
    assert_eq!(seen(&stage), last);

    stage.perform(back(&put)).await.unwrap();
    stage.perform(back(&read)).await.unwrap();
    assert_eq!(content(&stage, LIST).await, before);
    assert!(has(&stage, ListKind::Threat));
    stage.lab.advance(SignedDuration::from_hours(3));
    assert_ne!(seen(&stage), last);
}

#[tokio::test]
async fn what_somebody_else_changed_is_not_overwritten() {
    let stage = Stage::new("false-positive").await;
    let (put, _) = without_the_partner(&stage).await;
    meddle(&stage);
    let theirs = content(&stage, LIST).await;
    let (code, _) = refused(stage.perform(put).await);
    assert_eq!(
        (code.as_str(), content(&stage, LIST).await),
        ("Changed", theirs)
    );

    // Nor is it when it is to be put back.
    let (put, _) = without_the_partner(&stage).await;
    stage.perform(put.clone()).await.unwrap();
    meddle(&stage);
    let theirs = content(&stage, LIST).await;
    let (code, _) = refused(stage.perform(back(&put)).await);
    assert_eq!(
        (code.as_str(), content(&stage, LIST).await),
        ("Changed", theirs)
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_one_change() {
    let stage = Stage::new("false-positive").await;
    let (put, _) = without_the_partner(&stage).await;
    let lose = |operation| Faults::rules([Rule::next(1, operation, Effect::LoseReply)]);
    stage.lab.set_faults(lose("PutObject"));
    // The SDK may send it again; then S3 says that the entity tag is another by now.
    let _ = stage.perform(put.clone()).await;
    assert!(stage.perform(put).await.unwrap().receipt.adopted);
    assert_eq!(content(&stage, LIST).await.matches("/25").count(), 1);

    let rule = rule(&stage);
    stage.lab.set_faults(lose("CreateFilter"));
    assert!(stage.perform(rule.clone()).await.is_err());
    assert!(stage.perform(rule).await.unwrap().receipt.adopted);
    assert_eq!(stage.count("CreateFilter"), 1);
}

#[tokio::test]
async fn a_trusted_address_is_trusted_until_it_is_taken_back() {
    let mut scenario = Scenario::load("false-positive").unwrap();
    scenario.lists.push(ListSpec {
        name: "partners".into(),
        kind: ListKindSpec::Trusted,
        entries: vec!["192.0.2.99".into()],
    });
    let stage = Stage::of(scenario).await;
    let before = content(&stage, "partners").await;
    let edit = edit(&list(&stage, "partners").await, "", "198.51.100.40\n");
    let read: Action = ActivateList {
        set: edit.set.clone(),
        from: edit.from,
        to: edit.to,
    }
    .into();
    let put: Action = TrustAddress {
        ip: partner(),
        trusted: true,
        edit,
    }
    .into();
    stage.perform(put.clone()).await.unwrap();
    stage.perform(read.clone()).await.unwrap();
    assert!(has(&stage, ListKind::Trusted));
    stage.perform(back(&put)).await.unwrap();
    stage.perform(back(&read)).await.unwrap();
    assert!(!has(&stage, ListKind::Trusted));
    assert_eq!(content(&stage, "partners").await, before);
}

fn rule(stage: &Stage) -> Action {
    SuppressFinding {
        rule: SuppressFinding::rule_name("C-2026-0001", partner()),
        kind: "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom".into(),
        instance: stage.instance.clone(),
        ip: partner(),
        field: "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4".into(),
        suppressed: true,
    }
    .into()
}

#[tokio::test]
async fn a_rule_is_made_once_and_goes_only_while_it_is_ours() {
    let stage = Stage::new("false-positive").await;
    let make = rule(&stage);
    let rules = |stage: &Stage| stage.lab.world(|world| world.detector.filters.len());
    stage.perform(make.clone()).await.unwrap();
    assert!(stage.perform(make.clone()).await.unwrap().receipt.adopted);
    assert_eq!(rules(&stage), 1);
    stage.perform(back(&make)).await.unwrap();
    assert_eq!(rules(&stage), 0);
    assert!(stage.perform(back(&make)).await.unwrap().receipt.adopted);

    stage.perform(make.clone()).await.unwrap();
    stage.lab.world(|world| {
        for filter in world.detector.filters.values_mut() {
            "NOOP".clone_into(&mut filter.action);
        }
    });
    let (code, _) = refused(stage.perform(back(&make)).await);
    assert_eq!((code.as_str(), rules(&stage)), ("Changed", 1));
}

#[tokio::test]
async fn a_member_account_is_told_who_may() {
    let stage = Stage::new("false-positive").await;
    let (_, read) = without_the_partner(&stage).await;
    for (action, operation) in [
        (read, "UpdateThreatIntelSet"),
        (rule(&stage), "CreateFilter"),
    ] {
        let deny = Rule::always(operation, Effect::Deny);
        stage.lab.set_faults(Faults::rules([deny]));
        let (_, why) = refused(stage.perform(action).await);
        assert!(why.contains("administrator account"), "{why}");
    }
}
