//! What changed in the guest, and what names it asked for.

use rebato_core::evaluate::{Fact, Outcome};

use super::{LOGS, X, accepted, failed, finding, say, signals};

fn change(change: &str, by: Option<&str>) -> Fact {
    Fact::HostChange {
        change: change.into(),
        about: "backup".into(),
        by: by.map(Into::into),
        detail: "new user".into(),
        count: 1,
    }
}

fn lookup(domain: &str, names: u64, kind: &str, longest: usize) -> Fact {
    let length = f64::from(u32::try_from(longest).unwrap());
    Fact::Lookup {
        domain: domain.into(),
        names,
        longest: format!("{}.{domain}", "a".repeat(longest)),
        entropy: 3.6,
        length,
        types: vec![kind.into()],
        answers: vec!["192.0.2.77".into()],
        missing: 0,
        count: names,
        firewall: None,
        first: None,
        last: None,
    }
}

fn missing(domain: &str) -> Fact {
    let mut fact = lookup(domain, 1, "A", 0);
    if let Fact::Lookup {
        missing, answers, ..
    } = &mut fact
    {
        *missing = 1;
        answers.clear();
    }
    fact
}

fn fired(facts: Vec<Fact>, signal: &str) -> bool {
    let verdict = say(&finding("INBOUND", false), &LOGS, facts);
    signals(&verdict).contains(&signal)
}

#[test]
fn a_change_weighs_after_contact_and_not_by_people_from_elsewhere() {
    assert!(fired(
        vec![failed(3), change("user_added", None)],
        "host-change"
    ));
    assert!(
        !fired(vec![change("user_added", None)], "host-change"),
        "nobody was here"
    );
    let ours = || accepted("198.51.100.9", 0);
    assert!(!fired(
        vec![failed(3), ours(), change("user_added", Some("deploy"))],
        "host-change"
    ));
    assert!(
        fired(
            vec![
                accepted(X, 0),
                ours(),
                change("became_root", Some("deploy"))
            ],
            "host-change"
        ),
        "who came from both came from a suspect"
    );
    for (kind, by, weighs) in [
        ("became_root", Some("cron"), false),
        ("task_created", Some("www-data"), true),
        ("task_created", Some("ssm-user"), false),
        ("service_installed", None, false),
        ("key_added", None, true),
    ] {
        let facts = vec![failed(3), change(kind, by)];
        assert_eq!(fired(facts, "host-change"), weighs, "{kind} by {by:?}");
    }
    assert!(fired(
        vec![accepted(X, 0), change("service_installed", None)],
        "host-change"
    ));
}

#[test]
fn a_name_that_led_to_the_suspect_says_little_by_itself() {
    let mut fact = lookup("example.com", 1, "A", 3);
    if let Fact::Lookup { answers, .. } = &mut fact {
        answers.push(X.into());
    }
    let verdict = say(&finding("INBOUND", false), &LOGS, vec![fact]);
    assert_eq!(signals(&verdict), ["dns-led-to-suspect"]);
    assert_eq!(verdict.outcome, Outcome::Inconclusive);
}

#[test]
fn tunnels_are_told_from_delivery_networks() {
    let is = |fact| fired(vec![fact], "dns-tunnel");
    assert!(is(lookup("t.example", 400, "NULL", 60)));
    assert!(is(lookup("t.example", 30, "TXT", 24)));
    assert!(!is(lookup("t.example", 30, "A", 24)));
    assert!(!is(lookup("cloudfront.net", 400, "A", 60)));
    assert!(!is(lookup("s3.eu-west-1.amazonaws.com", 400, "A", 60)));
    assert!(!is(lookup("spamhaus.org", 400, "TXT", 60)));
    assert!(!is(lookup("outlook.com", 400, "MX", 35)));
    assert!(is(lookup("eveoutlook.com", 400, "MX", 35)));
}

#[test]
fn many_drawn_names_without_answer_are_a_search_and_few_are_not() {
    let drawn = |count: usize| -> Vec<Fact> {
        [
            "xkqwzjvbpt",
            "qxvtrnlsdk",
            "wbdjsrkfpl",
            "zxcvbnmklt",
            "pqrstvwxzb",
            "kdjfhgwrtq",
        ]
        .iter()
        .flat_map(|label| ["com", "net"].map(|end| missing(&format!("{label}.{end}"))))
        .take(count)
        .collect()
    };
    assert!(fired(drawn(12), "dns-generated-names"));
    assert!(!fired(drawn(9), "dns-generated-names"));
    let words = [
        "weather", "library", "mountain", "football", "business", "computer",
    ];
    let words = words
        .iter()
        .flat_map(|word| ["com", "net"].map(|end| missing(&format!("{word}shop.{end}"))));
    assert!(!fired(words.collect(), "dns-generated-names"));
}

#[test]
fn a_pool_counts_where_it_exists_and_a_firewall_rule_where_it_matched() {
    assert!(fired(
        vec![lookup("moneroocean.stream", 1, "A", 4)],
        "dns-mining-pool"
    ));
    assert!(!fired(
        vec![missing("moneroocean.stream")],
        "dns-mining-pool"
    ));
    assert!(!fired(
        vec![lookup("notmoneroocean.stream", 1, "A", 4)],
        "dns-mining-pool"
    ));
    let mut fact = lookup("example.com", 1, "A", 3);
    assert!(!fired(vec![fact.clone()], "dns-firewall"));
    if let Fact::Lookup { firewall, .. } = &mut fact {
        *firewall = Some("BLOCK".into());
    }
    assert!(fired(vec![fact], "dns-firewall"));
}
