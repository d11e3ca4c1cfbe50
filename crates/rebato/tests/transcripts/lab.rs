//! `rebato lab`.

use crate::place::{Place, in_each_language, lab_snapshot, lab_snapshot_without_reasons, snapshot};

#[test]
fn a_breach_is_contained_and_released() {
    in_each_language(breach);
}

fn breach() {
    let place = Place::new();
    let ran = place.run(&["lab", "--out", "out", "--release"]);
    lab_snapshot("lab_breach_release", &ran.code(0).transcript());
    for file in ["case.html", "case.json", "journal.jsonl"] {
        let bytes = std::fs::metadata(place.path("out").join(file))
            .unwrap()
            .len();
        assert!((1..2 << 20).contains(&bytes), "{file} has {bytes} bytes");
    }
}

#[test]
fn an_attempt_is_told_and_left_alone() {
    in_each_language(attempt);
}

fn attempt() {
    let ran = Place::new().run(&["lab", "attempt", "--out", "out"]);
    // Which reasons are the two strongest depends on the minute: what refutes them speaks of those that are left out.
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("(refuted|se refuta) (if|si) .*", "$1 $2 [REASON]");
    settings.bind(|| {
        lab_snapshot_without_reasons("lab_attempt", &ran.code(0).transcript());
    });
}

#[test]
fn a_careless_list_is_named() {
    in_each_language(careless_list);
}

fn careless_list() {
    let ran = Place::new().run(&["lab", "false-positive", "--out", "out"]);
    assert!(ran.talk.contains("vendor-feed") && ran.talk.contains("198.51.100.0/24"));
    lab_snapshot_without_reasons("lab_false_positive", &ran.code(0).transcript());
}

#[test]
fn a_program_reads_one_document() {
    let ran = Place::new().run(&["lab", "--output", "json", "--out", "out"]);
    let document = ran.code(0).document();
    assert_eq!(document["truth"], document["outcome"]);
    assert_eq!(document["containment"], "verified");
    assert_eq!(document["accepted_flows_after_containment"], 0);
    lab_snapshot("lab_json", &ran.out);
}

/// The account answers slowly, so that how many calls follow each other is a matter of order and not of this machine's load.
#[test]
fn three_round_trips_cut_the_network_of_a_vpc_that_has_the_groups() {
    for scenario in ["breach", "fortress"] {
        let place = Place::new();
        let words = ["lab", "rehearse", scenario, "--times", "1"];
        let slowly = ["--latency", "300", "--output", "json"];
        let ran = place.run(&[&words[..], &slowly].concat());
        let document = ran.code(0).document();
        let trips = document["round_trips"].as_u64().unwrap();
        assert!((1..=3).contains(&trips), "{document}");
    }
}

#[test]
fn the_scenarios_have_names() {
    in_each_language(scenarios);
}

fn scenarios() {
    let place = Place::new();
    let runs = [
        place.run(&["lab", "list"]),
        place.run(&["lab", "list", "--output", "json"]),
        place.run(&["lab", "nothing"]),
        place.run(&["lab", "serve", "--listen", "0.0.0.0:0"]),
    ];
    snapshot("lab_list", &runs.map(|r| r.transcript()).join("\n"));
}
