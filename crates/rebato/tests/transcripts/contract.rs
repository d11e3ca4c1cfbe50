//! The outward contract: each JSON document has every field that other people's scripts rely on.

use serde_json::Value;

use crate::place::{Account, Place};

/// Asserts that each path leads to a field; `[]` goes into every item of a list, of which there must be one.
fn has(document: &Value, schema: &str, paths: &str) {
    assert_eq!(document["schema"], schema, "{document:#}");
    for path in paths.split_whitespace() {
        follow(document, path, path, document);
    }
}

fn follow(value: &Value, rest: &str, path: &str, document: &Value) {
    let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
    let (name, lists) = head.split_once("[]").map_or((head, 0), |(name, more)| {
        (name, 1 + more.matches("[]").count())
    });
    let found = value
        .get(name)
        .unwrap_or_else(|| panic!("no field {path} in\n{document:#}"));
    let mut all = vec![found];
    for _ in 0..lists {
        all = all
            .into_iter()
            .flat_map(|v| {
                v.as_array()
                    .unwrap_or_else(|| panic!("{path} is no list in\n{document:#}"))
            })
            .collect();
        assert!(!all.is_empty(), "{path} is empty in\n{document:#}");
    }
    if !tail.is_empty() {
        for one in all {
            follow(one, tail, path, document);
        }
    }
}

const FINDING: &str = "source envelope sha256 id type family account region severity first_seen last_seen count sample archived \
    instance_id instance_name interfaces[].id interfaces[].private_ips interfaces[].public_ip interfaces[].vpc interfaces[].subnet \
    interfaces[].security_groups action direction blocked protocol local_ports remote[].ip remote[].port remote[].country \
    remote[].asn remote[].org threat_lists role problems";
const PLAN: &str = "case digest profile waves[][].id waves[][].action waves[][].target waves[][].before waves[][].after \
    waves[][].undo waves[][].undo_why waves[][].permissions waves[][].equivalent waves[][].impact notes[].severity notes[].code \
    notes[].text";
const VERDICT: &str = "finding outcome score reasons[].signal reasons[].weight reasons[].attack reasons[].evidence reasons[].text \
    gaps[].source gaps[].coverage gaps[].why evidence[].id evidence[].source evidence[].at evidence[].record evidence[].fact.kind \
    coverage.flow_logs coverage.cloudtrail coverage.auth_log coverage.dns coverage.findings what_would_change_it[]";

#[test]
fn documents_about_files() {
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
    let json = |words: &[&str]| {
        place
            .run(&[words, &["--output", "json"]].concat())
            .code(0)
            .document()
    };

    let finding = place.run(&[
        "identify",
        "eventbridge.json",
        "--offline",
        "--output",
        "jsonl",
    ]);
    assert_eq!(finding.out.lines().count(), 1);
    has(&finding.document(), "rebato.finding/1", FINDING);
    has(
        &json(&[
            "evaluate",
            "eventbridge.json",
            "--offline",
            "--flow-logs",
            "flows.log",
            "--auth-log",
            "auth.log",
        ]),
        "rebato.verdict/1",
        VERDICT,
    );
    has(
        &json(&["logs", "flows", "flows.log", "--threat-list", "list.txt"]),
        "rebato.flows/1",
        "records matched files skipped conversations[].interface conversations[].local_ip conversations[].remote_ip \
         conversations[].remote_port conversations[].local_port conversations[].dst_port conversations[].protocol \
         conversations[].action conversations[].direction conversations[].flows conversations[].packets conversations[].bytes \
         conversations[].first conversations[].last threat_hits[].ip threat_hits[].list threat_hits[].entry threat_hits[].flows \
         threat_hits[].bytes threat_hits[].accepted threat_hits[].rejected threat_hits[].first threat_hits[].last \
         totals.threat_ips totals.threat_flows",
    );
    has(
        &json(&["logs", "cloudtrail", "trail.json"]),
        "rebato.activity/1",
        "records matched calls[].event calls[].service calls[].source_ip calls[].error calls[].count calls[].first calls[].last",
    );
    has(
        &json(&["logs", "auth", "auth.log"]),
        "rebato.logins/1",
        "lines by_ip[].ip by_ip[].failed by_ip[].accepted by_ip[].invalid_users by_ip[].first by_ip[].last by_ip[].users[]",
    );
    has(
        &json(&["lists", "check", "list.txt", "--ip", "203.0.113.77"]),
        "rebato.list/1",
        "file format entries ipv4 cidr ipv6 domains hashes problems[].line problems[].what warnings[].what warnings[].entry \
         matches[].ip matches[].entry matches[].line",
    );
    has(
        &json(&["investigate", "52.1.2.3", "--threat-list", "list.txt"]),
        "rebato.address/1",
        "ip scope standing facts[].source facts[].kind facts[].value facts[].as_of opinions[].source opinions[].says \
         opinions[].confidence opinions[].as_of opinions[].why asked[].source asked[].result asked[].why sent_out",
    );
}

#[test]
fn documents_about_a_case() {
    let account = Account::new("breach");
    let place = Place::beside(&account);
    place.write("alert.json", account.alert());
    let json = |words: &[&str], code: i32| {
        place
            .run(&[words, &["--output", "json"]].concat())
            .code(code)
            .document()
    };

    let case = json(&["respond", "alert.json"], 3);
    has(
        &case,
        "rebato.case/1",
        "id state finding subject verdict plan steps[].id steps[].action steps[].state steps[].before steps[].after containment",
    );
    for (part, schema, paths) in [
        ("finding", "rebato.finding/1", FINDING),
        ("verdict", "rebato.verdict/1", VERDICT),
        ("plan", "rebato.plan/1", PLAN),
    ] {
        has(&case[part], schema, paths);
    }
    let id = case["id"].as_str().unwrap();
    let digest = case["plan"]["digest"].as_str().unwrap();
    assert!(digest.starts_with("sha256:"));
    assert_eq!(json(&["case", "show", id], 0), case);
    assert_eq!(json(&["report", id, "--format", "json"], 0), case);
    has(
        &json(&["case", "list"], 0),
        "rebato.cases/1",
        "cases[].id cases[].state cases[].outcome cases[].containment cases[].instance_id cases[].opened",
    );
    let plan = json(&["contain", id], 3);
    has(&plan, "rebato.plan/1", PLAN);
    assert_eq!(
        plan["digest"], digest,
        "the world stands still: the plan is the same"
    );
    let export = place.run(&["case", "export", id]);
    for line in export.code(0).out.lines() {
        has(
            &serde_json::from_str(line).unwrap(),
            "rebato.journal/1",
            "case seq at actor event body prev hash",
        );
    }
}

#[test]
fn the_document_of_the_lab() {
    let document = Place::new()
        .run(&["lab", "attempt", "--output", "json", "--out", "out"])
        .code(0)
        .document();
    has(
        &document,
        "rebato.lab/1",
        "scenario seed truth outcome containment accepted_flows_after_containment round_trips calls case files[]",
    );
}
