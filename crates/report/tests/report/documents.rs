//! The documents of the contract bear its names.

use rebato_core::contain::Purpose;
use rebato_report::{Lang, documents};
use serde_json::Value;

use crate::facts::dossier;
use crate::story::{contained, evaluated, partial, planned, released};
use crate::world::Strangers;

fn names(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn assert_has(value: &Value, wanted: &[&str]) {
    let names = names(value);
    for name in wanted {
        assert!(names.contains(name), "{name} is missing among {names:?}");
    }
}

#[test]
fn a_case_and_its_plan() {
    let case = contained(&Strangers::polite()).case();
    let shown = documents::case(&case, Lang::En);
    assert_has(
        &shown,
        &[
            "id",
            "state",
            "finding",
            "subject",
            "verdict",
            "plan",
            "steps",
            "containment",
        ],
    );
    assert_eq!(shown["schema"], "rebato.case/1");
    assert_eq!(
        (&shown["state"], &shown["containment"]),
        (&"contained".into(), &"verified".into())
    );
    assert_eq!(shown["finding"]["schema"], "rebato.finding/1");
    let steps = shown["steps"].as_array().unwrap();
    assert_eq!(
        steps.len(),
        case.plan_for(&Purpose::Contain)
            .unwrap()
            .plan
            .steps()
            .count()
    );
    for step in steps {
        assert_has(step, &["id", "action", "state", "before", "after"]);
        assert_eq!(step["state"], "done");
    }
    let plan = &shown["plan"];
    assert_has(plan, &["case", "digest", "profile", "waves", "notes"]);
    assert_eq!(plan["schema"], "rebato.plan/1");
    assert_eq!(
        plan["digest"],
        case.plan_for(&Purpose::Contain).unwrap().digest.to_string()
    );
    for step in plan["waves"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|wave| wave.as_array().unwrap())
    {
        assert_has(
            step,
            &[
                "id",
                "action",
                "target",
                "before",
                "after",
                "undo",
                "undo_why",
                "permissions",
                "equivalent",
                "impact",
            ],
        );
        assert!(["do", "keep", "impossible"].contains(&step["undo"].as_str().unwrap()));
        assert!(!step["impact"].as_str().unwrap().contains(['{', '⟦']));
    }
    for note in plan["notes"].as_array().unwrap() {
        assert_has(note, &["severity", "code", "text"]);
        assert!(
            !note["text"].as_str().unwrap().contains(['{', '⟦']),
            "{note}"
        );
    }
}

#[test]
fn a_case_without_a_plan_says_so() {
    let strangers = Strangers::polite();
    let mut journal = evaluated(&strangers, dossier(&strangers));
    let shown = documents::case(&journal.case(), Lang::En);
    assert_eq!(
        (&shown["plan"], &shown["steps"]),
        (&Value::Null, &Value::Array(Vec::new()))
    );
    planned(&mut journal, &strangers);
    let shown = documents::case(&journal.case(), Lang::En);
    assert!(
        shown["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["state"] == "planned")
    );
}

#[test]
fn steps_that_failed_and_steps_that_were_put_back() {
    let states = |case| {
        let shown = documents::case(&case, Lang::En);
        let steps = shown["steps"].as_array().unwrap().clone();
        move |action: &str| -> Vec<String> {
            steps
                .iter()
                .filter(|s| s["action"] == action)
                .map(|s| s["state"].as_str().unwrap().to_owned())
                .collect()
        }
    };
    let half = states(partial(&Strangers::polite()).case());
    assert_eq!(half("set_elastic_ip"), ["failed"]);
    assert_eq!(half("set_interface_groups"), ["done", "done"]);
    let back = states(released(&Strangers::polite()).case());
    assert_eq!(back("set_elastic_ip"), ["undone"]);
    assert_eq!(back("set_running"), ["undone"]);
    assert_eq!(back("create_snapshots"), ["done"], "evidence is kept");
}

#[test]
fn a_verdict_with_words_for_every_reason() {
    let case = contained(&Strangers::polite()).case();
    for lang in Lang::ALL {
        let shown = documents::verdict(
            "f-1",
            case.verdict.as_ref().unwrap(),
            case.dossier.as_ref().unwrap(),
            lang,
        );
        assert_has(
            &shown,
            &[
                "finding",
                "outcome",
                "score",
                "reasons",
                "gaps",
                "evidence",
                "coverage",
                "what_would_change_it",
            ],
        );
        assert_eq!(shown["schema"], "rebato.verdict/1");
        assert_eq!(names(&shown["coverage"]).len(), 6);
        assert!(shown["coverage"]["dns"] == "absent" && shown["coverage"]["auth_log"] == "partial");
        let reasons = shown["reasons"].as_array().unwrap();
        assert!(reasons.len() > 8);
        for reason in reasons {
            assert_has(reason, &["signal", "weight", "attack", "evidence", "text"]);
            let said = reason["text"].as_str().unwrap();
            assert!(said.ends_with('.') && !said.contains(['{', '⟦']), "{said}");
        }
        for gap in shown["gaps"].as_array().unwrap() {
            assert_has(gap, &["source", "coverage", "why"]);
            assert!(gap["why"].is_string());
        }
    }
}

#[test]
fn values_in_json_are_as_they_are() {
    let shown = documents::case(
        &contained(&Strangers::all("a|b`<\u{202e}")).case(),
        Lang::En,
    );
    assert_eq!(shown["finding"]["threat_lists"][0], "a|b`<\u{202e}");
    let reasons = shown["verdict"]["reasons"].to_string();
    assert!(
        !reasons.contains('\u{1}'),
        "a mark of the page in a document"
    );
}

#[test]
fn cases_and_journal_lines() {
    let journal = contained(&Strangers::polite());
    let case = journal.case();
    let list = documents::cases([&case]);
    assert_eq!(list["schema"], "rebato.cases/1");
    assert_has(
        &list["cases"][0],
        &[
            "id",
            "state",
            "outcome",
            "containment",
            "instance_id",
            "opened",
        ],
    );
    for record in &journal.records {
        let line = rebato_core::journal::line(record, None);
        assert_has(
            &line,
            &[
                "case", "seq", "at", "actor", "event", "body", "prev", "hash",
            ],
        );
        assert_eq!(line["schema"], "rebato.journal/1");
        assert!(line["hash"].as_str().unwrap().starts_with("sha256:"));
    }
}
