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
        let due = self.now + self.settings.stop_takes;
        let mut changes = Vec::new();
        for id in ids {
            let instance = self.instance_mut(id)?;
            let previous = instance.state;
            if !matches!(
                previous,
                InstanceState::ShuttingDown | InstanceState::Terminated
            ) {
                instance.state = InstanceState::ShuttingDown;
                self.engine.drop_tasks(
                    |task| matches!(task, Task::Instance { id: other, .. } if other == id),
                );
                self.engine.at(
                    due,
                    Task::Instance {
                        id: id.clone(),
                        to: InstanceState::Terminated,
                    },
                );
            }
            changes.push(StateChange {
                instance_id: id.clone(),
                previous,
                current: self.instance(id)?.state,
            });
        }
        Ok(changes)
    }
}
