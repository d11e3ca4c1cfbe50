//! `rebato lists check`, `rebato logs …`, `rebato investigate`: questions about files and addresses, without a case.

use crate::place::{Place, in_each_language, snapshot};

#[test]
fn lists_are_checked() {
    in_each_language(lists);
}

fn lists() {
    let place = Place::new();
    place.fixture("list.txt");
    place.write("warning.json", r#"{"list": ["203.0.113.0/24"]}"#);
    let all = [
        place.run(&[
            "lists",
            "check",
            "list.txt",
            "--ip",
            "203.0.113.77",
            "--ip",
            "10.1.2.3",
        ]),
        place.run(&[
            "lists",
            "check",
            "list.txt",
            "--ip",
            "203.0.113.77",
            "--output",
            "json",
        ]),
        place.run(&["lists", "check", "warning.json", "list.txt"]),
        place.run(&["lists", "check", "missing.txt"]),
        place.run(&["lists", "check", "list.txt", "--ip", "nonsense"]),
    ];
    snapshot("lists", &all.map(|r| r.transcript()).join("\n"));
}

#[test]
fn logs_are_asked() {
    in_each_language(logs);
}

fn logs() {
    let place = Place::new();
    for name in [
        "flows.log",
        "trail.json",
        "auth.log",
        "list.txt",
        "native.json",
    ] {
        place.fixture(name);
    }
    place.write("empty.log", "");
    let all = [
        place.run(&["logs", "flows", "flows.log", "--threat-list", "list.txt"]),
        place.run(&["logs", "flows", "flows.log", "--remote", "198.51.100.200"]),
        place.run(&[
            "logs",
            "flows",
            "flows.log",
            "--until",
            "2024-05-10T02:00:30Z",
        ]),
        place.run(&["logs", "flows", "flows.log", "native.json"]),
        place.run(&["logs", "flows", "native.json"]),
        place.run(&["logs", "flows", "flows.log", "--since", "yesterday"]),
        place.run(&["logs", "cloudtrail", "trail.json"]),
        place.run(&["logs", "cloudtrail", "trail.json", "--ip", "203.0.113.77"]),
        place.run(&["logs", "cloudtrail", "trail.json", "--ip", "nonsense"]),
        place.run(&["logs", "auth", "auth.log"]),
        place.run(&["logs", "auth", "auth.log", "--ip", "10.20.9.9"]),
        place.run(&["logs", "auth", "empty.log"]),
        place.run(&["logs", "auth", "missing.log"]),
    ];
    snapshot("logs", &all.map(|r| r.transcript()).join("\n"));
}

#[test]
fn logs_are_documents_for_a_program() {
    let place = Place::new();
    for name in ["flows.log", "trail.json", "auth.log", "list.txt"] {
        place.fixture(name);
    }
    let all = [
        place.run(&[
            "logs",
            "flows",
            "flows.log",
            "--threat-list",
            "list.txt",
            "--output",
            "json",
        ]),
        place.run(&["logs", "cloudtrail", "trail.json", "--output", "json"]),
        place.run(&["logs", "auth", "auth.log", "--output", "jsonl"]),
    ];
    snapshot("logs_json", &all.map(|r| r.transcript()).join("\n"));
}

#[test]
fn an_address_is_looked_up_on_this_machine() {
    in_each_language(address);
}

fn address() {
    let place = Place::new();
    place.fixture("list.txt");
    let all = [
        place.run(&["investigate", "203.0.113.77", "--threat-list", "list.txt"]),
        place.run(&["investigate", "52.1.2.3", "--threat-list", "list.txt"]),
        place.run(&["investigate", "10.0.0.1"]),
        place.run(&["investigate", "2001:db8::1", "--threat-list", "list.txt"]),
        place.run(&["investigate", "nonsense"]),
    ];
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r#""as_of": "[^"]*""#, r#""as_of": "[TIME]""#);
    settings.bind(|| snapshot("investigate", &all.map(|r| r.transcript()).join("\n")));
}
