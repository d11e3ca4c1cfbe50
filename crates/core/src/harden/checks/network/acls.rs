//! `network-acls`: whether the network ACLs of the instance's subnets let the whole Internet try an administrator's port
//! (Security Hub EC2.21). The first entry that fits decides, as in the VPC. Must not look at groups.

use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};
use crate::identify::{Acl, AclEntry};

pub(super) const CHECK: Check = Check {
    name: "network-acls",
    controls: &["EC2.21"],
    scope: Scope::Network,
    class: FixClass::Propose,
    run: check,
};

/// SSH and remote desktop, as EC2.21 has them.
const PORTS: [i32; 2] = [22, 3389];
const WORLD: [&str; 2] = ["0.0.0.0/0", "::/0"];

fn check(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    let Some(around) = subject.around.as_ref() else {
        return CHECK.unread(&subject.unread, &["network_acls"]);
    };
    let mut short: Vec<Shortfall> = around
        .exposure
        .iter()
        .filter_map(|exposure| exposure.acl.as_ref())
        .flat_map(open)
        .collect();
    short.dedup();
    let gap = around.exposure.is_empty() || around.exposure.iter().any(|e| e.acl.is_none());
    let unseen = gap.then(|| why_unread(&subject.unread, &["network_acls"]));
    CHECK.settings_but(short, unseen)
}

fn open(acl: &Acl) -> Vec<Shortfall> {
    let mut short: Vec<Shortfall> = Vec::new();
    for cidr in WORLD {
        for port in PORTS {
            let decides = acl
                .entries
                .iter()
                .filter(|e| !e.egress && e.cidr == cidr && covers(e, port))
                .min_by_key(|e| e.number);
            if let Some(entry) = decides.filter(|e| e.allow) {
                let is = format!("entry={} port={port} {cidr}", entry.number);
                short.push(Shortfall::extra(&acl.id, "allows", is));
            }
        }
    }
    short
}

fn covers(entry: &AclEntry, port: i32) -> bool {
    let tcp = ["-1", "6"].contains(&entry.protocol.as_str());
    tcp && entry
        .ports
        .is_none_or(|(from, to)| (from..=to).contains(&port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::{Exposure, Neighbourhood, Subject};
    use crate::monitor::fixture;

    fn entry(number: i32, allow: bool, cidr: &str, ports: Option<(i32, i32)>) -> AclEntry {
        AclEntry {
            egress: false,
            number,
            allow,
            protocol: if ports.is_some() { "6" } else { "-1" }.into(),
            cidr: cidr.into(),
            ports,
        }
    }

    fn checked(entries: Option<Vec<AclEntry>>) -> CheckResult {
        let acl = entries.map(|entries| Acl {
            id: "acl-1".into(),
            is_default: true,
            entries,
        });
        let subject = Subject {
            around: Some(Neighbourhood {
                exposure: vec![Exposure {
                    subnet: "subnet-1".into(),
                    internet_gateway: None,
                    acl,
                }],
                ..Neighbourhood::default()
            }),
            ..fixture::subject()
        };
        run(&CHECK, &subject, &Posture::default())
    }

    #[test]
    fn the_first_entry_that_fits_decides() {
        let all = entry(100, true, "0.0.0.0/0", None);
        assert_eq!(
            checked(Some(vec![all.clone()])).evidence,
            [
                "acl-1 allows=entry=100 port=22 0.0.0.0/0",
                "acl-1 allows=entry=100 port=3389 0.0.0.0/0"
            ]
        );
        let ssh = entry(10, false, "0.0.0.0/0", Some((22, 22)));
        let rdp = entry(11, false, "0.0.0.0/0", Some((3000, 4000)));
        assert_eq!(
            checked(Some(vec![ssh.clone(), all.clone()])).evidence,
            ["acl-1 allows=entry=100 port=3389 0.0.0.0/0"]
        );
        let closed = checked(Some(vec![ssh, rdp, all]));
        assert_eq!(closed.status, Status::Pass);
        let web = entry(100, true, "0.0.0.0/0", Some((443, 443)));
        assert_eq!(checked(Some(vec![web])).status, Status::Pass);
        let six = entry(100, true, "::/0", Some((22, 22)));
        assert_eq!(checked(Some(vec![six])).status, Status::Fail);
    }

    #[test]
    fn what_was_not_read_is_unknown() {
        assert_eq!(checked(None).status, Status::Unknown);
        let result = run(&CHECK, &fixture::subject(), &Posture::default());
        assert_eq!(result.status, Status::Unknown);
    }
}
