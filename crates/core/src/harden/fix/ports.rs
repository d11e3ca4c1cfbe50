//! The fix of ports that are open to the world. Must not judge: the checks do that.

use std::collections::BTreeSet;

use super::{Fix, Used};
use crate::contain::{Action, Note, SetIngress, Severity, TAG_ROLE};
use crate::identify::{Rule, Subject};

/// Takes away exactly the rules that the check complains of, and lets those keep access who used the port lately and are
/// not of the case. Who else uses a group cannot be seen from one instance, so each group comes with a warning.
pub(super) fn open_ports(
    subject: &Subject,
    used: Option<&Used<'_>>,
    wrong: impl Fn(&[Rule]) -> Vec<Rule>,
) -> Fix {
    let mut fix = Fix::default();
    let ids: BTreeSet<&String> = subject.interfaces.iter().flat_map(|i| &i.groups).collect();
    for group in ids.into_iter().filter_map(|id| subject.groups.get(id)) {
        // Rebato's own groups are made and mended by containment.
        if group.tags.contains_key(TAG_ROLE) {
            continue;
        }
        let mut revoke = wrong(&group.ingress);
        revoke.sort();
        if revoke.is_empty() {
            continue;
        }
        let mut note = |severity, code, more: &[(&str, String)]| {
            let mut note = Note::new(severity, code, [("group", group.id.clone())]);
            let more = more
                .iter()
                .map(|(name, value)| ((*name).into(), value.clone()));
            note.args.extend(more);
            fix.notes.push(note);
        };
        note(Severity::Warning, "group_may_be_shared", &[]);
        let wide = revoke
            .iter()
            .filter(|rule| rule.from_port.is_none() || rule.from_port != rule.to_port)
            .count();
        if wide > 0 {
            // Such a rule also carries what is not administration: a web server goes dark with it.
            note(
                Severity::Warning,
                "wide_rule_goes",
                &[("rules", wide.to_string())],
            );
        }
        let mut authorize = Vec::new();
        match used {
            None => note(Severity::Warning, "port_use_unknown", &[]),
            Some(used) => {
                let (kept, crowded) = kept(&revoke, &group.ingress, used);
                if !used.ports.complete {
                    note(Severity::Warning, "port_use_incomplete", &[]);
                }
                for (port, peers) in crowded {
                    let args = [("port", port.to_string()), ("peers", peers.to_string())];
                    note(Severity::Warning, "port_use_crowded", &args);
                }
                if kept.is_empty() {
                    note(Severity::Warning, "nobody_keeps_access", &[]);
                } else {
                    let count = [("count", kept.len().to_string())];
                    note(Severity::Info, "peers_keep_access", &count);
                }
                authorize = kept;
            }
        }
        fix.actions.push(Action::SetIngress(SetIngress {
            group: group.id.clone(),
            revoke,
            authorize,
        }));
    }
    fix
}

/// Rules for the peers who used a port that goes dark, one an address and port, and the ports whose peers are too many to
/// name: those stay outside.
fn kept(revoke: &[Rule], present: &[Rule], used: &Used<'_>) -> (Vec<Rule>, Vec<(u16, usize)>) {
    let (mut rules, mut crowded) = (Vec::new(), Vec::new());
    let dark = used
        .ports
        .ports
        .iter()
        .filter(|port| port.protocol == 6 && revoke.iter().any(|r| r.covers_tcp(port.port)));
    for port in dark {
        if port.peers > port.first.len() {
            crowded.push((port.port, port.peers));
            continue;
        }
        for peer in &port.first {
            if used.hostile.contains(&peer.ip) {
                continue;
            }
            let width = if peer.ip.is_ipv4() { 32 } else { 128 };
            let number = Some(i32::from(port.port));
            let rule = Rule {
                protocol: "tcp".into(),
                from_port: number,
                to_port: number,
                peer: format!("{}/{width}", peer.ip),
            };
            if !present.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    rules.sort();
    rules.dedup();
    (rules, crowded)
}

#[cfg(test)]
mod tests {
    use super::super::NoFix;
    use super::super::tests::fixed;
    use super::*;
    use crate::contain::Undo;
    use crate::harden::checks::tests::{group, interface};
    use crate::harden::{PortPeer, PortUse, PortsUsed, Posture, Status, check};
    use crate::monitor::fixture;

    fn tcp(from: i32, to: i32, peer: &str) -> Rule {
        Rule {
            protocol: "tcp".into(),
            from_port: Some(from),
            to_port: Some(to),
            peer: peer.into(),
        }
    }

    fn admin(subject: &Subject, used: Option<&Used<'_>>) -> Result<Fix, NoFix> {
        fixed("open-admin-ports", subject, &Posture::default(), used)
    }

    #[test]
    fn exactly_the_open_rules_go_and_the_check_passes_afterwards() {
        let keep = vec![tcp(443, 443, "0.0.0.0/0"), tcp(22, 22, "10.0.0.0/8")];
        let open = vec![tcp(22, 22, "0.0.0.0/0"), tcp(3389, 3389, "::/0")];
        let mut subject = Subject {
            interfaces: vec![
                interface("eni-1", &["sg-1", "sg-2"]),
                interface("eni-2", &["sg-1"]),
            ],
            groups: [
                group("sg-1", [keep.clone(), open.clone()].concat()),
                group("sg-2", keep.clone()),
            ]
            .into(),
            ..fixture::subject()
        };
        let made = admin(&subject, None).unwrap_or_default();
        assert_eq!(
            made.actions,
            [Action::SetIngress(SetIngress {
                group: "sg-1".into(),
                revoke: open,
                authorize: vec![]
            })]
        );
        assert_eq!(
            made.notes
                .iter()
                .map(|n| n.code.as_str())
                .collect::<Vec<_>>(),
            ["group_may_be_shared", "port_use_unknown"]
        );
        assert!(matches!(
            made.actions.first().map(|action| action.undo()),
            Some(Undo::Do(_))
        ));

        subject.groups = [group("sg-1", keep.clone()), group("sg-2", keep)].into();
        let after = check(&subject, &Posture::default(), &fixture::finding());
        assert_eq!(
            after
                .iter()
                .find(|r| r.check == "open-admin-ports")
                .map(|r| r.status),
            Some(Status::Pass)
        );
        assert_eq!(admin(&subject, None), Err(NoFix::Nothing));
    }

    #[test]
    fn a_wide_rule_is_warned_of_and_our_own_groups_are_left_alone() {
        let (id, mut own) = group("sg-p", vec![Rule::all("0.0.0.0/0")]);
        own.tags.insert(TAG_ROLE.into(), "passage".into());
        let subject = Subject {
            interfaces: vec![interface("eni-1", &["sg-p", "sg-w"])],
            groups: [(id, own), group("sg-w", vec![tcp(0, 65535, "0.0.0.0/0")])].into(),
            ..fixture::subject()
        };
        let made = admin(&subject, None).unwrap_or_default();
        assert_eq!(
            made.actions
                .iter()
                .map(|action| action.target())
                .collect::<Vec<_>>(),
            ["sg-w"]
        );
        assert!(made.notes.iter().any(|n| n.code == "wide_rule_goes"));
    }

    #[test]
    fn who_used_the_port_keeps_access_and_who_the_case_is_about_does_not() {
        let open = tcp(22, 22, "0.0.0.0/0");
        let subject = Subject {
            interfaces: vec![interface("eni-1", &["sg-1"])],
            groups: [group("sg-1", vec![open.clone()])].into(),
            ..fixture::subject()
        };
        let peer = |ip: &str| PortPeer {
            ip: fixture::ip(ip),
            flows: 3,
            bytes: 9,
            last: fixture::at(1),
        };
        let port = |port: u16, peers: usize, first: &[&str]| PortUse {
            port,
            protocol: 6,
            peers,
            first: first.iter().map(|ip| peer(ip)).collect(),
        };
        let with = |ports: Vec<PortUse>, complete: bool| {
            let ports = PortsUsed {
                since: fixture::at(0),
                until: fixture::at(9),
                first: None,
                complete,
                ports,
            };
            let used = Used {
                ports: &ports,
                hostile: [fixture::ip("198.51.100.7")].into(),
            };
            let made = admin(&subject, Some(&used)).unwrap_or_default();
            let Some(Action::SetIngress(set)) = made.actions.into_iter().next() else {
                panic!("no rules are set");
            };
            assert_eq!(set.revoke, [open.clone()].to_vec());
            let peers = set.authorize.into_iter().map(|rule| {
                assert_eq!((rule.from_port, rule.to_port), (Some(22), Some(22)));
                rule.peer
            });
            let codes = made.notes.into_iter().map(|note| note.code);
            (peers.collect::<Vec<_>>(), codes.collect::<Vec<_>>())
        };
        let (kept, notes) = with(
            vec![
                port(22, 3, &["203.0.113.9", "198.51.100.7", "2001:db8::1"]),
                port(443, 1, &["203.0.113.10"]),
            ],
            true,
        );
        assert_eq!(kept, ["2001:db8::1/128", "203.0.113.9/32"]);
        assert_eq!(notes, ["group_may_be_shared", "peers_keep_access"]);
        let (kept, notes) = with(vec![port(22, 40, &["203.0.113.9"])], false);
        assert_eq!(kept, Vec::<String>::new());
        assert_eq!(
            notes,
            [
                "group_may_be_shared",
                "port_use_incomplete",
                "port_use_crowded",
                "nobody_keeps_access"
            ]
        );
    }
}
