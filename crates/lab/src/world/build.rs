//! The account at the start of a story: made from a scenario and a seed, nothing else.
//! Must not know what happens later.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::{SignedDuration, Timestamp};

use super::{
    build_logs::{everywhere, window},
    engine::{Engine, Task},
    ids::Ids,
    model::*,
    players::Player,
};
use crate::scenario::{ActorSpec, Scenario};

pub(super) const ACCOUNT: &str = "123456789012";
/// The bucket with Object Lock, before the account.
const EVIDENCE_BUCKET: &str = "acme-evidence";
const REGION: &str = "eu-west-1";
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl World {
    /// The account of a scenario at `start`; the same scenario, seed and start give the same world.
    /// At `start + scenario.lead` the alert is out and a responder would be called.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64, start: Timestamp) -> Self {
        let mut ids = Ids::new(seed);
        let long_ago = start - DAY * 41;
        let detector = Detector {
            id: ids.hex(32),
            publishing_frequency: scenario.publishing_frequency.clone(),
            created_at: long_ago,
            threat_intel_sets: BTreeMap::new(),
            ip_sets: BTreeMap::new(),
            findings: BTreeMap::new(),
            notifications: Vec::new(),
            features: [
                ("FLOW_LOGS", "ENABLED"),
                ("CLOUD_TRAIL", "ENABLED"),
                ("DNS_LOGS", "ENABLED"),
                ("EBS_MALWARE_PROTECTION", "DISABLED"),
                ("RUNTIME_MONITORING", "DISABLED"),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        };
        let trail = Trail {
            name: "management".to_owned(),
            arn: format!("arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/management"),
            bucket: format!("acme-trail-{ACCOUNT}"),
            is_logging: true,
            is_multi_region: true,
            log_file_validation: true,
            started: long_ago,
            latest_delivery: None,
        };
        let mut world = Self {
            account_id: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            now: start,
            settings: Settings::default(),
            vpcs: BTreeMap::new(),
            dhcp_options: BTreeMap::new(),
            subnets: BTreeMap::new(),
            network_acls: BTreeMap::new(),
            groups: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            addresses: BTreeMap::new(),
            instances: BTreeMap::new(),
            volumes: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            images: BTreeMap::new(),
            key_pairs: BTreeMap::new(),
            flow_logs: BTreeMap::new(),
            roles: BTreeMap::new(),
            instance_profiles: BTreeMap::new(),
            profile_associations: BTreeMap::new(),
            scaling_groups: BTreeMap::new(),
            target_groups: BTreeMap::new(),
            load_balancers: BTreeMap::new(),
            classic_balancers: BTreeMap::new(),
            detector,
            malware_scans: BTreeMap::new(),
            buckets: BTreeMap::new(),
            log_groups: BTreeMap::new(),
            managed_instances: BTreeMap::new(),
            trail,
            events: Vec::new(),
            tokens: BTreeMap::new(),
            ebs_encryption_by_default: false,
            target_instance: String::new(),
            copies: Vec::new(),
            ids,
            engine: Engine::new(seed, window(scenario)),
        };
        world.furnish(scenario, seed, long_ago);
        world
    }

    fn furnish(&mut self, scenario: &Scenario, seed: u64, long_ago: Timestamp) {
        for bucket in [
            "acme-flow-logs",
            "acme-trail",
            "acme-security-lists",
            "acme-shop-assets",
            EVIDENCE_BUCKET,
        ] {
            let lock = (bucket == EVIDENCE_BUCKET).then(|| BucketLock {
                default_retention: Some(("GOVERNANCE".to_owned(), 30)),
            });
            let name = format!("{bucket}-{ACCOUNT}");
            self.buckets.insert(
                name,
                Bucket {
                    created: long_ago,
                    objects: BTreeMap::new(),
                    lock,
                    versions: BTreeMap::new(),
                },
            );
        }
        let network = self.build_network(scenario);
        let target = self.build_instances(scenario, &network, long_ago);
        self.add_service_linked_role(long_ago);
        self.build_roads(scenario, &network, &target);
        self.build_fleet(scenario, &network, &target, long_ago);
        self.build_logs(scenario, &network, long_ago);
        self.target_instance.clone_from(&target);
        self.cast(scenario, seed, &target);
        self.build_copies(scenario, seed, &network, long_ago);
        self.build_lists(scenario, long_ago);
        self.build_acl(scenario, &network);
        self.engine.detections.clone_from(&scenario.detections);
        self.engine.companions.clone_from(&scenario.companions);
        for (index, companion) in scenario.companions.iter().enumerate() {
            self.engine
                .at(self.now + companion.begin, Task::Companion(index));
        }
        let minutes = self.now.as_second().rem_euclid(super::flows::DELIVERY);
        let next = self.now + SignedDuration::from_secs(super::flows::DELIVERY - minutes);
        self.engine.at(next, Task::DeliverFlows);
        self.engine
            .at(next + SignedDuration::from_secs(7), Task::DeliverTrail);
    }

    /// Gives every act of every actor a player; an actor's address is the same in all its acts.
    fn cast(&mut self, scenario: &Scenario, seed: u64, target: &str) {
        for actor in &scenario.actors {
            let host = self.engine.ids.number() >> 16;
            self.cast_one(actor, host, seed, target);
        }
    }

    /// Gives every act of an actor a player that has its eye on this instance.
    pub(super) fn cast_one(&mut self, actor: &ActorSpec, host: u64, seed: u64, target: &str) {
        let target: Arc<str> = target.into();
        let shared = Arc::new(actor.clone());
        for act in &actor.does {
            let index = self.engine.players.len();
            self.engine.players.push(Player {
                actor: Arc::clone(&shared),
                act: Arc::new(act.clone()),
                host,
                target: Arc::clone(&target),
                until: act.end().map(|end| self.now + end),
                rng: Player::rng(seed, index),
                turns: 0,
                connected: false,
            });
            self.engine.at(self.now + act.begin(), Task::Turn(index));
        }
    }

    /// Uploads the threat lists and activates them.
    fn build_lists(&mut self, scenario: &Scenario, long_ago: Timestamp) {
        let bucket = format!("acme-security-lists-{ACCOUNT}");
        let now = self.now;
        self.now = long_ago;
        for list in &scenario.lists {
            let lines: Vec<String> = list
                .entries
                .iter()
                .map(|entry| self.address_or_text(entry))
                .collect();
            let key = format!("{}.txt", list.name);
            self.put_object(
                &bucket,
                &key,
                format!("{}\n", lines.join("\n")).into_bytes(),
                "text/plain",
            );
            let entries = lines
                .iter()
                .filter_map(|line| {
                    line.parse::<IpNet>().ok().or_else(|| {
                        line.parse()
                            .ok()
                            .map(|ip: std::net::IpAddr| IpNet::from(ip))
                    })
                })
                .collect();
            let id = self.ids.hex(32);
            let set = IpList {
                id: id.clone(),
                name: list.name.clone(),
                format: "TXT".to_owned(),
                location: format!("s3://{bucket}/{key}"),
                status: "ACTIVE".to_owned(),
                entries,
                tags: Tags::from([("owner".to_owned(), "soc".to_owned())]),
            };
            self.detector.threat_intel_sets.insert(id, set);
        }
        self.now = now;
    }

    /// `@actor` as the address of that actor, anything else as it is.
    pub(super) fn address_or_text(&self, entry: &str) -> String {
        let Some(name) = entry.strip_prefix('@') else {
            return entry.to_owned();
        };
        let players = &self.engine.players;
        players
            .iter()
            .find(|player| player.actor.name == name)
            .map_or_else(String::new, |player| {
                player.actor.host(player.host).to_string()
            })
    }

    fn build_network(&mut self, scenario: &Scenario) -> Network {
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
