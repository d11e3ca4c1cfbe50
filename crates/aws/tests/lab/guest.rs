//! Commands in guests of the simulated account: what the agent answers, however it answers, and what the reader makes of it.

use rebato_core::harden::{CheckResult, Posture, Status, check};
use rebato_core::identify::Finding;
use rebato_engine::{probe, said};
use rebato_lab::world::{Answers, GuestSpec, GuestSystem};

use super::*;

async fn stage(guest: GuestSpec) -> Stage {
    let mut scenario = Scenario::load("attempt").unwrap();
    scenario.target.guest = guest;
    Stage::of(scenario).await
}

/// Looks inside, and judges. Answers why nothing was said, and the results about the operating system.
async fn look(stage: &Stage, wait: u32) -> (Result<(), String>, Vec<CheckResult>) {
    let subject = stage.subject().await;
    let windows = subject.platform.as_deref() == Some("windows");
    let mut command = probe(&stage.instance, windows);
    command.wait = wait;
    let found = match stage.cloud.in_guest(&command).await {
        Ok(answer) => said(&answer.status, &answer.output).map_err(str::to_owned),
        Err(error) => Err(error.code().to_owned()),
    };
    let posture = Posture {
        guest: found.as_ref().ok().cloned(),
        ..stage.cloud.posture(&subject).await.unwrap()
    };
    let finding = Finding {
        first_seen: subject
            .read_at
            .checked_sub(SignedDuration::from_hours(2))
            .ok(),
        ..Finding::manual(&stage.instance, "", "", subject.read_at)
    };
    let mut results = check(&subject, &posture, &finding);
    results.retain(|r| r.scope == rebato_core::harden::Scope::Guest);
    (found.map(|_| ()), results)
}

fn names(results: &[CheckResult], status: Status) -> Vec<&str> {
    let of = results.iter().filter(|r| r.status == status);
    of.map(|r| r.check.as_str()).collect()
}

#[tokio::test]
async fn a_hardened_guest_passes_and_a_weak_one_fails() {
    for system in [GuestSystem::Linux, GuestSystem::Windows] {
        let spec = |hardened| GuestSpec {
            system,
            hardened,
            scanned_days_ago: Some(3),
            ..GuestSpec::default()
        };
        let (found, results) = look(&stage(spec(true)).await, 30).await;
        assert_eq!(found, Ok(()));
        assert_eq!(names(&results, Status::Fail), [""; 0], "{system:?}");
        assert_eq!(names(&results, Status::Unknown), [""; 0], "{system:?}");
        let (found, results) = look(&stage(spec(false)).await, 30).await;
        assert_eq!(found, Ok(()));
        let failed = names(&results, Status::Fail);
        let wanted: &[&str] = match system {
            GuestSystem::Linux => &[
                "sshd-root-login",
                "sshd-passwords",
                "authorized-keys",
                "uid0-users",
                "patch-state",
            ],
            GuestSystem::Windows => &[
                "rdp-nla",
                "windows-administrators",
                "windows-firewall",
                "windows-patches",
            ],
        };
        for name in wanted {
            assert!(failed.contains(name), "{name}: {failed:?}");
        }
    }
}

#[tokio::test]
async fn an_agent_that_answers_badly_makes_nothing_pass() {
    for (answers, wait, wanted) in [
        (Answers::Slow, 30, Ok(())),
        (Answers::Never, 1, Err("command-timed-out")),
        (Answers::Fails, 30, Err("command-failed")),
        (Answers::Cut, 30, Ok(())),
    ] {
        let spec = GuestSpec {
            answers,
            ..GuestSpec::default()
        };
        let (found, results) = look(&stage(spec).await, wait).await;
        assert_eq!(found, wanted.map_err(str::to_owned), "{answers:?}");
        if answers != Answers::Slow {
            let unknown = names(&results, Status::Unknown);
            assert!(unknown.contains(&"uid0-users"), "{answers:?} {unknown:?}");
        }
        if wanted.is_err() {
            assert_eq!(names(&results, Status::Pass), [""; 0], "{answers:?}");
        }
    }
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let spec = GuestSpec {
        hardened: true,
        answers: Answers::Hostile,
        ..GuestSpec::default()
    };
    let (found, results) = look(&stage(spec).await, 30).await;
    assert_eq!(found, Ok(()));
    let uid0 = results.iter().find(|r| r.check == "uid0-users").unwrap();
    assert_eq!(uid0.status, Status::Fail, "{:?}", uid0.evidence);
    assert!(uid0.evidence.iter().any(|line| line.contains("<script>")));
}

#[tokio::test]
async fn an_agent_that_is_not_there_is_refused_by_the_account() {
    let stage = stage(GuestSpec::default()).await;
    stage.lab.world(|world| {
        let target = world.target_instance.clone();
        let managed = world.managed_instances.get_mut(&target).unwrap();
        managed.ping_status = "ConnectionLost".into();
    });
    let refused = stage.cloud.in_guest(&probe(&stage.instance, false)).await;
    let Err(error) = refused else {
        panic!("it was taken: {refused:?}");
    };
    assert_eq!(error.code(), "InvalidInstanceId");
    assert!(!matches!(error, CloudError::Denied { .. }));
    assert_eq!(stage.count("SendCommand"), 1);
}
