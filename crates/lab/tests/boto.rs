//! Every operation of the lab, driven by boto3: the lab's dialect is judged by a client that it was not written for.
//! Needs a Python with boto3, named by `REBATO_PYTHON`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use jiff::SignedDuration;
use rebato_lab::wire::operations;
use rebato_lab::world::IpList;
use rebato_lab::{Lab, Options, Outcome, Scenario};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boto_drives_every_operation() {
    let Ok(python) = std::env::var("REBATO_PYTHON") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "REBATO_PYTHON must be set in CI"
        );
        eprintln!("skipped: REBATO_PYTHON names no Python with boto3");
        return;
    };
    let scenario = Scenario::load("breach-scaled").unwrap();
    let lead = scenario.lead;
    let lab = Lab::start(Options::manual(
        scenario,
        11,
        "2026-11-24T00:00:00Z".parse().unwrap(),
    ))
    .unwrap();
    lab.advance(lead);
    lab.set_step(SignedDuration::from_secs(2));
    let target = lab.world(|world| {
        // No scenario has a trusted list.
        let trusted = IpList {
            id: "0123456789abcdef0123456789abcdef".to_owned(),
            name: "partners".to_owned(),
            format: "TXT".to_owned(),
            location: "s3://lists/partners.txt".to_owned(),
            status: "ACTIVE".to_owned(),
            entries: Vec::new(),
            tags: BTreeMap::new(),
        };
        world.detector.ip_sets.insert(trusted.id.clone(), trusted);
        world.target_instance.clone()
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/boto_smoke.py");
    let mut command = Command::new(python);
    command.arg(script).arg(target).envs(lab.environment());
    command
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

    let succeeded: BTreeSet<_> = lab
        .calls()
        .into_iter()
        .filter(|call| call.outcome == Outcome::Ok)
        .map(|call| (call.service, call.operation))
        .collect();
    let missing: Vec<_> = operations()
        .filter(|operation| !succeeded.contains(&(operation.service, operation.name.to_owned())))
        .map(|operation| operation.name)
        .collect();
    assert!(missing.is_empty(), "boto_smoke.py never drove {missing:?}");
    lab.shutdown().await;
}
