//! `hardening`: what was closed is open again, or the instance's groups let in the whole world where they did not when it was
//! last looked at. Must not know who opened them.

use std::collections::BTreeSet;

use crate::case::{Case, Containment};
use crate::contain::{Action, Purpose, SSHD_DROP_IN, mark};
use crate::harden::{Check, Seen, Status, admin_rules, named};
use crate::identify::Subject;
use crate::monitor::{Look, Watch};

use super::drift::moved;

pub(in crate::monitor) mod sshd;

pub(in crate::monitor) const NAME: &str = "hardening";

/// `None` where nothing was hardened and the instance was not released: then the groups are not the case's.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Option<Watch> {
    let (beyond, fixed): (Vec<_>, Vec<_>) = fixed(case)
        .into_iter()
        .partition(|(action, _)| beyond(action).is_some());
    let inside = sshd::left(case);
    let released = case.containment == Containment::Released;
    if fixed.is_empty() && beyond.is_empty() && inside.is_none() && !released {
        return None;
    }
    let Some(subject) = look.subject else {
        return Some(Watch::unknown(NAME, "subject-not-read"));
    };
    let (mut evidence, mut unseen) = moved(fixed, subject);
    for (action, _) in &beyond {
        let check = beyond_check(action);
        let finding = case.whole_finding();
        let result = check.zip(look.posture).map(|(check, posture)| {
            (check.run)(&Seen {
                subject,
                posture,
                finding: &finding,
            })
        });
        match result.as_ref().map(|result| result.status) {
            Some(Status::Pass) => {}
            Some(Status::Fail) => {
                evidence.extend(result.into_iter().flat_map(|result| result.evidence));
            }
            Some(Status::Unknown) | None => unseen.push(action.target()),
        }
    }
    let mut why = "part-not-read".to_owned();
    match inside.map(|content| sshd::moved(&content, look.posture)) {
        Some(Ok(found)) => evidence.extend(found),
        Some(Err(code)) => {
            why = code;
            unseen.push(SSHD_DROP_IN.to_owned());
        }
        None => {}
    }
    if released {
        let known = case.subject.as_ref().map(opened).unwrap_or_default();
        evidence.extend(opened(subject).difference(&known).cloned());
    }
    Some(if evidence.is_empty() && !unseen.is_empty() {
        Watch::unknown(NAME, why).with("targets", &unseen.join(", "))
    } else {
        Watch::judged(NAME, evidence)
    })
}

/// The check that tells of what a fix left beyond the instance.
const fn beyond(action: &Action) -> Option<&'static str> {
    match action {
        Action::SetEbsEncryption(_) => Some("ebs-encryption-default"),
        Action::SetFlowLog(_) => Some("flow-logs"),
        _ => None,
    }
}

/// The same, itself.
fn beyond_check(action: &Action) -> Option<&'static Check> {
    beyond(action).and_then(named)
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
            // Reading the instance does not show what watches: that is a watch of its own. What is in the operating system is
            // looked at below, and patches grow old by themselves.
            let unseen = matches!(
                step.action,
                Action::SetWatchObject(_) | Action::SetSshd(_) | Action::RunPatches(_)
            );
            if fixes && !unseen {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contain::{Patching, RunPatches, SetEbsEncryption};
    use crate::harden::Posture;
    use crate::monitor::{WatchStatus, fixture};

    /// A case with a fix that is done and did this.
    fn with(action: &Action) -> Case {
        let mut case = fixture::contained_case();
        for record in &mut case.plans {
            record.plan.purpose = Purpose::Fix { check: "x".into() };
            for step in record.plan.waves.iter_mut().flatten() {
                step.action = action.clone();
            }
            record.digest = record.plan.digest();
        }
        case
    }

    fn watched(action: &Action, posture: &Posture) -> Option<WatchStatus> {
        let subject = fixture::subject();
        let look = Look {
            at: fixture::at(600),
            subject: Some(&subject),
            findings: None,
            account: None,
            kin: None,
            flows: None,
            activity: None,
            lists: None,
            posture: Some(posture),
            objects: None,
        };
        watch(&with(action), &look).map(|watch| watch.status)
    }

    #[test]
    fn the_account_is_judged_by_its_check_and_the_guest_is_left_alone() {
        let encrypted = Action::SetEbsEncryption(SetEbsEncryption {
            region: "eu-west-1".into(),
            from: false,
            to: true,
        });
        for (on, wanted) in [
            (Some(true), WatchStatus::Quiet),
            (Some(false), WatchStatus::Tripped),
            (None, WatchStatus::Unknown),
        ] {
            let posture = Posture {
                ebs_encryption_default: on,
                ..Posture::default()
            };
            assert_eq!(watched(&encrypted, &posture), Some(wanted));
        }
        let patched = Action::RunPatches(RunPatches {
            instance: "i-1".into(),
            what: Patching::Install,
        });
        assert_eq!(watched(&patched, &Posture::default()), None);
    }
}
