//! Auto Scaling, target groups, and the archive of findings.
//! Must not know the wire.

use super::{
    engine::Task,
    model::{ApiError, ApiResult, ScalingGroup, Target, TargetGroup, World},
};

impl World {
    /// A scaling group, or `ValidationError` as Auto Scaling says it.
    pub fn scaling_group(&self, name: &str) -> ApiResult<&ScalingGroup> {
        self.scaling_groups.get(name).ok_or_else(|| {
            ApiError::new("ValidationError", "AutoScalingGroup name not found - null")
        })
    }

    /// `EnterStandby`: all members in service, or none moves. Answers one line of activity for each.
    pub fn enter_standby(
        &mut self,
        group: &str,
        ids: &[String],
        decrement: bool,
    ) -> ApiResult<Vec<String>> {
        let wanted = i32::try_from(ids.len()).unwrap_or(i32::MAX);
        let held = self.scaling_group(group)?;
        for id in ids {
            match held.instances.get(id) {
                None => {
                    return Err(ApiError::new(
                        "ValidationError",
                        format!("The instance {id} is not part of Auto Scaling group {group}."),
                    ));
                }
                Some(member) if member.lifecycle_state != "InService" => {
                    return Err(ApiError::new(
                        "ValidationError",
                        format!("The instance {id} is not in InService or EnteringStandby."),
                    ));
                }
                Some(_) => {}
            }
        }
        if decrement && held.desired_capacity - wanted < held.min_size {
            return Err(ApiError::new(
                "ValidationError",
                format!(
                    "AutoScalingGroup {group} has min-size={}, max-size={}, and desired-size={}. To place into standby {wanted} instance{} with ShouldDecrementDesiredCapacity, please update the AutoScalingGroup sizes appropriately.",
                    held.min_size,
                    held.max_size,
                    held.desired_capacity,
                    if wanted == 1 { "" } else { "s" }
                ),
            ));
        }
        let due = self.now + self.settings.scaling_takes;
        let arns = held.target_group_arns.clone();
        if let Some(held) = self.scaling_groups.get_mut(group) {
            if decrement {
                held.desired_capacity -= wanted;
            }
            for id in ids {
                if let Some(member) = held.instances.get_mut(id) {
                    member.lifecycle_state = "EnteringStandby".to_owned();
                }
                self.engine.at(
                    due,
                    Task::Scaling {
                        group: group.to_owned(),
                        instance: id.clone(),
                        to: "Standby",
                    },
                );
            }
        }
        for arn in arns {
            for id in ids {
                self.drain(&arn, id, None);
            }
        }
        Ok(ids
            .iter()
            .map(|id| format!("Moving EC2 instance to Standby: {id}"))
            .collect())
    }

    /// `ExitStandby`: raises the desired capacity again.
    pub fn exit_standby(&mut self, group: &str, ids: &[String]) -> ApiResult<Vec<String>> {
        let wanted = i32::try_from(ids.len()).unwrap_or(i32::MAX);
        let held = self.scaling_group(group)?;
        for id in ids {
            if held
                .instances
                .get(id)
                .is_none_or(|member| member.lifecycle_state != "Standby")
            {
                return Err(ApiError::new(
                    "ValidationError",
                    format!("The instance {id} is not in Standby."),
                ));
            }
        }
        if held.desired_capacity + wanted > held.max_size {
            return Err(ApiError::new(
                "ValidationError",
                format!(
                    "AutoScalingGroup {group} has max-size={}; exiting standby would exceed it.",
                    held.max_size
                ),
            ));
        }
        let due = self.now + self.settings.scaling_takes;
        let arns = held.target_group_arns.clone();
        if let Some(held) = self.scaling_groups.get_mut(group) {
            held.desired_capacity += wanted;
            for id in ids {
                if let Some(member) = held.instances.get_mut(id) {
                    member.lifecycle_state = "Pending".to_owned();
                }
                self.engine.at(
                    due,
                    Task::Scaling {
                        group: group.to_owned(),
                        instance: id.clone(),
                        to: "InService",
                    },
                );
            }
        }
        for arn in arns {
            for id in ids {
                let port = self
                    .target_group(&arn)
                    .map_or(80, |target_group| target_group.port);
                self.register_targets(&arn, &[(id.clone(), Some(port))])?;
            }
        }
        Ok(ids
            .iter()
            .map(|id| format!("Moving EC2 instance out of Standby: {id}"))
            .collect())
    }

    /// `UpdateAutoScalingGroup` of the sizes; none leaves as it is. Launches are not simulated.
    pub fn update_scaling_group(
        &mut self,
        group: &str,
        min: Option<i32>,
        max: Option<i32>,
        desired: Option<i32>,
    ) -> ApiResult<()> {
        let held = self.scaling_group(group)?;
        let (min, max) = (min.unwrap_or(held.min_size), max.unwrap_or(held.max_size));
        let desired = desired
            .unwrap_or(held.desired_capacity)
            .max(if desired.is_none() { min } else { i32::MIN });
        if min > max || desired < min || desired > max {
            return Err(ApiError::new(
                "ValidationError",
                format!(
                    "Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}"
                ),
            ));
        }
        if let Some(held) = self.scaling_groups.get_mut(group) {
            (held.min_size, held.max_size, held.desired_capacity) = (min, max, desired);
        }
        Ok(())
    }

    /// A scaling group replaces a member in service that does not run: it is terminated, whatever its termination
    /// protection says, and its volumes go where they are marked so. The replacement itself is not simulated.
    pub(crate) fn check_health(&mut self, instance_id: &str) {
        if self.is_running(instance_id) {
            return;
        }
        let mut replaced = false;
        for group in self.scaling_groups.values_mut() {
            if group
                .instances
                .get(instance_id)
                .is_some_and(|member| member.lifecycle_state == "InService")
            {
                group.instances.remove(instance_id);
                replaced = true;
            }
        }
        if replaced {
            self.terminate(instance_id);
        }
    }

    pub(crate) fn reach_scaling_state(&mut self, group: &str, instance: &str, to: &str) {
        if let Some(member) = self
            .scaling_groups
            .get_mut(group)
            .and_then(|g| g.instances.get_mut(instance))
        {
            to.clone_into(&mut member.lifecycle_state);
        }
    }

    /// A target group, or `TargetGroupNotFound`.
    pub fn target_group(&self, arn: &str) -> ApiResult<&TargetGroup> {
        self.target_groups.get(arn).ok_or_else(|| {
            ApiError::new(
                "TargetGroupNotFound",
                format!("Target groups '{arn}' not found"),
            )
        })
    }

    /// `RegisterTargets`: no-op for those registered; a draining one is healthy again.
    pub fn register_targets(
        &mut self,
        arn: &str,
        targets: &[(String, Option<u16>)],
    ) -> ApiResult<()> {
        let port = self.target_group(arn)?.port;
        for (id, _) in targets {
            if id.starts_with("i-") && !self.instances.contains_key(id) {
                return Err(ApiError::new(
                    "InvalidTarget",
                    format!("The following targets are not valid instances: '{id}'"),
                ));
            }
        }
        if let Some(group) = self.target_groups.get_mut(arn) {
            for (id, own) in targets {
                let port = own.unwrap_or(port);
                group
                    .targets
                    .retain(|target| !(target.id == *id && target.port == port));
                group.targets.push(Target {
                    id: id.clone(),
                    port,
                    state: "healthy".to_owned(),
                    reason: String::new(),
                    gone_at: None,
                });
            }
        }
        Ok(())
    }

    /// `DeregisterTargets`: targets drain, then are gone; no error for those that are not registered.
    pub fn deregister_targets(
        &mut self,
        arn: &str,
        targets: &[(String, Option<u16>)],
    ) -> ApiResult<()> {
        self.target_group(arn)?;
        for (id, port) in targets {
            self.drain(arn, id, *port);
        }
        Ok(())
    }

    fn drain(&mut self, arn: &str, id: &str, port: Option<u16>) {
        let due = self.now + self.settings.drain_takes;
        let Some(group) = self.target_groups.get_mut(arn) else {
            return;
        };
        let mut any = false;
        for target in &mut group.targets {
            if target.id == id
                && port.is_none_or(|port| port == target.port)
                && target.gone_at.is_none()
            {
                target.state = "draining".to_owned();
                target.reason = "Target.DeregistrationInProgress".to_owned();
                target.gone_at = Some(due);
                any = true;
            }
        }
        if any {
            self.engine.at(
                due,
                Task::Drained {
                    target_group: arn.to_owned(),
                },
            );
        }
    }

    pub(crate) fn remove_drained(&mut self, arn: &str) {
        let now = self.now;
        if let Some(group) = self.target_groups.get_mut(arn) {
            group
                .targets
                .retain(|target| target.gone_at.is_none_or(|gone| gone > now));
        }
    }

    /// `ArchiveFindings`: sets `service.archived`. Unknown ids are passed over, as GuardDuty does.
    pub fn archive_findings(&mut self, detector_id: &str, ids: &[String]) -> ApiResult<()> {
        if detector_id != self.detector.id {
            return Err(ApiError::new(
                "BadRequestException",
                "The request is rejected because the input detectorId is not owned by the current account.",
            ));
        }
        for id in ids {
            if let Some(service) = self
                .detector
                .findings
                .get_mut(id)
                .and_then(|f| f.get_mut("service"))
            {
                super::trail::put(service, "archived", serde_json::Value::Bool(true));
            }
        }
        Ok(())
    }
}
