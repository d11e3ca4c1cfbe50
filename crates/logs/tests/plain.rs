//! Flow logs whose plain lines are only glanced at say what they say when every line is read whole.
//!
//! The same records come in two dresses: as AWS writes them, and with two spaces between the fields, which no line that is glanced at
//! may have. In the second dress every line goes the slow way.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::net::IpAddr;

use proptest::prelude::*;
use rebato_core::evaluate::Source;
use rebato_core::identify::read_alert;
use rebato_logs::{Questions, Scan, ThreatIndex};
use serde_json::{Value, json};

const HEADERS: [&str; 4] = [
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
    "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction",
    "account-id action az-id bytes dstaddr dstport end flow-direction interface-id log-status packets pkt-dstaddr pkt-srcaddr protocol srcaddr srcport start tcp-flags",
    "action start end srcaddr dstaddr interface-id dstport srcport protocol log-status packets bytes",
];

/// A field of a made-up record.
fn field(name: &str, n: [u32; 6]) -> String {
    let [kind, a, b, port, at, way] = n;
    let ip = |n: u32| match n % 12 {
        0 => "203.0.113.80".to_owned(),
        1 => "203.0.113.8".to_owned(),
        2 => "2001:db8::7".to_owned(),
        3 => "198.51.100.250".to_owned(),
        n => format!("10.0.{n}.{}", 5 + n * 20),
    };
    let empty = kind % 7 == 0;
    let or_dash = |text: String| if empty { "-".to_owned() } else { text };
    match name {
        "version" => "2".into(),
        "account-id" => "111122223333".into(),
        "interface-id" => format!("eni-{:03x}", a % 3 + if b % 5 == 0 { 0x100 } else { 0 }),
        "srcaddr" | "pkt-srcaddr" => or_dash(ip(a)),
        "dstaddr" | "pkt-dstaddr" => or_dash(ip(b)),
        "srcport" => or_dash(if port % 3 == 0 {
            "22".into()
        } else {
            format!("{}", 40_000 + port % 9)
        }),
        "dstport" => or_dash(if port % 3 == 0 {
            format!("{}", 40_000 + port % 9)
        } else {
            "443".into()
        }),
        "protocol" => or_dash("6".into()),
        "packets" => or_dash(format!("{}", 1 + port % 9)),
        "bytes" => or_dash(format!("{}", 40 + port)),
        "start" => format!("{}", 1_795_478_400 + at),
        "end" => format!("{}", 1_795_478_430 + at),
        "action" => or_dash(if way % 2 == 0 {
            "ACCEPT".into()
        } else {
            "REJECT".into()
        }),
        "log-status" => match (empty, way % 2) {
            (true, 0) => "NODATA".into(),
            (true, _) => "SKIPDATA".into(),
            _ => "OK".into(),
        },
        "tcp-flags" => or_dash(format!("{}", [0, 2, 3, 19][way as usize % 4])),
        "flow-direction" => or_dash(if way % 3 == 0 {
            "ingress".into()
        } else {
            "egress".into()
        }),
        _ => "euw1-az1".into(),
    }
}

/// A file, and the same with two spaces between fields.
fn file() -> impl Strategy<Value = (String, String)> {
    let line = (0u8..40, any::<[u32; 6]>());
    let lines = prop::collection::vec(line, 1..400);
    (0usize..4, any::<bool>(), lines, any::<bool>()).prop_map(|(first, bare, lines, ended)| {
        let mut header = if bare { 0 } else { first };
        let mut out = [String::new(), String::new()];
        let mut put = |words: &[String], tail: &str| {
            out[0] += &(words.join(" ") + tail);
            out[1] += &(words.join("  ") + tail);
        };
        let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        if !bare {
            put(&words(HEADERS[header]), "\n");
        }
        for (what, n) in lines {
            let names = HEADERS[header].split(' ');
            let mut record: Vec<String> = names
                .map(|name| field(name, [n[0], n[1], n[2], n[3] % 1000, n[4] % 90_000, n[5]]))
                .collect();
            match what {
                0 => put(&[], "\n"),
                1 => put(&words("this is no record of anybody"), "\n"),
                2 => {
                    record.pop();
                    put(&record, "\n");
                }
                3 if !bare => put(&words(HEADERS[header]), "\n"),
                4 if !bare => {
                    header = n[0] as usize % 4;
                    put(&words(HEADERS[header]), "\n");
                }
                5 => put(&record, "\r\n"),
                6 => {
                    record.insert(0, "2026-11-24T00:00:00.000Z".into());
                    put(&record, "\n");
                }
                7 => put(&words("# a note"), "\n"),
                8 => put(&record, " \n"),
                _ => put(&record, "\n"),
            }
        }
        let [mut plain, mut wide] = out;
        if !ended {
            plain.pop();
            wide.pop();
        }
        (plain, wide)
    })
}

fn threat() -> ThreatIndex {
    ThreatIndex::new([
        ("203.0.113.0/28".parse().unwrap(), "soc", "203.0.113.0/28"),
        ("2001:db8::/64".parse().unwrap(), "soc", "2001:db8::/64"),
    ])
}

fn questions(which: usize) -> Questions {
    let ips =
        |texts: &[&str]| -> Vec<IpAddr> { texts.iter().map(|ip| ip.parse().unwrap()).collect() };
    let base = Questions {
        threat: threat(),
        ..Questions::default()
    };
    let one = vec!["eni-001".to_owned()];
    match which {
        0 => base,
        1 => Questions {
            interfaces: one,
            only_ips: ips(&["203.0.113.8"]),
            ..base
        },
        2 => Questions {
            interfaces: one,
            ..base
        },
        3 => Questions {
            only_listed: true,
            ..base
        },
        4 => Questions {
            interfaces: vec!["eni-001".into(), "eni-102".into()],
            only_listed: true,
            ..base
        },
        5 => Questions {
            only_ips: ips(&["203.0.113.8", "2001:db8::7"]),
            interfaces: one,
            ..base
        },
        _ => Questions {
            interfaces: one,
            suspects: ips(&["203.0.113.80"]),
            case: true,
            ..base
        },
    }
}

/// What a scan of this text says; where lines that nobody asked for are not judged, neither are they counted here.
fn said(which: usize, text: &str) -> Value {
    let mut scan = Scan::new(questions(which));
    scan.file(Source::FlowLogs, "x", text.as_bytes());
    let answers = scan.finish();
    let mut flows = answers.flows();
    if matches!(which, 1 | 2 | 5) {
        flows["records"] = Value::Null;
        flows["skipped"] = Value::Null;
    }
    let raw = json!({ "id": "f", "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "resource": { "resourceType": "Instance" },
        "service": { "eventFirstSeen": "2026-11-24T00:00:00Z", "eventLastSeen": "2026-11-24T20:00:00Z" } });
    let read = read_alert("f", raw.to_string().as_bytes())
        .remove(0)
        .unwrap();
    let dossier = answers.dossier(&read.finding, [(&read.alert, &read.finding)]);
    let dossier = if which > 5 {
        serde_json::to_value(&dossier).unwrap()
    } else {
        Value::Null
    };
    json!([flows, dossier])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn what_is_glanced_at_says_what_is_read_whole((plain, wide) in file()) {
        for which in 0..7 {
            prop_assert_eq!(said(which, &plain), said(which, &wide), "question {}:\n{}", which, plain);
        }
    }
}
