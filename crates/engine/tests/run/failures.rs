//! Calls that are refused, throttled or never answered, and people who change things meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;

use rebato_core::case::{Case, Containment, Event, State, StepState};
use rebato_core::contain::{OpenSupportCase, Profile, exposed};
use rebato_core::escalate::Route;

use crate::stage::{
    approved, assert_as_before, assert_contained, carry_out, go_on, hour, instance, judged,
    plan_approved, released, responder,
};
use crate::world::{Fault, World};

/// The state of the only step with this action.
fn step(case: &Case, action: &str) -> StepState {
    let plan = case.plans.iter().find(|p| p.begun()).unwrap();
    plan.progress()
        .find(|(s, _)| s.action.name() == action)
        .unwrap()
        .1
        .clone()
}

async fn run(arrange: impl FnOnce(&World)) -> (World, Arc<Case>) {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    arrange(&world);
    let case = carry_out(&world, &writer, digest).await.unwrap();
    drop(writer);
    (world, case)
}

#[tokio::test]
async fn the_happy_path() {
    let (world, case) = run(|_| {}).await;
    assert_contained(&world, &case);
    let calls = world.calls();
    assert_eq!(calls.last().unwrap(), "set_running");
    let place = |name: &str| calls.iter().position(|c| c == name).unwrap();
    assert!(place("create_snapshots") < place("set_interface_groups"));
    assert_eq!(
        case.artefacts
            .iter()
            .map(|artefact| artefact.what.as_str())
            .collect::<Vec<_>>(),
        ["alert", "console_output", "snapshot", "snapshot"]
    );
    let console = &case.artefacts[1];
    assert!(console.custody.began <= console.custody.ended && console.custody.began.is_some());
    assert!(console.custody.by.is_some() && console.custody.account.is_some());
    assert!(case.plans[0].all_done());

    let case = released(&world, &case.id).await;
    assert_eq!(
        (case.state, case.containment),
        (State::Released, Containment::Released)
    );
    assert_as_before(&world);
}

#[tokio::test]
async fn doing_it_again_calls_nothing() {
    let (world, case) = run(|_| {}).await;
    let calls = world.calls().len();
    let again = go_on(&world, &case.id, case.plans[0].digest).await.unwrap();
    assert_eq!(world.calls().len(), calls);
    assert_contained(&world, &again);
}

#[tokio::test]
async fn without_snapshots_there_is_no_stop_but_isolation() {
    let (world, case) = run(|world| world.fail("create_snapshots", 1, Fault::Denied)).await;
    assert_eq!(
        (case.state, case.containment),
        (State::Containing, Containment::Partial)
    );
    assert_eq!(exposed(&world.subject()), [""; 0]);
    assert_eq!(world.subject().state, "running");
    assert_eq!(world.calls_of("set_running"), 0);
    assert!(
        matches!(step(&case, "set_running"), StepState::Failed { code, certain: true, .. } if code == "NeedsStep")
    );

    // Once it is allowed, the same plan goes on.
    let writer = responder(&world).resume(&case.id).await.unwrap();
    let same = responder(&world)
        .plan(&writer, &Profile::runbook())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(same.digest, case.plans[0].digest);
    assert_contained(
        &world,
        &carry_out(&world, &writer, same.digest).await.unwrap(),
    );
}

#[tokio::test]
async fn observing_takes_evidence_and_the_case_may_close() {
    let world = World::with(instance());
    let respond = responder(&world);
    let (writer, _) = approved(&world, "f-1").await;
    let plan = respond
        .plan(&writer, &Profile::observe())
        .await
        .unwrap()
        .unwrap()
        .digest;
    respond
        .approve(&writer, plan, "ana", hour(), [].into())
        .await
        .unwrap();
    let case = carry_out(&world, &writer, plan).await.unwrap();
    assert_eq!(
        (case.state, case.containment),
        (State::Evaluated, Containment::None)
    );
    assert_eq!(world.subject().own_snapshots.len(), 2);
    assert_eq!(world.subject().interfaces, instance().interfaces);
    let closed = Event::CaseClosed {
        by: "ana".into(),
        why: None,
    };
    writer.write(closed).await.unwrap();
}

#[tokio::test]
async fn a_throttled_call_is_repeated_within_its_intent() {
    let (world, case) = run(|world| {
        for nth in 1..=3 {
            world.fail("create_snapshots", nth, Fault::Throttled);
        }
    })
    .await;
    assert_contained(&world, &case);
    assert_eq!(step(&case, "create_snapshots").attempts(), 1);
}

#[tokio::test]
async fn a_call_that_is_throttled_for_ever_is_said_and_may_be_tried_again() {
    let (world, case) = run(|world| {
        for nth in 1..=6 {
            world.fail("set_standby", nth, Fault::Throttled);
        }
    })
    .await;
    assert_eq!(case.containment, Containment::Partial);
    assert!(
        matches!(step(&case, "set_standby"), StepState::Failed { code, certain: true, .. } if code == "RequestLimitExceeded")
    );
    assert_contained(
        &world,
        &go_on(&world, &case.id, case.plans[0].digest).await.unwrap(),
    );
}

#[tokio::test]
async fn an_effect_whose_answer_was_lost_is_adopted() {
    for (name, calls, attempts) in [
        ("create_snapshots", 1, 1),
        ("create_group", 2, 1),
        ("set_elastic_ip", 2, 1),
        ("set_standby", 1, 1),
        ("set_running", 1, 1),
    ] {
        let (world, case) = run(|world| world.fail(name, 1, Fault::Lost { effect: true })).await;
        assert_contained(&world, &case);
        assert_eq!(world.calls_of(name), calls, "{name}");
        assert_eq!(step(&case, name).attempts(), attempts, "{name}");
        let StepState::Done { receipt, .. } = step(&case, name) else {
            panic!("{name} is not done")
        };
        if name == "create_snapshots" {
            assert!(receipt.adopted && receipt.made.len() == 2);
        }
    }
}

#[tokio::test]
async fn a_slow_stop_is_waited_for_however_its_answer_came() {
    for fault in [
        None,
        Some(Fault::Lost { effect: true }),
        Some(Fault::Crash { effect: true }),
    ] {
        let world = World::with(instance());
        world.slow_stop(40);
        let (writer, digest) = approved(&world, "f-1").await;
        if let Some(fault) = fault {
            world.fail("set_running", 1, fault);
        }
        let mut ended = carry_out(&world, &writer, digest).await;
        if world.dead() {
            world.mend();
            ended = go_on(&world, &writer.case().await.id, digest).await;
        }
        assert_contained(&world, &ended.unwrap());
        assert_eq!(world.calls_of("set_running"), 1);
    }
}

#[tokio::test]
async fn a_call_that_never_arrived_is_made_again_under_a_new_intent() {
    for name in ["create_snapshots", "set_scaling_minimum", "set_running"] {
        let (world, case) = run(|world| world.fail(name, 1, Fault::Lost { effect: false })).await;
        assert_contained(&world, &case);
        assert_eq!(
            (world.calls_of(name), step(&case, name).attempts()),
            (1, 2),
            "{name}"
        );
    }
}

#[tokio::test]
async fn who_cannot_see_whether_there_are_snapshots_takes_no_second_set() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    let id = writer.case().await.id.clone();
    world.fail("create_snapshots", 1, Fault::Lost { effect: true });
    world.unread("snapshots");
    let case = carry_out(&world, &writer, digest).await.unwrap();
    assert_eq!(world.calls_of("create_snapshots"), 1);
    assert!(matches!(
        step(&case, "create_snapshots"),
        StepState::Failed { certain: false, .. }
    ));
    assert_eq!(case.containment, Containment::Partial);
    let case = go_on(&world, &id, digest).await.unwrap();
    assert_eq!(
        world.calls_of("create_snapshots"),
        1,
        "nor when started again"
    );
    assert!(
        matches!(step(&case, "create_snapshots"), StepState::Failed { code, .. } if code == "Conflict")
    );

    world.mend();
    assert_contained(&world, &go_on(&world, &id, digest).await.unwrap());
}

#[tokio::test]
async fn an_interface_that_reached_containment_never_goes_back_to_the_open_passage() {
    // The move into the passage group fails on one interface, the move into containment does not.
    for (fault, tries) in [
        (Fault::Denied, vec![1]),
        (Fault::Lost { effect: false }, vec![1, 3, 4]),
    ] {
        let world = World::with(instance());
        let (writer, digest) = approved(&world, "f-1").await;
        let id = writer.case().await.id.clone();
        for nth in tries {
            world.fail("set_interface_groups", nth, fault);
        }
        carry_out(&world, &writer, digest).await.unwrap();
        assert_eq!(exposed(&world.subject()), [""; 0], "{fault:?}");
        world.mend();
        let calls = world.calls_of("set_interface_groups");
        let case = go_on(&world, &id, digest).await.unwrap();
        assert_eq!(world.calls_of("set_interface_groups"), calls, "{fault:?}");
        assert_contained(&world, &case);
        released(&world, &id).await;
        assert_as_before(&world);
    }
}

#[tokio::test]
async fn what_was_attached_meanwhile_gets_a_plan_of_its_own() {
    let world = World::with(instance());
    let (writer, digest) = approved(&world, "f-1").await;
    world.meddle(|subject| {
        let mut late = subject.interfaces[1].clone();
        late.id = "eni-late".into();
        late.device_index = 2;
        late.addresses.clear();
        subject.interfaces.push(late);
    });
    let case = carry_out(&world, &writer, digest).await.unwrap();
    assert_eq!(
        (case.state, case.containment),
        (State::Containing, Containment::Partial)
    );
    assert_eq!(case.observation.as_ref().unwrap().exposed, ["eni-late"]);
    let second = plan_approved(&world, &writer).await;
    assert_ne!(second, digest);
    let case = carry_out(&world, &writer, second).await.unwrap();
    assert_contained(&world, &case);
}

#[tokio::test]
async fn a_release_overwrites_nothing_that_somebody_else_changed() {
    let foreign =
        |world: &World| world.meddle(|s| s.interfaces[1].groups = vec!["sg-forensics".into()]);
    // Before the plan: it is left out and said.
    let (world, case) = run(|_| {}).await;
    foreign(&world);
    let case = released(&world, &case.id).await;
    assert!(
        case.plans[1]
            .plan
            .notes
            .iter()
            .any(|n| n.code == "drifted" && n.args["target"] == "eni-1")
    );
    assert_eq!(world.subject().interfaces[1].groups, ["sg-forensics"]);
    assert_eq!(world.subject().interfaces[0].groups, ["sg-a", "sg-b"]);

    // Between two runs: a conflict, and the others are put back.
    let (world, case) = run(|_| {}).await;
    let respond = responder(&world);
    let writer = respond.resume(&case.id).await.unwrap();
    let plan = respond.release_plan(&writer).await.unwrap().unwrap().digest;
    respond
        .approve(&writer, plan, "ana", hour(), [].into())
        .await
        .unwrap();
    world.crash_at_append(1, true);
    assert!(carry_out(&world, &writer, plan).await.is_err());
    world.mend();
    foreign(&world);
    let case = go_on(&world, &case.id, plan).await.unwrap();
    assert_eq!(world.subject().interfaces[1].groups, ["sg-forensics"]);
    assert_eq!(world.subject().interfaces[0].groups, ["sg-a", "sg-b"]);
    assert_eq!(
        (case.state, case.containment),
        (State::Releasing, Containment::Partial)
    );
    let conflicts = world
        .events(&case.id)
        .into_iter()
        .filter(|e| matches!(e, Event::StepFailed { code, .. } if code == "Conflict"))
        .count();
    assert_eq!(conflicts, 1);
}

#[tokio::test]
async fn two_cases_are_not_at_work_on_one_instance() {
    let (world, first) = run(|world| world.fail("create_snapshots", 1, Fault::Denied)).await;
    assert_eq!(first.state, State::Containing);
    let (second, digest) = approved(&world, "f-2").await;
    let calls = world.calls().len();
    let refused = carry_out(&world, &second, digest).await;
    assert!(
        matches!(refused, Err(rebato_engine::EngineError::Busy { case, .. }) if case == first.id)
    );
    assert_eq!(world.calls().len(), calls);
    // When the first is done, the second finds the instance contained and takes no quarantine for the state before.
    go_on(&world, &first.id, first.plans[0].digest)
        .await
        .unwrap();
    responder(&world).refresh(&second).await.unwrap();
    let digest = plan_approved(&world, &second).await;
    let moves = world.calls_of("set_interface_groups");
    let case = carry_out(&world, &second, digest).await.unwrap();
    assert_eq!(case.containment, Containment::Contained);
    assert_eq!(world.calls_of("set_interface_groups"), moves);
}

#[tokio::test]
async fn a_letter_whose_answer_was_lost_is_looked_for_before_it_is_sent_again() {
    let world = World::with(instance());
    let writer = judged(&world, "f-1").await;
    let letter = OpenSupportCase {
        subject: "s".into(),
        body: "b".into(),
        service: "amazon-guardduty".into(),
        category: "other".into(),
        severity: "high".into(),
        language: "en".into(),
        issue: "technical".into(),
        copies: Vec::new(),
    };
    let respond = responder(&world);
    let plan = respond
        .escalation_plan(&writer, Route::Support, letter.into())
        .await
        .unwrap()
        .unwrap();
    respond
        .approve(&writer, plan.digest, "ana", hour(), BTreeSet::new())
        .await
        .unwrap();
    let reads = world.reads();
    let began = writer.now();
    world.fail("open_support_case", 1, Fault::Lost { effect: true });
    let case = carry_out(&world, &writer, plan.digest).await.unwrap();
    assert_eq!(step(&case, "open_support_case").attempts(), 2);
    assert!(
        writer.now().duration_since(began).as_secs() >= 30,
        "AWS had no time to show it"
    );
    assert_eq!(case.state, State::Evaluated, "a letter moves no case");
    assert_eq!(
        world.reads(),
        reads,
        "an instance that is gone keeps nobody from asking"
    );
}
