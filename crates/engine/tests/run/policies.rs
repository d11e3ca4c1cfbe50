//! Policies and requests: what is granted to whom, what can be asked about, and what is wrong with a file that is not taken.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use rebato_core::case::Case;
use rebato_core::contain::{Identity, Note, Person, Plan, Profile, Purpose, Severity, plan};
use rebato_core::evaluate::Outcome;
use rebato_core::identify::Subject;
use rebato_engine::policy::{DEFAULT_POLICY, Policy, PolicyFault, PolicyRequest};

use crate::stage::{STANDARD, instance};
use crate::story::{Story, finding, verdict};

fn toml(settings: &str, rules: &str) -> String {
    format!("schema = \"rebato.policy/1\"\n{settings}\ncedar = '''\n{rules}'''\n")
}

fn policy(rules: &str) -> Policy {
    Policy::parse(
        &toml("time_zone = \"Asia/Kathmandu\"", rules),
        "policy.toml",
    )
    .unwrap()
}

fn case() -> Case {
    let mut case = Story::open().case;
    let mut seen = verdict();
    (seen.outcome, seen.score) = (Outcome::Succeeded, 85);
    case.verdict = Some(seen);
    case.finding = rebato_core::identify::Finding {
        kind: "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom".into(),
        severity: Some(8.9),
        ..finding()
    };
    case.subject = Some(Subject {
        name: Some("web".into()),
        tags: [("env".to_owned(), "prod".to_owned())].into(),
        ..instance()
    });
    case
}

fn a_plan(case: &Case) -> Plan {
    let mut plan = plan(
        case,
        case.subject.as_ref().unwrap(),
        &Profile::runbook(),
        None,
    );
    plan.notes
        .push(Note::new(Severity::Warning, "shared_role", []));
    plan.notes
        .push(Note::new(Severity::Refusal, "own_host", []));
    plan
}

fn ana() -> Person {
    Person {
        name: "ana".into(),
        identity: Identity {
            user: Some("ana.r".into()),
            host: Some("desk".into()),
            arn: Some("arn:aws:iam::111122223333:user/ana".into()),
        },
    }
}

/// A Friday, 23:30 in London and Saturday 05:15 in Kathmandu.
fn friday() -> Timestamp {
    "2026-11-27T23:30:00Z".parse().unwrap()
}

/// Whether a rule with this condition grants.
fn grants(condition: &str, plan: &Plan) -> bool {
    let policy = policy(&format!(
        "@id(\"x\") permit (principal, action == Action::\"approve_alone\", resource) when {{ {condition} }};"
    ));
    let (case, person) = (case(), ana());
    let overrides = BTreeSet::from(["own_host".to_owned()]);
    let ruling = policy.rule(&PolicyRequest {
        person: &person,
        case: &case,
        plan,
        overrides: &overrides,
        now: friday(),
    });
    let alone = ruling
        .reasons
        .iter()
        .find(|r| r.asked == "approve_alone")
        .unwrap();
    assert_eq!(alone.errors, [""; 0], "{condition}");
    assert_eq!(alone.permitted, ruling.approvals == 1);
    alone.permitted
}

#[test]
fn every_field_can_be_used_in_a_rule() {
    let plan = a_plan(&case());
    let (account, region) = {
        let subject = case().subject.unwrap();
        (subject.account, subject.region)
    };
    for (yes, no) in [
        ("principal.name == \"ana\"", "principal.name == \"bob\""),
        (
            "principal == Person::\"ana\"",
            "principal == Person::\"bob\"",
        ),
        (
            "principal.identified == Identified::\"aws\"",
            "principal.identified == Identified::\"local\"",
        ),
        (
            "principal.arn like \"arn:aws:iam::111122223333:*\"",
            "principal.arn like \"arn:aws:sts:*\"",
        ),
        ("principal.user == \"ana.r\"", "principal.user == \"\""),
        ("principal.host == \"desk\"", "principal.host == \"\""),
        (
            &*format!("resource.id == \"{}\"", plan.instance),
            "resource.id == \"i-other\"",
        ),
        ("resource.name == \"web\"", "resource.name == \"db\""),
        (
            &*format!("resource.account == \"{account}\""),
            "resource.account == \"0\"",
        ),
        (
            &*format!("resource.region == \"{region}\""),
            "resource.region == \"mars-1\"",
        ),
        (
            "resource.hasTag(\"env\") && resource.getTag(\"env\") == \"prod\"",
            "resource.hasTag(\"team\")",
        ),
        (
            &*format!("context.case == \"{}\"", plan.case),
            "context.case == \"\"",
        ),
        (
            "context.outcome == Outcome::\"succeeded\"",
            "context.outcome == Outcome::\"attempted\"",
        ),
        (
            "context has score && context.score >= 85",
            "context has score && context.score > 85",
        ),
        (
            "context.finding.id == \"f-1\"",
            "context.finding.id == \"\"",
        ),
        (
            "context.finding.type like \"UnauthorizedAccess:EC2/*\"",
            "context.finding.type like \"Recon:*\"",
        ),
        (
            "context.finding has severity && context.finding.severity == 8",
            "context.finding has severity && context.finding.severity >= 9",
        ),
        ("!context.finding.sample", "context.finding.sample"),
        (
            "context.profile == \"runbook\"",
            "context.profile == \"isolate\"",
        ),
        ("context.check == \"\"", "context.check == \"imdsv2\""),
        (
            "context.actions.contains(\"create_snapshots\")",
            "context.actions.contains(\"set_imds_tokens\")",
        ),
        ("context.irreversible", "!context.irreversible"),
        (
            "context.warnings.contains(\"shared_role\")",
            "context.warnings.contains(\"own_host\")",
        ),
        (
            "context.refusals == [\"own_host\"]",
            "context.refusals.isEmpty()",
        ),
        (
            "context.overrides.contains(\"own_host\")",
            "context.overrides.isEmpty()",
        ),
        (
            "context.utc.hour == 23 && context.utc.weekday == Weekday::\"friday\"",
            "context.utc.hour < 23",
        ),
        (
            "context.local.hour == 5 && context.local.weekday == Weekday::\"saturday\"",
            "context.local.weekday == Weekday::\"friday\"",
        ),
    ] {
        assert!(grants(yes, &plan), "{yes}");
        assert!(!grants(no, &plan), "{no}");
    }
}

#[test]
fn what_a_plan_loses_is_seen_in_its_steps_and_notes() {
    let case = case();
    let quiet = Plan {
        notes: vec![],
        ..plan(
            &case,
            case.subject.as_ref().unwrap(),
            &Profile::isolate(),
            None,
        )
    };
    assert!(grants("!context.irreversible", &quiet));
    let lost = Plan {
        notes: vec![Note::new(Severity::Info, "memory_lost", [])],
        ..quiet.clone()
    };
    assert!(grants("context.irreversible", &lost));
    let fix = Plan {
        purpose: Purpose::Fix {
            check: "imdsv2".into(),
        },
        ..quiet
    };
    assert!(grants("context.check == \"imdsv2\"", &fix));
}

/// The purposes that are allowed, whether a person is enough, and whether none is needed.
fn ruled(policy: &Policy, purpose: Purpose, person: &Person) -> (bool, u8, bool) {
    let case = case();
    let mut plan = a_plan(&case);
    plan.notes.clear();
    plan.purpose = purpose;
    let ruling = policy.rule(&PolicyRequest {
        person,
        case: &case,
        plan: &plan,
        overrides: &[].into(),
        now: friday(),
    });
    assert_eq!(ruling.policy, policy.digest());
    (ruling.allowed, ruling.approvals, ruling.auto)
}

#[test]
fn policies_and_requests() {
    const ALL: &str = "@id(\"all\") permit (principal, action, resource);";
    let fix = || Purpose::Fix { check: "x".into() };
    let with = |more: &str| policy(&format!("{ALL}\n{more}"));
    let bob = Person::named("bob");
    let not_bob = "forbid (principal == Person::\"bob\", action == Action::\"approve\", resource);";
    let pair = "forbid (principal, action == Action::\"approve_alone\", resource) when { resource.getTag(\"env\") == \"prod\" };"
        .replace("when { ", "when { resource.hasTag(\"env\") && ");
    for (policy, purpose, person, wanted) in [
        (Policy::default(), Purpose::Contain, ana(), (true, 1, false)),
        (
            Policy::default(),
            Purpose::Release,
            bob.clone(),
            (true, 1, false),
        ),
        (with(""), Purpose::Contain, ana(), (true, 1, true)),
        (
            with(&format!("@id(\"n\") {not_bob}")),
            fix(),
            ana(),
            (true, 1, true),
        ),
        // Whoever may not approve keeps nobody from what needs no person.
        (
            with(&format!("@id(\"n\") {not_bob}")),
            fix(),
            bob.clone(),
            (false, 1, true),
        ),
        (
            with(&format!("@id(\"p\") {pair}")),
            Purpose::Contain,
            bob,
            (true, 2, true),
        ),
        (
            with("@id(\"r\") forbid (principal, action == Action::\"release\", resource);"),
            Purpose::Release,
            ana(),
            (false, 1, false),
        ),
        (
            with("@id(\"r\") forbid (principal, action == Action::\"release\", resource);"),
            Purpose::Contain,
            ana(),
            (true, 1, true),
        ),
        // What no rule permits is not allowed.
        (
            policy("@id(\"one\") permit (principal, action == Action::\"contain\", resource);"),
            Purpose::Contain,
            ana(),
            (false, 2, false),
        ),
    ] {
        assert_eq!(
            ruled(&policy, purpose.clone(), &person),
            wanted,
            "{purpose:?} {:?}",
            policy.rules()
        );
    }
}

#[test]
fn a_rule_that_cannot_be_evaluated_denies_and_is_told() {
    let policy = policy(
        "@id(\"all\") permit (principal, action, resource);
         @id(\"sum\") forbid (principal, action == Action::\"approve\", resource)
            when { context.utc.hour + 9223372036854775807 > 5 };",
    );
    let (case, person) = (case(), ana());
    let mut plan = a_plan(&case);
    plan.notes.clear();
    let ruling = policy.rule(&PolicyRequest {
        person: &person,
        case: &case,
        plan: &plan,
        overrides: &[].into(),
        now: friday(),
    });
    let approve = ruling
        .reasons
        .iter()
        .find(|r| r.asked == "approve")
        .unwrap();
    assert!(!ruling.allowed && !approve.permitted);
    assert!(
        approve.errors.len() == 1 && approve.errors[0].contains("sum"),
        "{approve:?}"
    );
}

#[test]
fn a_file_that_is_not_taken_says_where_and_what_to_do() {
    use PolicyFault as F;
    const RULE: &str = "@id(\"a\") permit (principal, action, resource);\n";
    let faulty = |text: &str| {
        let error = Policy::parse(text, "policy.toml").unwrap_err();
        assert!(error.to_string().starts_with("policy.toml"), "{error}");
        (error.line, error.fault)
    };
    let wrong = |rule: &str, line: usize, says: &str| {
        // The rules begin in line 4.
        match faulty(&toml("", rule)) {
            (Some(at), F::Wrong { why, .. }) => {
                assert_eq!(at, line, "{why}");
                assert!(why.contains(says), "{why}");
            }
            other => assert_eq!(format!("{other:?}"), ""),
        }
    };
    assert!(matches!(faulty("schema = "), (Some(1), F::Toml(_))));
    assert!(matches!(
        faulty("schema = \"rebato.policy/1\"\nvalid_for = 3\n"),
        (Some(2), F::Toml(why)) if why.contains("valid_for")
    ));
    assert!(matches!(
        faulty("\nschema = \"rebato.policy/2\"\n"),
        (Some(2), F::Schema(_))
    ));
    assert_eq!(
        faulty(&toml("valid_for_minutes = 0", RULE)),
        (Some(2), F::Validity(0))
    );
    assert_eq!(
        faulty(&toml("time_zone = \"Europe/Atlantis\"", RULE)),
        (Some(2), F::TimeZone("Europe/Atlantis".into()))
    );
    assert_eq!(faulty("schema = \"rebato.policy/1\"\n"), (None, F::NoRules));
    assert_eq!(faulty(&toml("", "// nothing\n")), (None, F::NoRules));
    assert!(matches!(
        faulty(&toml(
            "",
            &format!("{RULE}\npermit (principal, action resource);")
        )),
        (Some(6), F::Syntax(_))
    ));
    assert_eq!(
        faulty(&toml(
            "",
            &format!("{RULE}\npermit (principal, action, resource);")
        )),
        (Some(6), F::NoId)
    );
    assert_eq!(
        faulty(&toml("", &format!("{RULE}{RULE}"))),
        (Some(5), F::SameId("a".into()))
    );
    assert_eq!(
        faulty(&toml(
            "",
            "@id(\"t\") permit (principal == ?principal, action, resource);"
        )),
        (Some(4), F::Template)
    );
    let when = |what: &str| {
        format!("{RULE}@id(\"b\")\npermit (principal, action, resource)\nwhen {{ {what} }};")
    };
    // A name or value that does not exist, a comparison of unlike things, and a rule that never applies.
    wrong(&when("context.outcom == Outcome::\"likely\""), 7, "outcom");
    wrong(&when("context.outcome == Outcome::\"likly\""), 7, "likly");
    wrong(&when("context.utc.hour == \"3\""), 7, "");
    wrong(&when("context.score > 3"), 7, "score");
    wrong(&when("principal.role == \"x\""), 7, "role");
    wrong(
        "@id(\"c\") permit (principal, action == Action::\"aprove\", resource);",
        4,
        "aprove",
    );
    wrong(
        "@id(\"d\") permit (principal is Instance, action, resource);",
        4,
        "",
    );
}

#[test]
fn rules_of_their_own_file_are_read_beside_it_and_errors_name_that_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let rules = folder.path().join("rules.cedar");
    std::fs::write(
        &path,
        "schema = \"rebato.policy/1\"\ncedar_file = \"rules.cedar\"\n",
    )
    .unwrap();
    let missing = Policy::load(&path).unwrap_err();
    assert!(missing.origin.ends_with("rules.cedar"));
    assert!(matches!(missing.fault, PolicyFault::Unreadable(_)));
    std::fs::write(
        &rules,
        "\n@id(\"x\") permit (principal, action == Action::\"x\", resource);",
    )
    .unwrap();
    let wrong = Policy::load(&path).unwrap_err();
    assert!(
        wrong.origin.ends_with("rules.cedar") && wrong.line == Some(2),
        "{wrong}"
    );
    std::fs::write(
        &rules,
        "@id(\"x\") permit (principal, action == Action::\"auto\", resource);",
    )
    .unwrap();
    let read = Policy::load(&path).unwrap();
    assert_eq!(read.rules(), ["x"]);
    assert_ne!(read.digest(), Policy::default().digest());
    assert_eq!(
        Policy::default().digest(),
        Policy::parse(DEFAULT_POLICY, "elsewhere").unwrap().digest()
    );
}

static FACTS: LazyLock<Case> = LazyLock::new(case);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn by_default_everybody_approves_alone_and_nothing_is_automatic(
        name in "\\PC{0,12}",
        arn in proptest::option::of("\\PC{0,20}"),
        outcome in 0usize..6,
        score in -5i32..120,
        severity in proptest::option::of(any::<f64>()),
        sample in any::<bool>(),
        tags in proptest::collection::btree_map("\\PC{0,8}", "\\PC{0,8}", 0..4),
        refusing in any::<bool>(),
        purpose in 0usize..3,
        seconds in 0i64..4_000_000_000,
    ) {
        let mut case = FACTS.clone();
        let seen = case.verdict.as_mut().unwrap();
        seen.outcome = [
            Outcome::Succeeded, Outcome::Likely, Outcome::Attempted, Outcome::Blocked, Outcome::Benign, Outcome::Inconclusive,
        ][outcome];
        seen.score = score;
        (case.finding.severity, case.finding.sample) = (severity, sample);
        case.subject.as_mut().unwrap().tags = tags;
        let mut plan = a_plan(&FACTS);
        if !refusing {
            plan.notes.clear();
        }
        plan.purpose = [Purpose::Contain, Purpose::Release, Purpose::Fix { check: "x".into() }][purpose].clone();
        let person = Person { identity: Identity { arn, ..Identity::default() }, ..Person::named(&name) };
        let request = PolicyRequest {
            person: &person,
            case: &case,
            plan: &plan,
            overrides: &plan.refusals(),
            now: Timestamp::from_second(seconds).unwrap(),
        };
        let ruling = STANDARD.rule(&request);
        prop_assert!(!ruling.auto);
        prop_assert!(ruling.allowed && ruling.approvals == 1, "{:?}", ruling);
        prop_assert!(ruling.reasons.iter().all(|r| r.errors.is_empty()), "{:?}", ruling);
        prop_assert_eq!(STANDARD.rule(&request), ruling);
    }
}
