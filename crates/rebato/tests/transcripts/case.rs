//! From `rebato respond` to `release` on the simulated account, and every command on a case between them.

use serde_json::Value;

use crate::place::{Account, Place, Ran, in_each_language, lab_snapshot, snapshot};

/// A case on the simulated account, at its plan.
struct Story {
    account: Account,
    place: Place,
    id: String,
    digest: String,
    respond: Ran,
}

impl Story {
    fn begin() -> Self {
        let account = Account::new("breach");
        // The machine stops within few questions.
        account.lab.set_step(jiff::SignedDuration::from_secs(5));
        let place = Place::beside(&account);
        place.write("alert.json", account.alert());
        let respond = place.run(&["respond", "alert.json"]);
        respond.code(3);
        let list = place.run(&["case", "list", "--output", "json"]).document();
        let id = list["cases"][0]["id"].as_str().unwrap().to_owned();
        let case = place
            .run(&["case", "show", &id, "--output", "json"])
            .document();
        let digest = case["plan"]["digest"].as_str().unwrap().to_owned();
        Self {
            account,
            place,
            id,
            digest,
            respond,
        }
    }

    fn run(&self, words: &[&str]) -> Ran {
        self.place.run(words)
    }

    fn json(&self, words: &[&str], code: i32) -> Value {
        self.place
            .run(&[words, &["--output", "json"]].concat())
            .code(code)
            .document()
    }

    /// What the account was asked to change.
    fn changes(&self) -> Vec<String> {
        self.account
            .lab
            .calls()
            .into_iter()
            .filter(|call| !call.reads)
            .map(|call| call.operation)
            .collect()
    }
}

#[test]
fn the_whole_of_a_case() {
    in_each_language(whole_case);
}

fn whole_case() {
    let story = Story::begin();
    let (id, digest) = (story.id.as_str(), story.digest.as_str());
    assert_eq!(story.changes(), Vec::<String>::new(), "respond only reads");
    lab_snapshot("respond_lab", &story.respond.transcript());

    let unapproved = [
        story.run(&["contain", id, "--explain"]),
        story.run(&["contain", id, "--approve"]),
        story.run(&["contain", id, "--plan", digest]),
        story.run(&["contain", id, "--contain-profile", "isolate"]),
        story.run(&["contain", id, "--plan", "sha256:1234"]),
        story.run(&[
            "contain",
            id,
            "--plan",
            &format!("sha256:{}", "0".repeat(64)),
        ]),
    ];
    assert_eq!(
        story.changes(),
        Vec::<String>::new(),
        "nothing is done without an approval"
    );
    lab_snapshot(
        "contain_unapproved",
        &unapproved.map(|r| r.transcript()).join("\n"),
    );

    // The profile of the newest plan is another: the one to carry out is named by its digest.
    let plan = story.json(&["contain", id], 3);
    let digest = plan["digest"].as_str().unwrap();
    let decided = [
        story.run(&[
            "reject",
            id,
            "--plan",
            digest,
            "--by",
            "berta",
            "--why",
            "wait for the owner",
        ]),
        story.run(&["contain", id, "--plan", digest]),
        story.run(&["approve", id, "--plan", digest, "--by", "ana"]),
        story.run(&[
            "approve",
            id,
            "--plan",
            digest,
            "--by",
            "ana",
            "--valid-for",
            "0",
        ]),
    ];
    let short: String = digest.chars().skip("sha256:".len()).take(10).collect();
    let contained = story.run(&["contain", id, "--plan", &short]);
    lab_snapshot(
        "contain",
        &decided
            .iter()
            .chain([&contained])
            .map(Ran::transcript)
            .collect::<Vec<_>>()
            .join("\n")
            .replace(&format!("--plan {short}"), "--plan [SHORT]"),
    );
    contained.code(0);
    let after = story.changes();
    story.run(&["contain", id, "--plan", digest]).code(0);
    assert_eq!(
        story.changes(),
        after,
        "the same plan again changes nothing"
    );

    let looks = [
        story.run(&["harden", id]),
        story.run(&["harden", id, "--fix", "imdsv2"]),
        story.run(&["harden", id, "--fix", "nothing"]),
        story.run(&["harden", "shop-web-1"]),
        story.run(&["monitor", id]),
        story.run(&["monitor", id, "--close"]),
        story.run(&["investigate", id]),
        story.run(&["case", "list"]),
        story.run(&["case", "show", id]),
        story.run(&["case", "verify"]),
        story.run(&["case", "verify", id, "--output", "json"]),
    ];
    lab_snapshot("case", &looks.map(|r| r.transcript()).join("\n"));

    let release = story.json(&["release", id], 3);
    let digest = release["digest"].as_str().unwrap();
    let released = [
        story.run(&["release", id, "--explain"]),
        story.run(&["release", id, "--plan", digest]),
        story.run(&["contain", id, "--plan", digest]),
        story.run(&["approve", id, "--plan", digest, "--by", "ana"]),
        story.run(&["release", id, "--plan", digest]),
        story.run(&["release", id]),
    ];
    lab_snapshot("release", &released.map(|r| r.transcript()).join("\n"));
    assert_eq!(
        story.json(&["case", "show", id], 0)["containment"],
        "released"
    );

    let exported = story.run(&["case", "export", id]);
    let events: Vec<Value> = exported
        .code(0)
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    for (n, event) in events.iter().enumerate() {
        assert_eq!(event["schema"], "rebato.journal/1");
        assert_eq!(event["seq"], n + 1, "one event a line, in order");
        if let Some(before) = n.checked_sub(1).and_then(|n| events.get(n)) {
            assert_eq!(event["prev"], before["hash"]);
        }
    }
}

#[test]
fn a_plan_says_who_relies_on_the_instance() {
    let mut scenario = rebato_lab::Scenario::load("breach-scaled").unwrap();
    (scenario.target.serves_names, scenario.target.routes_private) = (true, true);
    let account = Account::of(scenario);
    let place = Place::beside(&account);
    place.write("alert.json", account.alert());
    place.run(&["respond", "alert.json"]).code(3);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap();
    let plan = place.run(&["contain", id]);
    for words in [
        "This instance is a DNS server of the whole VPC (dopt-",
        "sends traffic through this instance",
        "last healthy target of shop-metrics",
        "One other healthy target is left in shop-web",
    ] {
        assert!(plan.out.contains(words), "{words}: {}", plan.out);
    }
}

#[test]
fn a_drifted_account_makes_the_plan_stale() {
    let story = Story::begin();
    let (id, digest) = (story.id.as_str(), story.digest.as_str());
    story.run(&["approve", id, "--plan", digest]).code(0);
    story.account.lab.world(|world| {
        let target = world.target_instance.clone();
        let spare = world.groups.keys().next().cloned().unwrap();
        for interface in world.interfaces.values_mut().filter(|i| {
            i.attachment
                .as_ref()
                .is_some_and(|a| a.instance_id == target)
        }) {
            interface.groups = vec![spare.clone()];
        }
    });
    // The plan was made a moment ago; another command reads the instance again and sees it.
    story.run(&["harden", id]).code(0);
    let ran = story.run(&["contain", id, "--plan", digest]);
    ran.fails(5, &["stale"]);
    assert_eq!(story.changes(), Vec::<String>::new());
}

#[test]
fn an_instance_that_is_gone_is_said_and_the_case_stays() {
    in_each_language(gone);
}

fn gone() {
    let account = Account::new("breach");
    let place = Place::beside(&account);
    place.fixture("eventbridge.json");
    let all = [
        place.run(&["identify", "eventbridge.json"]),
        place.run(&["respond", "eventbridge.json"]),
        place.run(&["case", "list"]),
    ];
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap();
    let contain = place.run(&["contain", id]);
    assert_eq!(contain.code, Some(1), "{}", contain.transcript());
    let all: Vec<_> = all.iter().chain([&contain]).map(Ran::transcript).collect();
    lab_snapshot("instance_gone", &all.join("\n"));
}

#[test]
fn a_sample_is_worked_through_and_never_contained() {
    in_each_language(sample);
}

fn sample() {
    let account = Account::new("breach");
    let place = Place::beside(&account);
    // A sample names an instance that nobody has; even one that is there must be left alone.
    let target = account.lab.world(|world| world.target_instance.clone());
    let text = std::fs::read_to_string(crate::place::fixtures().join("sample.json")).unwrap();
    place.write("sample.json", text.replace("i-0a1b2c3d4e5f60718", &target));
    let respond = place.run(&["respond", "sample.json"]);
    respond.code(0);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    let id = list["cases"][0]["id"].as_str().unwrap();
    let contain = place.run(&["contain", id]);
    lab_snapshot(
        "sample",
        &[&respond, &contain].map(Ran::transcript).join("\n"),
    );
    contain.code(6);
    let case = place
        .run(&["case", "show", id, "--output", "json"])
        .document();
    if let Some(digest) = case["plan"]["digest"].as_str() {
        place
            .run(&["approve", id, "--plan", digest])
            .fails(6, &["sample"]);
        place
            .run(&[
                "approve",
                id,
                "--plan",
                digest,
                "--override",
                "sample_finding",
            ])
            .fails(6, &["sample"]);
        assert_ne!(place.run(&["contain", id, "--plan", digest]).code, Some(0));
    }
    let writes = [
        "Create",
        "Modify",
        "Stop",
        "Disassociate",
        "Delete",
        "Revoke",
        "Authorize",
    ];
    let calls = account.lab.calls();
    assert!(
        !calls
            .iter()
            .any(|c| writes.iter().any(|w| c.operation.starts_with(w)))
    );
}

#[test]
fn no_cloud_at_all() {
    in_each_language(no_cloud);
}

fn no_cloud() {
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
    let logs = [
        "--flow-logs",
        "flows.log",
        "--cloudtrail",
        "trail.json",
        "--auth-log",
        "auth.log",
        "--threat-list",
        "list.txt",
    ];
    let respond = place.run(
        &[
            &["respond", "eventbridge.json", "--offline"],
            &logs as &[&str],
        ]
        .concat(),
    );
    respond.code(0);
    let again = place.run(&["respond", "eventbridge.json", "--offline"]);
    assert!(
        again.talk.contains("CloudTrail"),
        "a verdict does not become weaker in silence:\n{}",
        again.transcript()
    );
    let list = place.run(&["case", "list", "--output", "json"]).document();
    assert_eq!(
        list["cases"].as_array().unwrap().len(),
        1,
        "the same alert is the same case"
    );
    let id = list["cases"][0]["id"].as_str().unwrap();
    let more = [
        place.run(&["contain", id, "--offline"]),
        place.run(&["release", id, "--offline"]),
        place.run(&["harden", id, "--offline"]),
        place.run(&["monitor", id, "--offline"]),
        place.run(&["investigate", id, "--threat-list", "list.txt"]),
        place.run(&["case", "verify"]),
        place.run(&["case", "show", "C-1999-0001"]),
    ];
    let all: Vec<_> = [&respond, &again]
        .into_iter()
        .chain(&more)
        .map(Ran::transcript)
        .collect();
    snapshot("respond_offline", &all.join("\n"));
}

/// One instance's trouble is one case, however often it is told; what was worked through rests.
#[test]
fn findings_about_one_instance_are_one_case() {
    let account = Account::new("breach");
    let place = Place::beside(&account);
    place.write("alert.json", account.alert());
    place.run(&["respond", "alert.json"]).code(3);
    let calls = || account.lab.calls().len();

    // The same again: nothing is asked.
    let before = calls();
    let known = place.run(&["respond", "alert.json"]);
    known.code(3);
    assert!(known.talk.contains("--again"), "{}", known.talk);
    assert_eq!(calls(), before, "a case that rests asks nothing");

    // A higher count is told and gives no work; another address does.
    let mut finding: Value = serde_json::from_slice(&account.alert()).unwrap();
    let inner = finding
        .pointer("/detail")
        .map_or(String::new(), |_| "/detail".to_owned());
    *finding
        .pointer_mut(&format!("{inner}/service/count"))
        .unwrap() = 9_999.into();
    place.write("again.json", finding.to_string());
    let again = place.run(&["respond", "again.json"]);
    again.code(3);
    assert!(again.talk.contains("--again"), "{}", again.talk);
    assert_eq!(calls(), before);

    // Another finding about the instance joins, and all is looked at again.
    for (name, value) in [
        ("id", "0123456789abcdef0123456789abcdef"),
        ("type", "Recon:EC2/Portscan"),
    ] {
        *finding.pointer_mut(&format!("{inner}/{name}")).unwrap() = value.into();
    }
    if let Some(arn) = finding.pointer_mut(&format!("{inner}/arn")) {
        *arn = Value::Null;
    }
    place.write("other.json", finding.to_string());
    let other = place.run(&["respond", "other.json"]);
    other.code(3);
    assert!(other.talk.contains("joins case"), "{}", other.talk);
    assert!(other.out.contains("Recon:EC2/Portscan"), "{}", other.out);
    assert!(calls() > before, "a case with another finding is worked on");
    let list = place.run(&["case", "list", "--output", "json"]).document();
    assert_eq!(list["cases"].as_array().unwrap().len(), 1, "{list}");
    let id = list["cases"][0]["id"].as_str().unwrap();
    let case = place
        .run(&["case", "show", id, "--output", "json"])
        .document();
    assert_eq!(case["joined"][0]["type"], "Recon:EC2/Portscan");
    assert_eq!(case["repeats"], 1);

    // A person who names the instance means the same case.
    let before = calls();
    let instance = case["instance_id"].as_str().unwrap();
    place.run(&["respond", instance]).code(3);
    let list = place.run(&["case", "list", "--output", "json"]).document();
    assert_eq!(list["cases"].as_array().unwrap().len(), 1, "{list}");
    // It is found by one look, and rests.
    assert!(calls() - before <= 3, "{}", calls() - before);
    let forced = calls();
    place.run(&["respond", "alert.json", "--again"]).code(3);
    assert!(calls() > forced + 10);
}
