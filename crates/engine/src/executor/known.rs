//! What the journal and one look at the world say of steps: what was made, what was overtaken, what does not stand. Must not
//! call anybody.

use rebato_core::Digest;
use rebato_core::case::{Case, PlanRecord, Receipt, StepState};
use rebato_core::contain::{Action, ApprovedStep, CreateGroup, Standing, TAG_STEP, mark, standing};
use rebato_core::identify::Subject;

use crate::error::EngineError;
use crate::ports::Made;

/// The plan with this digest.
///
/// # Errors
/// [`EngineError::NoPlan`].
pub(crate) fn plan_of(case: &Case, digest: Digest) -> Result<&PlanRecord, EngineError> {
    case.plan(digest).ok_or_else(|| EngineError::NoPlan {
        case: case.id.clone(),
        digest: digest.to_string(),
    })
}

/// What the account showed of ours, and what steps of a case made.
pub(super) fn made_in(case: &Case) -> Made {
    let mut made = Made::default();
    for group in case.subject.iter().flat_map(|s| s.own_groups.values()) {
        made.groups.insert(group.name.clone(), group.id.clone());
    }
    for (step, state) in case.plans.iter().flat_map(PlanRecord::progress) {
        let StepState::Done { receipt, .. } = state else {
            continue;
        };
        match &step.action {
            Action::CreateGroup(_) => {
                if let Some(id) = receipt.made.first() {
                    made.groups.insert(step.action.target(), id.clone());
                }
            }
            Action::CreateSnapshots(_) => made.snapshots.extend(receipt.made.iter().cloned()),
            Action::CopySnapshots(_) => made.copies.extend(receipt.made.iter().cloned()),
            _ => {}
        }
    }
    made
}

/// Whether a later step on the same thing is done or its end state stands already.
pub(super) fn overtaken(record: &PlanRecord, step: &ApprovedStep, subject: &Subject) -> bool {
    let key = step.action().key();
    record
        .progress()
        .skip_while(|(other, _)| other.id != step.id())
        .skip(1)
        .any(|(later, state)| {
            let stands = || {
                standing(&later.action, subject, &mark(record.digest, &later.id)) == Standing::After
            };
            later.action.key() == key && (state.is_done() || stands())
        })
}

/// The receipt of an effect that was found, with the ids of what was made: later steps need them, and the report names them.
pub(super) fn adopted(step: &ApprovedStep, subject: &Subject) -> Receipt {
    let made = match step.action() {
        Action::CreateGroup(CreateGroup { role, vpc }) => subject
            .own_groups
            .get(&role.group_name(vpc))
            .map(|g| g.id.clone())
            .into_iter()
            .collect(),
        Action::CreateSnapshots(_) | Action::CopySnapshots(_) => subject
            .own_snapshots
            .iter()
            .filter(|s| s.tags.get(TAG_STEP).is_some_and(|tag| *tag == step.mark()))
            .map(|s| s.id.clone())
            .collect(),
        _ => Vec::new(),
    };
    Receipt {
        made,
        adopted: true,
        ..Receipt::default()
    }
}

/// Steps whose end state does not stand: the last of each chain decides, and what cannot be observed is taken from the
/// journal.
pub(super) fn open_steps(case: &Case, digest: Digest, subject: &Subject) -> Vec<String> {
    let Some(record) = case.plan(digest) else {
        return Vec::new();
    };
    let steps: Vec<_> = record.progress().collect();
    let mut open = Vec::new();
    for (n, (step, state)) in steps.iter().enumerate() {
        let later = steps
            .iter()
            .skip(n + 1)
            .any(|(other, _)| other.action.key() == step.action.key());
        if later || step.action.is_aside() {
            continue;
        }
        let stands = match standing(&step.action, subject, &mark(digest, &step.id)) {
            Standing::After => true,
            Standing::Unseen => state.is_done(),
            Standing::Before | Standing::Underway | Standing::Other(_) => false,
        };
        if !stands {
            open.push(step.id.clone());
        }
    }
    open
}

/// These steps, and those of the plan that are not done.
pub(super) fn with_unfinished(mut open: Vec<String>, case: &Case, digest: Digest) -> Vec<String> {
    let steps = case.plan(digest).into_iter().flat_map(PlanRecord::progress);
    for (step, _) in steps.filter(|(_, state)| !state.is_done()) {
        if !open.contains(&step.id) {
            open.push(step.id.clone());
        }
    }
    open
}
