//! One instance's trouble is one case: what joins it, what is known to it, what is a stranger, and when it rests.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rebato_core::case::{Belonging, COOL_DOWN, Case, Event};
use rebato_core::identify::{Alert, Finding, Remote};
use rebato_core::investigate::{AddressReport, Scope, Standing};

use crate::events::contain_plan;
use crate::story::{Story, alert, verdict};

fn at(finding: &Finding) -> Timestamp {
    finding.last_seen.unwrap()
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

fn remote(ip: &str) -> Remote {
    Remote {
        ip: ip.parse().unwrap(),
        port: None,
        country: None,
        asn: None,
        org: None,
    }
}

fn finding() -> Finding {
    let time = |text: &str| Some(text.parse().unwrap());
    Finding {
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
        detector: Some("d-1".into()),
        first_seen: time("2026-11-24T01:00:00Z"),
        last_seen: time("2026-11-24T03:00:00Z"),
        updated: time("2026-11-24T03:10:00Z"),
        count: Some(20),
        remote: vec![remote("203.0.113.80")],
        ..crate::story::finding()
    }
}

fn open() -> Story {
    Story::opened_by(alert(), finding())
}

/// Another finding about the same instance.
fn other() -> Finding {
    Finding {
        id: "another".into(),
        kind: "Recon:EC2/Portscan".into(),
        remote: vec![remote("198.51.100.99")],
        ..finding()
    }
}

fn case() -> Case {
    open().case
}

fn told(events: Vec<Event>) -> Case {
    let mut story = open();
    events.into_iter().for_each(|event| story.tell(event));
    story.case
}

#[test]
fn the_same_finding_is_known_until_it_says_something_new() {
    let case = case();
    assert_eq!(case.belonging(&finding()), Belonging::Known);
    let with = |change: &dyn Fn(&mut Finding)| {
        let mut finding = finding();
        change(&mut finding);
        case.belonging(&finding)
    };
    assert_eq!(
        with(&|f| f.count = f.count.map(|n| n + 1)),
        Belonging::Again
    );
    assert_eq!(
        with(&|f| f.last_seen = Some(at(f) + hours(1))),
        Belonging::Again
    );
    assert_eq!(
        with(&|f| f.remote.push(remote("192.0.2.200"))),
        Belonging::Again
    );
    // A delegated administrator's copy comes through another detector, a poor envelope lacks the account.
    assert_eq!(
        with(&|f| f.detector = Some("admin".into())),
        Belonging::Known
    );
    assert_eq!(with(&|f| f.account = None), Belonging::Known);
    assert_eq!(
        with(&|f| f.account = Some("999999999999".into())),
        Belonging::Stranger
    );
}

#[test]
fn addresses_of_earlier_occurrences_are_kept() {
    let mut again = finding();
    again.count = Some(99);
    again.remote = vec![remote("192.0.2.200")];
    let case = told(vec![Event::AlertRepeated {
        alert: alert(),
        finding: again,
    }]);
    assert_eq!(case.finding.count, Some(99));
    for ip in finding()
        .remote_ips()
        .into_iter()
        .chain(["192.0.2.200".parse().unwrap()])
    {
        assert!(case.whole_finding().remote_ips().contains(&ip), "{ip}");
    }
    // An older copy that comes late takes nothing back.
    let mut late = finding();
    late.updated = Some("2001-01-01T00:00:00Z".parse().unwrap());
    late.count = Some(1);
    late.remote = vec![remote("192.0.2.201")];
    let mut story = open();
    story.tell(Event::AlertRepeated {
        alert: alert(),
        finding: Finding {
            updated: Some("2026-11-24T05:00:00Z".parse().unwrap()),
            count: Some(99),
            ..finding()
        },
    });
    story.tell(Event::AlertRepeated {
        alert: alert(),
        finding: late,
    });
    assert_eq!(story.case.finding.count, Some(99));
    assert!(
        story
            .case
            .finding
            .remote_ips()
            .contains(&"192.0.2.201".parse().unwrap())
    );
}

#[test]
fn another_finding_joins_the_open_case_of_its_instance() {
    let case = case();
    assert_eq!(case.belonging(&other()), Belonging::Joins);
    let with = |change: &dyn Fn(&mut Finding)| {
        let mut finding = other();
        change(&mut finding);
        case.belonging(&finding)
    };
    let strangers: [&dyn Fn(&mut Finding); 5] = [
        &|f| f.instance_id = Some("i-0ffffffffffffffff".into()),
        &|f| f.instance_id = None,
        &|f| f.sample = !f.sample,
        &|f| f.region = Some("us-east-1".into()),
        &|f| {
            let long_ago = Some(at(f) - hours(24 * 30));
            (f.first_seen, f.last_seen, f.updated) = (long_ago, long_ago, long_ago);
        },
    ];
    for (n, change) in strangers.into_iter().enumerate() {
        assert_eq!(with(change), Belonging::Stranger, "{n}");
    }
    // A closed case takes its own finding, and nothing else.
    let closed = told(vec![Event::CaseClosed {
        by: "ana".into(),
        why: None,
    }]);
    assert_eq!(closed.belonging(&other()), Belonging::Stranger);
    assert_eq!(closed.belonging(&finding()), Belonging::Known);
}

#[test]
fn a_joined_finding_adds_to_the_picture_and_is_known_from_then_on() {
    let joined = || Event::FindingJoined {
        alert: alert(),
        finding: other(),
    };
    let case = told(vec![joined()]);
    assert_eq!(
        case.finding.id,
        finding().id,
        "the first finding goes on to lead"
    );
    assert_eq!(case.belonging(&other()), Belonging::Known);
    let whole = case.whole_finding();
    assert!(
        whole
            .remote_ips()
            .contains(&"198.51.100.99".parse().unwrap())
    );
    let mut again = other();
    again.count = Some(77);
    let case = told(vec![
        joined(),
        Event::AlertRepeated {
            alert: alert(),
            finding: again,
        },
    ]);
    assert_eq!(case.joined[0].finding.count, Some(77));
    assert_eq!(case.finding, finding());
}

#[test]
fn a_person_means_the_open_case_and_guardduty_takes_the_lead() {
    let manual = Finding::manual(
        finding().instance_id.as_deref().unwrap(),
        finding().account.as_deref().unwrap(),
        finding().region.as_deref().unwrap(),
        at(&finding()),
    );
    assert_eq!(case().belonging(&manual), Belonging::Known);
    let closed = told(vec![Event::CaseClosed {
        by: "ana".into(),
        why: None,
    }]);
    assert_eq!(closed.belonging(&manual), Belonging::Stranger);
    let mut story = Story::opened_by(Alert::manual("web-1"), manual.clone());
    assert_eq!(story.case.belonging(&finding()), Belonging::Joins);
    story.tell(Event::FindingJoined {
        alert: alert(),
        finding: finding(),
    });
    assert_eq!(story.case.finding, finding());
    assert_eq!(story.case.joined[0].finding, manual);
    assert_eq!(story.case.whole_finding().first_seen, finding().first_seen);
}

/// Worked through to a plan.
fn worked() -> Vec<Event> {
    let mut events = vec![Event::VerdictReached { verdict: verdict() }];
    events.extend(
        finding()
            .remote_ips()
            .into_iter()
            .map(|ip| Event::AddressInvestigated {
                report: AddressReport {
                    ip,
                    scope: Scope::Public,
                    standing: Standing::Unknown,
                    reasons: vec![],
                    facts: vec![],
                    opinions: vec![],
                    asked: vec![],
                    sent_out: vec![],
                },
            }),
    );
    events.push(Event::PlanMade {
        plan: Box::new(contain_plan()),
    });
    events
}

#[test]
fn a_case_rests_only_when_all_that_is_known_was_worked_on() {
    let case = told(worked());
    let now = case.updated;
    assert!(case.rests_until(now).is_some());
    assert_eq!(
        case.rests_until(now + COOL_DOWN),
        None,
        "the hour has passed"
    );
    // Cut off before its end.
    for n in 0..worked().len() {
        let cut: Vec<Event> = worked().into_iter().take(n).collect();
        assert_eq!(told(cut).rests_until(now), None, "{n}");
    }
    let more = |event: Event| told(worked().into_iter().chain([event]).collect());
    // A higher count alone gives no new work; another address or another finding does.
    let mut again = finding();
    again.count = Some(99);
    let repeated = |finding| Event::AlertRepeated {
        alert: alert(),
        finding,
    };
    assert!(more(repeated(again.clone())).rests_until(now).is_some());
    again.remote = vec![remote("192.0.2.200")];
    assert_eq!(more(repeated(again)).rests_until(now), None);
    let joined = Event::FindingJoined {
        alert: alert(),
        finding: Finding {
            remote: vec![],
            ..other()
        },
    };
    assert_eq!(more(joined).rests_until(now), None);
}

proptest! {
    /// However a case came to know a finding, telling it the same again is nothing new, and no address is ever lost.
    #[test]
    fn what_was_told_is_known(steps in prop::collection::vec((0_u8..4, 1_u64..50, 1_u8..250), 1..12)) {
        let mut story = open();
        let mut addresses = finding().remote_ips();
        for (who, count, host) in steps {
            let told = Finding {
                id: if who == 0 { finding().id } else { format!("f-{who}") },
                count: Some(count),
                remote: vec![remote(&format!("192.0.2.{host}"))],
                ..finding()
            };
            let event = match story.case.belonging(&told) {
                Belonging::Again => Event::AlertRepeated { alert: alert(), finding: told.clone() },
                Belonging::Joins => Event::FindingJoined { alert: alert(), finding: told.clone() },
                Belonging::Known | Belonging::Stranger => continue,
            };
            story.tell(event);
            addresses.extend(told.remote_ips());
            prop_assert_eq!(story.case.belonging(&told), Belonging::Known);
        }
        let known = story.case.whole_finding().remote_ips();
        prop_assert!(addresses.iter().all(|ip| known.contains(ip)));
    }
}
