//! The account at the start of a story: made from a scenario and a seed, nothing else.
//! Must not know what happens later.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use super::ops_lists::entries;
use super::{
    build_logs::window,
    engine::{Engine, Task},
    ids::Ids,
    model::*,
    players::Player,
};
use crate::scenario::{ActorSpec, ListKindSpec, Scenario};

pub(super) const ACCOUNT: &str = "123456789012";
/// The bucket with Object Lock, before the account.
const EVIDENCE_BUCKET: &str = "acme-evidence";
pub(super) const REGION: &str = "eu-west-1";
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
            threat_entity_sets: BTreeMap::new(),
            trusted_entity_sets: BTreeMap::new(),
            filters: BTreeMap::new(),
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
            kms_key_id: None,
            log_group_arn: None,
            records_reads: true,
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
            guest_commands: BTreeMap::new(),
            trail,
            events: Vec::new(),
            tokens: BTreeMap::new(),
            ebs_encryption_by_default: false,
            defences: Defences::default(),
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
                    blocks_public: true,
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
        self.build_defences(scenario, long_ago);
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
            let entries = entries(&lines.join("\n"));
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
            let lists = match list.kind {
                ListKindSpec::Threat => &mut self.detector.threat_intel_sets,
                ListKindSpec::Trusted => &mut self.detector.ip_sets,
                ListKindSpec::ThreatEntity => &mut self.detector.threat_entity_sets,
                ListKindSpec::TrustedEntity => &mut self.detector.trusted_entity_sets,
            };
            lists.insert(id, set);
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
}
