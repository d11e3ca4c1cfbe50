//! Health checks of load balancers and scaling groups, and what they lead to: a member in service that fails them is
//! terminated and replaced. This is why standby comes before isolation and stop.
//! Must not know the wire. Facts: Auto Scaling user guide, "Health checks for instances in an Auto Scaling group";
//! Elastic Load Balancing user guides, "Health checks for your target groups".

use std::net::{IpAddr, Ipv4Addr};

use jiff::{SignedDuration, Timestamp};

use super::{
    engine::Task,
    model::{InstanceState, Protocol, Target, World},
    policy::Direction,
};

/// How often everybody is looked at: the balancers' interval.
const INTERVAL: SignedDuration = SignedDuration::from_secs(30);
/// Two failures in a row are unhealthy.
const UNHEALTHY_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// Where the balancers' health checks come from.
const BALANCER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 8, 5));
/// A port that replies go to.
const EPHEMERAL: u16 = 40_000;

impl World {
    /// One round of health checks; puts the next on the agenda.
    pub(crate) fn check_health(&mut self) {
        self.engine.at(self.now + INTERVAL, Task::HealthChecks);
        self.check_targets();
        if self.settings.health_checks {
            let groups: Vec<String> = self.scaling_groups.keys().cloned().collect();
            for group in groups {
                self.check_group(&group);
            }
        }
    }

    /// Whether a balancer's packets to an instance come back.
    pub(crate) fn answers_balancer(&self, instance_id: &str, port: u16) -> bool {
        let broken = self
            .instances
            .get(instance_id)
            .is_some_and(|i| i.needs_imds_v1 && !self.allows_imds_v1(instance_id));
        self.is_running(instance_id)
            && !broken
            && self.interfaces_of(instance_id).next().is_some_and(|i| {
                let (subnet, tcp) = (&i.subnet_id, Protocol::Tcp);
                self.groups_allow(i, Direction::Ingress, tcp, port, BALANCER)
                    && self.acl_allows(subnet, Direction::Ingress, tcp, port, BALANCER)
                    && self.acl_allows(subnet, Direction::Egress, tcp, EPHEMERAL, BALANCER)
            })
    }

    fn check_targets(&mut self) {
        let now = self.now;
        // What is terminated is deregistered by itself.
        let gone = |id: &str| {
            self.instances
                .get(id)
                .is_some_and(|i| i.state == InstanceState::Terminated)
        };
        for balancer in self.classic_balancers.values_mut() {
            balancer.instances.retain(|id| !gone(id));
        }
        let mut groups = std::mem::take(&mut self.target_groups);
        for group in groups.values_mut() {
            group.targets.retain(|target| !gone(&target.id));
            for target in group.targets.iter_mut().filter(|t| t.gone_at.is_none()) {
                let Some(instance) = self.instances.get(&target.id) else {
                    continue;
                };
                let stopped = matches!(
                    instance.state,
                    InstanceState::Stopping | InstanceState::Stopped | InstanceState::ShuttingDown
                );
                let answers = self.answers_balancer(&target.id, target.port);
                judge(target, stopped, answers, now);
            }
        }
        self.target_groups = groups;
    }

    fn check_group(&mut self, name: &str) {
        let now = self.now;
        let Some(group) = self.scaling_groups.get(name) else {
            return;
        };
        let grace = SignedDuration::from_secs(group.health_check_grace.into());
        let mut dead = Vec::new();
        let mut failing = Vec::new();
        for (id, member) in &group.instances {
            let gone = self.instances.get(id).is_none_or(|instance| {
                matches!(
                    instance.state,
                    InstanceState::ShuttingDown | InstanceState::Terminated
                )
            });
            if gone {
                dead.push(id.clone());
                continue;
            }
            if member.lifecycle_state != "InService" {
                continue;
            }
            let balanced = group.health_check_type == "ELB"
                && now.duration_since(member.since) >= grace
                && group.target_group_arns.iter().any(|arn| {
                    self.target_groups.get(arn).is_some_and(|targets| {
                        targets
                            .targets
                            .iter()
                            .any(|t| t.id == *id && t.state == "unhealthy")
                    })
                });
            failing.push((id.clone(), !self.is_running(id) || balanced));
        }
        let patience = self.settings.replaces_after;
        let mut lost = Vec::new();
        if let Some(group) = self.scaling_groups.get_mut(name) {
            for id in &dead {
                group.instances.remove(id);
            }
            for (id, fails) in failing {
                let Some(member) = group.instances.get_mut(&id) else {
                    continue;
                };
                let since = *member.failing_since.get_or_insert(now);
                if !fails {
                    member.failing_since = None;
                } else if now.duration_since(since) >= patience {
                    lost.push(id);
                }
            }
        }
        for id in lost {
            self.replace(
                name,
                &id,
                "an instance was taken out of service in response to a failed health check.",
            );
        }
        self.reach_desired(name);
    }

    /// Takes a member away for good: termination protection does not help it, and volumes go where they are marked so.
    fn replace(&mut self, group: &str, id: &str, cause: &str) {
        self.leave_balancers(group, id);
        if let Some(held) = self.scaling_groups.get_mut(group) {
            held.instances.remove(id);
        }
        self.log_activity(group, &format!("Terminating EC2 instance: {id}"), cause);
        self.begin_termination(id);
    }

    /// Launches what is missing, and terminates what is too much.
    fn reach_desired(&mut self, name: &str) {
        let Some(group) = self.scaling_groups.get(name) else {
            return;
        };
        let serving: Vec<(&String, bool)> = group
            .instances
            .iter()
            .filter(|(_, m)| matches!(m.lifecycle_state.as_str(), "Pending" | "InService"))
            .map(|(id, m)| {
                (
                    id,
                    m.protected_from_scale_in || m.lifecycle_state == "Pending",
                )
            })
            .collect();
        let desired = usize::try_from(group.desired_capacity).unwrap_or(0);
        let missing = desired.saturating_sub(serving.len());
        let surplus = serving.len().saturating_sub(desired);
        // The default policy ends with the oldest.
        let mut spare: Vec<String> = serving
            .iter()
            .filter(|(_, kept)| !kept)
            .map(|(id, _)| (*id).clone())
            .collect();
        spare.sort_by_key(|id| self.instances.get(id).map(|instance| instance.launch_time));
        spare.truncate(surplus);
        for _ in 0..missing {
            self.launch_member(name);
        }
        for id in spare {
            self.replace(
                name,
                &id,
                "an instance was terminated in response to a difference between desired and actual capacity.",
            );
        }
    }
}

/// The state of a target after one more check.
fn judge(target: &mut Target, stopped: bool, answers: bool, now: Timestamp) {
    let (state, reason) = if stopped {
        ("unused", "Target.InvalidState")
    } else if answers {
        target.failing_since = None;
        ("healthy", "")
    } else {
        let since = *target.failing_since.get_or_insert(now);
        if now.duration_since(since) < UNHEALTHY_AFTER {
            return;
        }
        ("unhealthy", "Target.Timeout")
    };
    state.clone_into(&mut target.state);
    reason.clone_into(&mut target.reason);
}
