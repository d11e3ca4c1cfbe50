//! What others depend on the target for, where the scenario says so: their way out and their names.
//! Must not know what happens later.

use super::{
    build_network::Network,
    model::{DhcpOptions, Tags, World},
};
use crate::scenario::Scenario;

impl World {
    /// Gives the VPCs their DHCP options, and the private subnet its way out.
    pub(super) fn build_roads(&mut self, scenario: &Scenario, network: &Network, target: &str) {
        let first = self
            .interfaces_of(target)
            .next()
            .and_then(|i| Some((i.id.clone(), i.private_addresses.first()?.ip.to_string())));
        let Some((interface, address)) = first else {
            return;
        };
        let ids: Vec<(String, bool)> = self
            .vpcs
            .values()
            .map(|vpc| (vpc.id.clone(), vpc.is_default))
            .collect();
        let default = ids.iter().find(|(_, is_default)| *is_default);
        let default = default.map(|(id, _)| id.clone()).unwrap_or_default();
        for (vpc, _) in ids {
            let served = scenario.target.serves_names && vpc == network.vpc;
            let (maker, server) = if served {
                (&vpc, address.clone())
            } else {
                (&default, "AmazonProvidedDNS".to_owned())
            };
            let id = maker.replacen("vpc-", "dopt-", 1);
            let options = DhcpOptions {
                id: id.clone(),
                domain_name: format!("{}.compute.internal", self.region),
                name_servers: vec![server],
                tags: Tags::new(),
            };
            self.dhcp_options.insert(id.clone(), options);
            if let Some(vpc) = self.vpcs.get_mut(&vpc) {
                vpc.dhcp_options_id = id;
            }
        }
        if scenario.target.routes_private {
            if let Some(subnet) = self.subnets.get_mut(&network.second) {
                subnet.nat_interface = Some(interface.clone());
            }
            if let Some(interface) = self.interfaces.get_mut(&interface) {
                interface.source_dest_check = false;
            }
        }
    }
}
