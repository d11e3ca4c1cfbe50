//! What must be true before the first call, and what no longer matters after it.

use rebato_core::Digest;
use rebato_core::contain::{ApprovalError, Profile};
use rebato_engine::EngineError;

use crate::stage::{
    approved, assert_contained, carry_out, go_on, hour, instance, plan_approved, responder,
};
use crate::world::{Fault, World};

#[tokio::test]
async fn a_stale_plan_is_refused_and_nothing_is_called() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    world.meddle(|s| s.interfaces[0].groups = vec!["sg-c".into()]);
    world.wait(2);
    let refused = carry_out(&world, &writer, digest).await;
    assert!(
        matches!(refused, Err(EngineError::Stale { drifts, .. }) if drifts.iter().any(|d| d.target == "eni-0"))
    );
    assert_eq!(world.calls(), [""; 0]);
    // A plan for the instance as it is now goes through.
    let digest = plan_approved(&world, &writer).await;
    assert!(carry_out(&world, &writer, digest).await.is_ok());
}

#[tokio::test]
async fn a_young_read_saves_the_read_before_the_first_call() {
    for (minutes, reads) in [(0, 0), (2, 1)] {
        let world = World::with(instance());
        let (writer, digest) = approved(&world, "f-1").await;
        world.wait(minutes);
        world.crash_at_append(1 + reads, true);
        let before = world.reads();
        assert!(carry_out(&world, &writer, digest).await.is_err());
        assert_eq!(world.reads() - before, reads);
    }
}

#[tokio::test]
async fn an_approval_that_ended_stops_the_first_call_and_no_later_one() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    world.wait(61);
    let refused = carry_out(&world, &writer, digest).await;
    assert!(matches!(
        refused,
        Err(EngineError::Approval(ApprovalError::Expired { .. }))
    ));
    assert_eq!(world.calls(), [""; 0]);

    responder(&world)
        .approve(&writer, digest, "ana", hour(), [].into())
        .await
        .unwrap();
    let case = writer.case().await.id.clone();
    world.fail("set_interface_groups", 1, Fault::Crash { effect: true });
    assert!(carry_out(&world, &writer, digest).await.is_err());
    world.mend();
    world.wait(600);
    assert_contained(&world, &go_on(&world, &case, digest).await.unwrap());
}

#[tokio::test]
async fn without_a_yes_nothing_is_called() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    assert!(matches!(
        carry_out(&world, &writer, Digest::ZERO).await,
        Err(EngineError::NoPlan { .. })
    ));
    responder(&world)
        .reject(&writer, digest, "ana", None)
        .await
        .unwrap();
    assert!(matches!(
        carry_out(&world, &writer, digest).await,
        Err(EngineError::NotApproved { .. })
    ));
    assert_eq!(world.calls(), [""; 0]);
}

#[tokio::test]
async fn a_plan_that_would_come_out_the_same_keeps_its_digest_and_its_yes() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    world.wait(5);
    responder(&world).refresh(&writer).await.unwrap();
    let same = responder(&world)
        .plan(&writer, &Profile::runbook())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(same.digest, digest);
    assert!(same.approval().is_some());
    let other = responder(&world)
        .plan(&writer, &Profile::isolate())
        .await
        .unwrap()
        .unwrap();
    assert_ne!(other.digest, digest);
}
