//! The finding in GuardDuty: archived, rated. Must not know the instance.

use super::builder::refs;
use super::{Builder, View};
use crate::contain::{ArchiveFinding, Measure, RateFinding};

pub(super) fn steps(steps: &mut Builder, view: &View<'_>, measure: &Measure, barrier: &[String]) {
    // A person's word is no finding of GuardDuty's.
    let found = &view.case.finding;
    if found.is_manual() {
        return;
    }
    let finding = found.id.clone();
    match measure {
        Measure::ArchiveFinding if !found.archived => {
            let archived = true;
            steps.add(ArchiveFinding { finding, archived }, &[], &refs(barrier));
        }
        Measure::Feedback { useful } => {
            let useful = *useful;
            steps.add(RateFinding { finding, useful }, &[], &refs(barrier));
        }
        _ => {}
    }
}
