//! The end of an instance on demand. Must not know the wire.

use super::{
    engine::Task,
    model::{ApiError, ApiResult, InstanceState, World},
    ops_compute::StateChange,
};

impl World {
    /// `TerminateInstances`: idempotent; nothing happens if one of them refuses.
    pub fn terminate_instances(&mut self, ids: &[String]) -> ApiResult<Vec<StateChange>> {
        for id in ids {
            if self.instance(id)?.disable_api_termination {
                return Err(ApiError::new(
                    "OperationNotPermitted",
                    format!(
                        "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."
                    ),
                ));
            }
        }
        let mut changes = Vec::new();
        for id in ids {
            let previous = self.instance(id)?.state;
            self.begin_termination(id);
            changes.push(StateChange {
                instance_id: id.clone(),
                previous,
                current: self.instance(id)?.state,
            });
        }
        Ok(changes)
    }

    /// Begins the end of an instance, whatever its protection says.
    pub(crate) fn begin_termination(&mut self, id: &str) {
        let Some(instance) = self.instances.get_mut(id) else {
            return;
        };
        if matches!(
            instance.state,
            InstanceState::ShuttingDown | InstanceState::Terminated
        ) {
            return;
        }
        instance.state = InstanceState::ShuttingDown;
        self.engine
            .drop_tasks(|task| matches!(task, Task::Instance { id: other, .. } if other == id));
        self.engine.at(
            self.now + self.settings.stop_takes,
            Task::Instance {
                id: id.to_owned(),
                to: InstanceState::Terminated,
            },
        );
    }
}
