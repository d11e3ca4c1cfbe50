//! What the world says of an action: still as before, already as wanted, under way, or something else. Drift, resumption
//! after a crash, verification and release all ask this one question. Must not know how the subject was read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Action, GroupRef, Plan, Step, TAG_STEP, mark};
use crate::identify::{PublicAddress, Rule, SecurityGroup, Subject};

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
    match action {
        Action::ProtectTermination { from, to, .. } => of_value(
            subject.termination_protection.as_ref(),
            from,
            to,
            "protected",
        ),
        Action::ProtectStop { from, to, .. } => {
            of_value(subject.stop_protection.as_ref(), from, to, "protected")
        }
        Action::SetShutdownBehavior { from, to, .. } => of_value(
            subject.shutdown_behavior.as_ref(),
            from,
            to,
            "shutdown_behavior",
        ),
        Action::SetImdsTokens { from, to, .. } => of_value(
            subject.metadata.http_tokens.as_ref(),
            from,
            to,
            "http_tokens",
        ),
        Action::SetDeleteOnTermination {
            volume, from, to, ..
        } => {
            let seen = subject
                .volumes
                .iter()
                .find(|v| &v.id == volume)
                .and_then(|v| v.delete_on_termination.as_ref());
            of_value(seen, from, to, "delete_on_termination")
        }
        Action::SetTags { from, to, .. } => {
            let holds = |wanted: &std::collections::BTreeMap<String, Option<String>>| {
                wanted
                    .iter()
                    .all(|(key, value)| subject.tags.get(key) == value.as_ref())
            };
            if holds(to) {
                Standing::After
            } else if holds(from) {
                Standing::Before
            } else {
                let seen: std::collections::BTreeMap<_, _> =
                    to.keys().map(|k| (k, subject.tags.get(k))).collect();
                Standing::Other(json!({ "tags": seen }))
            }
        }
        Action::SetScalingMinimum { group, from, to } => {
            let seen = subject
                .scaling
                .as_ref()
                .filter(|s| &s.group == group)
                .and_then(|s| s.min.as_ref());
            of_value(seen, from, to, "min")
        }
        Action::SetStandby { group, standby, .. } => {
            match subject.scaling.as_ref().filter(|s| &s.group == group) {
                None if unread(subject, "scaling") => Standing::Unseen,
                None => Standing::Other(json!({ "group": null })),
                Some(member) => match (member.lifecycle.as_str(), standby) {
                    ("Standby", true) | ("InService", false) => Standing::After,
                    ("EnteringStandby", true)
                    | ("Pending" | "Pending:Wait" | "Pending:Proceed", false) => Standing::Underway,
                    ("InService", true) | ("Standby", false) => Standing::Before,
                    (other, _) => Standing::Other(json!({ "lifecycle": other })),
                },
            }
        }
        Action::SetTarget {
            group,
            id,
            port,
            registered,
        } => {
            if unread(subject, "targets") {
                return Standing::Unseen;
            }
            let here = subject.targets.iter().any(|t| {
                &t.group == group
                    && &t.id == id
                    && &t.port == port
                    && !matches!(t.health.as_deref(), Some("draining" | "unused-draining"))
            });
            if here == *registered {
                Standing::After
            } else {
                Standing::Before
            }
        }
        // Nothing in the account shows it, and doing it again does no harm.
        Action::SaveConsole { .. } => Standing::Before,
        Action::CreateSnapshots { volumes, .. } => {
            if unread(subject, "snapshots") {
                return Standing::Unseen;
            }
            let ours: BTreeSet<&str> = subject
                .own_snapshots
                .iter()
                // A snapshot that failed is no evidence.
                .filter(|s| s.state != "error" && s.tags.get(TAG_STEP).is_some_and(|t| t == mark))
                .map(|s| s.volume.as_str())
                .collect();
            if ours.is_empty() {
                Standing::Before
            } else if volumes.iter().all(|v| ours.contains(v.as_str())) {
                Standing::After
            } else {
                Standing::Other(json!({ "volumes": ours }))
            }
        }
        Action::CreateGroup { role, vpc } => {
            if unread(subject, "groups") {
                Standing::Unseen
            } else if subject.own_groups.contains_key(&role.group_name(vpc)) {
                Standing::After
            } else {
                Standing::Before
            }
        }
        Action::SetGroupRules { group, role, .. } => match own_group(group, subject) {
            None if unread(subject, "groups") => Standing::Unseen,
            // Its making is an earlier step.
            None => Standing::Before,
            Some(found) if is_pristine(found, *role) => Standing::After,
            Some(_) => Standing::Before,
        },
        Action::SetInterfaceGroups {
            interface,
            from,
            to,
        } => {
            let Some(seen) = subject.interface(interface) else {
                return Standing::Other(json!({ "interface": null }));
            };
            let seen: BTreeSet<String> = seen.groups.iter().cloned().collect();
            if resolved(to, subject) == Some(seen.clone()) {
                Standing::After
            } else if resolved(from, subject) == Some(seen.clone()) {
                Standing::Before
            } else {
                Standing::Other(json!({ "groups": seen }))
            }
        }
        Action::SetElasticIp {
            allocation,
            association,
            interface,
            private_ip,
            associated,
            ..
        } => {
            if unread(subject, "addresses") {
                return Standing::Unseen;
            }
            let held = subject.interfaces.iter().find_map(|i| {
                i.addresses.iter().find_map(|a| {
                    let elastic = a.public.as_ref().and_then(|p| p.elastic.as_ref())?;
                    (&elastic.allocation == allocation).then_some((&i.id, a.private_ip, elastic))
                })
            });
            match (held, associated) {
                (None, false) => Standing::After,
                (None, true) => Standing::Before,
                (Some((on, ip, _)), true) if on == interface && ip == *private_ip => {
                    Standing::After
                }
                (Some((on, ip, elastic)), false)
                    if on == interface
                        && ip == *private_ip
                        && association
                            .as_ref()
                            .is_none_or(|a| a == &elastic.association) =>
                {
                    Standing::Before
                }
                (Some((on, ip, elastic)), _) => Standing::Other(
                    json!({ "interface": on, "private_ip": ip, "association": elastic.association }),
                ),
            }
        }
        Action::SetAutoPublicAddress { interface, to, .. } => {
            let Some(seen) = subject.interface(interface) else {
                return Standing::Other(json!({ "interface": null }));
            };
            let has_one = seen
                .addresses
                .iter()
                .any(|a| matches!(a.public, Some(PublicAddress { elastic: None, .. })));
            match (seen.auto_public, has_one, to) {
                (_, true, false) => Standing::Before,
                (Some(on), _, to) if on == *to => Standing::After,
                (Some(_), _, _) => Standing::Before,
                // AWS does not say; without an address to see, doing it again does no harm.
                (None, true, true) => Standing::After,
                (None, false, _) => Standing::Before,
            }
        }
        Action::SetRunning { running, .. } => match (subject.state.as_str(), running) {
            ("running", true) | ("stopped", false) => Standing::After,
            ("pending", true) | ("stopping", false) => Standing::Underway,
            ("running", false) | ("stopped", true) => Standing::Before,
            (other, _) => Standing::Other(json!({ "state": other })),
        },
        Action::SetIngress {
            group,
            revoke,
            authorize,
        } => {
            let Some(found) = subject.groups.get(group) else {
                return Standing::Unseen;
            };
            let has = |rules: &[Rule]| rules.iter().filter(|r| found.ingress.contains(r)).count();
            if has(revoke) == 0 && has(authorize) == authorize.len() {
                Standing::After
            } else if has(revoke) == revoke.len() {
                Standing::Before
            } else {
                Standing::Other(json!({ "ingress": found.ingress }))
            }
        }
    }
}

fn of_value<T: PartialEq + serde::Serialize>(
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

fn unread(subject: &Subject, what: &str) -> bool {
    subject.unread.iter().any(|u| u.what == what)
}

fn own_group<'a>(group: &GroupRef, subject: &'a Subject) -> Option<&'a SecurityGroup> {
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
fn resolved(groups: &[GroupRef], subject: &Subject) -> Option<BTreeSet<String>> {
    groups
        .iter()
        .map(|group| match group {
            GroupRef::Id(id) => Some(id.clone()),
            GroupRef::Own { .. } => own_group(group, subject).map(|g| g.id.clone()),
        })
        .collect()
}

/// A step whose target is neither as the plan finds it nor as any of its steps leaves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// The step.
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
