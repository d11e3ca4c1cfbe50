//! The stop, after everything before it. Must not know what the memory is worth.

use super::builder::refs;
use super::{Builder, View};
use crate::contain::notes::cannot_stop;
use crate::contain::{ProtectStop, SetRunning, StopHow};

/// Returns the step, where there is one.
pub(super) fn steps(
    steps: &mut Builder,
    view: &View<'_>,
    how: StopHow,
    evidence: &[String],
) -> Option<String> {
    let subject = view.subject;
    if subject.state != "running" || cannot_stop(subject).is_some() {
        return None;
    }
    let mut needs = evidence.to_vec();
    if subject.stop_protection == Some(true) {
        let action = ProtectStop {
            instance: subject.instance_id.clone(),
            from: true,
            to: false,
        };
        needs.push(steps.add(action, &[], &[]));
    }
    let loses = subject
        .interfaces
        .iter()
        .flat_map(|i| &i.addresses)
        .filter_map(|a| a.public.as_ref())
        .filter(|p| p.elastic.is_none())
        .map(|p| p.ip)
        .collect();
    let action = SetRunning {
        instance: subject.instance_id.clone(),
        running: false,
        loses,
        how,
    };
    let all = steps.ids();
    Some(steps.add(action, &refs(&needs), &refs(&all)))
}
