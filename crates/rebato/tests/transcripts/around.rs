//! What is around the work: policy, configuration, completions, the manual page, wrong usage.

use rebato::spoken::needed;
use rebato_report::{Lang, has, text};

use crate::place::{Account, Place, in_each_language, snapshot};

#[test]
fn the_policy_names_what_is_called_and_denies_what_never_is() {
    let place = Place::new();
    snapshot("iam_policy", &place.run(&["iam-policy"]).code(0).out);
    let reads = place.run(&["iam-policy", "--read-only"]).code(0).document();
    let parts: Vec<_> = reads["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["Sid"].as_str().unwrap())
        .collect();
    assert_eq!(parts, ["RebatoReads", "RebatoReadsEncryptedLogs"]);
}

#[test]
fn the_configuration_is_shown_and_its_faults_have_a_place() {
    in_each_language(configuration);
}

fn configuration() {
    let place = Place::new();
    place.write("good.toml", "lang = \"es\"\nregion = \"eu-west-1\"\n");
    place.write("unknown.toml", "lang = \"en\"\ncolour = \"red\"\n");
    place.write("cut.toml", "lang = \n");
    place.write("lang.toml", "lang = \"xx\"\n");
    let show = |file: &str| place.run(&["config", "show", "--config", file]);
    let all = [
        place.run(&["config", "show"]),
        show("good.toml"),
        show("unknown.toml"),
        show("cut.toml"),
        show("lang.toml"),
        show("missing.toml"),
        place.run(&[
            "config",
            "show",
            "--config",
            "good.toml",
            "--output",
            "json",
        ]),
    ];
    all[2].fails(2, &["unknown.toml:2:1", "colour"]);
    all[3].fails(2, &["cut.toml:1:8"]);
    snapshot("config", &all.map(|r| r.transcript()).join("\n"));
}

#[test]
fn shells_and_readers_of_manuals_are_served() {
    let place = Place::new();
    let bash = place.run(&["completions", "bash"]);
    assert!(bash.code(0).out.starts_with("_rebato() {"), "{}", bash.out);
    assert!(place.run(&["man"]).code(0).out.contains(".TH rebato"));
    assert!(place.run(&["--version"]).code(0).out.starts_with("rebato "));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    in_each_language(wrong_usage);
}

fn wrong_usage() {
    let place = Place::new();
    place.fixture("native.json");
    let all = [
        place.run(&[]),
        place.run(&["frobnicate"]),
        place.run(&["contian"]),
        place.run(&["respond"]),
        place.run(&["respond", "native.json", "--latest"]),
        place.run(&["identify", "native.json", "--lang", "fr"]),
        place.run(&["identify", "--min-severity", "11"]),
        place.run(&["report", "C-2024-0001", "--format", "docx"]),
        place.run(&["report", "C-2024-0001", "--fromat", "csv"]),
        place.run(&["report", "C-2024-0001", "--format"]),
        place.run(&["approve", "C-2024-0001"]),
        place.run(&["respond", "web-1", "--offline"]),
        place.run(&["harden", "i-0a1b2c3d4e5f60718", "--fix", "imdsv2"]),
    ];
    for ran in &all {
        ran.code(2);
        assert!(ran.out.is_empty(), "{}", ran.transcript());
    }
    snapshot("usage", &all.map(|r| r.transcript()).join("\n"));
}

#[test]
fn the_doctor_tries_each_thing() {
    in_each_language(doctor);
}

fn doctor() {
    let account = Account::new("attempt");
    let place = Place::beside(&account);
    let ran = [place.run(&["doctor"]), place.run(&["doctor", "--offline"])];
    snapshot("doctor", &ran.map(|r| r.code(0).transcript()).join("\n"));
}

#[test]
fn help_is_in_the_language_of_the_environment() {
    in_each_language(help);
}

fn help() {
    let place = Place::new();
    let all = [
        place.run(&["--help"]),
        place.run(&["contain", "-h"]),
        place.run(&["report", "--help"]),
    ];
    for ran in &all {
        ran.code(0);
        assert!(ran.talk.is_empty(), "{}", ran.transcript());
    }
    snapshot("help", &all.map(|r| r.transcript()).join("\n"));
}

#[test]
fn the_command_line_speaks_the_language_that_is_asked_for() {
    let run = |words: &[&str]| Place::new().run(&[&["--lang=es"], words].concat());
    assert!(run(&["case"]).code(2).talk.contains("Uso:"));
    let page = run(&["man"]).code(0).out.clone();
    let headings: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with(".SH"))
        .collect();
    assert_eq!(
        headings.join(" ").replace(".SH ", "").replace('"', ""),
        "NOMBRE SINOPSIS DESCRIPCIÓN OPCIONES DE TODAS LAS ÓRDENES Órdenes VERSIÓN"
    );
}

#[test]
fn every_word_of_the_command_line_is_in_both_catalogues() {
    for ([own, shared], said) in needed() {
        let key = if has(Lang::En, &own) { own } else { shared };
        assert!(has(Lang::Es, &key), "{key} = {said}");
        // What the code says of itself and what the reader is told are one.
        assert_eq!(text(Lang::En, &key, &[]), said, "{key}");
    }
}
