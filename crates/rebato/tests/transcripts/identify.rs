//! `rebato identify`.

use crate::place::{Account, Place, in_each_language, lab_snapshot, snapshot};

#[test]
fn a_person_reads_the_alert_and_every_input_is_read() {
    in_each_language(alerts);
}

fn alerts() {
    let place = Place::new();
    for name in [
        "native.json",
        "eventbridge.json",
        "sample.json",
        "access-key.json",
    ] {
        place.fixture(name);
    }
    place.write("cut.json", r#"{"detail": {"type": "Unauth"#);
    let all = [
        place.run(&["identify", "native.json", "--offline"]),
        place.run(&[
            "identify",
            "eventbridge.json",
            "cut.json",
            "sample.json",
            "access-key.json",
            "--offline",
        ]),
        place.run(&["identify", "i-0a1b2c3d4e5f60718", "--offline"]),
    ];
    assert_eq!(all[1].code, Some(1), "one input was bad");
    snapshot("identify", &all.map(|r| r.transcript()).join("\n"));
}

#[test]
fn what_is_archived_or_about_something_else_is_said_to_be_so() {
    let place = Place::new();
    place.write(
        "archived.json",
        r#"{"id": "f-1", "type": "UnauthorizedAccess:EC2/SSHBruteForce", "severity": 2,
            "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-0a1b2c3d4e5f60718"}},
            "service": {"archived": true}}"#,
    );
    place.write(
        "copy.json",
        r#"{"id": "f-2", "type": "Execution:EC2/MaliciousFile!Snapshot", "severity": 8,
            "resource": {"resourceType": "EBSSnapshot", "ebsSnapshotDetails": {}}, "service": {}}"#,
    );
    let archived = place.run(&["identify", "archived.json", "--offline"]);
    for said in ["archived in GuardDuty", "Breach if", "login records"] {
        assert!(archived.code(0).out.contains(said), "{said}");
    }
    let copy = place.run(&["identify", "copy.json", "--offline"]);
    assert!(copy.code(0).out.contains("do not restore it"));
}

#[test]
fn a_program_reads_a_document_a_line() {
    let place = Place::new();
    place.fixture("native.json");
    place.fixture("sample.json");
    let one = place.run(&[
        "identify",
        "native.json",
        "sample.json",
        "--offline",
        "--output",
        "jsonl",
    ]);
    assert_eq!(one.code(0).out.lines().count(), 2);
    let input = std::fs::read(place.path("native.json")).unwrap();
    let fed = place.fed(&["identify", "-", "--offline", "--output", "jsonl"], &input);
    assert_eq!(fed.code(0).document()["source"], "-");
    snapshot("identify_jsonl", &one.out);
}

#[test]
fn the_instance_is_read_where_the_account_can_be_reached() {
    in_each_language(instances);
}

fn instances() {
    let account = Account::new("attempt");
    let place = Place::beside(&account);
    place.write("alert.json", account.alert());
    let all = [
        place.run(&["identify", "alert.json"]),
        place.run(&["identify", "--latest"]),
        place.run(&["identify", "blog-1"]),
        place.run(&["identify", "nobody"]),
        place.run(&["identify", "00000000000000000000000000000000"]),
    ];
    assert!(!place.state().exists(), "identify opens no case");
    lab_snapshot("identify_lab", &all.map(|r| r.transcript()).join("\n"));
}
