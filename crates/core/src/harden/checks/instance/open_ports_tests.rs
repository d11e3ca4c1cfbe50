//! Tests of the open doors.

use super::*;
use crate::harden::check::tests::run;
use crate::harden::checks::tests::{group, interface};
use crate::harden::{PortPeer, PortUse, Posture, Status};
use crate::identify::{Subject, Unread};
use crate::monitor::fixture;

fn rule(protocol: &str, ports: Option<(i32, i32)>, peer: &str) -> Rule {
    Rule {
        protocol: protocol.into(),
        from_port: ports.map(|p| p.0),
        to_port: ports.map(|p| p.1),
        peer: peer.into(),
    }
}

fn checked(rules: Vec<Rule>) -> CheckResult {
    let subject = Subject {
        interfaces: vec![interface("eni-1", &["sg-1"])],
        groups: [group("sg-1", rules)].into(),
        ..fixture::subject()
    };
    run(&ADMIN, &subject, &Posture::default())
}

#[test]
fn finds_what_is_open_to_the_world_and_nothing_else() {
    for (open, wanted) in [
        (
            rule("tcp", Some((22, 22)), "0.0.0.0/0"),
            "sg-1 tcp/22 0.0.0.0/0 eni-1",
        ),
        (
            rule("tcp", Some((3389, 3389)), "::/0"),
            "sg-1 tcp/3389 ::/0 eni-1",
        ),
        (
            rule("6", Some((5000, 6000)), "0.0.0.0/0"),
            "sg-1 6/5000-6000 0.0.0.0/0 eni-1",
        ),
        (
            rule("tcp", Some((5986, 5986)), "0.0.0.0/0"),
            "sg-1 tcp/5986 0.0.0.0/0 eni-1",
        ),
        (
            rule("tcp", None, "0.0.0.0/0"),
            "sg-1 tcp/all 0.0.0.0/0 eni-1",
        ),
        (Rule::all("::/0"), "sg-1 -1 ::/0 eni-1"),
    ] {
        let result = checked(vec![rule("tcp", Some((443, 443)), "0.0.0.0/0"), open]);
        assert_eq!(
            (result.status, result.evidence),
            (
                Status::Fail,
                vec![wanted.to_owned(), "use=unknown".to_owned()]
            )
        );
    }
    for closed in [
        rule("tcp", Some((22, 22)), "203.0.113.0/24"),
        rule("tcp", Some((22, 22)), "sg-9"),
        rule("tcp", Some((443, 443)), "0.0.0.0/0"),
        rule("udp", Some((22, 22)), "0.0.0.0/0"),
        rule("icmp", Some((-1, -1)), "0.0.0.0/0"),
    ] {
        let result = checked(vec![closed.clone()]);
        assert_eq!(result.status, Status::Pass, "{closed:?}");
    }
}

#[test]
fn a_group_that_could_not_be_read_leaves_it_open() {
    let mut subject = Subject {
        interfaces: vec![interface("eni-1", &["sg-1"]), interface("eni-2", &["sg-2"])],
        groups: [group("sg-1", vec![])].into(),
        unread: vec![Unread {
            what: "groups".into(),
            why: "UnauthorizedOperation".into(),
        }],
        ..fixture::subject()
    };
    let result = run(&ADMIN, &subject, &Posture::default());
    assert_eq!(
        (result.status, result.why.as_deref()),
        (Status::Unknown, Some("UnauthorizedOperation"))
    );
    assert_eq!(result.args.get("groups").map(String::as_str), Some("sg-2"));
    // What was seen open is open, whatever else could not be read.
    subject.groups = [group("sg-1", vec![Rule::all("0.0.0.0/0")])].into();
    assert_eq!(
        run(&ADMIN, &subject, &Posture::default()).status,
        Status::Fail
    );
    subject.interfaces.clear();
    assert_eq!(
        run(&ADMIN, &subject, &Posture::default()).status,
        Status::Unknown
    );
}

#[test]
fn a_contained_instance_says_nothing_of_its_own_groups() {
    let (id, mut own) = group("sg-c", vec![]);
    own.tags.insert(TAG_ROLE.into(), "containment".into());
    let subject = Subject {
        interfaces: vec![interface("eni-1", &["sg-c"])],
        groups: [(id, own)].into(),
        ..fixture::subject()
    };
    let result = run(&ADMIN, &subject, &Posture::default());
    assert_eq!(
        (result.status, result.why.as_deref()),
        (Status::Unknown, Some("contained"))
    );
}

fn used(complete: bool, ports: &[(u16, &str)]) -> PortsUsed {
    let one = |(port, ip): &(u16, &str)| PortUse {
        port: *port,
        protocol: 6,
        peers: 1,
        first: vec![PortPeer {
            ip: fixture::ip(ip),
            flows: 1,
            bytes: 10,
            last: fixture::at(1),
        }],
    };
    PortsUsed {
        since: fixture::at(0),
        until: fixture::at(9),
        first: None,
        complete,
        ports: ports.iter().map(one).collect(),
    }
}

fn with_use(rules: Vec<Rule>, used: PortsUsed, ping: &str) -> CheckResult {
    let subject = Subject {
        interfaces: vec![interface("eni-1", &["sg-1"])],
        groups: [group("sg-1", rules)].into(),
        ..fixture::subject()
    };
    let posture = Posture {
        ports_used: Some(used),
        ssm_ping: Some(Some(ping.into())),
        ..Posture::default()
    };
    run(&ADMIN, &subject, &posture)
}

#[test]
fn closing_is_safe_only_when_all_of_the_time_shows_that_nobody_loses() {
    let ssh = || vec![rule("tcp", Some((22, 22)), "0.0.0.0/0")];
    let class =
        |complete, ports: &[(u16, &str)], ping| with_use(ssh(), used(complete, ports), ping).class;
    assert_eq!(
        class(true, &[(443, "198.51.100.1")], "Online"),
        FixClass::Auto
    );
    assert_eq!(class(false, &[], "Online"), FixClass::Propose);
    assert_eq!(class(true, &[], "ConnectionLost"), FixClass::Propose);
    assert_eq!(
        class(true, &[(22, "198.51.100.1")], "Online"),
        FixClass::Propose
    );
    // A wide rule carries what is not administration, too.
    let wide = vec![Rule::all("0.0.0.0/0")];
    let result = with_use(wide, used(true, &[(443, "198.51.100.1")]), "Online");
    assert_eq!(result.class, FixClass::Propose);
}

#[test]
fn who_used_the_port_is_named() {
    let ssh = vec![rule("tcp", Some((22, 22)), "0.0.0.0/0")];
    let ports = [(22, "198.51.100.1"), (443, "198.51.100.2")];
    let result = with_use(ssh.clone(), used(true, &ports), "Online");
    assert_eq!(result.evidence.len(), 2);
    assert!(result.evidence[1].starts_with("tcp/22 used-by=1 198.51.100.1(flows=1,bytes=10"));
    let nobody = with_use(ssh, used(false, &[]), "Online");
    assert!(nobody.evidence[1].ends_with("partial"), "{nobody:?}");
}

#[test]
fn databases_and_consoles_are_risky_and_web_ports_are_not() {
    let risky = |rules| {
        let subject = Subject {
            interfaces: vec![interface("eni-1", &["sg-1"])],
            groups: [group("sg-1", rules)].into(),
            ..fixture::subject()
        };
        run(&RISKY, &subject, &Posture::default())
    };
    for port in [21, 3306, 5432, 9200] {
        let open = rule("tcp", Some((port, port)), "0.0.0.0/0");
        assert_eq!(risky(vec![open]).status, Status::Fail, "{port}");
    }
    for port in [22, 80, 443] {
        let open = rule("tcp", Some((port, port)), "0.0.0.0/0");
        assert_eq!(risky(vec![open]).status, Status::Pass, "{port}");
    }
    let bare = Subject {
        interfaces: vec![],
        ..fixture::subject()
    };
    assert_eq!(
        run(&RISKY, &bare, &Posture::default()).status,
        Status::Unknown
    );
}
