//! The forms for other programs: complete, harmless whatever strangers wrote, and valid where there is somebody to ask.

use std::collections::BTreeSet;

use rebato_core::case::Case;
use rebato_report::Lang;
use rebato_report::forms::{NoUpdate, asff, csv, from_template, ocsf, stix};
use serde_json::Value;

use crate::story::contained;
use crate::world::Strangers;

/// What a stranger may write to do harm in one form or another.
pub(crate) const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"http://x\")",
    "@SUM(1)\r\n=2",
    "<script>alert(1)</script>",
    "\u{1b}[31m\u{202e}txt.exe",
    "\"}],\"a\":[{\"",
    "{{ case }}{% include 'x' %}",
];

pub(crate) fn case(strangers: &Strangers) -> Case {
    let mut case = contained(strangers).case();
    case.finding.arn =
        Some("arn:aws:guardduty:eu-west-1:111122223333:detector/d-1/finding/f-1".into());
    case
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_evidence_as_cells() {
    let case = case(&Strangers::polite());
    let table = rows(&csv(&case, Lang::En).unwrap());
    assert_eq!(
        table.len(),
        case.dossier.as_ref().unwrap().evidence.len() + 1
    );
    assert_eq!(
        table[0].join(","),
        "id,at,source,kind,ip,port,text,file,line,record,signals"
    );
    let login = table.iter().find(|row| row[3] == "login_accepted").unwrap();
    assert!(login[10].contains("login-after-failures"), "{login:?}");
    assert!(
        login[1].ends_with('Z') && login[8].parse::<u64>().is_ok(),
        "{login:?}"
    );
}

#[test]
fn no_cell_is_calculated_whatever_strangers_wrote() {
    for text in HOSTILE {
        for lang in [Lang::En, Lang::Es] {
            let case = case(&Strangers::all(text));
            for cell in rows(&csv(&case, lang).unwrap()).into_iter().flatten() {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell:?}");
                assert!(
                    !cell.contains(['\u{1b}', '\u{202e}', '\r', '\n']),
                    "{cell:?}"
                );
            }
        }
    }
}

#[test]
fn security_hub_is_told_the_verdict() {
    let mut case = case(&Strangers::polite());
    let update = asff(&case, Lang::En).unwrap();
    let which = &update["FindingIdentifiers"][0];
    assert_eq!(which["Id"], case.finding.arn.clone().unwrap());
    assert_eq!(
        which["ProductArn"],
        "arn:aws:securityhub:eu-west-1::product/aws/guardduty"
    );
    assert_eq!(update["VerificationState"], "TRUE_POSITIVE");
    assert_eq!(update["Workflow"]["Status"], "NOTIFIED");
    assert_eq!(update["UserDefinedFields"]["rebato/outcome"], "succeeded");
    let note = update["Note"]["Text"].as_str().unwrap();
    assert!(
        note.contains(&case.id) && note.chars().count() <= 512,
        "{note}"
    );
    case.finding.arn = None;
    assert_eq!(asff(&case, Lang::En), Err(NoUpdate::NoArn));
}

#[test]
fn events_have_what_their_classes_require() {
    let case = case(&Strangers::polite());
    let [detection, incident] = ocsf(&case, Lang::En);
    for (event, class) in [(&detection, 2004), (&incident, 2005)] {
        let activity = event["activity_id"].as_u64().unwrap();
        assert_eq!(event["class_uid"], class);
        assert_eq!(event["type_uid"], class * 100 + activity);
        for member in ["time", "severity_id", "metadata", "cloud", "category_uid"] {
            assert!(!event[member].is_null(), "{class} {member}");
        }
        assert!(!event.to_string().contains("null"), "{event}");
    }
    assert_eq!(detection["resources"][0]["uid"], "i-0abc1234def567890");
    assert!(!detection["evidences"].as_array().unwrap().is_empty());
    assert_eq!(incident["verdict_id"], 2);
    assert_eq!(
        incident["finding_info_list"][0]["uid"],
        case.finding.arn.unwrap()
    );
}

/// Every string in a document.
fn strings<'a>(value: &'a Value, out: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => out.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(members) => members.values().for_each(|item| strings(item, out)),
        _ => {}
    }
}

#[test]
fn a_bundle_is_whole_and_names_no_victim() {
    let case = case(&Strangers::polite());
    let bundle = stix(&case, Lang::En);
    let objects = bundle["objects"].as_array().unwrap();
    let ids: BTreeSet<&str> = objects.iter().map(|o| o["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), objects.len(), "an id twice");
    let kinds: BTreeSet<&str> = objects
        .iter()
        .map(|o| o["type"].as_str().unwrap())
        .collect();
    for kind in [
        "ipv4-addr",
        "network-traffic",
        "indicator",
        "attack-pattern",
        "report",
    ] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    let mut all = Vec::new();
    strings(&bundle, &mut all);
    let refers = |text: &&&str| {
        text.split_once("--")
            .is_some_and(|(kind, id)| id.len() == 36 && !kind.contains(' '))
    };
    for reference in all.iter().filter(refers) {
        let known = ids.contains(*reference) || bundle["id"] == **reference;
        assert!(
            known || reference.starts_with("extension-definition"),
            "{reference}"
        );
    }
    let text = bundle.to_string();
    let subject = case.subject.as_ref().unwrap();
    let ours = subject.interfaces.iter().flat_map(|i| &i.addresses);
    let mut victim: Vec<String> = ours.map(|address| address.private_ip.to_string()).collect();
    victim.extend(
        [
            "111122223333",
            "i-0abc1234def567890",
            "eni-0a1",
            "payments",
            "root",
        ]
        .map(Into::into),
    );
    for name in victim {
        assert!(
            !text.contains(&format!("{name}\"")) && !text.contains(&format!("\"{name}")),
            "{name}"
        );
    }
    // The same case gives the same ids, so that a later bundle is a newer version of the same objects.
    assert_eq!(stix(&case, Lang::En), bundle);
}

#[test]
fn what_was_no_attack_makes_nobody_an_indicator() {
    let mut case = case(&Strangers::polite());
    case.verdict.as_mut().unwrap().outcome = rebato_core::evaluate::Outcome::Benign;
    let bundle = stix(&case, Lang::En);
    assert!(
        !bundle.to_string().contains("malicious-activity"),
        "{bundle}"
    );
}

#[test]
fn a_template_gets_the_case_with_its_values_escaped() {
    let strangers = Strangers::all("<b>*x*</b>=\"1\"\u{1b}");
    let case = case(&strangers);
    let source = "{{ case.finding.instance_name }}";
    for (name, shown) in [
        ("t.html", "&lt;b&gt;*x*&lt;&#x2f;b&gt;=&quot;1&quot;\\u{1b}"),
        ("t.json", "\"<b>*x*</b>=\\\"1\\\"\\u001b\""),
        ("t.md", "\\<b\\>\\*x\\*\\<\\/b\\>\\=\\\"1\\\"\\\\u\\{1b\\}"),
        ("t.csv", "\"<b>*x*</b>=\"\"1\"\"\\u{1b}\""),
        ("t.txt", "<b>*x*</b>=\"1\"\\u{1b}"),
    ] {
        assert_eq!(
            from_template(&case, Lang::En, name, source).unwrap(),
            shown,
            "{name}"
        );
    }
    let said = from_template(
        &case,
        Lang::Es,
        "t.txt",
        "{{ lang }} {{ case.id }} {{ t('step-contain') }}",
    );
    assert_eq!(said.unwrap(), format!("es {} 3 Aislar", case.id));
}

#[test]
fn a_template_that_does_not_end_or_asks_for_more_is_refused_with_its_line() {
    let case = case(&Strangers::polite());
    for (source, line) in [
        (
            "{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}x{% endfor %}{% endfor %}{% endfor %}",
            1,
        ),
        ("\n{% include '/etc/passwd' %}", 2),
        ("\n\n{{ t('no-such-key') }}", 3),
        ("{% if %}", 1),
    ] {
        let wrong = from_template(&case, Lang::En, "t.txt", source).unwrap_err();
        assert_eq!(
            (wrong.name.as_str(), wrong.line),
            ("t.txt", Some(line)),
            "{wrong}"
        );
    }
}
