//! What holds of a verdict whatever the evidence is.

use proptest::prelude::*;
use rebato_core::evaluate::{Fact, Outcome, Source};
use rebato_core::identify::Direction;

use super::{LOGS, US, X, accepted, at, beacon, call, failed, finding, ip, say, talk, tally};

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
    (0u8..9, address, numbers, any::<[bool; 3]>(), event).prop_map(
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
            _ => Fact::OtherFinding {
                finding: "f".into(),
                kind: "Backdoor:EC2/X".into(),
                severity: Some(8.0),
            },
        },
    )
}

proptest! {
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
