//! What all the tests of the world need: worlds at a moment, and readers of what they deliver.

use std::{collections::BTreeMap, io::Read as _};

use flate2::read::GzDecoder;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use rebato_lab::{
    scenario::Scenario,
    world::{AUTH_LOG_GROUP, ApiError, GroupRule, RulePeer, Tags, World},
};

pub(crate) fn start() -> Timestamp {
    "2026-11-20T02:00:00Z".parse().unwrap()
}

pub(crate) fn world(name: &str) -> World {
    let scenario = Scenario::load(name).unwrap();
    World::new(&scenario, scenario.seed, start())
}

/// The world at the moment a responder is called.
pub(crate) fn alerted(name: &str) -> World {
    let scenario = Scenario::load(name).unwrap();
    let mut world = World::new(&scenario, scenario.seed, start());
    world.advance(start() + scenario.lead);
    world
}

pub(crate) fn pass(world: &mut World, seconds: i64) {
    world.advance(world.now + SignedDuration::from_secs(seconds));
}

pub(crate) fn interfaces(world: &World) -> Vec<String> {
    world
        .interfaces_of(&world.target_instance)
        .map(|i| i.id.clone())
        .collect()
}

pub(crate) fn vpc(world: &World) -> String {
    world.instances[&world.target_instance].vpc_id.clone()
}

pub(crate) fn everything(egress: bool) -> GroupRule {
    GroupRule {
        id: String::new(),
        egress,
        protocol: "-1".to_owned(),
        from_port: -1,
        to_port: -1,
        peer: RulePeer::Cidr("0.0.0.0/0".parse::<IpNet>().unwrap()),
        description: None,
        tags: Tags::new(),
    }
}

/// A group without any rule.
pub(crate) fn closed_group(world: &mut World) -> String {
    let vpc = vpc(world);
    let id = world
        .create_security_group(&vpc, "isolation", "none", Tags::new())
        .unwrap();
    world.revoke_rules(&id, &[everything(true)]).unwrap();
    id
}

/// A group open both ways.
pub(crate) fn open_group(world: &mut World) -> String {
    let vpc = vpc(world);
    let id = world
        .create_security_group(&vpc, "open", "all", Tags::new())
        .unwrap();
    world.authorize_rules(&id, vec![everything(false)]).unwrap();
    id
}

pub(crate) fn put_all_into(world: &mut World, group: &str) {
    for id in interfaces(world) {
        world
            .set_interface_groups(&id, &[group.to_owned()])
            .unwrap();
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, ApiError>) -> String {
    result.unwrap_err().code
}

pub(crate) fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// All delivered flow records as maps from field to value.
pub(crate) fn flow_records(world: &World) -> Vec<BTreeMap<String, String>> {
    let bucket = &world.buckets[&format!("acme-flow-logs-{}", world.account_id)];
    let mut all = Vec::new();
    for (key, object) in &bucket.objects {
        assert!(
            key.starts_with(&format!(
                "AWSLogs/{}/vpcflowlogs/{}/2026/",
                world.account_id, world.region
            )),
            "{key}"
        );
        assert!(key.ends_with(".log.gz"), "{key}");
        let text = gunzip(&object.bytes);
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(' ').collect();
        for line in lines {
            let values: Vec<&str> = line.split(' ').collect();
            assert_eq!(values.len(), header.len(), "{line}");
            all.push(
                header
                    .iter()
                    .zip(values)
                    .map(|(k, v)| ((*k).to_owned(), v.to_owned()))
                    .collect(),
            );
        }
    }
    all
}

pub(crate) fn auth_lines(world: &World) -> Vec<String> {
    world
        .log_groups
        .get(AUTH_LOG_GROUP)
        .into_iter()
        .flat_map(|group| group.streams.values().flatten())
        .map(|e| e.message.clone())
        .collect()
}
