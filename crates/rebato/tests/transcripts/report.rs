//! `rebato report`.

use crate::place::{Place, snapshot};

fn place() -> (Place, String) {
    let place = Place::new();
    for name in ["eventbridge.json", "flows.log", "auth.log", "list.txt"] {
        place.fixture(name);
    }
    let words = [
        "respond",
        "eventbridge.json",
        "--offline",
        "--flow-logs",
        "flows.log",
        "--auth-log",
        "auth.log",
        "--threat-list",
        "list.txt",
    ];
    place.run(&words).code(0);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
    (place, id)
}

#[test]
fn the_story_in_both_languages() {
    let (place, id) = place();
    for lang in ["en", "es"] {
        let ran = place.run(&["report", &id, "--format", "markdown", "--lang", lang]);
        let text = ran.code(0).transcript();
        // Hashes of the journal follow from the time.
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(r"`[0-9a-f]{64}`", "`[HASH]`");
        settings.bind(|| snapshot(&format!("report_{lang}"), &text));
    }
}

#[test]
fn a_page_goes_to_a_file_or_to_standard_output() {
    let (place, id) = place();
    let ran = place.run(&["report", &id, "--out", "case.html"]);
    assert!(ran.code(0).out.is_empty());
    let page = std::fs::read_to_string(place.path("case.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"));
    assert!(page.len() < 2 << 20);
    let json = place
        .run(&["report", &id, "--format", "json"])
        .code(0)
        .document();
    assert_eq!(json["schema"], "rebato.case/1");
    place
        .run(&["report", &id, "--out", "no/such/folder/case.html"])
        .fails(1, &["no/such/folder/case.html"]);
    place
        .run(&["report", "C-1999-0001"])
        .fails(1, &["C-1999-0001", "rebato case list"]);
}

#[test]
fn forms_for_other_programs() {
    let (place, id) = place();
    let run = |form: &str| {
        place
            .run(&["report", &id, "--format", form])
            .code(0)
            .out
            .clone()
    };
    let cells = run("csv");
    assert!(cells.starts_with("\"id\",\"at\","), "{cells}");
    assert!(cells.contains("login_failed"), "{cells}");
    let events: Vec<serde_json::Value> = run("ocsf")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let classes: Vec<&serde_json::Value> = events.iter().map(|event| &event["class_uid"]).collect();
    assert_eq!(classes, [2004, 2005]);
    let bundle: serde_json::Value = serde_json::from_str(&run("stix")).unwrap();
    assert_eq!(bundle["type"], "bundle");
    assert!(run("support").contains(&id));
    let update: serde_json::Value = serde_json::from_str(&run("asff")).unwrap();
    assert_eq!(update["VerificationState"], "TRUE_POSITIVE");
}

#[test]
fn a_template_of_ones_own() {
    let (place, id) = place();
    place.write("ticket.md", "# {{ case.id }}\n{{ case.finding.type }}\n");
    let ran = place.run(&["report", &id, "--template", "ticket.md"]);
    let wanted = format!(
        "# {}\nUnauthorizedAccess\\:EC2\\/MaliciousIPCaller\\.Custom",
        id.replace('-', "\\-")
    );
    assert_eq!(ran.code(0).out.trim_end(), wanted);
    place.write("broken.txt", "\n{% for x in case %}");
    place
        .run(&["report", &id, "--template", "broken.txt"])
        .fails(1, &["broken.txt:2"]);
    place
        .run(&["report", &id, "--template", "none.txt"])
        .fails(1, &["none.txt"]);
    place
        .run(&["report", &id, "--template", "x.md", "--format", "csv"])
        .fails(2, &["--template"]);
}
