//! A fix is watched, and taken back when the service gets worse by it.

use std::collections::BTreeSet;
use std::time::Duration;

use rebato_core::Digest;
use rebato_core::case::{Event, PlanRecord};
use rebato_core::contain::{How, Purpose};
use rebato_core::evaluate::Source;
use rebato_core::harden::Wishes;
use rebato_core::identify::Finding;
use rebato_engine::ports::LogObject;
use rebato_engine::{EngineError, Fixed, Inside, Writer};

use crate::stage::{hour, instance, judged, responder};
use crate::story::at;
use crate::world::{Fault, World};

const MINUTE: Duration = Duration::from_secs(60);

fn tokens(world: &World) -> Option<String> {
    world.subject().metadata.http_tokens
}

/// A running instance that answers without a token, and an approved fix.
async fn approved(world: &World) -> (Writer<'_>, Digest) {
    world.meddle(|subject| subject.metadata.http_tokens = Some("optional".into()));
    let writer = judged(world, "f-1").await;
    let respond = responder(world);
    let made = respond
        .fix_plan(&writer, "imdsv2", &[], Inside::Unasked, &Wishes::default())
        .await
        .unwrap();
    let digest = made.unwrap().digest;
    respond
        .approve(&writer, digest, "ana", hour(), BTreeSet::new())
        .await
        .unwrap();
    (writer, digest)
}

#[tokio::test]
async fn a_fix_that_breaks_nothing_stays_and_the_looks_are_journaled() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world).await;
    let fixed = responder(&world).apply_fix(&writer, digest, MINUTE).await;
    assert_eq!(fixed.unwrap(), Fixed::Well { looks: 6 });
    assert_eq!(tokens(&world).as_deref(), Some("required"));
    let case = writer.case().await;
    assert_eq!(case.plan(digest).unwrap().worse, Some(vec![]));
}

#[tokio::test]
async fn a_fix_that_breaks_the_service_is_taken_back_on_the_word_of_who_approved_it() {
    let world = World::with(instance());
    world.needs_imds_v1();
    let (writer, digest) = approved(&world).await;
    let fixed = responder(&world).apply_fix(&writer, digest, MINUTE).await;
    let Fixed::Worse {
        worse,
        reverted: Some((plan, true)),
    } = fixed.unwrap()
    else {
        panic!("it was not taken back");
    };
    assert_eq!(worse.len(), 1);
    assert!(worse[0].starts_with("target web "), "{worse:?}");
    assert_eq!(tokens(&world).as_deref(), Some("optional"));
    assert_eq!(world.health_looks(), 3, "one before, and two that agree");
    let case = writer.case().await;
    let record = case.plan(plan).unwrap();
    assert!(matches!(&record.plan.purpose, Purpose::Revert { check } if check == "imdsv2"));
    let approval = record.approval().unwrap();
    assert_eq!(
        (approval.by.as_str(), approval.how),
        ("ana", Some(How::WithFix))
    );
    // What was seen is durable before anything is taken back.
    let events = world.events(&case.id);
    let watched = events
        .iter()
        .position(|e| matches!(e, Event::FixWatched { worse, .. } if !worse.is_empty()));
    let planned = events.iter().position(
        |e| matches!(e, Event::PlanMade { plan } if matches!(plan.purpose, Purpose::Revert { .. })),
    );
    assert!(watched.unwrap() < planned.unwrap());
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_said() {
    let world = World::with(instance());
    world.needs_imds_v1();
    let (writer, digest) = approved(&world).await;
    world.fail("set_imds_tokens", 2, Fault::Denied);
    let fixed = responder(&world).apply_fix(&writer, digest, MINUTE).await;
    let Fixed::Worse {
        reverted: Some((plan, false)),
        ..
    } = fixed.unwrap()
    else {
        panic!("the second call was denied");
    };
    let case = writer.case().await;
    assert!(!case.plan(plan).is_some_and(PlanRecord::all_done));
    assert_eq!(tokens(&world).as_deref(), Some("required"));
}

#[tokio::test]
async fn nothing_is_watched_where_the_fix_did_nothing_or_no_time_is_given() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world).await;
    let fixed = responder(&world)
        .apply_fix(&writer, digest, Duration::ZERO)
        .await;
    assert_eq!(fixed.unwrap(), Fixed::Unwatched);
    let unapproved = responder(&world)
        .apply_fix(&writer, Digest::of(b"another"), MINUTE)
        .await;
    assert!(matches!(unapproved, Err(EngineError::NoPlan { .. })));
}

#[tokio::test]
async fn who_used_the_ports_is_asked_for_five_minutes_at_the_most() {
    let world = World::with(instance());
    let fields = "version interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status \
                  tcp-flags flow-direction";
    let at = at(0).as_second() - 600;
    let object = |n: u8| {
        LogObject {
        source: Source::FlowLogs,
        name: format!("s3://logs/{n}"),
        bytes: format!(
            "{fields}\n5 eni-0 203.0.113.{n} 10.0.0.0 40000 22 6 5 500 {at} {at} ACCEPT OK 19 ingress\n\
             5 eni-0 10.0.0.0 203.0.113.{n} 22 40000 6 5 900 {at} {at} ACCEPT OK 19 egress\n"
        )
        .into_bytes(),
        ahead: 0,
    }
    };
    world.with_logs((1..=60).map(object).collect());
    let subject = world.subject();
    let finding = Finding::manual("i-1", "111122223333", "eu-west-1", subject.read_at);
    let used = responder(&world)
        .ports_used(&finding, Vec::new(), &subject, &[])
        .await
        .unwrap()
        .unwrap();
    // Some of it was read, and nobody is taken to be absent by the rest.
    assert!(used.first.is_some() && !used.complete);
}
