//! One pass over files of every kind: the three documents, the dossier, and what bad bytes do to them.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "common/case.rs"]
mod common;

use std::fmt::Write as _;
use std::io::Write as _;

use jiff::Timestamp;
use proptest::prelude::*;
use rebato_core::evaluate::{Coverage, Dossier, Fact, Gap, Outcome, Source, evaluate};
use rebato_core::identify::{Direction, Read};
use rebato_logs::{Questions, Scan, ThreatIndex};
use serde_json::{Value, json};

use common::{T0, X};

/// A finding of the second and third hours.
fn alert() -> Read {
    common::alert(3_600, 10_800)
}

fn dossier(feed: impl FnOnce(&mut Scan)) -> Dossier {
    common::dossier(&alert(), threat(), feed)
}

fn threat() -> ThreatIndex {
    ThreatIndex::new([("203.0.113.0/24".parse().unwrap(), "soc", "203.0.113.0/24")])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const HEADER: &str = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction";

/// A line of the header above at a second after the beginning.
fn flow(
    at: i64,
    remote: &str,
    ports: (u16, u16),
    inbound: bool,
    bytes: u64,
    flags: u8,
    action: &str,
) -> String {
    let (src, dst, way) = if inbound {
        (remote, "10.0.0.5", "ingress")
    } else {
        ("10.0.0.5", remote, "egress")
    };
    let (start, end) = (T0 + at, T0 + at + 50);
    format!(
        "eni-1 {src} {dst} {} {} 6 {} {bytes} {start} {end} {action} OK {flags} {way}\n",
        ports.0,
        ports.1,
        bytes / 100 + 1
    )
}

/// Four hours of records that say that there is nothing to say.
fn quiet() -> String {
    let mut out = format!("{HEADER}\n");
    for minute in (0..240).step_by(5) {
        let (start, end) = (T0 + minute * 60, T0 + minute * 60 + 59);
        writeln!(out, "eni-1 - - - - - - - {start} {end} - NODATA - -").unwrap();
    }
    out
}

fn talks(dossier: &Dossier) -> Vec<&rebato_core::evaluate::Conversation> {
    let found = dossier.evidence.iter().filter_map(|e| match &e.fact {
        Fact::Conversation(talk) => Some(talk),
        _ => None,
    });
    found.collect()
}

#[test]
fn both_directions_of_a_conversation_are_one_and_its_longest_session_is_one_connection() {
    let mut text = quiet();
    // Sixty refused passwords, each eight seconds: never one long session.
    for n in 0..60u16 {
        let at = 3_600 + i64::from(n) * 60;
        text += &flow(at, X, (40_000 + n, 22), true, 1_500, 3, "ACCEPT")
            .replace(&format!("{}", T0 + at + 50), &format!("{}", T0 + at + 8));
        text += &flow(at, X, (22, 40_000 + n), false, 2_500, 19, "ACCEPT")
            .replace(&format!("{}", T0 + at + 50), &format!("{}", T0 + at + 8));
    }
    let found = dossier(|scan| scan.flow_file("flows", text.as_bytes()));
    let all = talks(&found);
    assert_eq!(all.len(), 1);
    let talk = all[0];
    assert_eq!(
        (talk.direction, talk.port, talk.direction_guessed),
        (Direction::Inbound, Some(22), false)
    );
    assert_eq!(
        (
            talk.accepted_in.flows,
            talk.accepted_out.flows,
            talk.longest_session_s
        ),
        (60, 60, 8)
    );
    assert_eq!(
        (talk.accepted_in.flags, talk.accepted_out.flags),
        (Some(3), Some(19))
    );
    // Now one connection goes on for half an hour.
    for n in 0..30 {
        text += &flow(7_200 + n * 60, X, (50_000, 22), true, 800, 0, "ACCEPT");
        text += &flow(7_200 + n * 60, X, (22, 50_000), false, 4_000, 0, "ACCEPT");
    }
    let found = dossier(|scan| scan.flow_file("flows", &gzip(text.as_bytes())));
    let all = talks(&found);
    assert_eq!(
        (
            all.len(),
            all[0].longest_session_s,
            all[0].session_bytes_out,
            all[0].mid_stream
        ),
        (1, 1_790, 120_000, true)
    );
    let record = &found
        .evidence
        .iter()
        .find(|e| matches!(e.fact, Fact::Conversation(_)))
        .unwrap()
        .record;
    assert_eq!((record.file.as_str(), record.line), ("flows", Some(50)));
}

#[test]
fn regular_calls_are_a_beacon_and_irregular_ones_are_not() {
    let calls = |spread: i64| {
        let mut text = quiet();
        for n in 0..40u16 {
            let wobble = (i64::from(n) * 7_919 % 101 - 50) * spread / 50;
            let at = 3_600 + i64::from(n) * 120 + wobble;
            text += &flow(
                at,
                "198.51.100.9",
                (45_000 + n, 443),
                false,
                300,
                3,
                "ACCEPT",
            );
            text += &flow(
                at,
                "198.51.100.9",
                (443, 45_000 + n),
                true,
                300,
                19,
                "ACCEPT",
            );
        }
        let found = dossier(|scan| scan.flow_file("flows", text.as_bytes()));
        found.evidence.iter().any(|e| {
            matches!(
                e.fact,
                Fact::Beacon {
                    connects: 40,
                    port: 443,
                    ..
                }
            )
        })
    };
    assert!(calls(0) && calls(12));
    assert!(!calls(60), "half of the distance, either way");
}

#[test]
fn a_scan_is_many_ports_with_few_packets() {
    let knock = |ports: u16| {
        let text: String = (0..ports)
            .map(|n| flow(3_700, X, (50_000, 1_000 + n), true, 60, 2, "REJECT"))
            .collect();
        let found = dossier(|scan| scan.flow_file("flows", (quiet() + &text).as_bytes()));
        found
            .evidence
            .iter()
            .any(|e| matches!(e.fact, Fact::Scan { rejected, .. } if rejected == u64::from(ports)))
    };
    assert!(knock(12) && !knock(4));
}

#[test]
fn coverage_is_complete_partial_or_absent_with_a_reason() {
    let of = |found: &Dossier, source: Source| {
        (found.covered(source), found.coverage[&source].why.clone())
    };
    let nothing = dossier(|_| ());
    assert_eq!(
        of(&nothing, Source::FlowLogs),
        (Coverage::Absent, vec![Gap::NotGiven])
    );
    let whole = dossier(|scan| scan.flow_file("flows", quiet().as_bytes()));
    assert_eq!(of(&whole, Source::FlowLogs), (Coverage::Complete, vec![]));
    let half: String = quiet()
        .lines()
        .take(20)
        .fold(String::new(), |out, line| out + line + "\n");
    let half = dossier(|scan| scan.flow_file("flows", half.as_bytes()));
    assert!(
        matches!(of(&half, Source::FlowLogs), (Coverage::Partial, why) if matches!(why[..], [Gap::Window { .. }]))
    );
    let skipped = quiet().replacen("NODATA", "SKIPDATA", 2);
    let skipped = dossier(|scan| scan.flow_file("flows", skipped.as_bytes()));
    assert_eq!(
        of(&skipped, Source::FlowLogs),
        (Coverage::Partial, vec![Gap::SkipData { records: 2 }])
    );
    let other =
        dossier(|scan| scan.flow_file("flows", quiet().replace("eni-1", "eni-9").as_bytes()));
    assert!(
        matches!(of(&other, Source::FlowLogs), (Coverage::Absent, why) if matches!(why[..], [Gap::NothingAbout { .. }]))
    );
    let packed = gzip(quiet().as_bytes());
    let cut = dossier(|scan| {
        scan.flow_file("flows", quiet().as_bytes());
        scan.flow_file("cut.gz", &packed[..packed.len() / 2]);
    });
    assert!(
        matches!(of(&cut, Source::FlowLogs), (Coverage::Partial, why) if matches!(&why[..], [Gap::Skipped { file, .. }] if file == "cut.gz"))
    );
    let refused = dossier(|scan| scan.gap(Source::Cloudtrail, Gap::NotEnabled));
    assert_eq!(
        of(&refused, Source::Cloudtrail),
        (Coverage::Absent, vec![Gap::NotEnabled])
    );
    // Read where it lies, over the whole window: its silence is an answer.
    let at = |minute: i64| Timestamp::from_second(T0 + minute * 60).unwrap();
    let read = dossier(|scan| scan.covered(Source::AuthLog, at(0), at(240)));
    assert_eq!(of(&read, Source::AuthLog), (Coverage::Complete, vec![]));
    let read = dossier(|scan| scan.covered(Source::AuthLog, at(0), at(90)));
    assert_eq!(of(&read, Source::AuthLog).0, Coverage::Partial);
}

#[test]
fn logins_look_back_ten_minutes_and_not_at_strangers_keys() {
    let line = |second: i64, text: &str| {
        let at = Timestamp::from_second(T0 + second)
            .unwrap()
            .strftime("%b %e %H:%M:%S")
            .to_string();
        format!("{at} web sshd[1]: {text}\n")
    };
    let mut text = String::new();
    for n in 0..9 {
        text += &line(
            3_600 + n * 20,
            &format!("Failed password for deploy from {X} port 40000 ssh2"),
        );
    }
    text += &line(
        3_800,
        &format!("Accepted password for deploy from {X} port 40001 ssh2"),
    );
    text += &line(
        3_801,
        "Accepted publickey for deploy from 192.0.2.77 port 40001 ssh2: RSA SHA256:x",
    );
    text += &line(
        9_000,
        &format!("Accepted password for deploy from {X} port 40002 ssh2"),
    );
    text += &line(
        9_100,
        &format!("Accepted password for ana from {X} port 40003 ssh2"),
    );
    let found = dossier(|scan| scan.auth_file("auth.log", text.as_bytes()));
    let logins: Vec<(String, u64, u64)> = found
        .evidence
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::LoginAccepted {
                ip,
                failures_before,
                count,
                ..
            } => Some((ip.to_string(), *failures_before, *count)),
            _ => None,
        })
        .collect();
    let wanted = [(X, 9, 2), ("192.0.2.77", 0, 1), (X, 0, 1)]
        .map(|(ip, n, count)| (ip.to_owned(), n, count));
    assert_eq!(logins, wanted);
    let year = found
        .evidence
        .iter()
        .find(|e| matches!(e.fact, Fact::LoginAccepted { .. }))
        .unwrap()
        .at
        .unwrap();
    assert_eq!(
        year.to_string(),
        "2026-11-24T01:03:20Z",
        "the year comes from the finding"
    );
    assert_eq!(
        evaluate(&alert().finding, None, &found).outcome,
        Outcome::Succeeded
    );
}

#[test]
fn evidence_is_in_order_and_every_id_is_there_once() {
    let trail = json!({ "Records": [
        { "eventTime": "2026-11-24T02:00:00Z", "eventName": "ListBuckets", "eventSource": "s3.amazonaws.com", "sourceIPAddress": X, "eventID": "ev-1",
          "userIdentity": { "type": "AssumedRole", "principalId": "AROA:i-0abc1234def567890" } },
        { "eventTime": "2026-11-24T02:00:00Z", "eventName": "ListBuckets", "eventSource": "s3.amazonaws.com", "sourceIPAddress": "192.0.2.200", "eventID": "ev-2",
          "userIdentity": { "type": "IAMUser", "userName": "ana" } } ] });
    let text = quiet() + &flow(3_700, X, (50_000, 22), true, 60, 2, "ACCEPT");
    let found = dossier(|scan| {
        scan.flow_file("flows", text.as_bytes());
        scan.trail_file("trail", trail.to_string().as_bytes());
        scan.finding_file("findings", br#"{"findings":[]}"#);
    });
    let ids: Vec<String> = found.evidence.iter().map(|e| e.id.clone()).collect();
    assert_eq!(
        ids,
        (1..=ids.len()).map(|n| format!("e{n}")).collect::<Vec<_>>()
    );
    let times: Vec<_> = found.evidence.iter().filter_map(|e| e.at).collect();
    assert!(times.is_sorted());
    let calls: Vec<_> = found
        .evidence
        .iter()
        .filter(|e| e.source == Source::Cloudtrail)
        .collect();
    assert_eq!(calls.len(), 1, "what a stranger did is no evidence");
    assert_eq!(calls[0].record.id.as_deref(), Some("ev-1"));
    assert_eq!(
        found.covered(Source::Findings),
        Coverage::Complete,
        "none is an answer"
    );
    assert!(
        found
            .evidence
            .iter()
            .any(|e| matches!(&e.fact, Fact::ThreatMatch { width: 256, .. }))
    );
}

#[test]
fn the_documents_have_the_shape_of_the_contract() {
    let text = format!(
        "{HEADER}\n{}{}{}",
        flow(0, X, (40_000, 22), true, 100, 2, "ACCEPT"),
        flow(60, X, (40_001, 22), true, 200, 2, "ACCEPT"),
        flow(120, X, (40_001, 22), true, 60, 2, "REJECT"),
    );
    let mut scan = Scan::new(Questions {
        threat: threat(),
        ..Questions::default()
    });
    scan.flow_file("flows", text.as_bytes());
    scan.flow_file("not.log", b"nothing of the kind");
    let flows = scan.finish().flows();
    assert_eq!(
        (
            flows["records"].as_u64(),
            flows["matched"].as_u64(),
            flows["files"].as_u64()
        ),
        (Some(3), Some(3), Some(2))
    );
    assert_eq!(flows["skipped"][0]["file"], "not.log");
    let rows = flows["conversations"].as_array().unwrap();
    let accepted = rows.iter().find(|row| row["action"] == "ACCEPT").unwrap();
    let wanted = json!({
        "interface": "eni-1", "local_ip": "10.0.0.5", "remote_ip": X, "remote_port": null, "local_port": 22, "dst_port": 22, "protocol": 6,
        "action": "ACCEPT", "direction": "inbound", "flows": 2, "packets": 5, "bytes": 300,
        "first": "2026-11-24T00:00:00Z", "last": "2026-11-24T00:01:50Z",
    });
    assert_eq!((rows.len(), accepted), (2, &wanted));
    let hit = &flows["threat_hits"][0];
    assert_eq!(
        (
            hit["flows"].as_u64(),
            hit["accepted"].as_u64(),
            hit["rejected"].as_u64(),
            hit["bytes"].as_u64()
        ),
        (Some(3), Some(2), Some(1), Some(360))
    );
    assert_eq!(
        flows["totals"],
        json!({ "threat_ips": 1, "threat_flows": 3 })
    );

    let narrow = |questions: Questions| -> Value {
        let mut scan = Scan::new(questions);
        scan.flow_file("flows", text.as_bytes());
        scan.finish().flows()
    };
    assert_eq!(
        narrow(Questions {
            interfaces: vec!["eni-2".into()],
            ..Questions::default()
        })["matched"],
        0
    );
    assert_eq!(
        narrow(Questions {
            only_ips: vec!["192.0.2.1".parse().unwrap()],
            ..Questions::default()
        })["matched"],
        0
    );
    let since = Timestamp::from_second(T0 + 115).unwrap();
    assert_eq!(
        narrow(Questions {
            since: Some(since),
            ..Questions::default()
        })["matched"],
        1
    );
}

#[test]
fn only_what_is_listed_is_matched_and_files_out_of_the_window_are_counted() {
    let text = format!(
        "{HEADER}\n{}{}",
        flow(0, X, (50_000, 22), true, 900, 2, "ACCEPT"),
        flow(9, "198.51.100.9", (50_000, 443), true, 900, 2, "ACCEPT")
    );
    let mut scan = Scan::new(Questions {
        threat: threat(),
        only_listed: true,
        since: Timestamp::from_second(T0).ok(),
        until: Timestamp::from_second(T0 + 3600).ok(),
        ..Questions::default()
    });
    let name = |stamp: &str| format!("111122223333_vpcflowlogs_eu-west-1_fl-1_{stamp}Z_1.log.gz");
    for stamp in ["20261124T0000", "20261123T2200", "20261124T0400"] {
        if scan.wants(Source::FlowLogs, &name(stamp)) {
            scan.flow_file(&name(stamp), text.as_bytes());
        }
    }
    let document = scan.finish().flows();
    let number = |key: &str| document.get(key).and_then(Value::as_u64);
    assert_eq!(
        (number("records"), number("matched"), number("pruned")),
        (Some(2), Some(1), Some(2))
    );
    let conversations = document.get("conversations").unwrap();
    assert_eq!(conversations.as_array().unwrap().len(), 1);
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let scraps = prop::sample::select(vec![
        "eni-1",
        "203.0.113.80",
        " ",
        "\n",
        "ACCEPT",
        "OK",
        "-",
        "2",
        "{",
        "}",
        "[",
        "\"message\":",
        "Records",
        ":",
        ",",
        "sshd[1]: ",
        "Nov 24 01:00:00 h ",
        "Failed password for ",
        " from ",
        "port 22 ssh2",
        "rhost=",
        "message repeated ",
        "\u{1f}\u{8b}",
        "version",
        "srcaddr dstaddr",
        "é",
        "999999999999999999999",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        prop::collection::vec(scraps, 0..60).prop_map(|scraps| scraps.concat().into_bytes()),
    ]
}

proptest! {
    #[test]
    fn no_bytes_panic_any_reader(bytes in bytes(), packed in any::<bool>()) {
        let bytes = if packed { gzip(&bytes) } else { bytes };
        for source in Source::ALL {
            for case in [false, true] {
                let read = alert();
                let mut scan = Scan::new(Questions { case, near: Some(Timestamp::UNIX_EPOCH), ..Questions::of_case(&read.finding, None, threat()) });
                scan.file(source, "x", &bytes);
                let answers = scan.finish();
                let _ = (answers.flows(), answers.activity(), answers.logins());
                let dossier = answers.dossier(&read.finding, [(&read.alert, &read.finding)]);
                let _ = evaluate(&read.finding, None, &dossier);
            }
        }
    }

    #[test]
    fn a_good_line_beside_bad_ones_is_always_read(before in "[ -~]{0,60}", after in "[ -~]{0,60}") {
        let good = "2 1 eni-1 203.0.113.80 10.0.0.5 40000 22 6 20 4249 1418530010 1418530070 ACCEPT OK";
        prop_assume!(![&before, &after].iter().any(|line| line.trim_start().starts_with(['{', '['])));
        prop_assume!(!before.contains("addr"));
        let mut scan = Scan::new(Questions::default());
        scan.flow_file("x", format!("{before}\n{good}\n{after}").as_bytes());
        prop_assert!(scan.finish().flows()["matched"].as_u64() >= Some(1));

        let good = "Nov 24 01:00:00 h sshd[1]: Failed password for root from 203.0.113.80 port 1 ssh2";
        let mut scan = Scan::new(Questions::default());
        scan.auth_file("x", format!("{before}\n{good}\n{after}").as_bytes());
        prop_assert_eq!(&scan.finish().logins()["by_ip"][0]["ip"], X);

        let good = json!({ "eventName": "ListBuckets", "eventSource": "s3.amazonaws.com", "sourceIPAddress": X });
        let mut scan = Scan::new(Questions::default());
        scan.trail_file("x", format!("{before}\n{good}\n{after}\n{good}").as_bytes());
        prop_assert!(scan.finish().activity()["records"].as_u64() >= Some(1));
    }

    #[test]
    fn a_users_name_never_decides_where_a_login_came_from(user in "[ -~]{0,60}") {
        let line = format!("Nov 24 01:00:00 h sshd[1]: Failed password for invalid user {user} from 203.0.113.80 port 1 ssh2");
        // A colon after something that looks like an address cannot be told from sshd's own; old versions write so.
        prop_assume!(!user.contains(':'));
        let mut scan = Scan::new(Questions::default());
        scan.auth_file("x", line.as_bytes());
        prop_assert_eq!(&scan.finish().logins()["by_ip"][0]["ip"], X);
    }
}
