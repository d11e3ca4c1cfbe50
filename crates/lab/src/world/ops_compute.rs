//! Operations on instances: start, stop, attributes, metadata options, console.
//! Must not know the wire; error codes are EC2's own.

use jiff::SignedDuration;

use super::{
    engine::Task,
    model::{ApiError, ApiResult, Instance, InstanceState, MetadataOptions, World},
};

/// One attribute of `ModifyInstanceAttribute`; EC2 takes one a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceAttribute {
    /// `DisableApiTermination`.
    DisableApiTermination(bool),
    /// `DisableApiStop`.
    DisableApiStop(bool),
    /// `InstanceInitiatedShutdownBehavior`: `stop` or `terminate`.
    ShutdownBehavior(String),
    /// `GroupId.N`: only for instances with one interface.
    Groups(Vec<String>),
    /// `SourceDestCheck`: only for instances with one interface.
    SourceDestCheck(bool),
    /// `BlockDeviceMapping.N.Ebs.DeleteOnTermination` by device name.
    DeleteOnTermination(Vec<(String, bool)>),
    /// `UserData`, plain: only while stopped.
    UserData(String),
    /// `InstanceType`: only while stopped.
    InstanceType(String),
    /// `EbsOptimized`: only while stopped.
    EbsOptimized(bool),
}

/// What `ModifyInstanceMetadataOptions` may change; none leaves as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetadataChange {
    /// `optional` or `required`.
    pub http_tokens: Option<String>,
    /// 1 to 64.
    pub hop_limit: Option<i32>,
    /// `enabled` or `disabled`.
    pub http_endpoint: Option<String>,
    /// `enabled` or `disabled`.
    pub instance_metadata_tags: Option<String>,
}

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
    /// An instance, or `InvalidInstanceID.NotFound` (`.Malformed` for what is no id).
    pub fn instance(&self, id: &str) -> ApiResult<&Instance> {
        self.instances.get(id).ok_or_else(|| unknown_instance(id))
    }

    pub(crate) fn instance_mut(&mut self, id: &str) -> ApiResult<&mut Instance> {
        self.instances
            .get_mut(id)
            .ok_or_else(|| unknown_instance(id))
    }

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

    /// `ModifyInstanceAttribute`: sets again without error.
    pub fn modify_instance_attribute(
        &mut self,
        id: &str,
        attribute: InstanceAttribute,
    ) -> ApiResult<()> {
        let instance = self.instance(id)?;
        let stopped = instance.state == InstanceState::Stopped;
        if instance.state == InstanceState::Terminated {
            return Err(wrong_state(id, "modified"));
        }
        let must_be_stopped = matches!(
            attribute,
            InstanceAttribute::UserData(_)
                | InstanceAttribute::InstanceType(_)
                | InstanceAttribute::EbsOptimized(_)
        );
        if must_be_stopped && !stopped {
            return Err(ApiError::new(
                "IncorrectInstanceState",
                format!("The instance '{id}' is not in the 'stopped' state."),
            ));
        }
        match attribute {
            InstanceAttribute::Groups(groups) => {
                let interface = self.only_interface(id)?;
                return self.set_interface_groups(&interface, &groups);
            }
            InstanceAttribute::SourceDestCheck(check) => {
                let interface = self.only_interface(id)?;
                return self.set_source_dest_check(&interface, check);
            }
            InstanceAttribute::DeleteOnTermination(devices) => {
                let instance = self.instance_mut(id)?;
                for (name, _) in &devices {
                    if !instance
                        .block_devices
                        .iter()
                        .any(|device| device.device_name == *name)
                    {
                        return Err(ApiError::new(
                            "InvalidInstanceAttributeValue",
                            format!("No device is currently mapped at {name}"),
                        ));
                    }
                }
                for (name, value) in devices {
                    for device in instance
                        .block_devices
                        .iter_mut()
                        .filter(|device| device.device_name == name)
                    {
                        device.delete_on_termination = value;
                    }
                }
            }
            InstanceAttribute::ShutdownBehavior(behavior) => {
                if !matches!(behavior.as_str(), "stop" | "terminate") {
                    return Err(ApiError::new(
                        "InvalidParameterValue",
                        format!(
                            "Value ({behavior}) for parameter instanceInitiatedShutdownBehavior is invalid."
                        ),
                    ));
                }
                self.instance_mut(id)?.shutdown_behavior = behavior;
            }
            InstanceAttribute::DisableApiTermination(value) => {
                self.instance_mut(id)?.disable_api_termination = value;
            }
            InstanceAttribute::DisableApiStop(value) => {
                self.instance_mut(id)?.disable_api_stop = value;
            }
            InstanceAttribute::UserData(value) => self.instance_mut(id)?.user_data = Some(value),
            InstanceAttribute::InstanceType(value) => self.instance_mut(id)?.instance_type = value,
            InstanceAttribute::EbsOptimized(value) => self.instance_mut(id)?.ebs_optimized = value,
        }
        Ok(())
    }

    /// `ModifyInstanceMetadataOptions`: asynchronous, `pending` until applied.
    pub fn modify_metadata_options(
        &mut self,
        id: &str,
        change: MetadataChange,
    ) -> ApiResult<MetadataOptions> {
        let due = self.now + self.settings.metadata_takes;
        let instance = self.instance_mut(id)?;
        if instance.state == InstanceState::Terminated {
            return Err(wrong_state(id, "modified"));
        }
        let options = &mut instance.metadata_options;
        if let Some(value) = change.http_tokens {
            options.http_tokens = value;
        }
        if let Some(value) = change.hop_limit {
            options.hop_limit = value;
        }
        if let Some(value) = change.http_endpoint {
            options.http_endpoint = value;
        }
        if let Some(value) = change.instance_metadata_tags {
            options.instance_metadata_tags = value;
        }
        options.state = "pending".to_owned();
        let answer = options.clone();
        self.engine
            .at(due, Task::MetadataApplied { id: id.to_owned() });
        Ok(answer)
    }

    /// The id of the instance's only interface, or EC2's refusal when it has several.
    fn only_interface(&self, instance_id: &str) -> ApiResult<String> {
        let mut interfaces = self.interfaces_of(instance_id);
        match (interfaces.next(), interfaces.next()) {
            (Some(interface), None) => Ok(interface.id.clone()),
            _ => Err(ApiError::new(
                "InvalidInstanceID",
                format!(
                    "There are multiple interfaces attached to instance '{instance_id}'. Please specify an interface ID for the operation instead."
                ),
            )),
        }
    }
}

fn unknown_instance(id: &str) -> ApiError {
    if super::ops_tags::looks_like_id("i", id) {
        ApiError::new(
            "InvalidInstanceID.NotFound",
            format!("The instance ID '{id}' does not exist"),
        )
    } else {
        ApiError::new(
            "InvalidInstanceID.Malformed",
            format!("Invalid id: \"{id}\""),
        )
    }
}

fn wrong_state(id: &str, verb: &str) -> ApiError {
    ApiError::new(
        "IncorrectInstanceState",
        format!("The instance '{id}' is not in a state from which it can be {verb}."),
    )
}
