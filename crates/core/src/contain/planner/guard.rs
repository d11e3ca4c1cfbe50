//! Guard rails, so that nothing destroys the evidence from outside or from inside. Must not know what is taken as evidence.

use super::{Builder, View};
use crate::contain::{ProtectTermination, SetDeleteOnTermination, SetShutdownBehavior};

pub(super) fn steps(steps: &mut Builder, view: &View<'_>) {
    let subject = view.subject;
    let instance = || subject.instance_id.clone();
    // AWS refuses termination protection on a Spot instance.
    if view.profile.asks("termination_protection")
        && subject.termination_protection == Some(false)
        && subject.lifecycle.as_deref() != Some("spot")
    {
        let action = ProtectTermination {
            instance: instance(),
            from: false,
            to: true,
        };
        steps.add(action, &[], &[]);
    }
    if view.profile.asks("shutdown_behavior")
        && subject.shutdown_behavior.as_deref() == Some("terminate")
    {
        let action = SetShutdownBehavior {
            instance: instance(),
            from: "terminate".into(),
            to: "stop".into(),
        };
        steps.add(action, &[], &[]);
    }
    if !view.profile.asks("keep_volumes") {
        return;
    }
    for volume in &subject.volumes {
        if volume.delete_on_termination == Some(true) {
            let action = SetDeleteOnTermination {
                instance: instance(),
                volume: volume.id.clone(),
                device: volume.device.clone(),
                from: true,
                to: false,
            };
            steps.add(action, &[], &[]);
        }
    }
}
