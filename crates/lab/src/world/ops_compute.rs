//! Operations on instances: attributes, metadata options.
//! Must not know the wire; error codes are EC2's own.

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

pub(super) fn wrong_state(id: &str, verb: &str) -> ApiError {
    ApiError::new(
        "IncorrectInstanceState",
        format!("The instance '{id}' is not in a state from which it can be {verb}."),
    )
}
