//! Copies of the target: many instances that the same people break into in the same way, for incidents that are too big
//! to be met one by one. Must not know what happens later.

use jiff::{SignedDuration, Timestamp};

use super::{build_instances::Plan, build_network::Network, model::World};
use crate::scenario::{MOST_COPIES, Scenario};

impl World {
    /// Makes the copies, each with one interface, one volume, an Elastic IP and, unless the target shares its own, a
    /// role. Only those who mean harm have their eye on them.
    pub(super) fn build_copies(
        &mut self,
        scenario: &Scenario,
        seed: u64,
        network: &Network,
        long_ago: Timestamp,
    ) {
        let Some(subnet) = network.fleet.as_deref() else {
            return;
        };
        let spec = &scenario.target;
        let image = self
            .instances
            .get(&self.target_instance)
            .map(|target| target.image_id.clone())
            .unwrap_or_default();
        let attackers: Vec<_> = scenario
            .actors
            .iter()
            .filter(|actor| actor.hostile)
            .map(|actor| {
                let host = self
                    .engine
                    .players
                    .iter()
                    .find(|p| p.actor.name == actor.name);
                (actor, host.map_or(0, |player| player.host))
            })
            .collect();
        for n in 1..=spec.copies.min(MOST_COPIES) {
            let copy = self.add_instance(
                &Plan {
                    name: &format!("{}-copy-{n}", spec.name),
                    instance_type: &spec.instance_type,
                    subnet,
                    interfaces: 1,
                    automatic_address: false,
                    volumes: 1,
                    imds_v1: spec.imds_v1,
                    listening: spec.listening.clone(),
                    ipv6: false,
                    second_address_on: None,
                    ipv6_only_on: None,
                    elsewhere: None,
                    stop_protection: false,
                    host: n.saturating_add(10),
                    launched: long_ago + SignedDuration::from_hours(60),
                },
                network,
                &image,
            );
            self.give_elastic_ip(&copy, 0);
            let role = if spec.shared_role {
                "shop-app".to_owned()
            } else {
                let own = format!("copy-app-{n}");
                self.add_role(&own, long_ago);
                own
            };
            self.give_profile(&copy, &role, long_ago);
            for (actor, host) in &attackers {
                self.cast_one(actor, *host, seed, &copy);
            }
            self.copies.push(copy);
        }
    }
}
