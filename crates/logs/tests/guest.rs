//! What a machine's own logs and its questions for names come to in a dossier, and in a verdict.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

#[path = "common/case.rs"]
mod common;

use std::fmt::Write as _;

use jiff::Timestamp;
use rebato_core::evaluate::{Coverage, Dossier, Fact, Gap, Source, evaluate};
use rebato_core::identify::Read;
use rebato_logs::{Questions, Scan, ThreatIndex};
use serde_json::{Value, json};

use common::{INSTANCE, T0, X};

/// A finding of the second and third hours.
fn alert() -> Read {
    common::alert(3_600, 10_800)
}

fn dossier(feed: impl FnOnce(&mut Scan)) -> Dossier {
    common::dossier(&alert(), ThreatIndex::default(), feed)
}

fn time(second: i64) -> String {
    Timestamp::from_second(T0 + second).unwrap().to_string()
}

fn signals(dossier: &Dossier) -> Vec<String> {
    let verdict = evaluate(&alert().finding, None, dossier);
    verdict
        .reasons
        .into_iter()
        .map(|reason| reason.signal)
        .collect()
}

/// A line of syslog without year, at a second of the day.
fn line(second: i64, text: &str) -> String {
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("Nov 24 {hour:02}:{minute:02}:{second:02} web-3 {text}\n")
}

fn record(user: &str, second: i64) -> Vec<u8> {
    let mut out = vec![0u8; 384];
    out[0] = 7;
    out[44..44 + user.len()].copy_from_slice(user.as_bytes());
    out[340..344].copy_from_slice(&u32::try_from(T0 + second).unwrap().to_le_bytes());
    out[348..352].copy_from_slice(&[203, 0, 113, 80]);
    out
}

#[test]
fn a_login_in_two_logs_is_one_and_what_followed_weighs() {
    let mut text = String::new();
    for n in 0..8 {
        text += &line(
            4_000 + n,
            &format!("sshd[{n}]: Failed password for root from {X} port 1 ssh2"),
        );
    }
    text += &line(
        4_020,
        &format!("sshd[90]: Accepted password for root from {X} port 1 ssh2"),
    );
    text += &line(
        4_300,
        "useradd[99]: new user: name=eve, UID=0, GID=0, home=/root, shell=/bin/bash",
    );
    let both = dossier(|scan| {
        scan.auth_file("auth.log", text.as_bytes());
        scan.auth_file("wtmp", &record("root", 4_021));
    });
    let logins: Vec<&Fact> = both
        .evidence
        .iter()
        .map(|e| &e.fact)
        .filter(|fact| matches!(fact, Fact::LoginAccepted { .. }))
        .collect();
    assert!(
        matches!(&logins[..], [Fact::LoginAccepted { method, failures_before: 8, .. }] if method == "password"),
        "{logins:?}"
    );
    let change = both
        .evidence
        .iter()
        .find(|e| matches!(&e.fact, Fact::HostChange { change, about, .. } if change == "user_added" && about == "eve"))
        .unwrap();
    assert_eq!(
        (change.record.line, change.record.file.as_str()),
        (Some(10), "auth.log")
    );
    assert_eq!(change.at.unwrap().to_string(), time(4_300));
    let found = signals(&both);
    for signal in ["login-accepted", "login-after-failures", "host-change"] {
        assert!(
            found.iter().any(|name| name == signal),
            "{signal}: {found:?}"
        );
    }
    // The record alone tells of the login, too.
    let alone = dossier(|scan| scan.auth_file("wtmp", &record("root", 4_021)));
    assert!(signals(&alone).iter().any(|name| name == "login-accepted"));
    let failed = dossier(|scan| scan.auth_file("btmp", &record("root", 4_021)));
    assert!(!signals(&failed).iter().any(|name| name == "login-accepted"));
}

#[test]
fn failures_of_a_rotated_log_that_is_read_later_count() {
    let mut old = String::new();
    for n in 0..7 {
        old += &line(
            3_590 + n,
            &format!("sshd[{n}]: Failed password for bob from {X} port 1 ssh2"),
        );
    }
    // After the login, and long before it.
    old += &line(
        3_700,
        &format!("sshd[8]: Failed password for bob from {X} port 1 ssh2"),
    );
    old += &line(
        100,
        &format!("sshd[9]: Failed password for bob from {X} port 1 ssh2"),
    );
    let new = line(
        3_600,
        &format!("sshd[90]: Accepted password for bob from {X} port 1 ssh2"),
    );
    let before = |files: [&str; 2]| {
        let found = dossier(|scan| {
            for file in files {
                scan.auth_file("auth.log", file.as_bytes());
            }
        });
        found.evidence.iter().find_map(|e| match e.fact {
            Fact::LoginAccepted {
                failures_before, ..
            } => Some(failures_before),
            _ => None,
        })
    };
    assert_eq!(before([&old, &new]), Some(7));
    assert_eq!(before([&new, &old]), Some(7));
}

#[test]
fn who_comes_every_day_does_not_crowd_out_who_came_once() {
    let mut text = String::new();
    for n in 0..6_000 {
        text += &line(
            n,
            &format!("sshd[{n}]: Accepted password for ci from 198.51.100.7 port 1 ssh2"),
        );
    }
    text += &line(
        6_100,
        &format!("sshd[1]: Accepted password for root from {X} port 1 ssh2"),
    );
    let found = dossier(|scan| scan.auth_file("auth.log", text.as_bytes()));
    assert!(signals(&found).iter().any(|name| name == "login-accepted"));
}

#[test]
fn a_log_of_something_else_does_not_show_that_nobody_logged_in() {
    let of = |program: &str| {
        let lines: String = (0..240)
            .map(|minute| line(minute * 60, &format!("{program}: x")))
            .collect();
        let found = dossier(|scan| scan.auth_file("log", lines.as_bytes()));
        found.coverage[&Source::AuthLog].coverage
    };
    assert_eq!(of("nginx[7]"), Coverage::Absent);
    assert_eq!(of("CRON[7]"), Coverage::Complete);
}

#[test]
fn changes_are_folded_and_bounded() {
    let mut text = String::new();
    for n in 0..2_000 {
        text += &line(
            4_000 + n,
            "sudo: bob : PWD=/ ; USER=root ; COMMAND=/bin/true",
        );
        text += &line(
            4_000 + n,
            &format!("useradd[99]: new user: name=u{n}, UID=1001, shell=/bin/sh"),
        );
    }
    let mut scan = Scan::new(Questions {
        near: Timestamp::from_second(T0 + 86_400).ok(),
        ..Questions::default()
    });
    scan.auth_file("auth.log", text.as_bytes());
    let document = scan.finish().logins();
    let changes = document["changes"].as_array().unwrap();
    let sudo: Vec<&Value> = changes
        .iter()
        .filter(|change| change["change"] == "became_root")
        .collect();
    assert_eq!(sudo.len(), 1);
    assert_eq!(sudo[0]["count"], 2_000);
    let case = dossier(|scan| scan.auth_file("auth.log", text.as_bytes()));
    let kept = case
        .evidence
        .iter()
        .filter(|e| matches!(e.fact, Fact::HostChange { .. }))
        .count();
    assert_eq!(kept, 200);
    let why = &case.coverage[&Source::AuthLog].why;
    assert!(
        why.iter()
            .any(|gap| matches!(gap, Gap::LeftOut { kind, facts: 1_801 } if kind == "host_change")),
        "{why:?}"
    );
}

fn query(second: i64, instance: &str, name: &str, kind: &str, answer: Option<&str>) -> String {
    let answers: Vec<Value> = answer
        .iter()
        .map(|answer| json!({ "Rdata": answer, "Type": kind, "Class": "IN" }))
        .collect();
    let code = if answer.is_some() {
        "NOERROR"
    } else {
        "NXDOMAIN"
    };
    json!({ "query_timestamp": time(second), "query_name": name, "query_type": kind, "rcode": code, "answers": answers,
        "srcaddr": "10.0.0.77", "srcids": { "instance": instance } })
    .to_string()
}

#[test]
fn names_of_the_instance_are_told_and_those_of_others_are_not() {
    let mut text = String::new();
    for second in (0..14_400).step_by(600) {
        writeln!(
            text,
            "{}",
            query(
                second,
                INSTANCE,
                "ec2.eu-west-1.amazonaws.com.",
                "A",
                Some("192.0.2.1")
            )
        )
        .unwrap();
    }
    for n in 0..60u32 {
        let words = [0x9e37_79b9u32, 0x85eb_ca6b, 0xc2b2_ae35, 0x27d4_eb2f]
            .map(|odd| format!("{:08x}", (n + 1).wrapping_mul(odd)));
        let name = format!("{}.t.example.", words.concat());
        writeln!(text, "{}", query(5_000, INSTANCE, &name, "TXT", Some("x"))).unwrap();
    }
    writeln!(
        text,
        "{}",
        query(5_000, INSTANCE, "bad.example.net.", "A", Some(X))
    )
    .unwrap();
    writeln!(
        text,
        "{}",
        query(
            5_000,
            "i-other",
            "pool.supportxmr.com.",
            "A",
            Some("192.0.2.1")
        )
    )
    .unwrap();
    let found = dossier(|scan| scan.file(Source::Dns, "dns.json", text.as_bytes()));
    let domains: Vec<&str> = found
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Lookup { domain, .. } => Some(domain.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(domains, ["amazonaws.com", "t.example", "example.net"]);
    let covered = &found.coverage[&Source::Dns];
    assert_eq!(
        (covered.coverage, covered.records),
        (Coverage::Complete, 86)
    );
    let found = signals(&found);
    assert!(found.iter().any(|name| name == "dns-tunnel"), "{found:?}");
    assert!(
        found.iter().any(|name| name == "dns-led-to-suspect"),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|name| name == "dns-mining-pool"),
        "{found:?}"
    );
}

#[test]
fn a_log_of_other_machines_is_no_log_of_this_one() {
    let text = query(5_000, "i-other", "example.com.", "A", Some("192.0.2.1"));
    let found = dossier(|scan| scan.file(Source::Dns, "dns.json", text.as_bytes()));
    let covered = &found.coverage[&Source::Dns];
    assert_eq!(covered.coverage, Coverage::Absent);
    assert_eq!(covered.why, [Gap::NothingAbout { records: 1 }]);
}
