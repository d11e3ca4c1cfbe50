//! Starting, stopping and the end of instances. Must not know the wire; error codes are EC2's own.

use jiff::SignedDuration;

use super::{
    engine::Task,
    model::{ApiError, ApiResult, InstanceState, World},
    ops_compute::wrong_state,
};

/// How `StopInstances` stops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StopHow {
    /// The system shuts down; what does not end in time is ended.
    #[default]
    Gently,
    /// `Force`: the same, and file systems may suffer.
    Force,
    /// `SkipOsShutdown`: the system is not told, so it is over sooner.
    SkipOsShutdown,
    /// `Hibernate`: the memory is written to the root volume; only of an instance that was launched so.
    Hibernate,
}

impl StopHow {
    /// How long `stopping` lasts.
    fn takes(self, gently: SignedDuration) -> SignedDuration {
        match self {
            Self::Gently | Self::Force | Self::Hibernate => gently,
            Self::SkipOsShutdown => gently / 4,
        }
    }
}

/// A state change as `StopInstances` and `StartInstances` answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateChange {
    /// Instance.
    pub instance_id: String,
    /// Before.
    pub previous: InstanceState,
    /// After.
    pub current: InstanceState,
}

impl World {
    /// `StopInstances`: idempotent; nothing happens if one of them refuses.
    pub fn stop_instances(&mut self, ids: &[String], how: StopHow) -> ApiResult<Vec<StateChange>> {
        let hibernate = how == StopHow::Hibernate;
        for id in ids {
            let instance = self.instance(id)?;
            match instance.state {
                InstanceState::Terminated | InstanceState::ShuttingDown => {
                    return Err(wrong_state(id, "stopped"));
                }
                InstanceState::Stopping | InstanceState::Stopped => continue,
                InstanceState::Pending | InstanceState::Running => {}
            }
            if instance.disable_api_stop {
                return Err(ApiError::new(
                    "OperationNotPermitted",
                    format!(
                        "The instance '{id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again."
                    ),
                ));
            }
            if instance.lifecycle.as_deref() == Some("spot") {
                return Err(ApiError::new(
                    "UnsupportedOperation",
                    "You can't stop the Spot Instance because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.",
                ));
            }
            if instance.root_device_type == "instance-store" {
                return Err(ApiError::new(
                    "UnsupportedOperation",
                    format!(
                        "The instance '{id}' does not have an 'ebs' root device type and cannot be stopped"
                    ),
                ));
            }
            if hibernate && !instance.hibernation {
                return Err(ApiError::new(
                    "UnsupportedHibernationConfiguration",
                    "The instance is not configured for hibernation.",
                ));
            }
        }
        let (now, takes) = (self.now, how.takes(self.settings.stop_takes));
        let (reason, said) = if hibernate {
            ("Client.UserInitiatedHibernate", "User initiated hibernate")
        } else {
            ("Client.UserInitiatedShutdown", "User initiated shutdown")
        };
        let mut changes = Vec::new();
        for id in ids {
            let instance = self.instance_mut(id)?;
            let previous = instance.state;
            if matches!(previous, InstanceState::Pending | InstanceState::Running) {
                instance.state = InstanceState::Stopping;
                instance.state_transition_reason =
                    format!("User initiated ({})", now.strftime("%Y-%m-%d %H:%M:%S GMT"));
                instance.state_reason = Some((reason.to_owned(), format!("{reason}: {said}")));
                self.engine.drop_tasks(
                    |task| matches!(task, Task::Instance { id: other, .. } if other == id),
                );
                self.engine.at(
                    now + takes,
                    Task::Instance {
                        id: id.clone(),
                        to: InstanceState::Stopped,
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

    /// `StartInstances`: no-op when running; refuses while stopping.
    pub fn start_instances(&mut self, ids: &[String]) -> ApiResult<Vec<StateChange>> {
        for id in ids {
            match self.instance(id)?.state {
                InstanceState::Pending | InstanceState::Running | InstanceState::Stopped => {}
                InstanceState::Stopping
                | InstanceState::ShuttingDown
                | InstanceState::Terminated => {
                    return Err(wrong_state(id, "started"));
                }
            }
        }
        let (now, takes) = (self.now, self.settings.start_takes);
        let mut changes = Vec::new();
        for id in ids {
            let instance = self.instance_mut(id)?;
            let previous = instance.state;
            if previous == InstanceState::Stopped {
                instance.state = InstanceState::Pending;
                instance.state_transition_reason.clear();
                instance.state_reason = None;
                instance.launch_time = now;
                self.assign_automatic_address(id);
                self.engine.at(
                    now + takes,
                    Task::Instance {
                        id: id.clone(),
                        to: InstanceState::Running,
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

    /// The end of a pending state: an automatic public address goes when the instance is stopped.
    pub(crate) fn reach_state(&mut self, id: &str, to: InstanceState) {
        let Some(instance) = self.instances.get_mut(id) else {
            return;
        };
        instance.state = to;
        self.show_event(&serde_json::json!({
            "source": "aws.ec2",
            "detail-type": "EC2 Instance State-change Notification",
            "detail": { "instance-id": id, "state": to.name() },
        }));
        match to {
            InstanceState::Stopped => {
                for interface in self
                    .interfaces_of(id)
                    .map(|i| i.id.clone())
                    .collect::<Vec<_>>()
                {
                    self.drop_automatic_address(&interface);
                }
                if let Some(managed) = self.managed_instances.get_mut(id) {
                    managed.ping_status = "ConnectionLost".to_owned();
                }
            }
            InstanceState::Running => {
                if let Some(managed) = self.managed_instances.get_mut(id) {
                    managed.ping_status = "Online".to_owned();
                    managed.last_ping = self.now;
                }
            }
            InstanceState::Terminated => self.terminate(id),
            _ => {}
        }
    }

    /// The end of an instance: interfaces and volumes go with it where they are marked so.
    pub(crate) fn terminate(&mut self, id: &str) {
        let Some(instance) = self.instances.get_mut(id) else {
            return;
        };
        instance.state = InstanceState::Terminated;
        let devices = std::mem::take(&mut instance.block_devices);
        for device in devices {
            if device.delete_on_termination {
                self.volumes.remove(&device.volume_id);
            } else if let Some(volume) = self.volumes.get_mut(&device.volume_id) {
                "available".clone_into(&mut volume.state);
                volume.instance_id = None;
            }
        }
        let attached: Vec<(String, bool)> = self
            .interfaces_of(id)
            .map(|i| {
                (
                    i.id.clone(),
                    i.attachment
                        .as_ref()
                        .is_some_and(|a| a.delete_on_termination),
                )
            })
            .collect();
        for (interface_id, dies) in attached {
            for eip in self.addresses.values_mut() {
                eip.association
                    .take_if(|a| dies && a.interface_id == interface_id);
            }
            self.drop_automatic_address(&interface_id);
            if dies {
                self.interfaces.remove(&interface_id);
            } else if let Some(interface) = self.interfaces.get_mut(&interface_id) {
                interface.attachment = None;
            }
        }
        self.managed_instances.remove(id);
        self.profile_associations
            .retain(|_, association| association.instance_id != id);
    }

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
