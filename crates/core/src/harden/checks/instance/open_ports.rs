//! `open-admin-ports` and `open-risky-ports`: doors of the instance that are open to the whole Internet (Security Hub EC2.13,
//! EC2.14, EC2.53, EC2.54; EC2.18, EC2.19), and who went through them. Must not look at anything but the groups on the
//! instance's interfaces and what flow logs say of the ports.

use std::net::IpAddr;

use crate::contain::TAG_ROLE;
use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, PortsUsed, Scope, Seen, Shortfall};
use crate::identify::Rule;

pub(super) const ADMIN: Check = Check {
    name: "open-admin-ports",
    controls: &["EC2.13", "EC2.14", "EC2.53", "EC2.54"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: |seen| open(seen, &ADMIN, &ADMIN_PORTS),
};

pub(super) const RISKY: Check = Check {
    name: "open-risky-ports",
    controls: &["EC2.18", "EC2.19"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: |seen| open(seen, &RISKY, &RISKY_PORTS),
};

/// SSH, remote desktop, Windows remote management without and with TLS.
const ADMIN_PORTS: [u16; 4] = [22, 3389, 5985, 5986];

/// Those that Security Hub's EC2.19 calls high-risk, without [`ADMIN_PORTS`]: file transfer, telnet, mail, RPC, NetBIOS,
/// SMB, databases, development servers, search engines and their consoles.
const RISKY_PORTS: [u16; 22] = [
    20, 21, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 4333, 5000, 5432, 5500, 5601, 8080,
    8088, 8888, 9200, 9300,
];

/// Whether this is an administrator's port.
pub(crate) fn admin_port(port: u16) -> bool {
    ADMIN_PORTS.contains(&port)
}

/// Whether this is a high-risk port.
pub(crate) fn risky_port(port: u16) -> bool {
    RISKY_PORTS.contains(&port)
}

/// The rules among `rules` that open one of these TCP ports to the whole Internet.
fn world_rules<'a>(rules: &'a [Rule], ports: &'a [u16]) -> impl Iterator<Item = &'a Rule> {
    rules
        .iter()
        .filter(move |rule| rule.is_world() && ports.iter().any(|port| rule.covers_tcp(*port)))
}

/// The rules among `rules` that open an administrator's port to the whole Internet.
pub(crate) fn admin_rules(rules: &[Rule]) -> impl Iterator<Item = &Rule> {
    world_rules(rules, &ADMIN_PORTS)
}

/// The rules among `rules` that open a high-risk port to the whole Internet.
pub(crate) fn risky_rules(rules: &[Rule]) -> impl Iterator<Item = &Rule> {
    world_rules(rules, &RISKY_PORTS)
}

fn open(seen: &Seen<'_>, check: &Check, ports: &[u16]) -> CheckResult {
    let subject = seen.subject;
    let mut evidence = Vec::new();
    let mut short = Vec::new();
    let mut rules: Vec<&Rule> = Vec::new();
    let mut unread = Vec::new();
    let mut groups = 0_usize;
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
            groups += 1;
            contained += usize::from(group.tags.contains_key(TAG_ROLE));
            for rule in world_rules(&group.ingress, ports) {
                evidence.push(format!("{id} {rule} {}", interface.id));
                short.push(Shortfall::extra(id, "ingress", rule.to_string()));
                rules.push(rule);
            }
        }
    }
    if !evidence.is_empty() {
        short.sort_by(|a, b| (&a.resource, &a.is).cmp(&(&b.resource, &b.is)));
        short.dedup();
        let used = seen.posture.ports_used.as_ref();
        evidence.extend(use_lines(&rules, ports, used, &seen.finding.remote_ips()));
        let result = check.judged(evidence).falling_short(short);
        return if nobody_loses(seen, &rules) {
            result.of_class(FixClass::Auto)
        } else {
            result
        };
    }
    if !unread.is_empty() {
        unread.sort();
        unread.dedup();
        return check
            .unread(&subject.unread, &["groups"])
            .with("groups", &unread.join(", "));
    }
    if groups == 0 {
        return check.unknown(why_unread(&subject.unread, &["interfaces", "groups"]));
    }
    if contained == groups {
        // The instance's own groups come back with the release, and what they let in cannot be seen from here.
        return check.unknown("contained");
    }
    check.judged(Vec::new())
}

/// Who used the ports that these rules open; that nobody knows is said too.
fn use_lines(
    rules: &[&Rule],
    ports: &[u16],
    used: Option<&PortsUsed>,
    suspects: &[IpAddr],
) -> Vec<String> {
    let Some(used) = used else {
        return vec!["use=unknown".into()];
    };
    let mut lines: Vec<String> = used
        .ports
        .iter()
        .filter(|port| port.protocol == 6 && ports.contains(&port.port))
        .filter(|port| rules.iter().any(|rule| rule.covers_tcp(port.port)))
        .map(|port| port.line(suspects))
        .collect();
    let complete = if used.complete { "complete" } else { "partial" };
    if lines.is_empty() {
        lines.push(format!("used-by=0 since={} {complete}", used.since));
    } else if !used.complete {
        lines.push(format!("since={} {complete}", used.since));
    }
    lines
}

/// Whether closing takes nothing from anybody: complete flow logs show no use of anything that the rules open, and Systems
/// Manager reaches the instance without them.
fn nobody_loses(seen: &Seen<'_>, rules: &[&Rule]) -> bool {
    let online = seen.posture.ssm_ping.as_ref().and_then(Option::as_deref) == Some("Online");
    let unused = seen.posture.ports_used.as_ref().is_some_and(|used| {
        used.complete && rules.iter().all(|rule| used.under(rule).next().is_none())
    });
    online && unused
}

/// The rules among `rules` that open a port to the whole Internet that should not be: for a template's groups.
pub(super) fn weak_rules(rules: &[Rule]) -> impl Iterator<Item = &Rule> {
    rules.iter().filter(|rule| {
        let mut ports = ADMIN_PORTS.iter().chain(&RISKY_PORTS);
        rule.is_world() && ports.any(|port| rule.covers_tcp(*port))
    })
}

#[cfg(test)]
#[path = "open_ports_tests.rs"]
mod tests;
