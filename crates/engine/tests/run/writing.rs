//! Events that come at once: one durable write, each told what became of its own.

use futures::future::join_all;
use rebato_core::case::Event;
use rebato_engine::EngineError;

use crate::stage::{approved, instance};
use crate::world::World;

fn started(digest: rebato_core::Digest, n: u32) -> Event {
    Event::StepStarted {
        plan: digest,
        step: format!("s{n}"),
        attempt: 1,
        before: serde_json::json!({}),
    }
}

#[tokio::test]
async fn events_that_come_at_once_share_one_write() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    let case = writer.case().await.id.clone();
    let (appends, events) = (world.appends(), world.events(&case).len());
    let written = join_all((1..=8).map(|n| writer.write(started(digest, n)))).await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    assert_eq!(world.appends() - appends, 1);
    let steps: Vec<String> = world.events(&case)[events..]
        .iter()
        .map(|event| match event {
            Event::StepStarted { step, .. } => step.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(steps, (1..=8).map(|n| format!("s{n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_that_does_not_fit_keeps_nobody_else_from_writing() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    let wrong = Event::CaseReopened { why: "x".into() };
    let all = [started(digest, 1), wrong, started(digest, 2)];
    let written = join_all(all.map(|event| writer.write(event))).await;
    assert!(written[0].is_ok() && written[2].is_ok(), "{written:?}");
    assert!(
        matches!(written[1], Err(EngineError::Illegal(_))),
        "{written:?}"
    );
}

#[tokio::test]
async fn a_write_that_fails_fails_for_all_and_changes_nothing() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    let before = writer.case().await;
    world.crash_at_append(1, false);
    let written = join_all((1..=3).map(|n| writer.write(started(digest, n)))).await;
    assert!(
        written
            .iter()
            .all(|w| matches!(w, Err(EngineError::Store(_)))),
        "{written:?}"
    );
    assert_eq!(writer.case().await, before);
    world.mend();
    writer.write(started(digest, 1)).await.unwrap();
}

#[tokio::test]
async fn who_gives_up_waiting_wants_nothing_written() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    let case = writer.case().await.id.clone();
    let events = world.events(&case).len();
    {
        let mut given_up = Box::pin(writer.write(started(digest, 1)));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(given_up.as_mut().poll(&mut context).is_pending());
    }
    writer.write(started(digest, 2)).await.unwrap();
    assert_eq!(world.events(&case).len() - events, 1);
}

#[tokio::test]
async fn who_was_written_for_hears_nothing_of_a_later_failure() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    world.crash_at_append(2, false);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut all = [1, 2, 3].map(|n| Box::pin(writer.write(started(digest, n))));
    let [one, two, three] = &mut all;
    assert!(one.as_mut().poll(&mut context).is_pending());
    assert!(two.as_mut().poll(&mut context).is_pending());
    assert!(
        one.as_mut().poll(&mut context).is_ready(),
        "writes for both"
    );
    assert!(three.as_mut().poll(&mut context).is_pending());
    // The write of the third is the one that fails.
    assert!(matches!(
        two.as_mut().poll(&mut context),
        std::task::Poll::Ready(Ok(()))
    ));
    assert!(matches!(
        three.as_mut().poll(&mut context),
        std::task::Poll::Ready(Err(EngineError::Store(_)))
    ));
}
