//! From what a case did to a plan that puts it back. Only what still stands as we left it is put back; what somebody else
//! changed since is left alone and said. Must not know how a step is carried out.

use std::collections::BTreeMap;

use super::planner::Builder;
use super::standing::{Standing, standing};
use super::{Action, Note, Plan, Profile, Purpose, Severity, Undo, mark};
use crate::case::{Case, StepState};
use crate::identify::Subject;

/// What containment changed and has not been put back, one action a thing: from the first state found to the last left.
#[must_use]
pub fn changes(case: &Case) -> Vec<(Action, String)> {
    let mut order: Vec<String> = Vec::new();
    let mut changed: BTreeMap<String, (Action, String)> = BTreeMap::new();
    for record in &case.plans {
        if matches!(record.plan.purpose, Purpose::Fix { .. }) {
            continue;
        }
        for (step, state) in record.progress().filter(|(_, state)| state.may_have_acted()) {
            let key = step.action.key();
            if record.plan.purpose == Purpose::Release {
                if matches!(state, StepState::Done { .. }) {
                    changed.remove(&key);
                    order.retain(|k| k != &key);
                }
                continue;
            }
            let mark = mark(record.digest, &step.id);
            let merged = match changed.remove(&key) {
                Some((first, _)) => joined(first, &step.action),
                None => {
                    order.push(key.clone());
                    step.action.clone()
                }
            };
            changed.insert(key, (merged, mark));
        }
    }
    order.into_iter().filter_map(|key| changed.remove(&key)).collect()
}

/// Two actions on one thing, one after the other, as one: where the first began, where the second ended.
fn joined(first: Action, second: &Action) -> Action {
    match (first, second) {
        (Action::SetInterfaceGroups { interface, from, .. }, Action::SetInterfaceGroups { to, .. }) => {
            Action::SetInterfaceGroups { interface, from, to: to.clone() }
        }
        (Action::SetTags { resource, from, .. }, Action::SetTags { to, .. }) => Action::SetTags { resource, from, to: to.clone() },
        (Action::SetScalingMinimum { group, from, .. }, Action::SetScalingMinimum { to, .. }) => {
            Action::SetScalingMinimum { group, from, to: *to }
        }
        // The others go from one of two states to the other: the first says it all.
        (first, _) => first,
    }
}

/// Makes the plan that puts a case's containment back. Network first, then running, then the groups that send traffic, then
/// protections and tags.
#[must_use]
pub fn release(case: &Case, subject: &Subject) -> Plan {
    let mut waves: [Vec<Action>; 4] = Default::default();
    let mut notes = Vec::new();
    for (action, mark) in changes(case) {
        let Undo::Do(undo) = action.undo() else { continue };
        match standing(&action, subject, &mark) {
            Standing::Before => {}
            Standing::After | Standing::Underway | Standing::Unseen => {
                let [network, running, traffic, rest] = &mut waves;
                match undo.as_ref() {
                    Action::SetInterfaceGroups { .. } | Action::SetElasticIp { .. } | Action::SetAutoPublicAddress { .. } => network.push(*undo),
                    Action::SetRunning { .. } => running.push(*undo),
                    Action::SetStandby { .. } | Action::SetTarget { .. } => traffic.push(*undo),
                    _ => rest.push(*undo),
                }
            }
            Standing::Other(seen) => {
                let args = [("target", action.target()), ("action", action.name().into()), ("seen", seen.to_string())];
                notes.push(Note::new(Severity::Warning, "drifted", args));
            }
        }
    }
    let mut steps = Builder::default();
    let mut before: Vec<String> = Vec::new();
    for wave in waves {
        let after: Vec<&str> = before.iter().map(String::as_str).collect();
        let added: Vec<String> = wave.into_iter().map(|action| steps.add(action, &[], &after)).collect();
        before.extend(added);
    }
    Plan {
        case: case.id.clone(),
        purpose: Purpose::Release,
        profile: Profile::default(),
        instance: subject.instance_id.clone(),
        based_on: subject.read_at,
        waves: steps.waves(),
        notes,
    }
}
