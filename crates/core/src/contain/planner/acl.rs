//! Denials of the finding's addresses, and of those that got through a containment, in the network ACL of each subnet, below every entry that is there. Must not touch an
//! entry that is there.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::isolate::Cut;
use super::{Builder, View};
use crate::case::Case;
use crate::contain::SetAclDeny;
use crate::identify::{Acl, AclEntry, Subject};

/// Entries that an ACL takes a direction, AWS's own last ones among them.
const QUOTA: usize = 20;

/// The first number below which entries are put where an ACL has none.
const USUAL: i32 = 100;

pub(super) fn steps(steps: &mut Builder, view: &View<'_>, cut: &Cut) {
    if !view.profile.asks("acl") {
        return;
    }
    for (acl, entries, _) in denials(view.case, view.subject) {
        if !entries.is_empty() {
            let action = SetAclDeny {
                acl: acl.id.clone(),
                entries,
                present: true,
            };
            // As soon as the groups, and no sooner: the calls for many addresses would hold up the move.
            steps.beside(action, &cut.last);
        }
    }
}

/// ACLs that have no room for all denials, and how many addresses are left out.
pub(in crate::contain) fn full(case: &Case, subject: &Subject) -> Vec<(String, usize)> {
    denials(case, subject)
        .into_iter()
        .filter(|(_, _, left)| *left > 0)
        .map(|(acl, _, left)| (acl.id.clone(), left))
        .collect()
}

/// For each ACL the entries that are missing, and how many addresses find no room.
fn denials<'a>(case: &Case, subject: &'a Subject) -> Vec<(&'a Acl, Vec<AclEntry>, usize)> {
    let own = subject.all_ips();
    let peers: BTreeSet<IpNet> = case
        .whole_finding()
        .remote_ips()
        .into_iter()
        .chain(case.leaks())
        .filter(|ip| !own.contains(ip))
        .map(|ip: IpAddr| IpNet::from(ip))
        .collect();
    let subnets: BTreeSet<&String> = subject
        .interfaces
        .iter()
        .filter_map(|i| i.subnet.as_ref())
        .collect();
    let has_ipv6 = subject.interfaces.iter().any(|i| !i.ipv6.is_empty());
    let acls: BTreeMap<&String, &Acl> = subject
        .around
        .iter()
        .flat_map(|around| &around.exposure)
        .filter(|exposure| subnets.contains(&exposure.subnet))
        .filter_map(|exposure| exposure.acl.as_ref())
        .map(|acl| (&acl.id, acl))
        .collect();
    acls.into_values()
        .map(|acl| {
            let (entries, left) = missing(acl, &peers, has_ipv6);
            (acl, entries, left)
        })
        .collect()
}

fn missing(acl: &Acl, peers: &BTreeSet<IpNet>, has_ipv6: bool) -> (Vec<AclEntry>, usize) {
    let lowest = acl.entries.iter().map(|e| e.number).min();
    let mut number = lowest.unwrap_or(USUAL) - 1;
    // AWS's own last entry counts, one for each family that the VPC has.
    let last = 1 + usize::from(has_ipv6 || acl.entries.iter().any(|e| e.cidr.contains(':')));
    let used = |egress| acl.entries.iter().filter(|e| e.egress == egress).count() + last;
    let mut room: BTreeMap<bool, usize> = [false, true]
        .map(|egress| (egress, QUOTA.saturating_sub(used(egress))))
        .into();
    let (mut entries, mut left) = (Vec::new(), 0);
    for peer in peers {
        let ways: Vec<bool> = [false, true]
            .into_iter()
            .filter(|egress| !is_denied(acl, *egress, peer))
            .collect();
        let fits = number >= 1 && ways.iter().all(|way| room.get(way).is_some_and(|n| *n > 0));
        if !ways.is_empty() && !fits {
            left += 1;
            continue;
        }
        for egress in &ways {
            room.entry(*egress).and_modify(|n| *n -= 1);
            entries.push(AclEntry {
                egress: *egress,
                number,
                allow: false,
                protocol: "-1".into(),
                cidr: peer.to_string(),
                ports: None,
            });
        }
        number -= i32::from(!ways.is_empty());
    }
    (entries, left)
}

/// Whether an entry denies all of the peer's traffic before any entry allows something.
fn is_denied(acl: &Acl, egress: bool, peer: &IpNet) -> bool {
    let way = || acl.entries.iter().filter(|e| e.egress == egress);
    let first_allow = way().filter(|e| e.allow).map(|e| e.number).min();
    way().any(|entry| {
        !entry.allow
            && entry.protocol == "-1"
            && entry.ports.is_none()
            && first_allow.is_none_or(|allow| entry.number < allow)
            && entry
                .cidr
                .parse()
                .is_ok_and(|net: IpNet| net.contains(peer))
    })
}
