//! The lab's dialect, judged from outside: every operation driven by boto3, a client that it was not written for, each
//! answer held against the service models, and moto asked for a second opinion. Needs a Python with boto3 and moto,
//! named by `REBATO_PYTHON`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests fail by panicking and say when they skip"
)]

use std::collections::BTreeSet;
use std::process::Command;

use jiff::SignedDuration;
use rebato_lab::scenario::{ListKindSpec, ListSpec};
use rebato_lab::wire::{Service, operations};
use rebato_lab::{Lab, Options, Outcome, Scenario};

/// A lab in which there is something of everything.
fn lab() -> Lab {
    let mut scenario = Scenario::load("breach-scaled").unwrap();
    scenario.logs.dns = true;
    // No scenario has lists of these kinds.
    for (name, kind) in [
        ("partners", ListKindSpec::Trusted),
        ("entities", ListKindSpec::ThreatEntity),
        ("friends", ListKindSpec::TrustedEntity),
    ] {
        scenario.lists.push(ListSpec {
            name: name.to_owned(),
            kind,
            entries: vec!["192.0.2.99".to_owned()],
        });
    }
    let lead = scenario.lead;
    let start = "2026-11-24T00:00:00Z".parse().unwrap();
    let lab = Lab::start(Options::manual(scenario, 11, start)).unwrap();
    lab.advance(lead);
    lab.set_step(SignedDuration::from_secs(2));
    lab
}

/// Runs a script of this folder against the lab; false when there is no Python to run it.
async fn run(lab: &Lab, script: &str) -> bool {
    let Ok(python) = std::env::var("REBATO_PYTHON") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "REBATO_PYTHON must be set in CI"
        );
        println!("skipped: REBATO_PYTHON names no Python with boto3 and moto");
        return false;
    };
    let mut command = Command::new(python);
    command
        .arg(format!("{}/tests/{script}", env!("CARGO_MANIFEST_DIR")))
        .arg(lab.world(|world| world.target_instance.clone()))
        .envs(lab.environment())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN");
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boto_drives_every_operation() {
    let lab = lab();
    if !run(&lab, "boto_smoke.py").await {
        return;
    }
    let succeeded: BTreeSet<_> = lab
        .calls()
        .into_iter()
        .filter(|call| call.outcome == Outcome::Ok)
        .map(|call| (call.service, call.operation))
        .collect();
    let refused = lab.world(|world| {
        let mut events = world.events.iter();
        events.any(|event| {
            event.name == "DescribeRegions"
                && event.record["errorCode"] == "Client.UnauthorizedOperation"
        })
    });
    assert!(refused, "the trail shows what a policy denied");
    let missing: Vec<_> = operations()
        .filter(|operation| !succeeded.contains(&(operation.service, operation.name.to_owned())))
        .map(|operation| operation.name)
        .collect();
    assert!(
        missing.is_empty(),
        "boto_smoke.py never drove {missing:?} to success"
    );
    let tried: BTreeSet<_> = lab
        .calls()
        .into_iter()
        .filter(|call| call.dry_run && call.outcome == Outcome::Error("DryRunOperation".to_owned()))
        .map(|call| call.operation)
        .collect();
    let untried: Vec<_> = operations()
        .filter(|operation| operation.service == Service::Ec2 && operation.writes)
        .map(|operation| operation.name)
        .filter(|name| !tried.contains(*name) && !name.contains("IamInstanceProfile"))
        .collect();
    assert!(
        untried.is_empty(),
        "boto_smoke.py never tried {untried:?} with DryRun"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moto_gives_the_same_answers() {
    run(&lab(), "second_opinion.py").await;
}
