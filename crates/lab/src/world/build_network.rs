//! VPCs, subnets and groups, before anything is put into them.
//! Must not know what happens later.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{build::REGION, build_logs::everywhere, model::*};
use crate::scenario::Scenario;

impl World {
    pub(super) fn build_network(&mut self, scenario: &Scenario) -> Network {
        let vpc = self.add_vpc(
            Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 16),
            false,
            "production",
        );
        self.add_vpc(
            Ipv4Net::new_assert(Ipv4Addr::new(172, 31, 0, 0), 16),
            true,
            "",
        );
        let mut subnets = Vec::new();
        let spread = scenario.target.second_subnet_from.is_some();
        let more = [
            (3, "a", "service-a", spread),
            (4, "a", "fleet-a", scenario.target.copies > 0),
        ];
        for (third, zone, name) in [
            (1, "a", "public-a"),
            (2, "b", "private-b"),
            (8, "b", "balancers-b"),
            (9, "a", "balancers-a"),
        ]
        .into_iter()
        .chain(
            more.into_iter()
                .filter(|more| more.3)
                .map(|(third, zone, name, _)| (third, zone, name)),
        ) {
            let id = self.ids.ec2("subnet");
            let behind_nat = name == "private-b";
            let subnet = Subnet {
                id: id.clone(),
                vpc_id: vpc.clone(),
                cidr: Ipv4Net::new_assert(Ipv4Addr::new(10, 0, third, 0), 24),
                availability_zone: format!("{REGION}{zone}"),
                availability_zone_id: format!("euw1-az{}", if zone == "a" { 1 } else { 2 }),
                behind_nat,
                nat_interface: None,
                map_public_ip_on_launch: scenario.target.automatic_address && !behind_nat,
                tags: name_tag(name),
            };
            self.subnets.insert(id.clone(), subnet);
            subnets.push(id);
        }
        self.add_acl(scenario, &vpc, &subnets);
        let service = self.add_group(&vpc, "web", "Public service");
        let mut rules = Vec::new();
        for port in &scenario.target.open_ports {
            for net in everywhere(scenario) {
                rules.push(tcp_rule(*port, RulePeer::Cidr(net), "public"));
            }
        }
        if scenario.target.ipv6 {
            rules.push(GroupRule {
                egress: true,
                protocol: "-1".to_owned(),
                from_port: -1,
                to_port: -1,
                description: None,
                ..tcp_rule(0, RulePeer::Cidr(IpNet::V6(Ipv6Net::default())), "")
            });
        }
        self.add_rules(&service, rules);
        let watch = self.add_group(&vpc, "monitoring", "Metrics from inside");
        let inside = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 16));
        self.add_rules(
            &watch,
            vec![tcp_rule(9100, RulePeer::Cidr(inside), "node exporter")],
        );
        let subnet = |name: &str| {
            self.subnets
                .values()
                .find(|subnet| subnet.tags == name_tag(name))
                .map(|subnet| subnet.id.clone())
        };
        let must = |name: &str| subnet(name).unwrap_or_default();
        Network {
            first: must("public-a"),
            second: must("private-b"),
            balancers_a: must("balancers-a"),
            balancers_b: must("balancers-b"),
            service_a: subnet("service-a"),
            fleet: subnet("fleet-a"),
            vpc,
            service,
            watch,
        }
    }

    fn add_vpc(&mut self, cidr: Ipv4Net, is_default: bool, name: &str) -> String {
        let id = self.ids.ec2("vpc");
        let tags = if name.is_empty() {
            Tags::new()
        } else {
            name_tag(name)
        };
        self.vpcs.insert(
            id.clone(),
            Vpc {
                id: id.clone(),
                cidr,
                is_default,
                dhcp_options_id: String::new(),
                tags,
            },
        );
        let group = self.add_group(&id, "default", "default VPC security group");
        let own = GroupRule {
            protocol: "-1".to_owned(),
            from_port: -1,
            to_port: -1,
            description: None,
            ..tcp_rule(0, RulePeer::Group(group.clone()), "")
        };
        self.add_rules(&group, vec![own]);
        id
    }

    /// A group with EC2's allow-all egress.
    pub(super) fn add_group(&mut self, vpc: &str, name: &str, description: &str) -> String {
        let id = self.ids.ec2("sg");
        let everything = GroupRule {
            id: self.ids.ec2("sgr"),
            egress: true,
            protocol: "-1".to_owned(),
            from_port: -1,
            to_port: -1,
            description: None,
            ..tcp_rule(0, RulePeer::Cidr(IpNet::V4(Ipv4Net::default())), "")
        };
        let group = SecurityGroup {
            id: id.clone(),
            name: name.to_owned(),
            description: description.to_owned(),
            vpc_id: vpc.to_owned(),
            rules: vec![everything],
            tags: Tags::new(),
        };
        self.groups.insert(id.clone(), group);
        id
    }

    pub(super) fn add_rules(&mut self, group: &str, rules: Vec<GroupRule>) {
        for mut rule in rules {
            rule.id = self.ids.ec2("sgr");
            if let Some(group) = self.groups.get_mut(group) {
                group.rules.push(rule);
            }
        }
    }
}

/// Ids of the network that the rest is put into.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) vpc: String,
    pub(super) first: String,
    pub(super) second: String,
    pub(super) balancers_a: String,
    pub(super) balancers_b: String,
    /// A second subnet in the zone of the first, where the scenario has one.
    pub(super) service_a: Option<String>,
    /// The subnet of the target's copies, where it has any.
    pub(super) fleet: Option<String>,
    pub(super) service: String,
    pub(super) watch: String,
}

pub(super) fn name_tag(name: &str) -> Tags {
    Tags::from([("Name".to_owned(), name.to_owned())])
}

pub(super) fn tcp_rule(port: u16, peer: RulePeer, description: &str) -> GroupRule {
    GroupRule {
        id: String::new(),
        egress: false,
        protocol: "tcp".to_owned(),
        from_port: i32::from(port),
        to_port: i32::from(port),
        peer,
        description: Some(description.to_owned()),
        tags: Tags::new(),
    }
}
