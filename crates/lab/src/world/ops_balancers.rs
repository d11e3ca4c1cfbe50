//! Target groups and classic load balancers: who is registered, and how they are.
//! Must not know the wire.

use super::{
    engine::Task,
    model::{ApiError, ApiResult, ClassicBalancer, Target, TargetGroup, World},
};

impl World {
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
                    failing_since: None,
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

    /// A new or returning member is registered wherever its group is.
    pub(crate) fn join_balancers(&mut self, group: &str, id: &str) -> ApiResult<()> {
        let Some(held) = self.scaling_groups.get(group) else {
            return Ok(());
        };
        let (arns, classic) = (
            held.target_group_arns.clone(),
            held.classic_balancers.clone(),
        );
        for arn in arns {
            self.register_targets(&arn, &[(id.to_owned(), None)])?;
        }
        for name in classic {
            self.register_with_classic(&name, &[id.to_owned()])?;
        }
        Ok(())
    }

    /// A member that leaves is deregistered wherever its group is.
    pub(crate) fn leave_balancers(&mut self, group: &str, id: &str) {
        let Some(held) = self.scaling_groups.get(group) else {
            return;
        };
        let (arns, classic) = (
            held.target_group_arns.clone(),
            held.classic_balancers.clone(),
        );
        for arn in arns {
            self.drain(&arn, id, None);
        }
        for name in classic {
            if let Some(balancer) = self.classic_balancers.get_mut(&name) {
                balancer.instances.retain(|held| held != id);
            }
        }
    }

    /// Whether a load balancer sends an instance new requests at a port.
    pub(crate) fn is_balanced(&self, id: &str, port: u16) -> bool {
        self.target_groups
            .values()
            .flat_map(|group| &group.targets)
            .any(|target| target.id == id && target.port == port && target.state == "healthy")
            || self.classic_balancers.values().any(|balancer| {
                balancer.port == port
                    && balancer.instances.iter().any(|held| held == id)
                    && self.answers_balancer(id, port)
            })
    }

    /// A classic load balancer, or `LoadBalancerNotFound`.
    pub fn classic_balancer(&self, name: &str) -> ApiResult<&ClassicBalancer> {
        self.classic_balancers.get(name).ok_or_else(|| {
            ApiError::new(
                "LoadBalancerNotFound",
                format!("There is no ACTIVE Load Balancer named '{name}'"),
            )
        })
    }

    /// `RegisterInstancesWithLoadBalancer`: no-op for those registered. Answers who is registered now.
    pub fn register_with_classic(&mut self, name: &str, ids: &[String]) -> ApiResult<Vec<String>> {
        self.classic_balancer(name)?;
        for id in ids {
            self.known_instance(id)?;
        }
        let Some(balancer) = self.classic_balancers.get_mut(name) else {
            return Ok(Vec::new());
        };
        for id in ids {
            if !balancer.instances.contains(id) {
                balancer.instances.push(id.clone());
            }
        }
        Ok(balancer.instances.clone())
    }

    /// `DeregisterInstancesFromLoadBalancer`: `InvalidInstance` for one that is not registered. Answers who is left.
    pub fn deregister_from_classic(
        &mut self,
        name: &str,
        ids: &[String],
    ) -> ApiResult<Vec<String>> {
        let held = &self.classic_balancer(name)?.instances;
        for id in ids {
            if !held.contains(id) {
                return Err(not_valid(id));
            }
        }
        let Some(balancer) = self.classic_balancers.get_mut(name) else {
            return Ok(Vec::new());
        };
        balancer.instances.retain(|id| !ids.contains(id));
        Ok(balancer.instances.clone())
    }

    /// `DescribeInstanceHealth`: id, state, reason code and description, of all that are registered or of those named.
    pub fn classic_health(&self, name: &str, ids: &[String]) -> ApiResult<Vec<[String; 4]>> {
        let balancer = self.classic_balancer(name)?;
        let asked = if ids.is_empty() {
            &balancer.instances
        } else {
            ids
        };
        let mut found = Vec::new();
        for id in asked {
            self.known_instance(id)?;
            let words = if !balancer.instances.contains(id) {
                [
                    "OutOfService",
                    "Instance",
                    "Instance is not currently registered with the LoadBalancer.",
                ]
            } else if !self.is_running(id) {
                ["OutOfService", "Instance", "Instance is in stopped state."]
            } else if self.answers_balancer(id, balancer.port) {
                ["InService", "N/A", "N/A"]
            } else {
                [
                    "OutOfService",
                    "Instance",
                    "Instance has failed at least the UnhealthyThreshold number of health checks consecutively.",
                ]
            };
            let [state, reason, description] = words.map(ToOwned::to_owned);
            found.push([id.clone(), state, reason, description]);
        }
        Ok(found)
    }

    fn known_instance(&self, id: &str) -> ApiResult<()> {
        if self.instances.contains_key(id) {
            Ok(())
        } else {
            Err(not_valid(id))
        }
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
}

fn not_valid(id: &str) -> ApiError {
    ApiError::new(
        "InvalidInstance",
        format!("Could not find EC2 instance {id}."),
    )
}
