//! A case in which every field that may be any text is hostile: finding, tags, logs, plans, checks, what others say of an address.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rebato_core::case::Case;
use rebato_core::journal::Record;
use rebato_report::html::LARGEST;
use rebato_report::{Lang, html, markdown};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::escaping::{HOSTILE, assert_html_is_ours, assert_markdown_cells, tags};
use crate::world::at;

/// A case of the lab, as its journal was exported.
pub(crate) fn fixture(name: &str) -> Case {
    let path = format!("{}/tests/fixtures/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let journal = std::fs::read_to_string(path).unwrap();
    let records: Vec<Record> = journal
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let id = records.first().unwrap().case.clone();
    Case::replay(&id, &records).unwrap()
}

/// Where the texts of a value are, as JSON pointers.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                texts(item, &format!("{at}/{place}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                texts(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The value with every text replaced that may be another: where a word of ours, a time or an address must stand, it stays.
fn spoil<T: Serialize + DeserializeOwned>(value: &mut T, hostile: &str) -> usize {
    let mut json = serde_json::to_value(&*value).unwrap();
    let mut found = Vec::new();
    texts(&json, "", &mut found);
    let mut spoiled = 0;
    for pointer in found {
        let text = json.pointer_mut(&pointer).unwrap();
        let before = std::mem::replace(text, Value::String(hostile.to_owned()));
        match serde_json::from_value(json.clone()) {
            Ok(parsed) => {
                *value = parsed;
                spoiled += 1;
            }
            Err(_) => *json.pointer_mut(&pointer).unwrap() = before,
        }
    }
    spoiled
}

pub(crate) fn hostile(mut case: Case, text: &str) -> Case {
    let mut spoiled = spoil(&mut case.finding, text) + spoil(&mut case.alert, text);
    for check in &mut case.checks {
        spoiled += spoil(check, text);
    }
    if let Some(verdict) = &mut case.verdict {
        spoiled += spoil(verdict, text);
    }
    for address in &mut case.addresses {
        spoiled += spoil(address, text);
    }
    if let Some(subject) = &mut case.subject {
        spoiled += spoil(subject, text);
        subject.tags.insert(text.to_owned(), text.to_owned());
    }
    for evidence in case.dossier.iter_mut().flat_map(|d| &mut d.evidence) {
        spoiled += spoil(evidence, text);
    }
    for covered in case
        .dossier
        .iter_mut()
        .flat_map(|d| d.coverage.values_mut())
    {
        spoiled += spoil(covered, text);
    }
    for record in &mut case.plans {
        for step in record.plan.waves.iter_mut().flatten() {
            spoiled += spoil(step, text);
        }
    }
    for review in &mut case.reviews {
        spoiled += spoil(review, text);
    }
    for artefact in &mut case.artefacts {
        spoiled += spoil(artefact, text);
    }
    for entry in &mut case.history {
        entry.about = entry.about.as_ref().map(|_| text.to_owned());
        entry.actor = text.to_owned();
    }
    assert!(spoiled > 300, "only {spoiled} texts were replaced");
    case
}

fn assert_harmless(calm: &Case, text: &str) {
    let now = at("2026-11-27T16:00:00Z");
    let known = tags(&html(calm, Lang::Es, now).unwrap());
    // What a calm case happens not to have.
    let kinds = [r#"code"#, r#"b class="#, "b", "/b", "/code"];
    let known: BTreeSet<String> = known.into_iter().chain(kinds.map(str::to_owned)).collect();
    let known: Vec<String> = known.into_iter().collect();
    let case = hostile(calm.clone(), text);
    let page = html(&case, Lang::Es, now).unwrap();
    assert!(page.len() <= LARGEST, "{}", page.len());
    assert_html_is_ours(&page, &known);
    for lang in Lang::ALL {
        let ticket = markdown(&case, lang, now);
        assert_markdown_cells(&ticket);
        assert!(ticket.len() <= LARGEST);
        assert!(
            !ticket.contains('⟦') && !page.contains('⟦'),
            "a text is missing"
        );
    }
}

#[test]
fn hostile_text_in_every_field_is_harmless() {
    let long = "n".repeat(10_000);
    let wide = "<i>".repeat(4_000);
    for name in ["breach", "attempt", "fortress"] {
        let calm = fixture(name);
        let texts: &[&str] = if name == "breach" { &HOSTILE } else { &[] };
        for text in texts.iter().copied().chain([long.as_str(), wide.as_str()]) {
            assert_harmless(&calm, text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn any_text_in_every_field_is_harmless(text in "\\PC*|[<>&\"'`|\\\\\n\r\u{1b}\u{202e}\u{1}\u{2}*_@a =+-]{0,40}") {
        assert_harmless(&fixture("breach"), &text);
    }
}
