//! From what a case did to a plan that puts it back. Only what still stands as we left it is put back; what somebody else
//! changed since is left alone and said. Must not know how a step is carried out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::planner::Builder;
use super::standing::{Standing, standing};
use super::{
    Action, DEFAULT_PROFILE, Note, Plan, Purpose, SetInterfaceGroups, Severity, Step, Undo, mark,
};
use crate::case::{Case, PlanRecord, StepState};
use crate::identify::Subject;

/// A thing that containment changed.
struct Change {
    /// From the first state found to the last left.
    action: Action,
    /// The mark of the last step.
    mark: String,
    /// Every step on the way: a run may have ended after any of them.
    way: Vec<Action>,
}

/// What containment changed and has not been put back, one action a thing: from the first state found to the last left.
#[must_use]
pub fn changes(case: &Case) -> Vec<(Action, String)> {
    changed(case)
        .into_iter()
        .map(|change| (change.action, change.mark))
        .collect()
}

fn changed(case: &Case) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for record in &case.plans {
        match record.plan.purpose {
            Purpose::Fix { .. } => {}
            Purpose::Release => {
                for (step, _) in record.progress().filter(|(_, state)| state.is_done()) {
                    let key = step.action.key();
                    all.retain(|change| change.action.key() != key);
                }
            }
            Purpose::Contain => all = chains(record).into_iter().fold(all, follow),
        }
    }
    // What came back to where it began needs no undo.
    all.retain(|change| !change.action.is_nothing());
    all
}

/// The changes of one plan. A chain begins where its first step in the plan begins, even if that step was left out or
/// refused and only a later one acted: the state before the chain is the one to go back to.
fn chains(record: &PlanRecord) -> Vec<Change> {
    let steps: Vec<(&Step, &StepState)> = record.progress().collect();
    let mut found: Vec<Change> = Vec::new();
    let mut seen = BTreeSet::new();
    for (first, _) in &steps {
        let key = first.action.key();
        if !seen.insert(key.clone()) {
            continue;
        }
        let chain: Vec<_> = steps
            .iter()
            .filter(|(step, _)| step.action.key() == key)
            .collect();
        let Some(acted) = chain.iter().rposition(|(_, state)| state.may_have_acted()) else {
            continue;
        };
        let way: Vec<Action> = chain
            .iter()
            .take(acted + 1)
            .map(|(step, _)| step.action.clone())
            .collect();
        let Some(((last, _), action)) = chain
            .get(acted)
            .zip(way.iter().cloned().reduce(|a, b| joined(a, &b)))
        else {
            continue;
        };
        found.push(Change {
            action,
            mark: mark(record.digest, &last.id),
            way,
        });
    }
    found
}

/// Adds a change to those before it: one on the same thing goes on from where that began.
fn follow(mut all: Vec<Change>, next: Change) -> Vec<Change> {
    match all
        .iter_mut()
        .find(|change| change.action.key() == next.action.key())
    {
        Some(known) => {
            known.action = joined(known.action.clone(), &next.action);
            known.mark = next.mark;
            known.way.extend(next.way);
        }
        None => all.push(next),
    }
    all
}

/// Two actions on one thing, one after the other, as one: where the first began, where the second ended.
fn joined(first: Action, second: &Action) -> Action {
    first.joined(second).unwrap_or(first)
}

/// Makes the plan that puts a case's containment back. Network first, then running, then the groups that send traffic, then
/// protections and tags.
#[must_use]
pub fn release(case: &Case, subject: &Subject) -> Plan {
    let mut waves: [Vec<Action>; 4] = Default::default();
    let mut notes = Vec::new();
    for change in changed(case) {
        let Undo::Do(undo) = change.action.undo() else {
            continue;
        };
        match way_back(&change, *undo, subject) {
            Back::Nothing => {}
            Back::Do(undo) => {
                let [network, running, traffic, rest] = &mut waves;
                match undo {
                    Action::SetInterfaceGroups(_)
                    | Action::SetElasticIp(_)
                    | Action::SetAutoPublicAddress(_) => network.push(undo),
                    Action::SetRunning(_) => running.push(undo),
                    Action::SetStandby(_) | Action::SetTarget(_) => traffic.push(undo),
                    _ => rest.push(undo),
                }
            }
            Back::Drifted(seen) => {
                let args = [
                    ("target", change.action.target()),
                    ("action", change.action.name().into()),
                    ("seen", seen.to_string()),
                ];
                notes.push(Note::new(Severity::Warning, "drifted", args));
            }
        }
    }
    for unread in &subject.unread {
        notes.push(Note::new(
            Severity::Warning,
            "unread_part",
            [("part", unread.what.clone()), ("why", unread.why.clone())],
        ));
    }
    let mut steps = Builder::default();
    let mut before: Vec<String> = Vec::new();
    for wave in waves {
        let after: Vec<&str> = before.iter().map(String::as_str).collect();
        let added: Vec<String> = wave
            .into_iter()
            .map(|action| steps.add(action, &[], &after))
            .collect();
        before.extend(added);
    }
    Plan {
        case: case.id.clone(),
        purpose: Purpose::Release,
        profile: DEFAULT_PROFILE.into(),
        instance: subject.instance_id.clone(),
        based_on: subject.read_at,
        waves: steps.waves(),
        notes,
    }
}

/// What release does about one change.
enum Back {
    /// It is as it was.
    Nothing,
    /// This.
    Do(Action),
    /// Nothing: somebody else changed it to this.
    Drifted(Value),
}

fn way_back(change: &Change, undo: Action, subject: &Subject) -> Back {
    match (standing(&change.action, subject, &change.mark), undo) {
        (Standing::Before, _) => Back::Nothing,
        (Standing::After | Standing::Underway | Standing::Unseen, undo) => Back::Do(undo),
        // A run that ended between two steps leaves a state in between, which is ours as well.
        (
            Standing::Other(seen),
            Action::SetInterfaceGroups(SetInterfaceGroups {
                interface,
                from,
                to,
            }),
        ) => {
            let here =
                |action: &&Action| standing(action, subject, &change.mark) == Standing::After;
            match change.way.iter().find(here) {
                Some(Action::SetInterfaceGroups(SetInterfaceGroups { to: left, .. }))
                    if *left != from =>
                {
                    Back::Do(Action::SetInterfaceGroups(SetInterfaceGroups {
                        interface,
                        from: left.clone(),
                        to,
                    }))
                }
                _ => Back::Drifted(seen),
            }
        }
        (Standing::Other(seen), _) => Back::Drifted(seen),
    }
}
