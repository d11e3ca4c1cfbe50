//! The catalogues of codes name what JSON says.

use std::collections::{BTreeMap, BTreeSet};

use rebato_core::evaluate::{FACTS, Fact, GAPS, Gap, SIGNALS};

use super::{US, X, accepted, at, beacon, call, failed, finding, guessing, ip, partner};

#[test]
fn the_catalogues_name_what_json_says() {
    let unique: BTreeSet<_> = SIGNALS.iter().collect();
    assert_eq!(unique.len(), SIGNALS.len());
    let members = |value: serde_json::Value, tag: &str| -> (String, BTreeSet<String>) {
        let object = value.as_object().unwrap().clone();
        (
            object[tag].as_str().unwrap().to_owned(),
            object.keys().filter(|k| *k != tag).cloned().collect(),
        )
    };
    let mut api = call("x", "y", None);
    if let Fact::ApiCall { detail, .. } = &mut api {
        *detail = Some("0.0.0.0/0".into());
    }
    let facts = [
        guessing(),
        beacon(X),
        Fact::Scan {
            ip: ip(X),
            ports: 1,
            hosts: 1,
            accepted: 1,
            rejected: 1,
        },
        failed(1),
        accepted(X, 1),
        api,
        partner(1).remove(0),
        Fact::of_finding(&finding("INBOUND", true)),
        Fact::OtherFinding {
            finding: "f".into(),
            kind: "k".into(),
            severity: None,
        },
        Fact::Sweep {
            from: ip(US),
            inside: true,
            port: Some(22),
            hosts: 12,
            ports: 1,
            answered: 2,
            first: at(0),
            last: at(60),
        },
        Fact::OutboundVolume {
            ip: ip(X),
            bytes: 1,
            busiest_hour: 1,
            usual_hour: None,
            hours: 0,
            first: at(0),
            last: at(60),
        },
        Fact::Lookup {
            domain: "example.com".into(),
            names: 1,
            longest: "a.example.com".into(),
            entropy: 0.0,
            length: 1.0,
            types: vec!["A".into()],
            answers: vec![X.into()],
            missing: 0,
            count: 1,
            firewall: Some("ALERT".into()),
            first: None,
            last: None,
        },
        Fact::Metric {
            name: "CPUUtilization".into(),
            statistic: "Average".into(),
            from: at(0),
            until: at(60),
            value: 99.0,
            usual: None,
            deviations: None,
        },
        Fact::HostChange {
            change: "user_added".into(),
            about: "x".into(),
            by: None,
            detail: String::new(),
            count: 1,
        },
    ];
    let known: BTreeMap<&str, BTreeSet<String>> = FACTS
        .iter()
        .map(|(kind, names)| (*kind, names.iter().map(|n| (*n).to_owned()).collect()))
        .collect();
    assert_eq!(facts.len(), FACTS.len());
    for fact in facts {
        let (kind, names) = members(serde_json::to_value(&fact).unwrap(), "kind");
        assert_eq!(fact.kind(), kind);
        assert_eq!(known.get(kind.as_str()), Some(&names), "{kind}");
    }
    let gaps = [
        Gap::NotGiven,
        Gap::NotEnabled,
        Gap::Failed { why: String::new() },
        Gap::Skipped {
            file: String::new(),
            why: String::new(),
        },
        Gap::Window {
            from: None,
            until: None,
        },
        Gap::Interrupted,
        Gap::Bounded { bytes: 9 },
        Gap::SkipData { records: 1 },
        Gap::FieldMissing {
            field: String::new(),
        },
        Gap::NothingAbout { records: 1 },
        Gap::LeftOut {
            kind: String::new(),
            facts: 1,
        },
    ];
    assert_eq!(gaps.len(), GAPS.len());
    for (gap, (code, names)) in gaps.iter().zip(GAPS) {
        let (tag, members) = members(serde_json::to_value(gap).unwrap(), "code");
        assert_eq!((gap.code(), tag.as_str()), (code, code));
        assert_eq!(
            members,
            names.iter().map(|n| (*n).to_owned()).collect(),
            "{code}"
        );
    }
}
