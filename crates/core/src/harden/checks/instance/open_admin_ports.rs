//! `open-admin-ports`: doors for administrators that are open to the whole Internet (Security Hub EC2.13, EC2.14, EC2.53,
//! EC2.54). Must not look at anything but the groups on the instance's interfaces.

use crate::contain::TAG_ROLE;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall, Status};
use crate::identify::Rule;

pub(super) const CHECK: Check = Check {
    name: "open-admin-ports",
    controls: &["EC2.13", "EC2.14", "EC2.53", "EC2.54"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: check,
};

/// SSH, remote desktop, Windows remote management without and with TLS.
const ADMIN_PORTS: [u16; 4] = [22, 3389, 5985, 5986];

/// The rules among `rules` that open an administrator's port to the whole Internet.
pub(in crate::harden) fn admin_rules(rules: &[Rule]) -> impl Iterator<Item = &Rule> {
    rules
        .iter()
        .filter(|rule| rule.is_world() && ADMIN_PORTS.iter().any(|port| rule.covers_tcp(*port)))
}

fn check(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    let mut evidence = Vec::new();
    let mut short = Vec::new();
    let mut unread = Vec::new();
    let mut seen = 0_usize;
    let mut contained = 0_usize;
    for interface in &subject.interfaces {
        for id in &interface.groups {
            let Some(group) = subject
                .groups
                .get(id)
                .or_else(|| subject.own_groups.values().find(|g| &g.id == id))
            else {
                unread.push(id.clone());
                continue;
            };
            seen += 1;
            contained += usize::from(group.tags.contains_key(TAG_ROLE));
            for rule in admin_rules(&group.ingress) {
                let is = format!("{} {}", shown(rule), rule.peer);
                short.push(Shortfall::extra(id, "ingress", is));
                evidence.push(format!(
                    "{id} {} {} {}",
                    shown(rule),
                    rule.peer,
                    interface.id
                ));
            }
        }
    }
    short.dedup();
    let result = CHECK.judged(evidence).falling_short(short);
    if result.status == Status::Fail {
        return result;
    }
    if !unread.is_empty() {
        unread.sort();
        unread.dedup();
        return CHECK
            .unread(&subject.unread, &["groups"])
            .with("groups", &unread.join(", "));
    }
    if seen == 0 {
        return CHECK.unread(&subject.unread, &["interfaces", "groups"]);
    }
    if contained == seen {
        // The instance's own groups come back with the release, and what they let in cannot be seen from here.
        return CHECK.unknown("contained");
    }
    result
}

/// `tcp/22`, `tcp/0-65535`, `-1` for everything.
fn shown(rule: &Rule) -> String {
    match (rule.from_port, rule.to_port) {
        _ if rule.protocol == "-1" => "-1".into(),
        (Some(from), Some(to)) if from == to => format!("{}/{from}", rule.protocol),
        (Some(from), Some(to)) => format!("{}/{from}-{to}", rule.protocol),
        _ => format!("{}/all", rule.protocol),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::Posture;
    use crate::harden::check::tests::run;
    use crate::harden::checks::tests::{group, interface};
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
        run(&CHECK, &subject, &Posture::default())
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
                (Status::Fail, vec![wanted.to_owned()])
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
        let result = run(&CHECK, &subject, &Posture::default());
        assert_eq!(
            (result.status, result.why.as_deref()),
            (Status::Unknown, Some("UnauthorizedOperation"))
        );
        assert_eq!(result.args.get("groups").map(String::as_str), Some("sg-2"));
        // What was seen open is open, whatever else could not be read.
        subject.groups = [group("sg-1", vec![Rule::all("0.0.0.0/0")])].into();
        assert_eq!(
            run(&CHECK, &subject, &Posture::default()).status,
            Status::Fail
        );
        subject.interfaces.clear();
        assert_eq!(
            run(&CHECK, &subject, &Posture::default()).status,
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
        let result = run(&CHECK, &subject, &Posture::default());
        assert_eq!(
            (result.status, result.why.as_deref()),
            (Status::Unknown, Some("contained"))
        );
    }
}
