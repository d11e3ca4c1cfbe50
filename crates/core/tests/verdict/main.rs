//! The verdict: what decides, what does not, and what a missing log does to it.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod any;
mod catalogue;
mod guest;
mod outwards;
mod story;
mod table;

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::Digest;
use rebato_core::evaluate::{
    CHANGES, Conversation, Coverage, Covered, Dossier, Evidence, Fact, Gap, Outcome, RecordRef,
    SIGNALS, Source, Tally, Verdict, evaluate,
};
use rebato_core::identify::{Alert, Direction, Finding, read_alert};
use serde_json::json;

const X: &str = "203.0.113.80";
const US: &str = "10.0.0.5";
const INSTANCE: &str = "i-0abc1234def567890";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_795_478_400 + minute * 60).unwrap()
}

fn finding(direction: &str, blocked: bool) -> Finding {
    let raw = json!({
        "id": "f-1", "type": "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "accountId": "111122223333", "region": "eu-west-1",
        "severity": 5,
        "resource": { "resourceType": "Instance", "instanceDetails": { "instanceId": INSTANCE, "networkInterfaces": [
            { "networkInterfaceId": "eni-1", "privateIpAddress": US, "publicIp": "192.0.2.10" }] } },
        "service": { "eventFirstSeen": at(60).to_string(), "eventLastSeen": at(180).to_string(), "action": {
            "actionType": "NETWORK_CONNECTION",
            "networkConnectionAction": { "connectionDirection": direction, "blocked": blocked, "protocol": "TCP",
                "localPortDetails": { "port": 22 }, "remoteIpDetails": { "ipAddressV4": X } } } },
    });
    read_alert("f", raw.to_string().as_bytes())
        .remove(0)
        .unwrap()
        .finding
}

fn talk(remote: &str, direction: Direction, port: u16) -> Conversation {
    Conversation {
        interface: Some("eni-1".into()),
        local_ip: ip(US),
        remote_ip: ip(remote),
        port: Some(port),
        protocol: 6,
        direction,
        direction_guessed: false,
        accepted_in: Tally::default(),
        accepted_out: Tally::default(),
        rejected: Tally::default(),
        longest_session_s: 0,
        session_bytes_out: 0,
        mid_stream: false,
        first: at(70),
        last: at(90),
    }
}

fn tally(flows: u64, packets: u64, bytes: u64, flags: u16) -> Tally {
    Tally {
        flows,
        packets,
        bytes,
        flags: Some(flags),
    }
}

/// A refused password after the other: answered, short, a few kB each.
fn guessing() -> Fact {
    let mut t = talk(X, Direction::Inbound, 22);
    t.accepted_in = tally(200, 3_000, 400_000, 3);
    t.accepted_out = tally(200, 3_000, 500_000, 19);
    t.longest_session_s = 8;
    t.session_bytes_out = 3_100;
    t.mid_stream = true;
    Fact::Conversation(t)
}

fn refused() -> Fact {
    let mut t = talk(X, Direction::Inbound, 22);
    t.rejected = tally(9, 9, 540, 2);
    Fact::Conversation(t)
}

fn failed(count: u64) -> Fact {
    Fact::LoginFailed {
        ip: ip(X),
        users: vec!["root".into()],
        count,
        first: Some(at(70)),
        last: Some(at(90)),
    }
}

fn accepted(from: &str, failures_before: u64) -> Fact {
    Fact::LoginAccepted {
        ip: ip(from),
        user: "deploy".into(),
        method: "password".into(),
        failures_before,
        count: 1,
    }
}

fn call(event: &str, source_ip: &str, error: Option<&str>) -> Fact {
    Fact::ApiCall {
        event: event.into(),
        service: "iam.amazonaws.com".into(),
        source_ip: source_ip.into(),
        principal: Some("arn:aws:sts::111122223333:assumed-role/web/i".into()),
        session_of: Some(INSTANCE.into()),
        region: None,
        error: error.map(str::to_owned),
        read_only: None,
        delivery: None,
        detail: None,
        count: 1,
        first: Some(at(100)),
        last: Some(at(100)),
    }
}

fn volume_of(to: &str, minute: i64) -> Fact {
    Fact::OutboundVolume {
        ip: ip(to),
        bytes: 1,
        busiest_hour: 1,
        usual_hour: None,
        hours: 0,
        first: at(minute),
        last: at(minute),
    }
}

fn source_of(fact: &Fact) -> Source {
    match fact {
        Fact::Conversation(_)
        | Fact::Beacon { .. }
        | Fact::Scan { .. }
        | Fact::Sweep { .. }
        | Fact::OutboundVolume { .. } => Source::FlowLogs,
        Fact::Lookup { .. } => Source::Dns,
        Fact::Metric { .. } => Source::Metrics,
        Fact::LoginFailed { .. } | Fact::LoginAccepted { .. } | Fact::HostChange { .. } => {
            Source::AuthLog
        }
        Fact::ApiCall { .. } => Source::Cloudtrail,
        _ => Source::Findings,
    }
}

fn dossier(finding: &Finding, complete: &[Source], facts: Vec<Fact>) -> Dossier {
    let alert = Alert {
        source: "f".into(),
        sha256: Digest::of(b""),
        envelope: "native".into(),
    };
    let mut dossier = Dossier::of_alert(finding, &alert);
    for (n, fact) in facts.into_iter().enumerate() {
        let source = source_of(&fact);
        let time = match &fact {
            Fact::Conversation(talk) => Some(talk.first),
            Fact::Beacon { .. } => Some(at(120)),
            _ => Some(at(100)),
        };
        dossier.evidence.push(Evidence {
            id: format!("e{}", n + 2),
            source,
            at: time,
            record: RecordRef::default(),
            fact,
        });
    }
    for source in Source::ALL {
        let whole = complete.contains(&source);
        let covered = Covered {
            coverage: if whole {
                Coverage::Complete
            } else {
                Coverage::Absent
            },
            why: if whole { vec![] } else { vec![Gap::NotGiven] },
            records: 100,
            first: whole.then(|| at(0)),
            last: whole.then(|| at(200)),
            until: None,
        };
        dossier.coverage.insert(source, covered);
    }
    dossier
}

const LOGS: [Source; 3] = [Source::FlowLogs, Source::Cloudtrail, Source::AuthLog];

fn say(finding: &Finding, complete: &[Source], facts: Vec<Fact>) -> Verdict {
    let dossier = dossier(finding, complete, facts);
    let verdict = evaluate(finding, None, &dossier);
    check(&verdict, &dossier);
    verdict
}

/// What holds of every verdict.
fn check(verdict: &Verdict, dossier: &Dossier) {
    let ids: BTreeSet<&str> = dossier.evidence.iter().map(|e| e.id.as_str()).collect();
    assert!((0..=100).contains(&verdict.score));
    for reason in &verdict.reasons {
        assert!(
            !reason.evidence.is_empty()
                && reason.evidence.iter().all(|id| ids.contains(id.as_str())),
            "{reason:?}"
        );
        assert!(SIGNALS.contains(&reason.signal.as_str()), "{reason:?}");
    }
    for code in &verdict.what_would_change_it {
        assert!(CHANGES.contains(&code.as_str()), "{code}");
    }
    for source in Source::ALL {
        let gap = verdict.gaps.iter().any(|gap| gap.source == source);
        assert_eq!(
            gap,
            dossier.covered(source) != Coverage::Complete,
            "{source:?}"
        );
    }
}

fn signals(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|r| r.signal.as_str()).collect()
}

#[test]
fn without_logs_nothing_is_concluded_however_blocked_it_was() {
    let verdict = say(&finding("UNKNOWN", true), &[], vec![]);
    assert_eq!(verdict.outcome, Outcome::Inconclusive);
    assert_eq!(verdict.gaps.len(), Source::ALL.len());
    for code in ["give-flow-logs", "give-cloudtrail", "collect-auth-log"] {
        assert!(
            verdict.what_would_change_it.iter().any(|c| c == code),
            "{code}"
        );
    }
    let outbound = say(&finding("OUTBOUND", false), &[], vec![]);
    assert_eq!(
        (outbound.outcome, signals(&outbound)),
        (Outcome::Inconclusive, vec!["outbound-direction"])
    );
    assert!(
        outbound.score > 0,
        "what the instance began raises suspicion"
    );
}

/// A DNS finding has no direction of its own, and yet it is the instance that asks.
#[test]
fn where_a_finding_gives_no_direction_its_type_does() {
    let asked = |kind: &str, domain: Option<&str>| {
        let mut finding = finding("UNKNOWN", false);
        finding.kind = kind.to_owned();
        finding.direction = None;
        finding.remote.clear();
        finding.domain = domain.map(str::to_owned);
        finding
    };
    let name = Some("c2.example.com");
    let dns = say(&asked("Backdoor:EC2/C&CActivity.B!DNS", name), &[], vec![]);
    assert_eq!(signals(&dns), ["outbound-direction"]);
    assert_eq!(dns.reasons[0].args["ip"], "c2.example.com");
    let silent = [
        asked("Backdoor:EC2/C&CActivity.B!DNS", None),
        asked("UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", name),
        asked("Recon:EC2/PortProbeUnprotectedPort", name),
    ];
    for finding in silent {
        assert_eq!(signals(&say(&finding, &[], vec![])), Vec::<&str>::new());
    }
}

#[test]
fn refused_is_blocked_only_where_the_flow_logs_are_complete() {
    assert_eq!(
        say(&finding("INBOUND", true), &LOGS, vec![refused()]).outcome,
        Outcome::Blocked
    );
    assert_eq!(
        say(
            &finding("INBOUND", true),
            &[Source::FlowLogs],
            vec![refused()]
        )
        .outcome,
        Outcome::Blocked
    );
    let partial = say(
        &finding("INBOUND", true),
        &[Source::AuthLog],
        vec![refused()],
    );
    assert_eq!(partial.outcome, Outcome::Inconclusive);
    assert!(
        !signals(&partial).contains(&"all-rejected"),
        "negative evidence without coverage"
    );
    // Refused here, and yet the role is abroad.
    let verdict = say(
        &finding("INBOUND", true),
        &LOGS,
        vec![refused(), call("GetCallerIdentity", X, None)],
    );
    assert_eq!(verdict.outcome, Outcome::Succeeded);
}

#[test]
fn a_thousand_refused_passwords_are_an_attempt_and_one_accepted_is_a_breach() {
    let attempt = say(
        &finding("INBOUND", false),
        &LOGS,
        vec![guessing(), failed(200)],
    );
    assert_eq!((attempt.outcome, attempt.score), (Outcome::Attempted, 0));
    assert!(
        signals(&attempt).contains(&"only-failures") && !signals(&attempt).contains(&"session")
    );
    // The same without the host's own log decides nothing.
    for missing in LOGS {
        let rest: Vec<Source> = LOGS.into_iter().filter(|s| *s != missing).collect();
        let verdict = say(
            &finding("INBOUND", false),
            &rest,
            vec![guessing(), failed(200)],
        );
        assert_eq!(
            verdict.outcome,
            Outcome::Inconclusive,
            "without {missing:?}"
        );
    }
    let breach = say(
        &finding("INBOUND", false),
        &LOGS,
        vec![guessing(), failed(200), accepted(X, 60)],
    );
    assert_eq!(breach.outcome, Outcome::Succeeded);
    assert!(
        signals(&breach).contains(&"login-after-failures")
            && !signals(&breach).contains(&"only-failures")
    );
    // A success needs no other log.
    assert_eq!(
        say(&finding("INBOUND", false), &[], vec![accepted(X, 0)]).outcome,
        Outcome::Succeeded
    );
    // The owner's people are nobody's breach.
    assert_eq!(
        say(
            &finding("INBOUND", false),
            &LOGS,
            vec![guessing(), failed(9), accepted("192.0.2.77", 0)]
        )
        .outcome,
        Outcome::Attempted
    );
}

#[test]
fn a_long_session_on_ssh_is_likely_even_without_the_hosts_log() {
    let mut t = talk(X, Direction::Inbound, 22);
    t.accepted_in = tally(40, 900, 90_000, 2);
    t.accepted_out = tally(40, 900, 700_000, 18);
    (t.longest_session_s, t.session_bytes_out, t.mid_stream) = (2_400, 600_000, true);
    let verdict = say(
        &finding("INBOUND", false),
        &[Source::FlowLogs],
        vec![Fact::Conversation(t)],
    );
    assert_eq!(verdict.outcome, Outcome::Likely);
    for signal in ["interactive-login-like", "session", "handshake"] {
        assert!(signals(&verdict).contains(&signal), "{signal}");
    }
}

#[test]
fn tries_joined_to_one_session_are_no_login_where_the_hosts_log_has_only_failures() {
    let joined = |bytes: u64| {
        let mut t = talk(X, Direction::Inbound, 22);
        t.accepted_in = tally(40, 900, 90_000, 2);
        t.accepted_out = tally(40, 900, 700_000, 18);
        (t.longest_session_s, t.session_bytes_out) = (93, bytes);
        Fact::Conversation(t)
    };
    let shows = |sources: &[Source], facts: Vec<Fact>| {
        let verdict = say(&finding("INBOUND", false), sources, facts);
        signals(&verdict).contains(&"interactive-login-like")
    };
    assert!(!shows(&LOGS, vec![joined(5_090), failed(511)]));
    assert!(shows(&LOGS, vec![joined(60_000), failed(511)]), "too much");
    assert!(shows(&LOGS, vec![joined(5_090)]), "the log knows nobody");
    assert!(shows(
        &LOGS,
        vec![joined(5_090), failed(511), accepted(X, 9)]
    ));
    assert!(shows(&[Source::FlowLogs], vec![joined(5_090), failed(511)]));
}

fn callback(port: u16) -> Conversation {
    let mut t = talk(X, Direction::Outbound, port);
    t.accepted_in = tally(9, 60, 9_000, 18);
    t.accepted_out = tally(9, 60, 9_000, 2);
    t
}

fn beacon(to: &str) -> Fact {
    Fact::Beacon {
        ip: ip(to),
        port: 443,
        connects: 60,
        interval_s: 60.0,
        variation: 0.05,
        bytes_out: 9_000,
    }
}

#[test]
fn a_callback_is_likely_and_with_a_beacon_a_breach() {
    let one = say(
        &finding("OUTBOUND", false),
        &LOGS,
        vec![Fact::Conversation(callback(443))],
    );
    assert_eq!(one.outcome, Outcome::Likely);
    assert!(signals(&one).contains(&"first-contact-ours"));
    let both = say(
        &finding("OUTBOUND", false),
        &LOGS,
        vec![Fact::Conversation(callback(443)), beacon(X)],
    );
    assert_eq!(both.outcome, Outcome::Succeeded);
    // Somebody else's regular calls count only after a suspect had got through.
    let before = say(
        &finding("INBOUND", false),
        &LOGS,
        vec![refused(), beacon("192.0.2.99")],
    );
    assert!(!signals(&before).contains(&"beacon"));
    let after = say(
        &finding("INBOUND", false),
        &LOGS,
        vec![guessing(), failed(9), beacon("192.0.2.99")],
    );
    assert!(signals(&after).contains(&"beacon"));
}

#[test]
fn a_role_used_elsewhere_decides_unless_the_address_may_be_a_gateway() {
    let f = finding("INBOUND", false);
    assert_eq!(
        say(
            &f,
            &[],
            vec![call("GetCallerIdentity", "198.51.100.9", None)]
        )
        .outcome,
        Outcome::Succeeded
    );
    for source in [
        "192.0.2.10",
        US,
        "ec2.amazonaws.com",
        "AWS Internal",
        "10.9.9.9",
        "253.252.51.07",
    ] {
        let verdict = say(&f, &[], vec![call("GetCallerIdentity", source, None)]);
        assert!(
            !signals(&verdict).contains(&"role-used-elsewhere"),
            "{source}"
        );
    }
    let mut inner = f;
    inner.interfaces.iter_mut().for_each(|i| i.public_ip = None);
    let through_nat = say(
        &inner,
        &[],
        vec![call("GetCallerIdentity", "198.51.100.9", None)],
    );
    assert!(!signals(&through_nat).contains(&"role-used-elsewhere"));
    assert_eq!(
        say(&inner, &[], vec![call("GetCallerIdentity", X, None)]).outcome,
        Outcome::Succeeded
    );
}

#[test]
fn calls_that_stay_hide_or_open_weigh_when_they_are_the_instances() {
    let f = finding("INBOUND", false);
    for (event, signal) in [
        ("CreateAccessKey", "persistence-call"),
        ("StopLogging", "log-tampering"),
        ("RunInstances", "resources-created"),
        ("SendCommand", "remote-command"),
    ] {
        let verdict = say(&f, &LOGS, vec![guessing(), call(event, US, None)]);
        assert!(
            signals(&verdict).contains(&signal) && verdict.outcome != Outcome::Attempted,
            "{event}: {verdict:?}"
        );
        let mut other = call(event, "192.0.2.200", None);
        if let Fact::ApiCall { session_of, .. } = &mut other {
            *session_of = None;
        }
        assert!(
            !signals(&say(&f, &LOGS, vec![other])).contains(&signal),
            "{event} by somebody else"
        );
    }
    let refused = say(
        &f,
        &LOGS,
        vec![guessing(), call("CreateUser", US, Some("AccessDenied"))],
    );
    assert!(
        signals(&refused).contains(&"persistence-refused")
            && !signals(&refused).contains(&"persistence-call")
    );
}

#[test]
fn a_name_of_bad_reputation_proves_nothing_whoever_saw_it() {
    for (kind, decides) in [
        ("Impact:Runtime/SuspiciousDomainRequest.Reputation", false),
        ("Impact:EC2/SuspiciousDomainRequest.Reputation", false),
        ("Execution:Runtime/ReverseShell", true),
    ] {
        let mut finding = finding("UNKNOWN", false);
        finding.kind = kind.to_owned();
        let outcome = say(&finding, &[], vec![]).outcome;
        assert_eq!(outcome == Outcome::Succeeded, decides, "{kind}");
    }
}

#[test]
fn other_findings_decide_by_their_type_and_weigh_by_their_severity() {
    let f = finding("INBOUND", false);
    let other = |kind: &str, severity: f64| Fact::OtherFinding {
        finding: "f-2".into(),
        kind: kind.into(),
        severity: Some(severity),
    };
    for kind in [
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "Execution:Runtime/ReverseShell",
        "Execution:EC2/MaliciousFile",
        "AttackSequence:EC2/CompromisedInstanceGroup",
    ] {
        assert_eq!(
            say(&f, &[], vec![other(kind, 8.0)]).outcome,
            Outcome::Succeeded,
            "{kind}"
        );
    }
    let high = say(&f, &[], vec![other("Backdoor:EC2/C&CActivity.B", 8.0)]);
    let critical = say(&f, &[], vec![other("Backdoor:EC2/C&CActivity.B", 9.5)]);
    assert_eq!((high.score, critical.score), (30, 60));
    assert!(
        say(
            &f,
            &[],
            vec![other(
                "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
                8.0
            )]
        )
        .reasons
        .is_empty()
    );
}

/// Ordinary HTTPS with a partner for two days.
fn partner(width: u64) -> Vec<Fact> {
    let mut t = callback(443);
    (t.first, t.last) = (at(-2_000), at(150));
    vec![
        Fact::ThreatMatch {
            ip: ip(X),
            list: "feed".into(),
            entry: "203.0.113.0/24".into(),
            width,
        },
        Fact::Conversation(t),
    ]
}

#[test]
fn a_wide_entry_is_the_error_only_where_everything_else_is_in_order() {
    let f = finding("OUTBOUND", false);
    let verdict = say(&f, &LOGS, partner(256));
    assert_eq!(verdict.outcome, Outcome::Benign);
    assert!(
        verdict
            .what_would_change_it
            .contains(&"ask-owner".to_owned())
    );
    assert_eq!(
        say(&f, &LOGS, partner(1)).outcome,
        Outcome::Likely,
        "a narrow entry means this machine"
    );
    for missing in LOGS {
        let rest: Vec<Source> = LOGS.into_iter().filter(|s| *s != missing).collect();
        assert_ne!(
            say(&f, &rest, partner(256)).outcome,
            Outcome::Benign,
            "without {missing:?}"
        );
    }
    let with = |more: Fact| {
        let mut facts = partner(256);
        facts.push(more);
        say(&f, &LOGS, facts).outcome
    };
    // Updates are fetched at regular times as well: the owner has to say.
    assert_eq!(with(beacon(X)), Outcome::Likely);
    let mut meant = partner(1);
    meant.push(beacon(X));
    assert_eq!(say(&f, &LOGS, meant).outcome, Outcome::Succeeded);
    let mut new = partner(256);
    new.push(beacon(X));
    if let Some(Fact::Conversation(t)) = new.get_mut(1) {
        t.first = at(60);
    }
    assert_eq!(say(&f, &LOGS, new).outcome, Outcome::Succeeded);
    assert_eq!(with(accepted(X, 0)), Outcome::Succeeded);
    assert_ne!(with(call("CreateUser", US, None)), Outcome::Benign);
    let mut odd = partner(256);
    if let Some(Fact::Conversation(t)) = odd.last_mut() {
        t.port = Some(4_444);
    }
    assert_ne!(
        say(&f, &LOGS, odd).outcome,
        Outcome::Benign,
        "no ordinary port"
    );
    let mut young = partner(256);
    if let Some(Fact::Conversation(t)) = young.last_mut() {
        t.first = at(60);
    }
    assert_ne!(
        say(&f, &LOGS, young).outcome,
        Outcome::Benign,
        "known for an hour only"
    );
}

#[test]
fn logs_that_show_nothing_of_the_other_side_decide_nothing() {
    let verdict = say(&finding("INBOUND", false), &LOGS, vec![]);
    assert_eq!(verdict.outcome, Outcome::Inconclusive);
    assert!(
        verdict
            .what_would_change_it
            .contains(&"look-elsewhere".to_owned())
    );
}
