//! What becomes of the snapshots once the attacker is cut off: it may take hours, and nothing that cuts waits for it. Must
//! not take any.

use super::builder::refs;
use super::evidence::volumes;
use super::{Builder, View};
use crate::contain::{
    CopySnapshots, LockSnapshots, Measure, ScanSnapshots, ShareSnapshots, TAG_CASE, TAG_COPY_OF,
    WaitSnapshots,
};

/// What later steps follow.
pub(super) struct Follow {
    /// The step that takes the snapshots.
    pub(super) evidence: Vec<String>,
    /// Everything that must have been tried.
    pub(super) barrier: Vec<String>,
    /// The steps that make the snapshots fit for use: the wait, then the copy.
    ready: Vec<String>,
    /// Copies take the place of the first snapshots.
    copies: bool,
}

impl Follow {
    pub(super) const fn new(evidence: Vec<String>, barrier: Vec<String>) -> Self {
        Self {
            evidence,
            barrier,
            ready: Vec::new(),
            copies: false,
        }
    }
}

pub(super) fn steps(steps: &mut Builder, view: &View<'_>, measure: &Measure, follow: &mut Follow) {
    let volumes = volumes(view);
    if volumes.is_empty() {
        return;
    }
    let instance = view.subject.instance_id.clone();
    let barrier = refs(&follow.barrier);
    let needs = refs(if follow.ready.is_empty() {
        &follow.evidence
    } else {
        &follow.ready
    });
    match measure {
        Measure::WaitSnapshots if !follow.evidence.is_empty() || !all_complete(view, &volumes) => {
            let action = WaitSnapshots { instance, volumes };
            follow.ready = vec![steps.add(action, &needs, &barrier)];
        }
        Measure::CopySnapshots { key } => {
            // A new plan of the same case does not make a second set.
            if copied(view) < volumes.len() || !follow.evidence.is_empty() {
                let action = CopySnapshots {
                    instance,
                    volumes,
                    kms_key: key.clone(),
                };
                follow.ready = vec![steps.add(action, &needs, &barrier)];
            }
            follow.copies = true;
        }
        Measure::ShareSnapshots { account } => {
            let action = ShareSnapshots {
                instance,
                account: account.clone(),
                copies: follow.copies,
            };
            steps.add(action, &needs, &barrier);
        }
        Measure::LockSnapshots { days, mode } => {
            let action = LockSnapshots {
                instance,
                mode: *mode,
                days: *days,
                copies: follow.copies,
            };
            steps.add(action, &needs, &barrier);
        }
        Measure::ScanSnapshots => {
            steps.add(ScanSnapshots { instance }, &needs, &barrier);
        }
        _ => {}
    }
}

fn all_complete(view: &View<'_>, volumes: &[String]) -> bool {
    volumes.iter().all(|volume| {
        view.subject.own_snapshots.iter().any(|s| {
            &s.volume == volume
                && s.tags.get(TAG_CASE) == Some(&view.case.id)
                && s.state == "completed"
                && !s.tags.contains_key(TAG_COPY_OF)
        })
    })
}

/// How many copies the case has.
fn copied(view: &View<'_>) -> usize {
    view.subject
        .own_snapshots
        .iter()
        .filter(|s| s.tags.get(TAG_CASE) == Some(&view.case.id) && s.state != "error")
        .filter(|s| s.tags.contains_key(TAG_COPY_OF))
        .count()
}
