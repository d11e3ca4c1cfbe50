//! Passage group, then containment group, on every interface that is not contained yet. Must not know what else is cut.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::refs;
use super::{Builder, View};
use crate::contain::{
    CreateGroup, GroupRef, GroupRole, Measure, SetGroupRules, SetInterfaceGroups, is_pristine,
};
use crate::identify::{Interface, Rule, SecurityGroup, Subject};

/// The steps that cut.
#[derive(Default)]
pub(super) struct Cut {
    /// The first move of each interface: into the passage group where there is one.
    pub(super) first: Vec<String>,
    /// The move of each interface into the containment group.
    pub(super) last: Vec<String>,
}

pub(super) fn steps(steps: &mut Builder, view: &View<'_>, evidence: &[String]) -> Cut {
    let Some(passage) = view.profile.find(|measure| match measure {
        Measure::Isolate { passage } => Some(*passage),
        _ => None,
    }) else {
        return Cut::default();
    };
    let subject = view.subject;
    let ours = || {
        subject
            .interfaces
            .iter()
            .filter(|i| !i.requester_managed)
            .filter_map(|i| Some((i, i.vpc.as_ref()?)))
    };
    let (held, open): (Vec<_>, Vec<_>) = ours().partition(|(i, vpc)| is_contained(i, vpc, subject));
    let vpcs = |of: &[(&Interface, &'_ String)]| -> BTreeSet<String> {
        of.iter().map(|(_, vpc)| (*vpc).clone()).collect()
    };
    let (held, wanted) = (vpcs(&held), vpcs(&open));
    // A containment group that somebody opened contains nobody: it is mended even where no interface has to move.
    for vpc in held.difference(&wanted) {
        prepare(steps, subject, GroupRole::Containment, vpc);
    }
    let mut ready: BTreeMap<(GroupRole, &String), Vec<String>> = BTreeMap::new();
    for vpc in &wanted {
        if passage {
            let done = prepare(steps, subject, GroupRole::Passage, vpc);
            ready.insert((GroupRole::Passage, vpc), done);
        }
        let done = prepare(steps, subject, GroupRole::Containment, vpc);
        ready.insert((GroupRole::Containment, vpc), done);
    }
    let needs = |role, vpc| ready.get(&(role, vpc)).map(|ids| refs(ids));
    let own = |role, vpc: &String| {
        let vpc = vpc.clone();
        vec![GroupRef::Own { role, vpc }]
    };
    let mut cut = Cut::default();
    for (interface, vpc) in &open {
        if passage && !is_in(interface, GroupRole::Passage, vpc, subject) {
            let action = SetInterfaceGroups {
                interface: interface.id.clone(),
                from: found(interface),
                to: own(GroupRole::Passage, vpc),
            };
            // Nobody is let into the passage whose way out of it is not ready.
            let both = [GroupRole::Passage, GroupRole::Containment];
            let needs: Vec<&str> = both
                .iter()
                .filter_map(|role| needs(*role, vpc))
                .flatten()
                .collect();
            cut.first.push(steps.add(action, &needs, &[]));
        }
    }
    // The containment group comes after every move into the passage and after the snapshot call: from then on the
    // attacker knows. Without a passage nothing else puts it there.
    let order: Vec<String> = cut.first.iter().chain(evidence).cloned().collect();
    for (interface, vpc) in &open {
        let from = if passage || is_in(interface, GroupRole::Passage, vpc, subject) {
            own(GroupRole::Passage, vpc)
        } else {
            found(interface)
        };
        let action = SetInterfaceGroups {
            interface: interface.id.clone(),
            from,
            to: own(GroupRole::Containment, vpc),
        };
        let needs = needs(GroupRole::Containment, *vpc).unwrap_or_default();
        cut.last.push(steps.add(action, &needs, &refs(&order)));
    }
    if !passage {
        cut.first.clone_from(&cut.last);
    }
    cut
}

fn found(interface: &Interface) -> Vec<GroupRef> {
    interface.groups.iter().cloned().map(GroupRef::Id).collect()
}

/// Whether the interface has one of our groups alone, whatever the group's rules are.
fn is_in(interface: &Interface, role: GroupRole, vpc: &str, subject: &Subject) -> bool {
    subject
        .own_groups
        .get(&role.group_name(vpc))
        .is_some_and(|group| interface.groups == [group.id.clone()])
}

fn is_contained(interface: &Interface, vpc: &str, subject: &Subject) -> bool {
    is_in(interface, GroupRole::Containment, vpc, subject)
}

/// One of our groups, made or mended. Returns the steps that must be done before it may be used.
fn prepare(steps: &mut Builder, subject: &Subject, role: GroupRole, vpc: &str) -> Vec<String> {
    let found = subject.own_groups.get(&role.group_name(vpc));
    if found.is_some_and(|group| is_pristine(group, role)) {
        return Vec::new();
    }
    let (made, seen) = match found {
        Some(group) => (Vec::new(), group.clone()),
        None => {
            let vpc = vpc.to_owned();
            let made = steps.add(CreateGroup { role, vpc }, &[], &[]);
            (vec![made], newborn(role))
        }
    };
    let without = |all: &[Rule], kept: &[Rule]| {
        all.iter()
            .filter(|r| !kept.contains(r))
            .cloned()
            .collect::<Vec<_>>()
    };
    let rules = SetGroupRules {
        group: GroupRef::Own {
            role,
            vpc: vpc.into(),
        },
        role,
        revoke_ingress: without(&seen.ingress, &role.ingress()),
        authorize_ingress: without(&role.ingress(), &seen.ingress),
        revoke_egress: without(&seen.egress, &role.egress()),
        authorize_egress: without(&role.egress(), &seen.egress),
    };
    let ruled = steps.add(rules, &refs(&made), &[]);
    made.into_iter().chain([ruled]).collect()
}

/// A security group as AWS makes it: everything may go out over IPv4 (and over IPv6 in a VPC that has it).
fn newborn(role: GroupRole) -> SecurityGroup {
    SecurityGroup {
        id: String::new(),
        name: role.name().into(),
        vpc: None,
        ingress: Vec::new(),
        egress: vec![Rule::all("0.0.0.0/0")],
        tags: BTreeMap::new(),
    }
}
