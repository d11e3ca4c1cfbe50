//! The forms for other programs against what those who read them publish: the validator of OASIS for STIX, the schema of OCSF,
//! the request of Security Hub as the AWS clients know it. Cases of strangers who write to do harm are held to the same.

use std::process::Command;

use rebato_core::case::{Case, State};
use rebato_core::evaluate::Outcome;
use rebato_report::forms::{NoUpdate, asff, ocsf, stix};
use rebato_report::{Lang, clean};
use serde_json::Value;

use crate::escaping;
use crate::forms::{HOSTILE, case};
use crate::hostile::{fixture, hostile};
use crate::world::Strangers;

/// One that disables rules says why. It would rather have random ids (103), with which no bundle could bring a newer version of
/// the last one's objects, and both ports of traffic (301), where flows of many are one line.
const OASIS: &str = "
import sys, stix2validator as v
options = v.ValidationOptions(files=[sys.argv[1]], version='2.1', disabled=['103', '301'])
results = v.run_validation(options)
wrong = [(r.filepath, str(e)) for r in results for o in r.object_results or [] for e in list(o.errors) + list(o.warnings)]
wrong += [(r.filepath, str(r.fatal)) for r in results if r.fatal]
print(len(list(results)), wrong)";

/// The schema as its makers compiled it; nothing but what it names may stand in an event.
const OCSF: &str = "
import json, pathlib, sys
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
schemas = OcsfJsonSchemaEmbedded(get_ocsf_schema(version='1.3.0'))
known, wrong, files = {}, [], sorted(pathlib.Path(sys.argv[1]).iterdir())
for file in files:
    for event in json.loads(file.read_text()):
        uid = event['class_uid']
        if uid not in known:
            name = schemas.lookup_class_name_from_uid(class_uid=uid)
            known[uid] = Draft202012Validator(schemas.get_class_schema(class_name=name, profiles=event['metadata']['profiles']))
        wrong += [(file.name, uid, list(e.absolute_path), e.message[:300]) for e in known[uid].iter_errors(event)]
print(len(files), wrong)";

const SECURITY_HUB: &str = "
import json, pathlib, sys, botocore.session, botocore.validate
hub = botocore.session.get_session().get_service_model('securityhub')
shape = hub.operation_model('BatchUpdateFindings').input_shape
files = sorted(pathlib.Path(sys.argv[1]).iterdir())
reports = [botocore.validate.ParamValidator().validate(json.loads(f.read_text()), shape) for f in files]
print(len(files), [r.generate_report() for r in reports if r.has_errors()])";

/// Runs a program over these documents, each a file of its folder. It prints how many it read and a list of what is wrong.
fn assert_valid(name: &str, program: &str, documents: &[Value]) {
    let Ok(python) = std::env::var("REBATO_PYTHON") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "REBATO_PYTHON must be set in CI"
        );
        println!("skipped: REBATO_PYTHON names no Python with the validators");
        return;
    };
    let folder = std::env::temp_dir().join(format!("rebato-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (n, document) in documents.iter().enumerate() {
        std::fs::write(folder.join(format!("{n}.json")), document.to_string()).unwrap();
    }
    let run = Command::new(python)
        .args(["-c", program])
        .arg(&folder)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert_eq!(
        said.trim(),
        format!("{} []", documents.len()),
        "{name}: {}",
        String::from_utf8_lossy(&run.stderr)
    );
}

/// Cases as they are and as strangers would have them, in each state and with each verdict.
fn cases() -> Vec<Case> {
    let long = "n".repeat(10_000);
    let texts = escaping::HOSTILE
        .into_iter()
        .chain(HOSTILE)
        .chain([long.as_str()]);
    let spoiled = texts.map(|text| hostile(fixture("breach"), text));
    let told = ["root"]
        .into_iter()
        .chain(HOSTILE)
        .map(|text| case(&Strangers::all(text)));
    let mut cases: Vec<Case> = spoiled.chain(told).collect();
    cases.extend(["breach", "attempt", "fortress"].map(fixture));
    for outcome in [
        Outcome::Succeeded,
        Outcome::Likely,
        Outcome::Attempted,
        Outcome::Blocked,
        Outcome::Benign,
        Outcome::Inconclusive,
    ] {
        let mut case = fixture("attempt");
        case.verdict.as_mut().unwrap().outcome = outcome;
        cases.push(case);
    }
    for (state, sample) in [(State::Opened, false), (State::Closed, true)] {
        let mut case = fixture("breach");
        (case.state, case.finding.sample) = (state, sample);
        cases.push(case);
    }
    let mut early = fixture("breach");
    (early.verdict, early.dossier, early.subject) = (None, None, None);
    cases.push(early);
    cases
}

/// No text in the document steers a terminal, hides or is longer than a name.
fn assert_harmless(document: &Value) {
    match document {
        Value::String(text) => {
            assert_eq!(&clean(text), text);
            assert!(
                text.chars().count() <= 1024 * 10 + 16,
                "{} bytes",
                text.len()
            );
        }
        Value::Array(items) => items.iter().for_each(assert_harmless),
        Value::Object(members) => members.values().for_each(assert_harmless),
        _ => {}
    }
}

#[test]
fn the_validator_of_oasis_accepts_the_bundle() {
    let bundles: Vec<Value> = cases().iter().map(|case| stix(case, Lang::Es)).collect();
    bundles.iter().for_each(assert_harmless);
    assert_valid("stix", OASIS, &bundles);
}

#[test]
fn the_schema_of_ocsf_accepts_the_events() {
    let events: Vec<Value> = cases()
        .iter()
        .map(|case| ocsf(case, Lang::Es).to_vec().into())
        .collect();
    for event in events.iter().flat_map(|both| both.as_array().unwrap()) {
        assert_harmless(event);
        let number = |name: &str| event[name].as_u64().unwrap();
        assert_eq!(
            number("type_uid"),
            number("class_uid") * 100 + number("activity_id")
        );
    }
    assert_valid("ocsf", OCSF, &events);
}

/// The lengths are those of the Security Hub API: `NoteUpdate`, and the user-defined fields of `BatchUpdateFindings`.
#[test]
fn security_hub_would_take_the_update() {
    let arn = "arn:aws-us-gov:guardduty:us-gov-west-1:111122223333:detector/d-1/finding/f-1";
    let mut updates = Vec::new();
    for mut case in cases() {
        case.finding.arn = Some(arn.into());
        for lang in Lang::ALL {
            updates.push(asff(&case, lang).unwrap());
        }
    }
    for update in &updates {
        assert_harmless(update);
        let chars = |text: &Value| text.as_str().unwrap().chars().count();
        assert!(
            (1..=512).contains(&chars(&update["Note"]["Text"])),
            "{update}"
        );
        let fields = update["UserDefinedFields"].as_object().unwrap();
        assert!(fields.len() <= 50);
        for (name, value) in fields {
            assert!(
                name.len() <= 128 && (1..=1024).contains(&chars(value)),
                "{name}: {value}"
            );
        }
    }
    assert_valid("asff", SECURITY_HUB, &updates);
}

#[test]
fn what_is_no_arn_of_a_finding_is_none_that_security_hub_is_told() {
    let long = format!("arn:aws:guardduty:eu-west-1:1:detector/{}", "n".repeat(600));
    for arn in [
        "",
        "f-1",
        "arn:aws:guardduty",
        "arn:aws:guardduty::1:detector/d/finding/f",
        "arn:aws:inspector:eu-west-1:1:finding/f",
        "arn:AWS\":guardduty:eu-west-1:1:detector/d/finding/f",
        "arn:aws:guardduty:eu-\u{202e}west-1:1:detector/d/finding/f",
        "arn:aws:guardduty:eu-west-1:1:detector/d/finding/f\r\n",
        "xrn:aws:guardduty:eu-west-1:1:detector/d/finding/f",
        long.as_str(),
    ] {
        let mut case = fixture("breach");
        case.finding.arn = Some(arn.into());
        assert_eq!(asff(&case, Lang::En), Err(NoUpdate::NoArn), "{arn:?}");
    }
}
