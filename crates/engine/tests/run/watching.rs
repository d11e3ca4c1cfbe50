//! What watches a case is made and deleted once, whatever happens on the way, and nothing of somebody else's is touched.

use std::collections::BTreeSet;

use rebato_core::Digest;
use rebato_core::case::{Case, Event, PlanRecord, State};
use rebato_core::contain::{Limit, WatchObject};
use rebato_core::monitor::{ClosingRules, watch_objects};
use rebato_engine::{EngineError, Inside, Writer};

use crate::stage::{carry_out, go_on, hour, instance, judged, responder};
use crate::world::{Fault, World};

const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:soc";

async fn approve(world: &World, writer: &Writer<'_>, made: Option<PlanRecord>) -> Digest {
    let digest = made.unwrap().digest;
    let overrides = BTreeSet::from(["watch_object_changed".to_owned()]);
    responder(world)
        .approve(writer, digest, "ana", hour(), overrides)
        .await
        .unwrap();
    digest
}

/// A case with an approved plan of what is to watch it.
async fn to_watch(world: &World) -> (Writer<'_>, Digest) {
    let writer = judged(world, "f-1").await;
    let made = responder(world).watch_plan(&writer, Some(TOPIC)).await;
    let digest = approve(world, &writer, made.unwrap()).await;
    (writer, digest)
}

async fn to_unwatch(world: &World, writer: &Writer<'_>) -> Digest {
    let made = responder(world).unwatch_plan(writer).await;
    approve(world, writer, made.unwrap()).await
}

fn standing(world: &World) -> usize {
    world.objects(|all| all.len())
}

fn guards(case: &Case) -> usize {
    watch_objects(case).len()
}

#[tokio::test]
async fn what_watches_is_made_found_again_and_deleted() {
    let world = World::with(instance());
    let (writer, digest) = to_watch(&world).await;
    let reads = world.reads();
    let case = carry_out(&world, &writer, digest).await.unwrap();
    assert_eq!(
        world.reads(),
        reads,
        "the instance has nothing to say to it"
    );
    // Outgoing traffic, status checks, and the two rules: the account has no flow logs.
    assert_eq!((standing(&world), guards(&case)), (4, 4));
    let again = responder(&world).watch_plan(&writer, Some(TOPIC)).await;
    assert_eq!(again.unwrap(), None);
    let digest = to_unwatch(&world, &writer).await;
    let case = carry_out(&world, &writer, digest).await.unwrap();
    assert_eq!((standing(&world), guards(&case)), (0, 0));
    let again = responder(&world).unwatch_plan(&writer).await;
    assert_eq!(again.unwrap(), None);
}

#[tokio::test]
async fn killed_or_lost_in_any_call_it_goes_on() {
    for nth in 1..=4 {
        for effect in [false, true] {
            for fault in [Fault::Crash { effect }, Fault::Lost { effect }] {
                let world = World::with(instance());
                let (writer, digest) = to_watch(&world).await;
                let id = writer.case().await.id.clone();
                world.fail("set_watch_object", nth, fault);
                let _ = carry_out(&world, &writer, digest).await;
                drop(writer);
                world.mend();
                let case = go_on(&world, &id, digest).await.unwrap();
                assert!(case.plan(digest).unwrap().all_done(), "{fault:?} {nth}");
                assert_eq!((standing(&world), guards(&case)), (4, 4));
            }
        }
    }
}

#[tokio::test]
async fn an_object_that_somebody_changed_is_deleted_only_on_an_express_word() {
    let world = World::with(instance());
    let (writer, digest) = to_watch(&world).await;
    carry_out(&world, &writer, digest).await.unwrap();
    let meddle = |value: u32| {
        world.objects(|all| {
            let mut alarms = all.values_mut().filter_map(|object| match object {
                WatchObject::Alarm(alarm) => Some(alarm),
                _ => None,
            });
            alarms.next().unwrap().limit = Limit::AtLeast(value);
        });
    };
    meddle(7);
    let respond = responder(&world);
    let made = respond.unwatch_plan(&writer).await.unwrap().unwrap();
    let refused = respond
        .approve(&writer, made.digest, "ana", hour(), BTreeSet::new())
        .await;
    assert!(
        matches!(refused, Err(EngineError::Approval(_))),
        "{refused:?}"
    );
    let digest = approve(&world, &writer, Some(made)).await;
    // Changed once more since the plan: that was not in the word.
    meddle(8);
    let case = carry_out(&world, &writer, digest).await.unwrap();
    assert!(!case.plan(digest).unwrap().all_done());
    assert_eq!((standing(&world), guards(&case)), (1, 1));
    let digest = to_unwatch(&world, &writer).await;
    let case = carry_out(&world, &writer, digest).await.unwrap();
    assert_eq!((standing(&world), guards(&case)), (0, 0));
}

#[tokio::test]
async fn a_closed_case_lets_go_of_what_watched_it_and_of_nothing_else() {
    let world = World::with(instance());
    let (writer, digest) = to_watch(&world).await;
    carry_out(&world, &writer, digest).await.unwrap();
    let close = Event::CaseClosed {
        by: "ana".into(),
        why: None,
    };
    writer.write(close).await.unwrap();
    // The instance is gone: that keeps nobody from tidying up.
    world.remove_instance();
    let digest = to_unwatch(&world, &writer).await;
    let case = carry_out(&world, &writer, digest).await.unwrap();
    assert_eq!(case.state, State::Closed);
    assert_eq!(standing(&world), 0);
    let stated = responder(&world).state(&writer, "root-cause", None).await;
    assert!(matches!(stated, Err(EngineError::Illegal(_))), "{stated:?}");
}

#[tokio::test]
async fn what_persons_and_the_configuration_say_of_closing_is_journaled_once() {
    let world = World::with(instance());
    let writer = judged(&world, "f-1").await;
    let respond = responder(&world);
    let rules = ClosingRules {
        require: ["report-signed".to_owned()].into(),
        ..ClosingRules::default()
    };
    for _ in 0..2 {
        respond.agree(&writer, &rules).await.unwrap();
    }
    let missing = |case: &Case, code: &str| {
        let review = case.reviews.last().unwrap();
        review.missing.iter().any(|m| m == code)
    };
    respond
        .monitor(&writer, &[], Inside::Unasked)
        .await
        .unwrap();
    assert!(missing(&*writer.case().await, "report-signed"));
    let text = Some("Ana, 24 November".to_owned());
    respond.state(&writer, "report-signed", text).await.unwrap();
    respond
        .monitor(&writer, &[], Inside::Unasked)
        .await
        .unwrap();
    let case = writer.case().await;
    assert!(!missing(&case, "report-signed"));
    assert_eq!(case.stated.len(), 1);
    let agreed = world.events(&case.id);
    let agreed = agreed
        .iter()
        .filter(|e| matches!(e, Event::ClosingAgreed { .. }));
    assert_eq!(agreed.count(), 1);
}
