//! `hardening`: what was closed is open again, or the instance's groups let in the whole world where they did not when it was
//! last looked at. Must not know who opened them.

use std::collections::BTreeSet;

use crate::case::{Case, Containment};
use crate::contain::{Action, Purpose, mark};
use crate::harden::admin_rules;
use crate::identify::Subject;
use crate::monitor::{Look, Watch};

use super::drift::moved;

pub(in crate::monitor) const NAME: &str = "hardening";

/// `None` where nothing was hardened and the instance was not released: then the groups are not the case's.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Option<Watch> {
    let fixed = fixed(case);
    let released = case.containment == Containment::Released;
    if fixed.is_empty() && !released {
        return None;
    }
    let Some(subject) = look.subject else {
        return Some(Watch::unknown(NAME, "subject-not-read"));
    };
    let (mut evidence, unseen) = moved(fixed, subject);
    if released {
        let known = case.subject.as_ref().map(opened).unwrap_or_default();
        evidence.extend(opened(subject).difference(&known).cloned());
    }
    Some(if evidence.is_empty() && !unseen.is_empty() {
        Watch::unknown(NAME, "part-not-read").with("targets", &unseen.join(", "))
    } else {
        Watch::judged(NAME, evidence)
    })
}

/// What the fixes of the case left, the newest of each thing, with the marks of their steps.
fn fixed(case: &Case) -> Vec<(Action, String)> {
    let mut all: Vec<(Action, String)> = Vec::new();
    for record in &case.plans {
        let fixes = match record.plan.purpose {
            Purpose::Fix { .. } => true,
            // What was taken back is not to stay.
            Purpose::Revert { .. } => false,
            Purpose::Contain
            | Purpose::Release
            | Purpose::Mend { .. }
            | Purpose::Escalate { .. }
            | Purpose::Watch
            | Purpose::Unwatch => continue,
        };
        for (step, _) in record.progress().filter(|(_, state)| state.is_done()) {
            all.retain(|(action, _)| action.key() != step.action.key());
            // Reading the instance does not show what watches: that is a watch of its own.
            if fixes && !matches!(step.action, Action::SetWatchObject(_)) {
                all.push((step.action.clone(), mark(record.digest, &step.id)));
            }
        }
    }
    all
}

/// The rules of the instance's groups that open an administrator's port to everybody.
fn opened(subject: &Subject) -> BTreeSet<String> {
    let groups = subject.interfaces.iter().flat_map(|i| &i.groups);
    let groups = groups.filter_map(|id| subject.groups.get(id));
    groups
        .flat_map(|group| {
            admin_rules(&group.ingress).map(|rule| {
                let port = |port: Option<i32>| port.map_or_else(|| "*".into(), |p| p.to_string());
                let (from, to) = (port(rule.from_port), port(rule.to_port));
                format!(
                    "opened {} {}/{from}-{to} {}",
                    group.id, rule.protocol, rule.peer
                )
            })
        })
        .collect()
}
