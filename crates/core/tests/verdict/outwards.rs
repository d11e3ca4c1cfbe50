//! What the instance itself does once somebody is in: volumes, sweeps, mining; and doors that held in other ways.

use rebato_core::evaluate::{Fact, Outcome, Source, Verdict};
use rebato_core::identify::Direction;

use super::{LOGS, US, X, at, callback, finding, guessing, ip, say, signals, talk, tally};

const ELSEWHERE: &str = "198.51.100.200";

fn volume(to: &str, bytes: u64, usual_hour: Option<u64>, minute: i64) -> Fact {
    Fact::OutboundVolume {
        ip: ip(to),
        bytes,
        busiest_hour: bytes,
        usual_hour,
        hours: 48,
        first: at(minute),
        last: at(minute + 30),
    }
}

fn judged(facts: Vec<Fact>) -> Verdict {
    say(&finding("INBOUND", false), &LOGS, facts)
}

fn fires(signal: &str, facts: Vec<Fact>) -> bool {
    signals(&judged(facts)).contains(&signal)
}

#[test]
fn a_volume_counts_by_itself_to_a_suspect_and_by_the_usual_to_others() {
    let far = Some(100_000);
    // To the suspect.
    assert!(fires("exfil-like", vec![volume(X, 10_000_000, None, 80)]));
    assert!(!fires("exfil-like", vec![volume(X, 9_999_999, None, 80)]));
    assert!(fires("exfil-like", vec![volume(X, 1_000_000, far, 80)]));
    assert!(!fires("exfil-like", vec![volume(X, 900_000, Some(1), 80)]));
    // To others only after somebody had come through, and by comparison.
    let to = |bytes, usual, minute| volume(ELSEWHERE, bytes, usual, minute);
    assert!(fires(
        "exfil-like",
        vec![guessing(), to(50_000_000, far, 80)]
    ));
    assert!(!fires(
        "exfil-like",
        vec![guessing(), to(50_000_000, None, 80)]
    ));
    assert!(!fires(
        "exfil-like",
        vec![guessing(), to(50_000_000, far, 10)]
    ));
    assert!(!fires(
        "exfil-like",
        vec![guessing(), to(50_000_000, Some(6_000_000), 80)]
    ));
    assert!(!fires("exfil-like", vec![to(50_000_000, far, 80)]));
}

/// What everybody is served is public, on whatever port; files and databases are not, however many take from them.
#[test]
fn a_port_that_serves_others_too_lets_nothing_out() {
    let served = |remote: &str, port, bytes| {
        let mut t = talk(remote, Direction::Inbound, port);
        t.accepted_in = tally(10, 100, 9_000, 2);
        t.accepted_out = tally(10, 9_000, bytes, 18);
        t.session_bytes_out = bytes;
        Fact::Conversation(t)
    };
    let with = |port, others: u8| {
        let others = (1..=others).map(|n| served(&format!("192.0.2.{n}"), port, 40_000));
        others.chain([served(X, port, 20_000_000)]).collect()
    };
    assert!(fires("exfil-like", with(8443, 0)));
    assert!(fires("exfil-like", with(8443, 2)));
    assert!(!fires("exfil-like", with(8443, 3)));
    assert!(fires("exfil-like", with(5432, 9)));
    assert!(!fires("exfil-like", with(443, 0)));
}

/// Many small answers make a large sum, too.
#[test]
fn ten_thousand_refused_passwords_are_no_exfiltration() {
    let mut t = talk(X, Direction::Inbound, 22);
    t.accepted_in = tally(10_000, 150_000, 20_000_000, 3);
    t.accepted_out = tally(10_000, 150_000, 30_000_000, 19);
    (t.longest_session_s, t.session_bytes_out, t.mid_stream) = (8, 3_100, true);
    let guesses = vec![
        Fact::Conversation(t.clone()),
        volume(X, 30_000_000, None, 80),
    ];
    assert!(!fires("exfil-like", guesses));
    t.accepted_out = tally(40, 30_000, 30_000_000, 18);
    assert!(
        fires("exfil-like", vec![Fact::Conversation(t.clone())]),
        "a copy over SSH"
    );
    t.port = Some(443);
    assert!(
        !fires("exfil-like", vec![Fact::Conversation(t)]),
        "visitors of a web server"
    );
}

#[test]
fn one_amount_seen_twice_is_told_once() {
    let mut t = callback(8_443);
    t.accepted_out.bytes = 40_000_000;
    let verdict = judged(vec![Fact::Conversation(t), volume(X, 40_000_000, None, 80)]);
    let reason = verdict
        .reasons
        .iter()
        .find(|r| r.signal == "exfil-like")
        .unwrap();
    assert_eq!(reason.args["bytes"], "40000000");
    assert_eq!(reason.evidence.len(), 2);
}

fn sweep(inside: bool, minute: i64) -> Fact {
    Fact::Sweep {
        from: ip(US),
        inside,
        port: Some(22),
        hosts: 30,
        ports: 1,
        answered: 4,
        first: at(minute),
        last: at(minute + 5),
    }
}

#[test]
fn a_sweep_counts_after_the_contact() {
    for (inside, signal) in [(true, "lateral-movement"), (false, "outbound-sweep")] {
        assert!(fires(signal, vec![guessing(), sweep(inside, 80)]));
        assert!(
            !fires(signal, vec![guessing(), sweep(inside, 10)]),
            "{signal} as ever"
        );
        assert!(
            fires(signal, vec![sweep(inside, 10)]),
            "{signal} without a contact in the logs"
        );
    }
    let verdict = judged(vec![guessing(), sweep(true, 80)]);
    assert_eq!(verdict.outcome, Outcome::Likely);
}

fn metric(name: &str, minutes: i64, value: f64, deviations: Option<f64>) -> Fact {
    Fact::Metric {
        name: name.into(),
        statistic: "Average".into(),
        from: at(75),
        until: at(75 + minutes),
        value,
        usual: deviations.map(|_| value / 10.0),
        deviations,
    }
}

#[test]
fn mining_takes_a_busy_processor_and_a_pool() {
    let pool = |port| Fact::Conversation(talk_to_pool(port));
    let busy = |minutes, value| metric("CPUUtilization", minutes, value, None);
    assert!(fires("mining", vec![pool(3_333), busy(30, 97.0)]));
    assert!(!fires("mining", vec![pool(3_333)]));
    assert!(!fires("mining", vec![busy(30, 97.0)]));
    assert!(!fires("mining", vec![pool(443), busy(30, 97.0)]));
    assert!(!fires("mining", vec![pool(3_333), busy(29, 97.0)]));
    assert!(!fires("mining", vec![pool(3_333), busy(60, 90.0)]));
}

fn talk_to_pool(port: u16) -> rebato_core::evaluate::Conversation {
    let mut t = callback(port);
    t.remote_ip = ip(ELSEWHERE);
    t
}

#[test]
fn far_more_than_usual_is_more_than_three_deviations() {
    let out = |deviations| metric("NetworkOut", 60, 9e9, deviations);
    assert!(fires("network-out-unusual", vec![out(Some(3.5))]));
    assert!(!fires("network-out-unusual", vec![out(Some(3.0))]));
    assert!(!fires("network-out-unusual", vec![out(None)]));
    let verdict = judged(vec![out(Some(9.0))]);
    assert_eq!(
        verdict.outcome,
        Outcome::Inconclusive,
        "metrics do not say where to"
    );
}

#[test]
fn an_answer_that_was_refused_is_not_a_closed_port() {
    let mut t = talk(X, Direction::Inbound, 22);
    t.accepted_in = tally(3, 9, 540, 2);
    t.rejected = tally(3, 9, 540, 18);
    let refused = judged(vec![Fact::Conversation(t.clone())]);
    assert!(signals(&refused).contains(&"reply-refused"));
    assert!(!signals(&refused).contains(&"closed-port"));
    assert_eq!(refused.outcome, Outcome::Attempted);
    t.rejected = tally(0, 0, 0, 0);
    let closed = judged(vec![Fact::Conversation(t)]);
    assert!(signals(&closed).contains(&"closed-port"));
    assert!(!signals(&closed).contains(&"reply-refused"));
}

/// Negative evidence counts only where it is complete.
#[test]
fn nothing_is_excused_by_half_a_log() {
    let mut t = talk(X, Direction::Inbound, 22);
    t.accepted_in = tally(3, 9, 540, 2);
    t.rejected = tally(3, 9, 540, 18);
    let rest = [Source::Cloudtrail, Source::AuthLog];
    let verdict = say(
        &finding("INBOUND", false),
        &rest,
        vec![Fact::Conversation(t)],
    );
    assert!(verdict.reasons.iter().all(|reason| reason.weight >= 0));
    assert_eq!(verdict.outcome, Outcome::Inconclusive);
}
