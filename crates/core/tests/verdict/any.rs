//! What holds of a verdict whatever the evidence is.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rebato_core::evaluate::{Fact, Outcome, Source, Verdict, evaluate};
use rebato_core::identify::Direction;

use super::{
    LOGS, US, X, accepted, at, beacon, call, dossier, failed, finding, ip, say, talk, tally,
};

fn any_fact() -> impl Strategy<Value = Fact> {
    let address = prop::sample::select(vec![X, US, "192.0.2.10", "198.51.100.9", "2001:db8::9"]);
    let numbers = (
        0u64..3_000,
        0u64..20_000_000,
        0u16..32,
        0i64..300,
        0u64..2_000,
    );
    let event = prop::sample::select(vec![
        "CreateUser",
        "StopLogging",
        "ListBuckets",
        "DescribeInstances",
        "GetSecretValue",
        "X",
    ]);
    (0u8..14, address, numbers, any::<[bool; 3]>(), event).prop_map(
        |(kind, from, (flows, bytes, flags, minute, long), bits, event)| match kind {
            0 | 1 => {
                let mut t = talk(
                    from,
                    if bits[0] {
                        Direction::Inbound
                    } else {
                        Direction::Outbound
                    },
                    if bits[1] { 443 } else { 22 },
                );
                t.accepted_in = tally(flows, flows * 3, bytes, flags);
                t.accepted_out = tally(flows / 2, flows, bytes / 2, flags ^ 18);
                t.rejected = tally(flows / 3, flows / 3, 60, 2);
                (
                    t.first,
                    t.last,
                    t.longest_session_s,
                    t.session_bytes_out,
                    t.mid_stream,
                ) = (at(minute), at(minute + 5), long, bytes, bits[2]);
                Fact::Conversation(t)
            }
            2 => beacon(from),
            3 => Fact::Scan {
                ip: ip(from),
                ports: flows,
                hosts: 1,
                accepted: 1,
                rejected: flows,
            },
            4 => failed(flows),
            5 => accepted(from, flows),
            6 => call(event, from, bits[0].then_some("AccessDenied")),
            7 => Fact::ThreatMatch {
                ip: ip(from),
                list: "l".into(),
                entry: "e".into(),
                width: flows,
            },
            8 => Fact::Sweep {
                from: ip(US),
                inside: bits[0],
                port: Some(22),
                hosts: flows,
                ports: 1,
                answered: 0,
                first: at(minute),
                last: at(minute + 5),
            },
            9 => Fact::OutboundVolume {
                ip: ip(from),
                bytes,
                busiest_hour: bytes,
                usual_hour: bits[0].then_some(flows * 100),
                hours: 24,
                first: at(minute),
                last: at(minute + 5),
            },
            10 => Fact::Metric {
                name: if bits[0] {
                    "CPUUtilization"
                } else {
                    "NetworkOut"
                }
                .into(),
                statistic: "Average".into(),
                from: at(minute),
                until: at(minute + 45),
                value: 95.0,
                usual: Some(10.0),
                deviations: Some(4.0),
            },
            11 => Fact::HostChange {
                change: "user_added".into(),
                about: "x".into(),
                by: None,
                detail: String::new(),
                count: 1,
            },
            12 => Fact::OtherFinding {
                finding: "f".into(),
                kind: "Execution:Runtime/X".into(),
                severity: Some(if bits[0] { 2.0 } else { 8.0 }),
            },
            _ => Fact::OtherFinding {
                finding: "f".into(),
                kind: "Backdoor:EC2/X".into(),
                severity: Some(8.0),
            },
        },
    )
}

/// How bad it is, for comparing.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Blocked | Outcome::Benign => 0,
        Outcome::Attempted => 1,
        Outcome::Inconclusive => 2,
        Outcome::Likely => 3,
        Outcome::Succeeded => 4,
    }
}

/// What can only speak for a success.
fn speaks_for_success(fact: &Fact) -> bool {
    match fact {
        Fact::LoginAccepted { ip: from, .. } => *from == ip(X),
        Fact::Beacon { .. }
        | Fact::OtherFinding { .. }
        | Fact::ApiCall { .. }
        | Fact::Sweep { .. }
        | Fact::OutboundVolume { .. }
        | Fact::Metric { .. }
        | Fact::HostChange { .. } => true,
        _ => false,
    }
}

fn sums(verdict: &Verdict) -> BTreeSet<(String, i32)> {
    let reasons = verdict.reasons.iter();
    reasons.map(|r| (r.signal.clone(), r.weight)).collect()
}

fn facts(most: usize) -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec(any_fact(), 0..most)
}

fn sources() -> impl Strategy<Value = Vec<Source>> {
    prop::sample::subsequence(Source::ALL.to_vec(), 0..=Source::ALL.len())
}

/// Mostly complete: there the outcomes are that something hangs on.
fn logs() -> impl Strategy<Value = Vec<Source>> {
    prop_oneof![3 => Just(Source::ALL.to_vec()), 1 => sources()]
}

fn direction() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["INBOUND", "OUTBOUND", "UNKNOWN"])
}

proptest! {
    #[test]
    fn less_for_a_success_is_never_more_of_one(facts in facts(8), complete in logs(), direction in direction(), blocked in any::<bool>()) {
        let f = finding(direction, blocked);
        let all = say(&f, &complete, facts.clone());
        for (n, fact) in facts.iter().enumerate() {
            if speaks_for_success(fact) {
                let mut rest = facts.clone();
                rest.remove(n);
                let less = say(&f, &complete, rest);
                prop_assert!(rank(less.outcome) <= rank(all.outcome), "without {fact:?}: {:?} after {:?}", less.outcome, all.outcome);
            }
        }
    }

    /// Only refused packets stay refused whatever the other logs would say.
    #[test]
    fn hiding_a_log_never_makes_it_better(facts in facts(8), complete in logs(), direction in direction(), blocked in any::<bool>()) {
        let f = finding(direction, blocked);
        let all = dossier(&f, &complete, facts);
        for hidden in Source::ALL {
            let mut rest = all.clone();
            rest.evidence.retain(|e| e.source != hidden || matches!(e.fact, Fact::Alert { .. }));
            rest.coverage.remove(&hidden);
            let after = evaluate(&f, None, &rest);
            if LOGS.contains(&hidden) {
                prop_assert!(!matches!(after.outcome, Outcome::Attempted | Outcome::Benign), "{hidden:?}");
            }
            if after.outcome == Outcome::Blocked {
                prop_assert!(hidden != Source::FlowLogs && sums(&after).iter().any(|(signal, _)| signal == "all-rejected"));
            }
        }
    }

    #[test]
    fn the_order_of_evidence_is_no_evidence(facts in facts(10), complete in logs(), direction in direction(), turn in 0usize..10) {
        let f = finding(direction, false);
        let mut d = dossier(&f, &complete, facts);
        let one = evaluate(&f, None, &d);
        let turn = turn % d.evidence.len();
        d.evidence.rotate_left(turn);
        d.evidence.reverse();
        let other = evaluate(&f, None, &d);
        prop_assert_eq!((one.outcome, one.score, sums(&one)), (other.outcome, other.score, sums(&other)));
        prop_assert_eq!(one.what_would_change_it, other.what_would_change_it);
    }

    #[test]
    fn reputation_moves_the_score_by_ten_at_the_most(facts in facts(8), complete in logs(), lists in 1u8..20) {
        let f = finding("INBOUND", false);
        let mut facts = facts;
        facts.retain(|fact| !matches!(fact, Fact::ThreatMatch { .. }));
        let before = say(&f, &complete, facts.clone());
        facts.extend((0..lists).map(|n| Fact::ThreatMatch { ip: ip(X), list: format!("tor-{n}"), entry: X.into(), width: 1 }));
        let after = say(&f, &complete, facts);
        prop_assert!((0..=10).contains(&(after.score - before.score)), "{} after {}", after.score, before.score);
    }

    #[test]
    fn every_dossier_gets_a_verdict_that_cites_what_there_is(
        facts in prop::collection::vec(any_fact(), 0..12),
        complete in prop::collection::vec(prop::sample::select(Source::ALL.to_vec()), 0..6),
        direction in prop::sample::select(vec!["INBOUND", "OUTBOUND", "UNKNOWN"]),
        blocked in any::<bool>(),
    ) {
        let verdict = say(&finding(direction, blocked), &complete, facts);
        // Nothing good is said without the logs that would show the bad.
        let whole = |sources: &[Source]| sources.iter().all(|s| complete.contains(s));
        match verdict.outcome {
            Outcome::Attempted | Outcome::Benign => prop_assert!(whole(&LOGS)),
            Outcome::Blocked => prop_assert!(whole(&[Source::FlowLogs])),
            _ => {}
        }
    }

    #[test]
    fn an_accepted_login_is_a_success_whatever_else_is_there(facts in prop::collection::vec(any_fact(), 0..8), blocked in any::<bool>()) {
        let mut facts = facts;
        facts.push(accepted(X, 0));
        prop_assert_eq!(say(&finding("INBOUND", blocked), &LOGS, facts).outcome, Outcome::Succeeded);
    }
}
