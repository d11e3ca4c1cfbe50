//! Findings and logs that others published, where the corpus lies beside the checkout.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

#[path = "common/corpus.rs"]
mod common;

use std::path::{Path, PathBuf};

use rebato_core::evaluate::{Dossier, Outcome, evaluate};
use rebato_core::identify::{Read, read_alert};
use rebato_logs::{Questions, Scan};
use serde_json::Value;

use common::corpus;

fn files(under: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn findings(path: &Path) -> Vec<Read> {
    let bytes = std::fs::read(path).unwrap();
    read_alert(&path.to_string_lossy(), &bytes)
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn the_real_finding_is_read_through_its_envelopes_and_decides_nothing_alone() {
    let Some(corpus) = corpus("") else { return };
    let folder = corpus.join("findings/alertlogic__cwe-collector");
    let event =
        &findings(&folder.join("decoded/maliciousipcaller_custom_real_2017_eventbridge.json"))[0];
    let stream = &findings(&folder.join("GD_ONLY_KINESIS_TEST_EVENT.json"))[0];
    assert_eq!(event.finding, stream.finding);
    assert_eq!(
        (
            event.alert.envelope.as_str(),
            stream.alert.envelope.as_str()
        ),
        ("eventbridge", "kinesis+eventbridge")
    );
    let finding = &event.finding;
    assert_eq!(finding.instance_id.as_deref(), Some("i-0961e0b3af8b3ec39"));
    assert_eq!(
        (finding.threat_lists.len(), finding.blocked, finding.sample),
        (1, Some(true), false)
    );
    assert_eq!(
        (finding.local_ports.as_slice(), finding.remote[0].port),
        (&[4487][..], Some(44705))
    );
    let dossier = Dossier::of_alert(finding, &event.alert);
    assert_eq!(
        evaluate(finding, None, &dossier).outcome,
        Outcome::Inconclusive
    );
}

#[test]
fn every_finding_is_read_and_samples_are_known() {
    let Some(corpus) = corpus("") else { return };
    let all = files(&corpus.join("findings"));
    let read: Vec<Read> = all.iter().flat_map(|path| findings(path)).collect();
    assert!(read.len() > 20, "{}", read.len());
    for one in &read {
        assert!(
            one.finding.problems.is_empty(),
            "{}: {:?}",
            one.alert.source,
            one.finding.problems
        );
        let made_up = one.finding.is_about("i-99999999");
        assert!(!made_up || one.finding.sample, "{}", one.alert.source);
    }
    // What a peer's parser read of the same finding.
    let peer = corpus.join(
        "findings/SEKOIA-IO__intake-formats/AWS/aws-guardduty/tests/event_instance_network.json",
    );
    let peer: Value = serde_json::from_slice(&std::fs::read(peer).unwrap()).unwrap();
    let message = peer["input"]["message"].as_str().unwrap();
    let found = read_alert("peer", message.as_bytes())
        .remove(0)
        .unwrap()
        .finding;
    assert_eq!(
        Some(found.account.as_deref().unwrap()),
        peer["expected"]["cloud"]["account"]["id"].as_str()
    );
    assert_eq!(found.family, "ec2");
}

#[test]
fn logins_are_those_that_the_origins_count() {
    let Some(corpus) = corpus("") else { return };
    let rows = |name: &str| {
        let bytes = std::fs::read(corpus.join("authlog").join(name)).unwrap();
        let mut scan = Scan::new(Questions::default());
        scan.auth_file(name, &bytes);
        scan.finish().logins()["by_ip"].as_array().unwrap().clone()
    };
    let of = |rows: &[Value], ip: &str| -> (u64, u64) {
        let row = rows.iter().find(|row| row["ip"] == ip).unwrap();
        (
            row["failed"].as_u64().unwrap(),
            row["accepted"].as_u64().unwrap(),
        )
    };
    let ec2 = rows("elastic__examples/ec2_ubuntu_auth.part1.log.gz");
    assert_eq!(of(&ec2, "24.151.103.17"), (3, 26));
    assert_eq!(of(&ec2, "85.245.107.41").1, 54);
    let lab = rows("logpai__loghub/OpenSSH/OpenSSH_2k.log.gz");
    assert_eq!(of(&lab, "119.137.62.142").1, 1);
    assert_eq!(lab.iter().filter(|row| row["failed"] != 0).count(), 23);
}

/// Failures and logins of every address in a file of the corpus.
fn counts(corpus: &Path, name: &str) -> Vec<(String, u64, u64)> {
    let bytes = std::fs::read(corpus.join("authlog").join(name)).unwrap();
    let mut scan = Scan::new(Questions::default());
    scan.auth_file(name, &bytes);
    let answers = scan.finish();
    let document = answers.logins();
    let rows = document.get("by_ip").and_then(Value::as_array).unwrap();
    rows.iter()
        .map(|row| {
            let number = |name: &str| row.get(name).and_then(Value::as_u64).unwrap();
            (
                row.get("ip").and_then(Value::as_str).unwrap().to_owned(),
                number("failed").max(number("invalid_users")),
                number("accepted"),
            )
        })
        .collect()
}

#[test]
fn scanners_of_the_real_host_never_got_in() {
    let Some(corpus) = corpus("") else { return };
    let rows = counts(&corpus, "elastic__examples/ec2_ubuntu_auth.part1.log.gz");
    let mut inside: Vec<&str> = rows
        .iter()
        .filter(|row| row.2 > 0)
        .map(|row| row.0.as_str())
        .collect();
    inside.sort_unstable();
    let out = rows.iter().filter(|row| row.1 > 0 && row.2 == 0).count();
    // Two of the operator's addresses, the guessed account, and the machine itself.
    assert_eq!(
        inside,
        [
            "127.0.0.1",
            "24.151.103.17",
            "85.245.107.41",
            "95.93.96.191"
        ]
    );
    assert!(out > 20, "{out}");
}

#[test]
fn every_line_of_peers_tests_comes_to_their_verdict() {
    let Some(corpus) = corpus("") else { return };
    // CrowdSec's cases: all are attacks.
    let bf = counts(&corpus, "crowdsecurity__hub/.tests/ssh-bf/ssh-bf.log");
    assert_eq!(bf, [("35.188.49.176".to_owned(), 6, 0)]);
    let all = counts(&corpus, "crowdsecurity__hub/.tests/sshd-logs/sshd-logs.log");
    assert!(all.iter().all(|row| row.1 > 0 && row.2 == 0), "{all:?}");
    assert!(
        [
            "35.188.49.176",
            "5.33.63.160",
            "206.81.24.125",
            "192.168.1.1",
            "192.168.1.2",
            "192.168.1.3"
        ]
        .iter()
        .all(|ip| all.iter().any(|row| row.0 == *ip)),
        "{all:?}"
    );
    // plaso's: three accepted by key, one by password.
    let plaso = counts(
        &corpus,
        "log2timeline__plaso/test_data/syslog/syslog_ssh.log",
    );
    let of = |ip: &str| {
        plaso
            .iter()
            .find(|row| row.0 == ip)
            .map(|row| (row.1, row.2))
    };
    assert_eq!(of("192.168.0.1"), Some((0, 1)));
    assert_eq!(of("2001:db8:a0b:12f0::1"), Some((0, 1)));
    assert_eq!(of("192.0.2.60"), Some((0, 3)));
    assert_eq!(of("188.124.3.41"), Some((1, 0)));
    // Sekoia's: one message each, with its outcome.
    for path in files(&corpus.join("authlog/SEKOIA-IO__intake-formats")) {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let message = case["input"]["message"].as_str().unwrap().trim();
        let line = format!("2026-11-24T02:00:00Z h sshd[1]: {message}\n");
        let mut scan = Scan::new(Questions::default());
        scan.auth_file("log", line.as_bytes());
        let rows = scan.finish().logins()["by_ip"].as_array().unwrap().clone();
        let source = case["expected"]["source"]["address"].as_str();
        let failed = case["expected"]["event"]["outcome"] == "failure";
        let login = case["expected"]["event"]["category"][0] == "authentication";
        for row in &rows {
            let accepted = row["accepted"].as_u64().unwrap() > 0;
            assert!(!(accepted && failed), "{message}");
            let domain = source.is_some_and(|address| message.contains(&format!("@{address}")));
            assert!(domain || row["ip"].as_str() == source, "{message}: {row}");
        }
        let keyless = message.starts_with("Postponed") || source.is_none();
        assert!(!login || keyless || !rows.is_empty(), "{message}");
    }
}

#[test]
fn sessions_in_utmp_are_those_that_plaso_reads() {
    let Some(corpus) = corpus("") else { return };
    let folder = "log2timeline__plaso/test_data/utmp";
    let rows = counts(&corpus, &format!("{folder}/wtmp.1"));
    assert_eq!(rows, [("10.10.122.1".to_owned(), 0, 1)]);
    assert!(
        counts(&corpus, &format!("{folder}/utmp")).is_empty(),
        "all at the machine itself"
    );
    let bytes = std::fs::read(corpus.join("authlog").join(folder).join("wtmp.1")).unwrap();
    let mut scan = Scan::new(Questions::default());
    scan.auth_file("wtmp.1", &bytes);
    assert!(
        scan.finish().skipped()[0]
            .why
            .contains("1 bytes after record 4")
    );
}

#[test]
fn flow_logs_and_cloudtrail_are_read_to_the_last_record() {
    let Some(corpus) = corpus("") else { return };
    let mut scan = Scan::new(Questions::default());
    for name in ["test-extra-samples.log", "test-v5-all-fields.log"] {
        let path = corpus.join("vpcflow/elastic__integrations").join(name);
        scan.flow_file(name, &std::fs::read(path).unwrap());
    }
    for path in files(&corpus.join("cloudtrail/invictus-ir__aws_dataset")) {
        scan.trail_file(&path.to_string_lossy(), &std::fs::read(&path).unwrap());
    }
    for path in files(&corpus.join("cloudtrail/DataDog__stratus-red-team")) {
        scan.trail_file(&path.to_string_lossy(), &std::fs::read(&path).unwrap());
    }
    let answers = scan.finish();
    assert!(answers.skipped().is_empty(), "{:?}", answers.skipped());
    assert_eq!(
        (
            answers.flows()["records"].as_u64(),
            answers.flows()["matched"].as_u64()
        ),
        (Some(8), Some(6))
    );
    let activity = answers.activity();
    let calls = activity["calls"].as_array().unwrap();
    let sum: u64 = calls.iter().filter_map(|call| call["count"].as_u64()).sum();
    assert_eq!(Some(sum), activity["records"].as_u64());
    assert!(calls.iter().any(|call| {
        call["source_ip"]
            .as_str()
            .is_some_and(|ip| ip.parse::<std::net::IpAddr>().is_err())
    }));
}
