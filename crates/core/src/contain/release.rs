//! From what a case did to a plan that puts it back. Only what still stands as we left it is put back; what somebody else
//! changed since is left alone and said. Must not know how a step is carried out.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::Value;

use super::planner::Builder;
use super::standing::{Standing, standing};
use super::{
    Act, Action, DEFAULT_PROFILE, DeleteGroup, GroupRole, Note, Plan, Purpose, SetInterfaceGroups,
    Severity, Step, Undo, mark,
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
            Purpose::Fix { .. }
            | Purpose::Revert { .. }
            | Purpose::Mend { .. }
            | Purpose::Escalate { .. }
            | Purpose::Watch
            | Purpose::Unwatch => {}
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

/// Makes the plan that puts a case's containment back, in two waves: what the account lets be done at once, then what needs
/// the instance to run or its interfaces to be free.
#[must_use]
pub fn release(case: &Case, subject: &Subject) -> Plan {
    let mut now = Vec::new();
    let mut later = Vec::new();
    let mut notes = Vec::new();
    let changes = changed(case);
    for change in &changes {
        lost_for_good(&change.action, &mut notes);
        let Undo::Do(undo) = change.action.undo() else {
            continue;
        };
        match way_back(change, *undo, subject) {
            Back::Nothing => {}
            Back::Do(undo) if needs_the_rest(&undo) => later.push(undo),
            Back::Do(undo) => now.push(undo),
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
    let mut later = with_minimum(later);
    later.extend(unused_groups(&changes, &now, subject));
    for unread in &subject.unread {
        notes.push(Note::new(
            Severity::Warning,
            "unread_part",
            [("part", unread.what.clone()), ("why", unread.why.clone())],
        ));
    }
    let mut steps = Builder::default();
    let first: Vec<(bool, String)> = now
        .into_iter()
        .map(|action| {
            let moves = matches!(action, Action::SetInterfaceGroups(_));
            (moves, steps.add(action, &[], &[]))
        })
        .collect();
    let all: Vec<&str> = first.iter().map(|(_, id)| id.as_str()).collect();
    let moves: Vec<&str> = first
        .iter()
        .filter(|(moves, _)| *moves)
        .map(|(_, id)| id.as_str())
        .collect();
    for action in later {
        // A group goes when every interface has left it; until then its turn has not come.
        let needs = match action {
            Action::DeleteGroup(_) => moves.as_slice(),
            _ => &[],
        };
        steps.add(action, needs, &all);
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

/// What no release brings back, said before it is approved.
fn lost_for_good(action: &Action, notes: &mut Vec<Note>) {
    let addresses: Vec<IpAddr> = match action {
        Action::SetAutoPublicAddress(off) => off.address.into_iter().collect(),
        Action::SetRunning(stop) if !stop.running => stop.loses.clone(),
        _ => Vec::new(),
    };
    for ip in addresses {
        let note = Note::new(
            Severity::Warning,
            "not_back_address",
            [("ip", ip.to_string())],
        );
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    if let Action::SetRunning(stop) = action
        && stop.irreversible()
    {
        let args = [("instance", stop.instance.clone())];
        notes.push(Note::new(Severity::Info, "not_back_memory", args));
    }
}

/// Whether an undo comes after the others: who sends traffic wants the instance running and reachable.
const fn needs_the_rest(undo: &Action) -> bool {
    matches!(
        undo,
        Action::SetStandby(_)
            | Action::SetScalingMembership(_)
            | Action::SetScalingMinimum(_)
            | Action::SetTarget(_)
            | Action::SetBalancer(_)
    )
}

/// The group's minimum goes back in the step that brings the instance back: a minimum above the wanted size would make the
/// group start another instance.
fn with_minimum(mut undos: Vec<Action>) -> Vec<Action> {
    let Some((group, minimum)) = undos.iter().find_map(|undo| match undo {
        Action::SetScalingMinimum(back) => Some((back.group.clone(), (back.from, back.to))),
        _ => None,
    }) else {
        return undos;
    };
    let carrier = undos.iter_mut().find_map(|undo| match undo {
        Action::SetStandby(out) if !out.standby && out.group == group => Some(&mut out.minimum),
        Action::SetScalingMembership(back) if back.member && back.group == group => {
            Some(&mut back.minimum)
        }
        _ => None,
    });
    if let Some(carrier) = carrier {
        *carrier = Some(minimum);
        undos.retain(|undo| !matches!(undo, Action::SetScalingMinimum(_)));
    }
    undos
}

/// Our own groups where this case moved an interface, but for those that an interface of the instance stays in. Whether
/// another instance uses one AWS itself sees to.
fn unused_groups(changes: &[Change], undos: &[Action], subject: &Subject) -> Vec<Action> {
    let moved = |id: &str| {
        undos.iter().find_map(|undo| match undo {
            Action::SetInterfaceGroups(to) if to.interface == id => Some(&to.to),
            _ => None,
        })
    };
    let stays = |group: &String, name: &String| {
        subject.interfaces.iter().any(|i| match moved(&i.id) {
            Some(to) => to.iter().any(|g| [group, name].contains(&&g.shown())),
            None => i.groups.contains(group),
        })
    };
    let vpcs: BTreeSet<&String> = changes
        .iter()
        .flat_map(|change| &change.way)
        .filter_map(|action| match action {
            Action::SetInterfaceGroups(moved) => subject.interface(&moved.interface)?.vpc.as_ref(),
            _ => None,
        })
        .collect();
    vpcs.into_iter()
        .flat_map(|vpc| [GroupRole::Passage, GroupRole::Containment].map(|role| (vpc, role)))
        .filter_map(|(vpc, role)| {
            let group = subject
                .own_groups
                .get(&role.group_name(vpc))
                .filter(|group| !stays(&group.id, &group.name))?;
            Some(Action::from(DeleteGroup {
                group: group.id.clone(),
                role,
                vpc: vpc.clone(),
            }))
        })
        .collect()
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
