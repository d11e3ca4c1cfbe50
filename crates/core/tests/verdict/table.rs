//! The decision table, line by line.

use rebato_core::evaluate::{About, Fact, Outcome, Source, Verdict};
use rebato_core::identify::Direction;

use super::{
    LOGS, US, X, accepted, at, beacon, call, callback, dossier, failed, finding, guessing, ip,
    refused, say, signals, talk, tally,
};

pub(super) fn other(kind: &str, severity: f64) -> Fact {
    Fact::OtherFinding {
        finding: "f-2".into(),
        kind: kind.into(),
        severity: Some(severity),
    }
}

fn points(verdict: &Verdict, signal: &str) -> Option<i32> {
    let reason = verdict.reasons.iter().find(|r| r.signal == signal);
    reason.map(|reason| reason.weight)
}

#[test]
fn one_proof_is_enough_whatever_is_missing() {
    let f = finding("INBOUND", true);
    let proofs = [
        vec![accepted(X, 0)],
        vec![other(
            "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
            8.0,
        )],
        vec![other("Execution:Runtime/ReverseShell", 8.0)],
        vec![other("Execution:EC2/MaliciousFile", 8.0)],
        vec![other("AttackSequence:EC2/CompromisedInstanceGroup", 9.0)],
        vec![Fact::Conversation(callback(443)), beacon(X)],
    ];
    for proof in proofs {
        for complete in [&LOGS[..], &[]] {
            let mut facts = vec![failed(9)];
            facts.extend(proof.clone());
            let verdict = say(&f, complete, facts);
            assert_eq!(verdict.outcome, Outcome::Succeeded, "{proof:?}");
        }
    }
}

#[test]
fn the_sequence_that_the_finding_names_is_enough() {
    let mut f = finding("INBOUND", true);
    f.sequence_arn = Some("arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/s".into());
    let verdict = say(&f, &LOGS, vec![refused()]);
    assert_eq!(verdict.outcome, Outcome::Succeeded);
    assert!(signals(&verdict).contains(&"attack-sequence"));
}

/// What was found long before, or is of low severity, leaves a doubt.
#[test]
fn a_proof_that_is_old_or_low_weighs_and_does_not_decide() {
    let f = finding("INBOUND", false);
    let low = say(
        &f,
        &LOGS,
        vec![other("Discovery:Runtime/SuspiciousCommand", 2.0)],
    );
    assert_eq!(points(&low, "runtime-finding"), Some(30));
    assert_ne!(low.outcome, Outcome::Succeeded);

    let mut old = dossier(
        &f,
        &LOGS,
        vec![other("Execution:Runtime/ReverseShell", 8.0)],
    );
    for evidence in &mut old.evidence[1..] {
        evidence.at = Some(at(60 - 25 * 60));
    }
    let verdict = rebato_core::evaluate::evaluate(&f, None, &old);
    assert_eq!(points(&verdict, "runtime-finding"), Some(30));
    assert_ne!(verdict.outcome, Outcome::Succeeded);
    for evidence in &mut old.evidence[1..] {
        evidence.at = Some(at(60 - 23 * 60));
    }
    let near = rebato_core::evaluate::evaluate(&f, None, &old);
    assert_eq!(near.outcome, Outcome::Succeeded);
}

#[test]
fn what_the_finding_at_hand_tells_of_a_process_is_told() {
    let mut f = finding("UNKNOWN", false);
    f.kind = "Execution:Runtime/ReverseShell".into();
    f.process = Some(rebato_core::identify::Process {
        command: Some("bash -i".into()),
        ..Default::default()
    });
    let verdict = say(&f, &[], vec![]);
    assert_eq!(verdict.reasons[0].args["detail"], "bash -i");
}

#[test]
fn seventy_points_need_two_sources_that_both_say_something() {
    let f = finding("OUTBOUND", false);
    let called = || Fact::Conversation(callback(4_433));
    // A call, its direction and the first contact: all of them flow records.
    let one = say(&f, &LOGS, vec![called()]);
    assert!(one.score >= 70, "{one:?}");
    assert_eq!(one.outcome, Outcome::Likely);
    let mut old_service = call("DescribeInstances", US, None);
    if let Fact::ApiCall { delivery, .. } = &mut old_service {
        *delivery = Some("1.0".into());
    }
    let weather = say(&f, &LOGS, vec![called(), old_service]);
    assert!(signals(&weather).contains(&"imdsv1-delivery"));
    assert_eq!(
        weather.outcome,
        Outcome::Likely,
        "ten points are no witness"
    );
    let two = say(
        &f,
        &LOGS,
        vec![called(), call("CreateUser", US, Some("AccessDenied"))],
    );
    assert_eq!(two.outcome, Outcome::Succeeded);
}

/// Refused packets and passwords say nothing of what the role does meanwhile.
#[test]
fn a_door_that_held_does_not_excuse_what_the_role_did() {
    let f = finding("INBOUND", true);
    let verdict = say(&f, &LOGS, vec![refused(), call("StopLogging", US, None)]);
    assert!(signals(&verdict).contains(&"all-rejected"));
    assert_eq!((verdict.outcome, verdict.score), (Outcome::Likely, 70));
    let login = say(&f, &LOGS, vec![refused(), accepted("192.0.2.77", 60)]);
    assert_eq!((login.outcome, login.score), (Outcome::Likely, 70));
    let found = say(
        &f,
        &LOGS,
        vec![refused(), other("Backdoor:EC2/C&CActivity.B", 8.0)],
    );
    assert_eq!(
        found.outcome,
        Outcome::Inconclusive,
        "something else is wrong with it"
    );
    let mut looks = call("DescribeInstances", US, Some("UnauthorizedOperation"));
    if let Fact::ApiCall { count, .. } = &mut looks {
        *count = 3;
    }
    let weak = say(
        &f,
        &LOGS,
        vec![refused(), other("Backdoor:EC2/X", 8.0), looks],
    );
    assert_eq!((weak.outcome, weak.score), (Outcome::Likely, 55));
}

#[test]
fn what_the_instance_itself_could_not_send_is_not_blocked() {
    let mut t = talk(X, Direction::Outbound, 443);
    t.rejected = tally(9, 9, 540, 2);
    for (direction, blocked) in [("OUTBOUND", true), ("UNKNOWN", true)] {
        let verdict = say(
            &finding(direction, blocked),
            &LOGS,
            vec![Fact::Conversation(t.clone())],
        );
        assert_eq!(verdict.treat_as(), Outcome::Likely, "{direction}");
        assert!(signals(&verdict).contains(&"outbound-refused"));
    }
    // Where the format does not tell who began, a guess accuses nobody.
    t.direction_guessed = true;
    let guess = say(
        &finding("INBOUND", true),
        &LOGS,
        vec![Fact::Conversation(t)],
    );
    assert_eq!(guess.outcome, Outcome::Blocked);
}

#[test]
fn inconclusive_is_treated_as_likely_only_where_the_instance_began_it() {
    let outbound = say(&finding("OUTBOUND", false), &[], vec![]);
    assert_eq!(outbound.outcome, Outcome::Inconclusive);
    assert_eq!(outbound.treat_as(), Outcome::Likely);
    let inbound = say(&finding("INBOUND", false), &[], vec![]);
    assert_eq!(inbound.treat_as(), Outcome::Inconclusive);
    let attempt = say(
        &finding("OUTBOUND", false),
        &LOGS,
        vec![guessing(), failed(9)],
    );
    assert_eq!(attempt.treat_as(), attempt.outcome);
}

/// A blocked finding alone is a word about the last packet.
#[test]
fn the_word_blocked_weighs_only_beside_complete_flow_logs() {
    let without = say(&finding("INBOUND", true), &[], vec![]);
    assert_eq!(points(&without, "finding-blocked"), Some(0));
    let with = say(&finding("INBOUND", true), &LOGS, vec![refused()]);
    assert_eq!(points(&with, "finding-blocked"), Some(-10));
}

#[test]
fn a_failed_login_came_in_somewhere_however_much_was_refused() {
    let verdict = say(&finding("INBOUND", true), &LOGS, vec![refused(), failed(9)]);
    assert_eq!(verdict.outcome, Outcome::Attempted);
}

#[test]
fn dns_metrics_and_other_findings_are_not_needed_for_an_attempt() {
    let facts = || vec![guessing(), failed(9)];
    let f = finding("INBOUND", false);
    assert_eq!(say(&f, &LOGS, facts()).outcome, Outcome::Attempted);
    assert_eq!(say(&f, &Source::ALL, facts()).outcome, Outcome::Attempted);
}

#[test]
fn each_reason_says_what_it_is_about() {
    let verdict = say(
        &finding("INBOUND", false),
        &LOGS,
        vec![guessing(), accepted(X, 9)],
    );
    for reason in &verdict.reasons {
        let wanted = match reason.signal.as_str() {
            "handshake" => About::Contact,
            "login-accepted" | "login-after-failures" => About::Entry,
            _ => continue,
        };
        assert_eq!(reason.about, wanted, "{reason:?}");
    }
}

#[test]
fn what_would_change_it_goes_both_ways_and_begins_with_what_helps_most() {
    let codes = |verdict: &Verdict| verdict.what_would_change_it.clone();
    let place = |verdict: &Verdict, code: &str| {
        codes(verdict)
            .iter()
            .position(|c| c == code)
            .unwrap_or_else(|| panic!("{code} is not in {:?}", codes(verdict)))
    };
    let mut f = finding("INBOUND", false);
    f.kind = "UnauthorizedAccess:EC2/SSHBruteForce".into();
    let ssh = say(&f, &[], vec![]);
    assert_eq!(place(&ssh, "collect-auth-log"), 0, "{:?}", codes(&ssh));
    assert!(place(&ssh, "give-flow-logs") < place(&ssh, "give-cloudtrail"));
    assert!(place(&ssh, "give-cloudtrail") < place(&ssh, "raise-login"));
    assert!(place(&ssh, "raise-login") < place(&ssh, "lower-complete-and-quiet"));

    let mut f = finding("OUTBOUND", false);
    f.kind = "Backdoor:EC2/C&CActivity.B".into();
    let called = say(&f, &LOGS, vec![Fact::Conversation(callback(443))]);
    for code in [
        "look-at-processes",
        "scan-for-malware",
        "raise-beacon",
        "lower-refuted",
    ] {
        place(&called, code);
    }
    let done = say(
        &finding("INBOUND", false),
        &LOGS,
        vec![guessing(), failed(9)],
    );
    assert_eq!(place(&done, "raise-later"), codes(&done).len() - 1);
    let breach = say(&finding("INBOUND", false), &[], vec![accepted(X, 0)]);
    assert_eq!(codes(&breach), ["lower-refuted", "ask-owner"]);
}

#[test]
fn several_lists_move_the_score_by_ten_at_the_most() {
    let on = |list: &str, width| Fact::ThreatMatch {
        ip: ip(X),
        list: list.into(),
        entry: X.into(),
        width,
    };
    let f = finding("INBOUND", false);
    for (lists, score) in [(1, 0), (2, 5), (3, 10), (9, 10)] {
        let facts: Vec<Fact> = (0..lists).map(|n| on(&format!("list-{n}"), 1)).collect();
        let verdict = say(&f, &[], facts);
        assert_eq!(verdict.score, score, "{lists} lists");
    }
    let wide = (0..9).map(|n| on(&format!("list-{n}"), 256)).collect();
    assert_eq!(say(&f, &[], wide).score, 0);
    let same = (0..9).map(|_| on("list", 1)).collect();
    assert_eq!(say(&f, &[], same).score, 0);

    let tor = say(&f, &[], vec![on("tor-exit-nodes", 1)]);
    assert_eq!(points(&tor, "anonymiser"), Some(0));
    let other = say(&f, &[], vec![on("vectors-of-the-tortoise", 1)]);
    assert_eq!(points(&other, "anonymiser"), None);
}
