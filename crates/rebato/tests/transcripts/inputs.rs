//! What `identify` takes: folders, lines by the hundred thousand, filters, GuardDuty itself, an instance named by hand.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;

use rebato_lab::Lab;
use serde_json::Value;

use crate::place::{Account, Place, Ran, corpus, in_each_language, lab_snapshot, snapshot};

/// A finding on one line.
fn line(id: usize, kind: &str, severity: f64, updated: &str) -> String {
    format!(
        r#"{{"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","id":"{id:032x}","type":"{kind}","severity":{severity:?},"createdAt":"{updated}","updatedAt":"{updated}","resource":{{"resourceType":"Instance","instanceDetails":{{"instanceId":"i-0a1b2c3d4e5f60718"}}}},"service":{{"count":1,"archived":false}}}}"#
    )
}

const CUSTOM: &str = "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom";

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn ids(ran: &Ran) -> Vec<usize> {
    ran.out
        .lines()
        .map(|l| {
            let document: Value = serde_json::from_str(l).unwrap();
            usize::from_str_radix(document["id"].as_str().unwrap(), 16).unwrap()
        })
        .collect()
}

#[test]
fn a_folder_is_read_to_its_last_file() {
    in_each_language(folder);
}

fn folder() {
    let place = Place::new();
    place.fixture("native.json");
    let bytes = std::fs::read(place.path("native.json")).unwrap();
    let day = "in/AWSLogs/111122223333/GuardDuty/eu-west-1/2026/11/24";
    let text = [
        line(1, CUSTOM, 5.0, "2026-11-24T01:00:00Z"),
        "{\"cut".into(),
        line(2, CUSTOM, 5.0, "2026-11-24T02:00:00Z"),
    ]
    .join("\n");
    place.write(&format!("{day}/0a.jsonl.gz"), packed(text.as_bytes()));
    place.write("in/.hidden", &bytes);
    place.write("in/empty.json", "");
    place.write("in/notes.txt", "Call Ana.\n");
    place.write("in/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    place.write("in/windows.json", b"\xff\xfe{\0}\0");
    place.write("in/other.jsonl", "{\"a\":1}\n".repeat(300));
    place.write("in/sub folder/one.json", &bytes);
    std::fs::create_dir(place.path("nothing")).unwrap();
    let all = [
        place.run(&["identify", "in", "--offline", "--output", "jsonl"]),
        place.run(&["identify", "in/", "--offline"]),
        place.run(&["identify", "nothing", "--offline"]),
        place.run(&["identify", "in/sub folder", "native.json", "--offline"]),
    ];
    let sources: Vec<String> = all[0]
        .code(1)
        .out
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap()["source"].to_string())
        .collect();
    assert_eq!(
        sources,
        [
            "\"in/.hidden\"".to_owned(),
            format!("\"{day}/0a.jsonl.gz\""),
            format!("\"{day}/0a.jsonl.gz\""),
            "\"in/sub folder/one.json\"".to_owned(),
        ]
    );
    // One line for each of the six that are no findings, and one about the folder.
    assert_eq!(all[0].talk.lines().count(), 7, "{}", all[0].transcript());
    all[2].fails(1, &["nothing", "no file"]);
    all[3].code(0);
    snapshot("identify_folder", &all.map(|r| r.transcript()).join("\n"));
}

#[cfg(unix)]
#[test]
fn links_and_files_that_cannot_be_read_stop_nothing() {
    let place = Place::new();
    place.write(
        "in/a/one.json",
        line(1, CUSTOM, 5.0, "2026-11-24T01:00:00Z"),
    );
    std::os::unix::fs::symlink(place.path("in"), place.path("in/a/up")).unwrap();
    std::os::unix::fs::symlink("nowhere", place.path("in/broken")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(place.path("in/socket")).unwrap();
    let ran = place.run(&["identify", "in", "--offline", "--output", "jsonl"]);
    assert_eq!(ids(ran.code(1)), [1]);
    for word in [
        "in/a/up: the link leads back",
        "in/broken",
        "in/socket: it is no regular file",
    ] {
        assert!(ran.talk.contains(word), "{word}\n{}", ran.transcript());
    }
}

#[test]
fn the_real_folder_is_read_and_each_other_file_is_told() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("findings").display().to_string();
    let place = Place::new();
    let ran = place.run(&["identify", &folder, "--offline", "--output", "jsonl"]);
    let documents: Vec<Value> = ran
        .code(1)
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert!(documents.len() >= 20, "{}", documents.len());
    assert!(!ran.talk.contains("panicked"), "{}", ran.talk);
    let of = |document: &Value| document["source"].as_str().unwrap().to_owned();
    let with: BTreeSet<String> = documents.iter().map(of).collect();
    let mut without = 0;
    let mut open = vec![std::path::PathBuf::from(&folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        let name = path.display().to_string();
        if !with.contains(&name) {
            without += 1;
            let told = ran.talk.lines().filter(|l| l.contains(&name)).count();
            assert_eq!(told, 1, "{name}\n{}", ran.talk);
        }
    }
    assert!(without > 0);
}

#[test]
fn what_is_told_of_one_input_is_bounded() {
    let place = Place::new();
    let mut text = line(1, CUSTOM, 5.0, "2026-11-24T01:00:00Z");
    for n in 0..1_000 {
        text.push_str(&format!("\n{{\"n\":{n}}}"));
    }
    place.write("mixed.jsonl", &text);
    let ran = place.run(&["identify", "mixed.jsonl", "--offline", "--output", "jsonl"]);
    assert_eq!(ids(ran.code(1)), [1]);
    assert_eq!(ran.talk.lines().count(), 5, "{}", ran.transcript());
    assert!(ran.talk.contains("and 995 more"), "{}", ran.transcript());
    let ran = place.run(&["respond", "mixed.jsonl", "--offline"]);
    assert!(
        ran.code(1).talk.contains("and 995 more"),
        "{}",
        ran.transcript()
    );
}

/// Many lines, plain and as gzip, from a file and from standard input: the first findings are written long before the last
/// line is read, so a reader that has seen enough ends the program.
#[test]
fn lines_are_written_as_they_are_read() {
    let place = Place::new();
    let mut text = String::new();
    for n in 0..100_000 {
        text.push_str(&line(n, CUSTOM, 5.0, "2026-11-24T01:00:00Z"));
        text.push('\n');
    }
    place.write("many.jsonl", &text);
    place.write("many.jsonl.gz", packed(text.as_bytes()));
    for (word, input) in [
        ("many.jsonl", None),
        ("many.jsonl.gz", None),
        ("-", Some("many.jsonl")),
    ] {
        let mut command = place.command(&["identify", word, "--offline", "--output", "jsonl"]);
        if let Some(file) = input {
            command.stdin(std::fs::File::open(place.path(file)).unwrap());
        }
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for n in 0..10 {
            let document: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
            assert_eq!(document["id"], format!("{n:032x}"));
            assert_eq!(document["envelope"], "s3_export");
        }
        drop(lines);
        let mut talk = String::new();
        let mut errors = child.stderr.take().unwrap();
        errors.read_to_string(&mut talk).unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), talk.as_str()),
            (Some(0), ""),
            "{word}"
        );
    }
}

#[test]
fn lines_too_long_and_cut_files_are_told_with_their_place() {
    let place = Place::new();
    let first = line(1, CUSTOM, 5.0, "2026-11-24T01:00:00Z");
    let last = line(2, CUSTOM, 5.0, "2026-11-24T01:00:00Z");
    let long = "x".repeat(17 << 20);
    let text = format!("{first}\n\"{long}\"\n{last}\n");
    place.write("long.jsonl", &text);
    place.write("long.jsonl.gz", packed(text.as_bytes()));
    for name in ["long.jsonl", "long.jsonl.gz"] {
        let ran = place.run(&["identify", name, "--offline", "--output", "jsonl"]);
        assert_eq!(ids(ran.code(1)), [1, 2], "{}", ran.talk);
        let told = format!("{name}: line 2: the line is longer");
        assert!(ran.talk.contains(&told), "{}", ran.transcript());
    }
    // A file that was cut keeps what came before.
    let whole = packed(text.as_bytes());
    place.write("cut.gz", &whole[..whole.len() - 20]);
    let ran = place.run(&["identify", "cut.gz", "--offline", "--output", "jsonl"]);
    assert_eq!(ids(ran.code(1)).first(), Some(&1), "{}", ran.talk);
    assert!(ran.talk.contains("cut.gz"), "{}", ran.transcript());
}

#[test]
fn filters_leave_out_and_say_so() {
    in_each_language(filters);
}

fn filters() {
    let place = Place::new();
    let probe = "Recon:EC2/PortProbeUnprotectedPort";
    let text = [
        line(1, CUSTOM, 5.0, "2026-11-20T00:00:00Z"),
        line(2, CUSTOM, 8.0, "2026-11-24T00:00:00Z"),
        line(3, probe, 2.0, "2026-11-24T00:00:00Z"),
    ]
    .join("\n");
    place.write("three.jsonl", text);
    let table: [(&[&str], &[usize]); 6] = [
        (&["--min-severity", "5"], &[1, 2]),
        (&["--type", CUSTOM], &[1, 2]),
        (&["--type", "recon:*", "--type", "*nothing"], &[3]),
        (&["--since", "2026-11-22"], &[2, 3]),
        (&["--since", "2026-11-22", "--min-severity", "7.5"], &[2]),
        (&["--archived"], &[1, 2, 3]),
    ];
    for (options, wanted) in table {
        let words = [
            &["identify", "three.jsonl", "--offline", "--output", "jsonl"],
            options,
        ]
        .concat();
        let ran = place.run(&words);
        assert_eq!(ids(ran.code(0)), wanted, "{}", ran.transcript());
        assert_eq!(
            ran.talk.lines().count(),
            usize::from(wanted.len() < 3),
            "{}",
            ran.transcript()
        );
    }
    let all = [
        place.run(&[
            "identify",
            "three.jsonl",
            "--offline",
            "--min-severity",
            "11",
        ]),
        place.run(&[
            "identify",
            "three.jsonl",
            "--offline",
            "--since",
            "yesterday",
        ]),
        place.run(&["identify", "--offline", "--min-severity", "5"]),
        place.run(&["identify", "", "--offline"]),
        place.run(&["respond", "three.jsonl", "--offline", "--type", "nothing"]),
    ];
    snapshot("identify_filters", &all.map(|r| r.transcript()).join("\n"));
}

/// Puts a copy of the account's finding beside it, changed.
fn copy(lab: &Lab, change: impl Fn(&mut Value)) {
    lab.world(|world| {
        let mut copy = world.detector.findings.values().next().unwrap().clone();
        change(&mut copy);
        let id = copy["id"].as_str().unwrap().to_owned();
        world.detector.findings.insert(id, copy);
    });
}

#[test]
fn guardduty_is_asked_for_what_is_wanted() {
    let account = Account::new("attempt");
    copy(&account.lab, |finding| {
        finding["id"] = "f".repeat(32).into();
        finding["type"] = "Recon:EC2/PortProbeUnprotectedPort".into();
        finding["severity"] = 2.5.into();
        finding["updatedAt"] = "2020-01-01T00:00:00.000Z".into();
    });
    copy(&account.lab, |finding| {
        finding["id"] = "e".repeat(32).into();
        finding["service"]["archived"] = true.into();
    });
    let place = Place::beside(&account);
    let found = |options: &[&str]| {
        let ran = place.run(&[&["identify", "--output", "jsonl"], options].concat());
        let kinds = ran
            .code(0)
            .out
            .lines()
            .map(|l| serde_json::from_str::<Value>(l).unwrap()["type"].to_string())
            .collect::<Vec<_>>();
        (kinds.len(), kinds.concat())
    };
    let probe = "\"Recon:EC2/PortProbeUnprotectedPort\"".to_owned();
    let custom = format!("\"{CUSTOM}\"");
    assert_eq!(found(&["--min-severity", "0"]).0, 2);
    assert_eq!(found(&["--archived"]).0, 3);
    assert_eq!(found(&["--min-severity", "3"]), (1, custom.clone()));
    assert_eq!(found(&["--since", "24h"]), (1, custom.clone()));
    assert_eq!(found(&["--type", "Recon:*"]), (1, probe.clone()));
    assert_eq!(
        found(&["--type", "Recon:EC2/PortProbeUnprotectedPort"]),
        (1, probe.clone())
    );
    assert_eq!(found(&["--latest"]), (1, custom.clone()));
    assert_eq!(
        found(&["--latest", "--type", "*Probe*"]),
        (1, probe.clone())
    );
    assert_eq!(
        found(&["--latest", "--type", "*Custom", "--min-severity", "4.5"]),
        (1, custom)
    );
    // The same finding by its id and by its ARN is one.
    let id = "f".repeat(32);
    let arn = format!("arn:aws:guardduty:eu-west-1:123456789012:detector/d/finding/{id}");
    assert_eq!(found(&[&id, &arn]), (1, probe));
    place
        .run(&["identify", "--type", "nothing*"])
        .fails(1, &["GuardDuty has no such finding", "eu-west-1"]);
    place
        .run(&["respond", "--latest", "--min-severity", "9"])
        .fails(1, &["GuardDuty has no such finding"]);
}

#[test]
fn an_instance_is_named_by_hand() {
    in_each_language(instance);
}

fn instance() {
    let account = Account::new("attempt");
    let (target, other) = account.lab.world(|world| {
        let target = world.target_instance.clone();
        let other = world
            .instances
            .keys()
            .find(|id| **id != target)
            .unwrap()
            .clone();
        for id in [&target, &other] {
            let tags = &mut world.instances.get_mut(id).unwrap().tags;
            tags.insert("Name".into(), "web.json".into());
        }
        (target, other)
    });
    let place = Place::beside(&account);
    let arn = format!("arn:aws:ec2:eu-west-1:123456789012:instance/{target}");
    let elsewhere = format!("arn:aws:ec2:eu-west-1:999999999999:instance/{target}");
    let page = format!(
        "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId={target}"
    );
    for word in [&target, &arn, &page] {
        let ran = place.run(&["identify", word, "--output", "json"]);
        let document = ran.code(0).document();
        assert_eq!(document["instance_id"], target.as_str());
        assert_eq!(document["region"], "eu-west-1");
    }
    place
        .run(&["identify", &elsewhere])
        .fails(1, &["999999999999", "123456789012", "--profile"]);
    // A star is a character of a name, not a pattern.
    place
        .run(&["identify", "web*"])
        .fails(1, &["no instance fits web*"]);
    place.run(&["identify", "nobody.json"]).fails(
        1,
        &[
            "cannot read nobody.json",
            "no instance is named nobody.json",
        ],
    );
    let several = place.run(&["identify", "web.json"]);
    several.fails(1, &["web.json fits 2 instances", &target, &other]);
    lab_snapshot(
        "identify_ambiguous",
        &[several, place.run(&["respond", "web.json"])]
            .map(|r| r.transcript())
            .join("\n"),
    );
}
