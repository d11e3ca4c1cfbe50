//! Fixes inside the operating system: planned on what was seen there, waited for, confirmed, taken back, and refused.

use std::collections::BTreeSet;
use std::time::Duration;

use rebato_core::Digest;
use rebato_core::case::{Event, StepState};
use rebato_core::harden::guest::{Guest, Part};
use rebato_core::harden::{NoFix, Status, Wishes};
use rebato_core::monitor::{Watch, WatchStatus};
use rebato_engine::{Fixed, Hardened, Inside, Writer};

use crate::guest::Trouble;
use crate::stage::{hour, instance, judged, responder};
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);

fn world(trouble: Trouble) -> World {
    let world = World::with(instance());
    world.with_guest(trouble);
    world
}

async fn planned(
    world: &World,
    writer: &Writer<'_>,
    check: &str,
    inside: Inside,
) -> Result<Digest, NoFix> {
    let wishes = Wishes::default();
    let respond = responder(world);
    let made = respond.fix_plan(writer, check, &[], inside, &wishes);
    made.await.unwrap().map(|record| record.digest)
}

/// A case and an approved fix of a check.
async fn approved<'a>(world: &'a World, check: &str) -> (Writer<'a>, Digest) {
    let writer = judged(world, "f-1").await;
    let digest = planned(world, &writer, check, Inside::Ask).await.unwrap();
    responder(world)
        .approve(&writer, digest, "ana", hour(), BTreeSet::new())
        .await
        .unwrap();
    (writer, digest)
}

async fn state(writer: &Writer<'_>, digest: Digest) -> StepState {
    let case = writer.case().await;
    let record = case.plan(digest).unwrap();
    record.progress().next().unwrap().1.clone()
}

#[tokio::test]
async fn a_change_of_sshd_is_watched_confirmed_and_seen() {
    let world = world(Trouble::None);
    let (writer, digest) = approved(&world, "sshd-passwords").await;
    let respond = responder(&world);
    // Longer than the guest waits: it is confirmed in time all the same.
    let fixed = respond
        .apply_fix(&writer, digest, 60 * MINUTE)
        .await
        .unwrap();
    assert_eq!(fixed, Fixed::Well { looks: 48 });
    assert!(
        world
            .sshd_file()
            .unwrap()
            .contains("PasswordAuthentication no\n")
    );
    world.wait(30);
    let now = respond.look_again(&writer, digest).await.unwrap().unwrap();
    assert_eq!(
        (now.check.as_str(), now.status),
        ("sshd-passwords", Status::Pass)
    );
    let case = writer.case().await;
    let known = case.checks.iter().find(|c| c.check == now.check).unwrap();
    assert_eq!((known.status, known.looked.is_some()), (now.status, true));
    let events: Vec<_> = world.events(&case.id).iter().map(Event::name).collect();
    let end = events
        .iter()
        .rposition(|name| *name == "fix_watched")
        .unwrap();
    assert_eq!(events[end - 2..end], ["guest_asked", "guest_answered"]);
    // Whoever carries it out once more changes nothing.
    let calls = world.calls().len();
    let again = respond.apply_fix(&writer, digest, Duration::ZERO).await;
    assert!(
        matches!(again, Ok(Fixed::Worse { .. } | Fixed::Unwatched)),
        "{again:?}"
    );
    assert!(world.calls().len() <= calls + 1);
}

#[tokio::test]
async fn an_agent_that_is_lost_is_waited_for() {
    let world = world(Trouble::AgentLost);
    let (writer, digest) = approved(&world, "sshd-passwords").await;
    let fixed = responder(&world)
        .apply_fix(&writer, digest, MINUTE)
        .await
        .unwrap();
    let Fixed::Worse { worse, reverted } = fixed else {
        panic!("nothing got worse");
    };
    assert_eq!(worse, ["ssm-agent"]);
    let (plan, whole) = reverted.unwrap();
    assert!(whole, "the guest helped itself");
    assert_eq!(world.sshd_file(), None);
    let StepState::Done { .. } = state(&writer, plan).await else {
        panic!("the putting back is not done");
    };
}

#[tokio::test]
async fn what_cannot_be_confirmed_is_taken_back() {
    let world = world(Trouble::Unconfirmed);
    let (writer, digest) = approved(&world, "sshd-passwords").await;
    let fixed = responder(&world)
        .apply_fix(&writer, digest, MINUTE)
        .await
        .unwrap();
    let Fixed::Worse { worse, reverted } = fixed else {
        panic!("nothing got worse");
    };
    assert_eq!(worse, ["not-confirmed put-back"]);
    assert!(reverted.is_some_and(|(_, whole)| whole));
    assert_eq!(world.sshd_file(), None);
}

#[tokio::test]
async fn what_sshd_refuses_has_surely_changed_nothing() {
    let world = world(Trouble::Syntax);
    let (writer, digest) = approved(&world, "sshd-passwords").await;
    let fixed = responder(&world)
        .apply_fix(&writer, digest, MINUTE)
        .await
        .unwrap();
    assert_eq!(fixed, Fixed::Unwatched);
    let StepState::Failed { code, certain, .. } = state(&writer, digest).await else {
        panic!("it did not fail");
    };
    assert_eq!((code.as_str(), certain), ("Guest:syntax", true));
    assert_eq!(world.sshd_file(), None);
}

#[tokio::test]
async fn no_plan_where_it_would_lock_people_out_or_be_blind() {
    for (trouble, inside, wanted) in [
        (Trouble::NoKeys, Inside::Ask, NoFix::NoKey),
        (Trouble::Offline, Inside::Ask, NoFix::AgentOffline),
        (Trouble::None, Inside::Unasked, NoFix::GuestNotAsked),
    ] {
        let world = world(trouble);
        let writer = judged(&world, "f-1").await;
        let made = planned(&world, &writer, "sshd-passwords", inside).await;
        assert_eq!(made, Err(wanted));
        assert_eq!(world.calls(), [""; 0]);
    }
    let world = world(Trouble::None);
    let writer = judged(&world, "f-1").await;
    for (check, wanted) in [
        ("flow-logs", NoFix::LogPlace),
        ("cloudtrail", NoFix::None),
        ("sshd-root-login", NoFix::Nothing),
    ] {
        let made = planned(&world, &writer, check, Inside::Ask).await;
        assert_eq!(made, Err(wanted), "{check}");
    }
    assert!(
        planned(&world, &writer, "ebs-encryption-default", Inside::Unasked)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn patches_are_waited_for_and_their_answer_is_kept() {
    let world = world(Trouble::None);
    let (writer, digest) = approved(&world, "patch-state").await;
    let respond = responder(&world);
    let fixed = respond.apply_fix(&writer, digest, Duration::ZERO).await;
    assert_eq!(fixed.unwrap(), Fixed::Unwatched);
    let StepState::Done { receipt, .. } = state(&writer, digest).await else {
        panic!("it is not done");
    };
    assert_eq!(receipt.made.len(), 1, "the command is known by its id");
    // The scan shows what is missing; now that is installed.
    let now = respond.look_again(&writer, digest).await.unwrap().unwrap();
    assert_eq!(now.status, Status::Fail, "{now:?}");
    let install = planned(&world, &writer, "patch-state", Inside::Unasked)
        .await
        .unwrap();
    respond
        .approve(&writer, install, "ana", hour(), BTreeSet::new())
        .await
        .unwrap();
    respond
        .apply_fix(&writer, install, Duration::ZERO)
        .await
        .unwrap();
    let now = respond.look_again(&writer, install).await.unwrap().unwrap();
    assert_eq!(now.status, Status::Pass, "{now:?}");
}

#[tokio::test]
async fn a_command_without_an_end_is_left_after_its_time_and_found_again() {
    let world = world(Trouble::Endless);
    let (writer, digest) = approved(&world, "patch-state").await;
    let respond = responder(&world);
    respond
        .apply_fix(&writer, digest, Duration::ZERO)
        .await
        .unwrap();
    let StepState::Failed { code, certain, .. } = state(&writer, digest).await else {
        panic!("it did not fail");
    };
    assert_eq!((code.as_str(), certain), ("CommandStillRuns", false));
    world.trouble(Trouble::None);
    respond
        .apply_fix(&writer, digest, Duration::ZERO)
        .await
        .unwrap();
    assert!(state(&writer, digest).await.is_done());
}

/// What the watch of what was hardened says.
async fn watched(world: &World, writer: &Writer<'_>, inside: Inside) -> Watch {
    let review = responder(world).monitor(writer, &[], inside).await.unwrap();
    let mut watches = review.watches.into_iter();
    watches.find(|watch| watch.watch == "hardening").unwrap()
}

#[tokio::test]
async fn what_a_fix_set_in_the_system_is_watched_with_leave() {
    let world = world(Trouble::None);
    let (writer, digest) = approved(&world, "sshd-passwords").await;
    let respond = responder(&world);
    respond.apply_fix(&writer, digest, MINUTE).await.unwrap();
    let asked = |case: &str| {
        let events = world.events(case);
        events.iter().filter(|e| e.name() == "guest_asked").count()
    };
    let before = asked(&writer.case().await.id);
    let blind = watched(&world, &writer, Inside::Unasked).await;
    assert_eq!(blind.status, WatchStatus::Unknown);
    assert_eq!(blind.why.as_deref(), Some("not-asked"));
    assert_eq!(asked(&writer.case().await.id), before, "nobody gave leave");
    let seen = watched(&world, &writer, Inside::Ask).await;
    assert_eq!(seen.status, WatchStatus::Quiet, "{seen:?}");
    assert_eq!(asked(&writer.case().await.id), before + 1);

    world.write_sshd_file(None);
    let gone = watched(&world, &writer, Inside::Ask).await;
    assert_eq!(gone.status, WatchStatus::Tripped);
    assert_eq!(
        gone.evidence,
        [
            "/etc/ssh/sshd_config.d/00-rebato.conf absent",
            "sshd passwordauthentication=yes"
        ]
    );
    world.trouble(Trouble::Offline);
    let offline = watched(&world, &writer, Inside::Ask).await;
    assert_eq!(offline.status, WatchStatus::Unknown);
    assert_eq!(offline.why.as_deref(), Some("agent-offline"));
    // The watches outlive the case: a closed one is looked at, too.
    world.trouble(Trouble::None);
    let close = Event::CaseClosed {
        by: "ana".into(),
        why: None,
    };
    writer.write(close).await.unwrap();
    let closed = watched(&world, &writer, Inside::Ask).await;
    assert_eq!(closed.status, WatchStatus::Tripped);
}

#[tokio::test]
async fn what_was_taken_back_is_not_watched_and_nobody_is_asked() {
    let world = world(Trouble::Unconfirmed);
    let (writer, digest) = approved(&world, "sshd-passwords").await;
    let respond = responder(&world);
    respond.apply_fix(&writer, digest, MINUTE).await.unwrap();
    let review = respond.monitor(&writer, &[], Inside::Ask).await.unwrap();
    assert!(review.watches.iter().all(|w| w.watch != "hardening"));
    let events = world.events(&writer.case().await.id);
    let last = events.iter().rposition(|e| e.name() == "guest_asked");
    let fixed = events.iter().position(|e| e.name() == "fix_watched");
    assert!(last < fixed, "the last question was the confirmation");
}

#[tokio::test]
async fn what_was_seen_inside_counts_until_somebody_looks_again() {
    let world = world(Trouble::None);
    let writer = judged(&world, "f-1").await;
    let respond = responder(&world);
    let run = |inside| respond.harden(&writer, None, inside);
    let of = |hardened: &Hardened, name: &str| {
        let mut checks = hardened.checks.iter();
        checks.find(|c| c.check == name).cloned().unwrap()
    };
    let never = of(&run(Inside::Unasked).await.unwrap(), "sshd-passwords");
    assert_eq!((never.status, never.looked), (Status::Unknown, None));
    let first = run(Inside::Ask).await.unwrap();
    let seen = of(&first, "sshd-passwords");
    assert_eq!(seen.status, Status::Fail);
    let at = seen.looked.unwrap();
    // A day later nobody looks, and then nobody answers.
    world.wait(24 * 60);
    let kept = run(Inside::Unasked).await.unwrap();
    assert_eq!(of(&kept, "sshd-passwords"), seen);
    assert_eq!(kept.unseen, None);
    world.trouble(Trouble::Offline);
    let refused = run(Inside::Ask).await.unwrap();
    assert_eq!(refused.unseen.as_deref(), Some("agent-offline"));
    assert_eq!(of(&refused, "sshd-passwords"), seen);
    world.trouble(Trouble::None);
    world.write_sshd_file(Some("PasswordAuthentication no\n"));
    let anew = of(&run(Inside::Ask).await.unwrap(), "sshd-passwords");
    assert_eq!(anew.status, Status::Pass);
    assert!(anew.looked.unwrap() > at);
}

#[tokio::test]
async fn facts_that_somebody_brought_make_a_plan_that_says_so() {
    let world = world(Trouble::None);
    let writer = judged(&world, "f-1").await;
    let given = world.look();
    let of = |guest: Guest| Inside::Given(Box::new(guest));
    let digest = planned(&world, &writer, "sshd-passwords", of(given.clone()))
        .await
        .unwrap();
    let case = writer.case().await;
    let notes = &case.plan(digest).unwrap().plan.notes;
    assert!(
        notes.iter().any(|n| n.code == "sshd_facts_given"),
        "{notes:?}"
    );
    assert_eq!(world.calls(), [""; 0]);
    // A configuration alone does not say who has a key.
    let mut bare = given.clone();
    bare.keys = Part::Unseen("not-asked".into());
    let made = planned(&world, &writer, "sshd-passwords", of(bare)).await;
    assert_eq!(made, Err(NoFix::GuestNotAsked));
    world.trouble(Trouble::Offline);
    let made = planned(&world, &writer, "sshd-passwords", of(given)).await;
    assert_eq!(made, Err(NoFix::AgentOffline));
}
