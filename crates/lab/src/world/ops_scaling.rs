//! Auto Scaling: standby, detach and attach, sizes, and what a group did.
//! Must not know the wire, nor how an instance is launched (`launch`) or found unhealthy (`health`).
//! Facts: Auto Scaling user guide, "Temporarily remove instances" and "Detach or attach instances".

use jiff::SignedDuration;

use super::{
    engine::Task,
    model::{ApiError, ApiResult, ScalingActivity, ScalingGroup, ScalingMember, World},
};

/// What `UpdateAutoScalingGroup` may change; none leaves as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScalingChange {
    /// Fewest instances.
    pub min: Option<i32>,
    /// Most instances.
    pub max: Option<i32>,
    /// Wanted instances.
    pub desired: Option<i32>,
    /// `EC2` or `ELB`.
    pub health_check_type: Option<String>,
    /// Seconds.
    pub health_check_grace: Option<i32>,
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}

impl World {
    /// A scaling group, or `ValidationError` as Auto Scaling says it.
    pub fn scaling_group(&self, name: &str) -> ApiResult<&ScalingGroup> {
        self.scaling_groups
            .get(name)
            .ok_or_else(|| invalid("AutoScalingGroup name not found - null"))
    }

    /// `EnterStandby`: all members in service, or none moves. Answers an activity for each.
    pub fn enter_standby(
        &mut self,
        group: &str,
        ids: &[String],
        decrement: bool,
    ) -> ApiResult<Vec<ScalingActivity>> {
        self.check_members(group, ids, &["InService"], "InService or EnteringStandby")?;
        if decrement {
            self.check_shrink(group, ids.len(), "place into standby")?;
        }
        let from = self.scaling_group(group)?.desired_capacity;
        for (n, id) in (1..).zip(ids) {
            self.move_member(group, id, "EnteringStandby", "Standby");
            self.leave_balancers(group, id);
            if decrement && let Some(held) = self.scaling_groups.get_mut(group) {
                held.desired_capacity = from - n;
            }
        }
        let done = if decrement {
            self.capacity_words(group, "shrinking", from)
        } else {
            ".".to_owned()
        };
        Ok(
            self.log_for_each(group, ids, "Moving EC2 instance to Standby", |id| {
                format!("instance {id} was moved to standby in response to a user request{done}")
            }),
        )
    }

    /// `ExitStandby`: raises the desired capacity again.
    pub fn exit_standby(&mut self, group: &str, ids: &[String]) -> ApiResult<Vec<ScalingActivity>> {
        self.check_members(group, ids, &["Standby"], "Standby")?;
        self.check_growth(group, ids.len(), "exit standby")?;
        let from = self.scaling_group(group)?.desired_capacity;
        self.grow(group, ids.len());
        for id in ids {
            self.move_member(group, id, "Pending", "InService");
            self.join_balancers(group, id)?;
        }
        let done = self.capacity_words(group, "increasing", from);
        Ok(
            self.log_for_each(group, ids, "Moving EC2 instance out of Standby", |id| {
                format!(
                    "instance {id} was moved out of standby in response to a user request{done}"
                )
            }),
        )
    }

    /// `DetachInstances`: the instances go on running outside of the group and leave its load balancers.
    pub fn detach_instances(
        &mut self,
        group: &str,
        ids: &[String],
        decrement: bool,
    ) -> ApiResult<Vec<ScalingActivity>> {
        self.check_members(
            group,
            ids,
            &["InService", "Standby"],
            "InService or Standby",
        )?;
        let held = self.scaling_group(group)?;
        let serving = ids
            .iter()
            .filter(|id| {
                held.instances
                    .get(*id)
                    .is_some_and(|m| m.lifecycle_state == "InService")
            })
            .count();
        if decrement {
            self.check_shrink(group, serving, "detach")?;
        }
        let from = self.scaling_group(group)?.desired_capacity;
        for id in ids {
            self.move_member(group, id, "Detaching", "Detached");
            self.leave_balancers(group, id);
        }
        // A member on standby does not count, so its leaving shrinks nothing.
        if decrement && let Some(held) = self.scaling_groups.get_mut(group) {
            held.desired_capacity -= i32::try_from(serving).unwrap_or(i32::MAX);
        }
        let done = if decrement {
            self.capacity_words(group, "shrinking", from)
        } else {
            ".".to_owned()
        };
        Ok(
            self.log_for_each(group, ids, "Detaching EC2 instance", |id| {
                format!("instance {id} was detached in response to a user request{done}")
            }),
        )
    }

    /// `AttachInstances`: running instances of no group; the desired capacity grows with them.
    pub fn attach_instances(&mut self, group: &str, ids: &[String]) -> ApiResult<()> {
        let zones = self.scaling_group(group)?.availability_zones.clone();
        for id in ids {
            if !self.is_running(id) {
                return Err(invalid(format!(
                    "Invalid Instance ID(s): {id} specified. The instance is not in the running state."
                )));
            }
            if let Some(other) = self
                .scaling_groups
                .values()
                .find(|other| other.instances.contains_key(id))
            {
                return Err(invalid(format!(
                    "Instance(s) {id} are already part of AutoScalingGroup:{}",
                    other.name
                )));
            }
            if self
                .instances
                .get(id)
                .is_some_and(|instance| !zones.contains(&instance.availability_zone))
            {
                return Err(invalid(format!(
                    "The availability zone of instance {id} is not enabled for the group."
                )));
            }
        }
        self.check_growth(group, ids.len(), "attach")?;
        let from = self.scaling_group(group)?.desired_capacity;
        self.grow(group, ids.len());
        for id in ids {
            self.take_in(group, id);
            self.move_member(group, id, "Pending", "InService");
            self.join_balancers(group, id)?;
        }
        let done = self.capacity_words(group, "increasing", from);
        self.log_for_each(group, ids, "Attaching an existing EC2 instance", |id| {
            format!("instance {id} was attached in response to a user request{done}")
        });
        Ok(())
    }

    /// `UpdateAutoScalingGroup`. A desired capacity that is not named follows the bounds, as at AWS.
    pub fn update_scaling_group(&mut self, group: &str, change: &ScalingChange) -> ApiResult<()> {
        let held = self.scaling_group(group)?;
        let min = change.min.unwrap_or(held.min_size);
        let max = change.max.unwrap_or(held.max_size);
        if min > max {
            return Err(invalid(format!(
                "Max bound, {max}, must be greater than or equal to min bound, {min}"
            )));
        }
        if min < 0 {
            return Err(invalid("Min bound must not be negative"));
        }
        let desired = match change.desired {
            None => held.desired_capacity.clamp(min, max),
            Some(desired) if (min..=max).contains(&desired) => desired,
            Some(desired) => {
                return Err(invalid(format!(
                    "Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}"
                )));
            }
        };
        let kind = change.health_check_type.as_deref();
        if kind.is_some_and(|kind| !matches!(kind, "EC2" | "ELB")) {
            return Err(invalid("Invalid Health Check Type"));
        }
        if let Some(held) = self.scaling_groups.get_mut(group) {
            (held.min_size, held.max_size, held.desired_capacity) = (min, max, desired);
            if let Some(kind) = kind {
                kind.clone_into(&mut held.health_check_type);
            }
            if let Some(grace) = change.health_check_grace {
                held.health_check_grace = grace;
            }
        }
        Ok(())
    }

    fn check_members(
        &self,
        group: &str,
        ids: &[String],
        states: &[&str],
        words: &str,
    ) -> ApiResult<()> {
        let held = self.scaling_group(group)?;
        for id in ids {
            let Some(member) = held.instances.get(id) else {
                return Err(invalid(format!(
                    "The instance {id} is not part of Auto Scaling group {group}."
                )));
            };
            if !states.contains(&member.lifecycle_state.as_str()) {
                return Err(invalid(format!("The instance {id} is not in {words}.")));
            }
        }
        Ok(())
    }

    fn check_shrink(&self, group: &str, by: usize, verb: &str) -> ApiResult<()> {
        let held = self.scaling_group(group)?;
        let count = i32::try_from(by).unwrap_or(i32::MAX);
        if held.desired_capacity - count >= held.min_size {
            return Ok(());
        }
        Err(invalid(format!(
            "AutoScalingGroup {group} has min-size={}, max-size={}, and desired-size={}. To {verb} {by} instance{} with ShouldDecrementDesiredCapacity, please update the AutoScalingGroup sizes appropriately.",
            held.min_size,
            held.max_size,
            held.desired_capacity,
            if by == 1 { "" } else { "s" }
        )))
    }

    fn check_growth(&self, group: &str, by: usize, verb: &str) -> ApiResult<()> {
        let held = self.scaling_group(group)?;
        let count = i32::try_from(by).unwrap_or(i32::MAX);
        if held.desired_capacity.saturating_add(count) <= held.max_size {
            return Ok(());
        }
        Err(invalid(format!(
            "AutoScalingGroup {group} has min-size={}, max-size={}, and desired-size={}. To {verb} {by} more instance{}, please update the AutoScalingGroup sizes appropriately.",
            held.min_size,
            held.max_size,
            held.desired_capacity,
            if by == 1 { "" } else { "s" }
        )))
    }

    fn grow(&mut self, group: &str, by: usize) {
        if let Some(held) = self.scaling_groups.get_mut(group) {
            held.desired_capacity += i32::try_from(by).unwrap_or(0);
        }
    }

    /// Puts an instance into the group, with the tag that every member has.
    pub(crate) fn take_in(&mut self, group: &str, id: &str) {
        let since = self.now;
        let (Some(held), Some(instance)) = (
            self.scaling_groups.get_mut(group),
            self.instances.get_mut(id),
        ) else {
            return;
        };
        instance
            .tags
            .insert("aws:autoscaling:groupName".to_owned(), group.to_owned());
        held.instances.insert(
            id.to_owned(),
            ScalingMember {
                lifecycle_state: "Pending".to_owned(),
                health_status: "Healthy".to_owned(),
                protected_from_scale_in: false,
                availability_zone: instance.availability_zone.clone(),
                instance_type: instance.instance_type.clone(),
                since,
                failing_since: None,
            },
        );
    }

    /// Sets a member's state and says what it is to become.
    pub(crate) fn move_member(&mut self, group: &str, id: &str, now: &str, then: &'static str) {
        if let Some(member) = self
            .scaling_groups
            .get_mut(group)
            .and_then(|held| held.instances.get_mut(id))
        {
            now.clone_into(&mut member.lifecycle_state);
        }
        self.member_reaches(group, id, then, self.settings.scaling_takes);
    }

    /// Says what state a member is to reach, and after how long.
    pub(crate) fn member_reaches(
        &mut self,
        group: &str,
        id: &str,
        then: &'static str,
        after: SignedDuration,
    ) {
        self.engine.at(
            self.now + after,
            Task::Scaling {
                group: group.to_owned(),
                instance: id.to_owned(),
                to: then,
            },
        );
    }

    pub(crate) fn reach_scaling_state(&mut self, group: &str, id: &str, to: &str) {
        let now = self.now;
        let Some(held) = self.scaling_groups.get_mut(group) else {
            return;
        };
        if to == "Detached" {
            held.instances.remove(id);
            if let Some(instance) = self.instances.get_mut(id) {
                instance.tags.remove("aws:autoscaling:groupName");
            }
        } else if let Some(member) = held.instances.get_mut(id) {
            to.clone_into(&mut member.lifecycle_state);
            member.since = now;
            member.failing_since = None;
        }
    }

    fn capacity_words(&self, group: &str, verb: &str, from: i32) -> String {
        let to = self
            .scaling_groups
            .get(group)
            .map_or(from, |held| held.desired_capacity);
        format!(", {verb} the capacity from {from} to {to}.")
    }

    fn log_for_each(
        &mut self,
        group: &str,
        ids: &[String],
        what: &str,
        cause: impl Fn(&str) -> String,
    ) -> Vec<ScalingActivity> {
        ids.iter()
            .map(|id| self.log_activity(group, &format!("{what}: {id}"), &cause(id)))
            .collect()
    }

    /// Writes down what a group does; it is done when the state it leads to is reached.
    pub(crate) fn log_activity(
        &mut self,
        group: &str,
        description: &str,
        cause: &str,
    ) -> ScalingActivity {
        let activity = ScalingActivity {
            id: self.ids.uuid(),
            group: group.to_owned(),
            description: description.to_owned(),
            cause: format!("At {} {cause}", self.now.strftime("%Y-%m-%dT%H:%M:%SZ")),
            start: self.now,
            end: self.now + self.settings.scaling_takes,
        };
        if let Some(held) = self.scaling_groups.get_mut(group) {
            held.activities.push(activity.clone());
        }
        activity
    }
}
