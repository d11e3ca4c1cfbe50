//! What the world says of an action: still as before, already as wanted, under way, or something else. Drift, resumption
//! after a crash, verification and release all ask this one question. Must not know how the subject was read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Action, GroupRef, Plan, Step, mark};
use crate::identify::{Rule, SecurityGroup, Subject};

/// Where an action's target stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// As the action finds it.
    Before,
    /// As the action leaves it.
    After,
    /// On the way to what the action leaves.
    Underway,
    /// Neither: somebody else changed it. What is seen, in the contract's form.
    Other(Value),
    /// It could not be read.
    Unseen,
}

/// Where the target of `action` stands in `subject`. `mark` is the tag that a resource made by this step carries.
#[must_use]
pub fn standing(action: &Action, subject: &Subject, mark: &str) -> Standing {
    action.standing(subject, mark)
}

/// Where a value stands that goes from one to another.
pub(super) fn of_value<T: PartialEq + serde::Serialize>(
    seen: Option<&T>,
    from: &T,
    to: &T,
    name: &str,
) -> Standing {
    match seen {
        None => Standing::Unseen,
        Some(seen) if seen == to => Standing::After,
        Some(seen) if seen == from => Standing::Before,
        Some(seen) => Standing::Other(json!({ name: seen })),
    }
}

/// Whether a part of the subject could not be read.
pub(super) fn unread(subject: &Subject, what: &str) -> bool {
    subject.unread.iter().any(|u| u.what == what)
}

/// The group of ours that a reference means, where it exists.
pub(super) fn own_group<'a>(group: &GroupRef, subject: &'a Subject) -> Option<&'a SecurityGroup> {
    match group {
        GroupRef::Id(id) => subject.own_groups.values().find(|g| &g.id == id),
        GroupRef::Own { role, vpc } => subject.own_groups.get(&role.group_name(vpc)),
    }
}

/// Whether one of our groups has exactly the rules of its role.
#[must_use]
pub fn is_pristine(group: &SecurityGroup, role: super::GroupRole) -> bool {
    let set = |rules: &[Rule]| rules.iter().cloned().collect::<BTreeSet<_>>();
    set(&group.ingress) == set(&role.ingress()) && set(&group.egress) == set(&role.egress())
}

/// The ids behind some group references; `None` while one of ours does not exist.
pub(super) fn resolved(groups: &[GroupRef], subject: &Subject) -> Option<BTreeSet<String>> {
    groups
        .iter()
        .map(|group| match group {
            GroupRef::Id(id) => Some(id.clone()),
            GroupRef::Own { .. } => own_group(group, subject).map(|g| g.id.clone()),
        })
        .collect()
}

/// Where the world is not as a plan takes it to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// The step of the plan; empty where it has none for the target.
    pub step: String,
    /// The target.
    pub target: String,
    /// What is seen.
    pub seen: Value,
}

/// Where the world differs from what the plan was made on. Steps of one kind on one target form a chain: any state along
/// the chain is the plan's own doing.
#[must_use]
pub fn drift(plan: &Plan, subject: &Subject) -> Vec<Drift> {
    let digest = plan.digest();
    let key = |step: &Step| step.action.key();
    let mut found = Vec::new();
    let mut judged = BTreeSet::new();
    for step in plan.steps() {
        if !judged.insert(key(step)) {
            continue;
        }
        let chain: Vec<Standing> = plan
            .steps()
            .filter(|other| key(other) == key(step))
            .map(|other| standing(&other.action, subject, &mark(digest, &other.id)))
            .collect();
        if let Some(Standing::Other(seen)) = chain.first()
            && chain.iter().all(|s| matches!(s, Standing::Other(_)))
        {
            found.push(Drift {
                step: step.id.clone(),
                target: step.action.target(),
                seen: seen.clone(),
            });
        }
    }
    found
}

/// What still lets traffic through: interfaces whose groups are not the containment group alone, and public addresses.
#[must_use]
pub fn exposed(subject: &Subject) -> Vec<String> {
    let mut open = Vec::new();
    for interface in &subject.interfaces {
        let containment = interface
            .vpc
            .as_ref()
            .and_then(|vpc| {
                subject
                    .own_groups
                    .get(&super::GroupRole::Containment.group_name(vpc))
            })
            .filter(|group| is_pristine(group, super::GroupRole::Containment));
        if containment.is_none_or(|group| interface.groups != [group.id.clone()]) {
            open.push(interface.id.clone());
        }
        open.extend(
            interface
                .addresses
                .iter()
                .filter_map(|a| a.public.as_ref())
                .map(|p| p.ip.to_string()),
        );
    }
    open
}
