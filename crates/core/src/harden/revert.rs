//! Taking a fix back: the undo of every step that it did, the last first. Must not decide whether.

use crate::case::PlanRecord;
use crate::contain::{Builder, Plan, Purpose, Undo};
use crate::identify::Subject;

/// The plan that takes a fix back; `None` when it did nothing that has an undo, or is no fix.
#[must_use]
pub fn revert(record: &PlanRecord, subject: &Subject) -> Option<Plan> {
    let Purpose::Fix { check } = &record.plan.purpose else {
        return None;
    };
    let mut steps = Builder::default();
    let mut any = false;
    let done: Vec<_> = record
        .progress()
        .filter(|(_, state)| state.may_have_acted())
        .map(|(step, _)| step)
        .collect();
    for step in done.into_iter().rev() {
        if let Undo::Do(undo) = step.action.undo() {
            steps.add(*undo, &[], &[]);
            any = true;
        }
    }
    any.then(|| Plan {
        case: record.plan.case.clone(),
        purpose: Purpose::Revert {
            check: check.clone(),
        },
        profile: record.plan.profile.clone(),
        instance: record.plan.instance.clone(),
        based_on: subject.read_at,
        waves: steps.waves(),
        notes: Vec::new(),
    })
}
