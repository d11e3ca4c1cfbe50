//! The program is killed at every point of a containment and of a release, and started again.

use rebato_core::case::{Containment, Event, State};

use crate::stage::{
    approved, assert_as_before, assert_contained, carry_out, go_on, instance, released,
};
use crate::world::{Fault, World};

/// The actions of a run, each as often as it is called.
async fn calls_of_a_clean_run() -> Vec<String> {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    carry_out(&world, &writer, digest).await.unwrap();
    world.calls()
}

const NAMES: [&str; 15] = [
    "protect_termination",
    "set_shutdown_behavior",
    "set_delete_on_termination",
    "set_tags",
    "set_scaling_minimum",
    "set_standby",
    "set_target",
    "save_console",
    "create_snapshots",
    "create_group",
    "set_group_rules",
    "set_interface_groups",
    "set_elastic_ip",
    "set_auto_public_address",
    "protect_stop",
];

async fn survives(world: &World, arrange: impl FnOnce(&World)) {
    let (writer, digest) = approved(world, "f-1").await;
    arrange(world);
    let case = writer.case().await.id.clone();
    assert!(carry_out(world, &writer, digest).await.is_err());
    assert!(world.dead());
    drop(writer);
    world.mend();
    let after = go_on(world, &case, digest).await.unwrap();
    assert_contained(world, &after);
    let after = released(world, &case).await;
    assert_eq!(
        (after.state, after.containment),
        (State::Released, Containment::Released)
    );
    assert_as_before(world);
}

#[tokio::test]
async fn killed_at_any_write_of_the_journal() {
    let clean = World::with(instance());
    let (writer, digest) = approved(&clean, "f-1").await;
    let before = clean.appends();
    carry_out(&clean, &writer, digest).await.unwrap();
    let appends = clean.appends() - before;
    let events = clean.events(&writer.case().await.id).len();
    assert!((10..events).contains(&appends), "{appends} of {events}");
    for nth in 1..appends {
        for durable in [false, true] {
            let world = World::with(instance());
            survives(&world, |world| world.crash_at_append(nth, durable)).await;
        }
    }
}

#[tokio::test]
async fn killed_in_any_call() {
    let calls = calls_of_a_clean_run().await;
    for name in NAMES.into_iter().chain(["set_running"]) {
        for nth in 1..=calls.iter().filter(|c| *c == name).count() {
            for effect in [false, true] {
                let world = World::with(instance());
                survives(&world, |world| {
                    world.fail(name, nth, Fault::Crash { effect });
                })
                .await;
            }
        }
    }
}

#[tokio::test]
async fn killed_twice() {
    for first in (1..36).step_by(3) {
        for second in (1..24).step_by(2) {
            let world = World::with(instance());
            let (writer, digest) = approved(&world, "f-1").await;
            let case = writer.case().await.id.clone();
            world.crash_at_append(first, first % 2 == 0);
            let _ = carry_out(&world, &writer, digest).await;
            world.mend();
            world.crash_at_append(second, second % 4 == 1);
            let _ = go_on(&world, &case, digest).await;
            world.mend();
            let after = go_on(&world, &case, digest).await.unwrap();
            assert_contained(&world, &after);
        }
    }
}

#[tokio::test]
async fn killed_at_any_write_of_a_release() {
    let ready = async || {
        let world = World::with(instance());
        let (writer, digest) = approved(&world, "f-1").await;
        let case = carry_out(&world, &writer, digest).await.unwrap();
        (world, case.id.clone())
    };
    let (clean, id) = ready().await;
    let before = clean.appends();
    released(&clean, &id).await;
    // The read, the plan, what the policy says and the approval are written first.
    for nth in 5..clean.appends() - before {
        for durable in [false, true] {
            let (world, id) = ready().await;
            let respond = crate::stage::responder(&world);
            let writer = respond.resume(&id).await.unwrap();
            let plan = respond.release_plan(&writer).await.unwrap().unwrap().digest;
            respond
                .approve(&writer, plan, "ana", crate::stage::hour(), [].into())
                .await
                .unwrap();
            world.crash_at_append(nth - 4, durable);
            assert!(carry_out(&world, &writer, plan).await.is_err());
            world.mend();
            let after = released(&world, &id).await;
            assert_eq!(after.containment, Containment::Released);
            assert_as_before(&world);
        }
    }
}

#[tokio::test]
async fn a_fresh_snapshot_that_does_not_show_yet_is_waited_for() {
    for reads in 1..=4 {
        let world = World::with(instance());
        let (writer, digest) = approved(&world, "f-1").await;
        let case = writer.case().await.id.clone();
        world.hide_snapshots(reads);
        world.fail("create_snapshots", 1, Fault::Crash { effect: true });
        assert!(carry_out(&world, &writer, digest).await.is_err());
        world.mend();
        let after = go_on(&world, &case, digest).await.unwrap();
        assert_contained(&world, &after);
        assert_eq!(world.calls_of("create_snapshots"), 1);
        let adopted = world.events(&case).into_iter().any(|e| matches!(e, Event::StepDone { receipt, .. } if receipt.adopted && receipt.made.len() == 2));
        assert!(adopted, "the ids are in the journal");
    }
}
