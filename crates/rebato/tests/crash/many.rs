//! Many instances contained at once, with the account's limits on calls in force: none is lost, none is left half-open, no
//! effect comes twice, whether the process lives to the end or is killed in the middle. Must not know how calls are paced.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rebato_lab::wire::{Moment, Outcome, Throttling};
use rebato_lab::{Faults, Scenario};
use serde_json::Value;
use tempfile::TempDir;

use crate::lab::{CallPoint, Kind, Stage};

/// How many, in an ordinary run and where the whole matrix is wanted.
fn count() -> u8 {
    match std::env::var("REBATO_MATRIX") {
        Ok(wish) if wish == "full" => 100,
        _ => 20,
    }
}

/// The policy contains without a person.
const POLICY: &str = r#"
schema = "rebato.policy/1"
valid_for_minutes = 60
time_zone = "UTC"
cedar = '''
@id("contain-by-itself")
permit (principal, action in [Action::"contain", Action::"auto", Action::"approve_alone"], resource);
'''
"#;

/// An account with so many broken instances, and a planned case for each.
struct Incident {
    stage: Stage,
    cases: Vec<String>,
    instances: BTreeSet<String>,
}

impl Incident {
    fn planned() -> Self {
        let copies = count() - 1;
        let mut scenario = Scenario::load("breach").unwrap().with_copies(copies);
        // A role has room for the denials of some forty instances (10,240 characters of inline policies).
        scenario.target.shared_role = false;
        let stage = Stage::playing(scenario, TempDir::new().unwrap());
        let (instances, account, region) = stage.lab.world(|world| {
            let mut all: BTreeSet<String> = world.copies.iter().cloned().collect();
            all.insert(world.target_instance.clone());
            (all, world.account_id.clone(), world.region.clone())
        });
        let mut alerts = String::new();
        for (n, instance) in instances.iter().enumerate() {
            let mut alert: Value =
                serde_json::from_str(include_str!("../fixtures/native.json")).unwrap();
            alert["id"] = format!("{n:032x}").into();
            alert["accountId"] = account.clone().into();
            alert["region"] = region.clone().into();
            alert["resource"]["instanceDetails"]["instanceId"] = instance.clone().into();
            alerts.push_str(&alert.to_string());
            alerts.push('\n');
        }
        std::fs::write(stage.folder().join("alerts.jsonl"), alerts).unwrap();
        std::fs::write(stage.folder().join("policy.toml"), POLICY).unwrap();
        let opened = stage.run(&["respond", "alerts.jsonl", "--offline"]);
        assert_eq!(opened.code(), Some(0), "{opened:#?}");
        let listed = stage.expect(&["case", "list"], 0);
        let cases: Vec<String> = listed["cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| case["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(cases.len(), instances.len(), "a case for each");
        let incident = Self {
            stage,
            cases,
            instances,
        };
        // The plans are made before the clock runs: their rehearsals are calls too.
        let planned = incident.stage.expect(&incident.words(&[]), 3);
        for case in planned["cases"].as_array().unwrap() {
            assert_eq!(
                (&case["state"], &case["exit"]),
                (&"planned".into(), &3.into())
            );
        }
        let throttling = Throttling::Aws;
        incident.stage.faults(Faults {
            throttling,
            ..Faults::none()
        });
        incident
    }

    /// The command that contains all of them.
    fn words<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let cases = self.cases.iter().map(String::as_str);
        ["contain"]
            .into_iter()
            .chain(cases)
            .chain(more.iter().copied())
            .collect()
    }

    /// Contains them to the end.
    fn contained(&self) {
        let document = self
            .stage
            .expect(&self.words(&["--policy", "policy.toml"]), 0);
        let all = document["cases"].as_array().unwrap();
        assert_eq!(all.len(), self.cases.len());
        for case in all {
            assert_eq!(case["containment"], "contained", "{case:#}");
        }
    }

    /// What must stand in the account for each instance.
    fn check(&self) {
        self.stage.lab.world(|world| {
            let mut snapshots: BTreeMap<&str, usize> = BTreeMap::new();
            for snapshot in world.snapshots.values() {
                if snapshot.tags.contains_key("rebato:case") {
                    *snapshots.entry(&snapshot.volume_id).or_default() += 1;
                }
            }
            for id in &self.instances {
                let instance = &world.instances[id];
                assert_eq!(instance.state.name(), "stopped", "{id}");
                assert!(instance.disable_api_termination, "{id}");
                assert!(instance.tags.contains_key("rebato:case"), "{id}");
                for device in &instance.block_devices {
                    let taken = snapshots.get(device.volume_id.as_str());
                    assert_eq!(taken, Some(&1), "{id}: {}", device.volume_id);
                    assert!(!device.delete_on_termination, "{id}");
                }
                for interface in world.interfaces_of(id) {
                    let groups: Vec<&str> = interface
                        .groups
                        .iter()
                        .map(|group| world.groups[group].name.as_str())
                        .collect();
                    let wanted = format!("rebato-containment-{}", instance.vpc_id);
                    assert_eq!(groups, [wanted], "{id}: {}", interface.id);
                    for address in &interface.private_addresses {
                        let elastic = world.elastic_ip_of(interface, address.ip);
                        assert!(elastic.is_none(), "{id}: {}", interface.id);
                    }
                }
            }
            let own = world.groups.values().map(|group| group.name.as_str());
            let own: Vec<&str> = own.filter(|name| name.starts_with("rebato-")).collect();
            let distinct: BTreeSet<&str> = own.iter().copied().collect();
            assert_eq!(own.len(), distinct.len(), "one of each group: {own:?}");
        });
        let verified = self.stage.expect(&["case", "verify"], 0);
        assert_eq!(
            verified["cases"].as_array().unwrap().len(),
            self.cases.len()
        );
    }
}

#[test]
fn many_instances_are_contained_at_once_within_the_accounts_limits() {
    let incident = Incident::planned();
    let (before, begun) = (incident.stage.lab.calls().len(), Instant::now());
    incident.contained();
    let took = begun.elapsed();
    incident.check();

    let calls = incident.stage.lab.calls().split_off(before);
    let is =
        |outcome: &Outcome, wanted: &str| matches!(outcome, Outcome::Error(code) if code == wanted);
    let throttled = calls
        .iter()
        .filter(|c| is(&c.outcome, "RequestLimitExceeded"))
        .count();
    let writes: Vec<_> = calls
        .iter()
        .filter(|c| !c.reads && c.outcome == Outcome::Ok)
        .collect();
    let made = |name: &str| writes.iter().filter(|c| c.operation == name).count();
    let cut = writes
        .iter()
        .filter(|c| c.operation == "ModifyNetworkInterfaceAttribute")
        .map(|c| c.end_us)
        .max()
        .unwrap();
    let first = calls.iter().map(|c| c.start_us).min().unwrap();
    eprintln!(
        "{} instances in {took:?}: the last cut off after {} ms; {} calls, {} of them writes, {throttled} throttled",
        incident.cases.len(),
        (cut - first) / 1000,
        calls.len(),
        writes.len(),
    );
    for name in ["CreateSnapshots", "StopInstances"] {
        assert_eq!(made(name), incident.cases.len(), "{name}");
    }
    assert!(
        throttled * 20 <= calls.len(),
        "{throttled} throttled: the calls are not paced"
    );
}

#[test]
fn many_that_were_killed_in_the_middle_go_forward_with_the_same_command() {
    let incident = Incident::planned();
    let point = CallPoint {
        kind: Kind::Named("ModifyNetworkInterfaceAttribute"),
        n: u64::from(count()),
        moment: Moment::After,
    };
    let words = incident.words(&["--policy", "policy.toml"]);
    assert!(incident.stage.run_killed_at(point, &words));
    incident.contained();
    incident.check();
}
