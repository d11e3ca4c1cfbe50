//! What is dangerous in a plan: an open door at its end, a stop before the evidence, an order that cannot hold. It looks at
//! the plan alone, so that it finds what its maker got wrong. Must not know how a plan comes about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Fault;
use crate::contain::{
    Action, GroupRole, Plan, Purpose, SetInterfaceGroups, SetRunning, Step, TAG_CASE, Undo,
};
use crate::identify::Subject;

/// What is dangerous in a plan, on the subject that it is for where that is known; nothing where it may be approved.
#[must_use]
pub fn lint_plan(plan: &Plan, subject: Option<&Subject>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let steps: Vec<(usize, &Step)> = plan
        .waves
        .iter()
        .enumerate()
        .flat_map(|(wave, steps)| steps.iter().map(move |step| (wave, step)))
        .collect();
    order(&steps, &mut faults);
    for (_, step) in &steps {
        if matches!(step.action.undo(), Undo::Do(_)) && says_nothing(&step.action.before()) {
            faults.push(Fault::new("before_missing", &step.id, []));
        }
    }
    if plan.purpose == Purpose::Contain {
        evidence(&steps, &mut faults);
        for (wave, step) in &steps {
            if let Action::SetRunning(SetRunning { running: false, .. }) = step.action {
                stop(plan, (*wave, step), &steps, subject, &mut faults);
            }
        }
    }
    passage(&steps, subject, &mut faults);
    faults
}

/// Ids, needs, and what stands side by side.
fn order(steps: &[(usize, &Step)], faults: &mut Vec<Fault>) {
    let mut waves: BTreeMap<&str, usize> = BTreeMap::new();
    let mut things: BTreeMap<(usize, String), &str> = BTreeMap::new();
    for (wave, step) in steps {
        if waves.insert(&step.id, *wave).is_some() {
            faults.push(Fault::new("step_twice", &step.id, []));
        }
        if let Some(other) = things.insert((*wave, step.action.key()), &step.id) {
            let args = [("other", other.to_owned())];
            faults.push(Fault::new("same_thing_at_once", &step.id, args));
        }
    }
    for (wave, step) in steps {
        for need in &step.needs {
            if waves.get(need.as_str()).is_none_or(|before| before >= wave) {
                let args = [("need", need.clone())];
                faults.push(Fault::new("need_unmet", &step.id, args));
            }
        }
    }
}

/// What a step found, if it is no more than names.
fn says_nothing(before: &Value) -> bool {
    let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    match before {
        Value::Null => true,
        Value::Object(parts) => parts.values().all(empty),
        _ => false,
    }
}

/// Nothing cuts in a wave before that of the evidence, and what the attacker cannot miss comes in a later one.
fn evidence(steps: &[(usize, &Step)], faults: &mut Vec<Fault>) {
    for (wave, cut) in steps.iter().filter(|(_, step)| step.action.cuts()) {
        let plain = match &cut.action {
            Action::SetInterfaceGroups(moved) => moved.goes_to(GroupRole::Containment),
            Action::SetRunning(_) => true,
            _ => false,
        };
        let late = steps.iter().find(|(taken, step)| match &step.action {
            Action::CreateSnapshots(_) if plain => taken >= wave,
            Action::CreateSnapshots(_) | Action::SaveConsole(_) => taken > wave,
            _ => false,
        });
        if let Some((_, late)) = late {
            let args = [("evidence", late.id.clone())];
            faults.push(Fault::new("cut_before_evidence", &cut.id, args));
        }
    }
}

/// Every volume has a snapshot before the stop: one that the plan needs for it, or one of the case that is there.
fn stop(
    plan: &Plan,
    (wave, stop): (usize, &Step),
    steps: &[(usize, &Step)],
    subject: Option<&Subject>,
    faults: &mut Vec<Fault>,
) {
    let taken = |by_stop: bool| -> BTreeSet<&String> {
        steps
            .iter()
            .filter(|(before, step)| !by_stop || (*before < wave && stop.needs.contains(&step.id)))
            .filter_map(|(_, step)| match &step.action {
                Action::CreateSnapshots(taken) => Some(&taken.volumes),
                _ => None,
            })
            .flatten()
            .collect()
    };
    let there: BTreeSet<&String> = subject
        .iter()
        .flat_map(|subject| &subject.own_snapshots)
        .filter(|s| s.state != "error" && s.tags.get(TAG_CASE) == Some(&plan.case))
        .map(|s| &s.volume)
        .collect();
    // Without the subject only the volumes are known that the plan itself names.
    let volumes = match subject {
        Some(subject) => subject.volumes.iter().map(|v| &v.id).collect(),
        None => taken(false),
    };
    let before = taken(true);
    for volume in volumes {
        if !before.contains(volume) && !there.contains(volume) {
            let args = [("volume", volume.clone())];
            faults.push(Fault::new("stop_before_snapshot", &stop.id, args));
        }
    }
}

/// No interface ends in the passage group: none that the plan moves, and none that it found there and forgot.
fn passage(steps: &[(usize, &Step)], subject: Option<&Subject>, faults: &mut Vec<Fault>) {
    let last: BTreeMap<&str, &SetInterfaceGroups> = steps
        .iter()
        .filter_map(|(_, step)| match &step.action {
            Action::SetInterfaceGroups(moved) => Some((moved.interface.as_str(), moved)),
            _ => None,
        })
        .collect();
    let mut left: BTreeSet<&str> = last
        .iter()
        .filter(|(_, moved)| moved.goes_to(GroupRole::Passage))
        .map(|(interface, _)| *interface)
        .collect();
    if let Some(subject) = subject.filter(|_| !last.is_empty()) {
        let stays = subject
            .interfaces
            .iter()
            .filter(|i| !i.requester_managed && !last.contains_key(i.id.as_str()))
            .filter(|i| {
                let name = i.vpc.as_ref().map(|vpc| GroupRole::Passage.group_name(vpc));
                name.and_then(|name| subject.own_groups.get(&name))
                    .is_some_and(|group| i.groups.contains(&group.id))
            });
        left.extend(stays.map(|i| i.id.as_str()));
    }
    for interface in left {
        let args = [("interface", interface.to_owned())];
        faults.push(Fault::new("passage_left", interface, args));
    }
}
