//! `rebato evaluate`.

use crate::place::{Place, in_each_language, snapshot};

const LOGS: [&str; 8] = [
    "--flow-logs",
    "flows.log",
    "--cloudtrail",
    "trail.json",
    "--auth-log",
    "auth.log",
    "--threat-list",
    "list.txt",
];

fn place() -> Place {
    let place = Place::new();
    for name in [
        "eventbridge.json",
        "flows.log",
        "trail.json",
        "auth.log",
        "list.txt",
    ] {
        place.fixture(name);
    }
    place
}

#[test]
fn files_at_hand_are_enough_for_a_verdict() {
    in_each_language(verdict);
}

fn verdict() {
    let place = place();
    let base = ["evaluate", "eventbridge.json", "--offline"];
    let with = |more: &[&str]| place.run(&[&base, &LOGS as &[&str], more].concat());
    let document = with(&["--output", "json"]).code(0).document();
    assert_eq!(document["outcome"], "succeeded", "{document:#}");
    // Every reason cites evidence that is there.
    let known: Vec<_> = document["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["id"])
        .collect();
    for reason in document["reasons"].as_array().unwrap() {
        let cited = reason["evidence"].as_array().unwrap();
        assert!(
            !cited.is_empty() && cited.iter().all(|id| known.contains(&id)),
            "{reason}"
        );
    }
    let all = [with(&[]), place.run(&base)];
    snapshot("evaluate", &all.map(|r| r.code(0).transcript()).join("\n"));
    assert!(!place.state().exists(), "a verdict alone opens no case");
}

#[test]
fn a_path_that_is_not_there_is_no_silence() {
    place()
        .run(&[
            "evaluate",
            "eventbridge.json",
            "--offline",
            "--flow-logs",
            "nowhere.log",
        ])
        .fails(1, &["nowhere.log"]);
}

#[test]
fn a_damaged_log_is_a_gap() {
    let place = place();
    place.write(
        "flows.log.gz",
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3],
    );
    place.write("broken.json", "{\"Records\": [{\"event");
    let ran = place.run(&[
        "evaluate",
        "eventbridge.json",
        "--offline",
        "--flow-logs",
        "flows.log.gz",
        "--cloudtrail",
        "broken.json",
        "--output",
        "json",
    ]);
    let document = ran.code(0).document();
    assert_eq!(document["outcome"], "inconclusive");
    for source in ["flow_logs", "cloudtrail"] {
        assert_ne!(document["coverage"][source], "complete", "{document:#}");
    }
}

#[test]
fn many_unreadable_files_do_not_bury_the_verdict() {
    let place = place();
    for n in 0..40 {
        place.write(&format!("logs/{n:02}.json"), "{\"no\": \"log\"}");
    }
    place.write(
        "logs/flows.log",
        std::fs::read(place.path("flows.log")).unwrap(),
    );
    let base = [
        "evaluate",
        "eventbridge.json",
        "--offline",
        "--flow-logs",
        "logs",
    ];
    let ran = place.run(&base);
    assert!(
        ran.code(0).out.contains("00.json") && ran.out.contains("38 more files"),
        "{}",
        ran.transcript()
    );
    assert!(!ran.out.contains("17.json"), "{}", ran.transcript());
    let document = place.run(&[&base as &[&str], &["--output", "json"]].concat());
    assert!(document.out.contains("17.json"), "the document names all");
}
