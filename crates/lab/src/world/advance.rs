//! Time: runs what is due, in order, up to a moment.
//! Must not know the details of any task.

use jiff::Timestamp;

use super::{engine::Task, model::World};

impl World {
    /// Moves virtual time to `to` and runs everything that is due until then; never moves back.
    pub fn advance(&mut self, to: Timestamp) {
        while let Some((when, task)) = self.engine.pop(to) {
            self.now = self.now.max(when);
            self.run(task);
        }
        self.now = self.now.max(to);
    }

    fn run(&mut self, task: Task) {
        match task {
            Task::Instance { id, to } => self.reach_state(&id, to),
            Task::MetadataApplied { id } => {
                if let Some(instance) = self.instances.get_mut(&id) {
                    let options = &mut instance.metadata_options;
                    "applied".clone_into(&mut options.state);
                    instance.metadata_served = options.http_endpoint == "enabled";
                }
            }
            Task::Scaling {
                group,
                instance,
                to,
            } => self.reach_scaling_state(&group, &instance, to),
            Task::HealthChecks => self.check_health(),
            Task::RolePolicies { role, policies } => self.enforce_policies(&role, policies),
            Task::Drained { target_group } => self.remove_drained(&target_group),
            Task::Turn(player) => self.turn(player),
            Task::Packets(connection) => self.carry(connection),
            Task::DeliverFlows => self.deliver_flows(),
            Task::DeliverTrail => self.deliver_trail(),
            Task::Publish { finding } => self.publish(&finding),
            Task::Companion(index) => self.guard_inside(index),
            Task::PutBack { instance } => self.put_back(&instance),
        }
    }
}
