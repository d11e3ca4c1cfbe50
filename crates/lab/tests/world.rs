//! What must hold in the world whatever the story, the seed and the caller.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::{collections::BTreeMap, io::Read as _, net::IpAddr};

use flate2::read::GzDecoder;
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use rebato_lab::{
    scenario::Scenario,
    world::{
        AUTH_LOG_GROUP, AclEntry, AddressTarget, Direction, GroupRule, InstanceAttribute,
        InstanceState, RulePeer, SnapshotRequest, Tags, World,
    },
};
use serde_json::Value;

fn start() -> Timestamp {
    "2026-11-20T02:00:00Z".parse().unwrap()
}

fn world(name: &str) -> World {
    let scenario = Scenario::load(name).unwrap();
    World::new(&scenario, scenario.seed, start())
}

/// The world at the moment a responder is called.
fn alerted(name: &str) -> World {
    let scenario = Scenario::load(name).unwrap();
    let mut world = World::new(&scenario, scenario.seed, start());
    world.advance(start() + scenario.lead);
    world
}

fn pass(world: &mut World, seconds: i64) {
    world.advance(world.now + SignedDuration::from_secs(seconds));
}

fn interfaces(world: &World) -> Vec<String> {
    world
        .interfaces_of(&world.target_instance)
        .map(|i| i.id.clone())
        .collect()
}

fn vpc(world: &World) -> String {
    world.instances[&world.target_instance].vpc_id.clone()
}

fn everything(egress: bool) -> GroupRule {
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
fn closed_group(world: &mut World) -> String {
    let vpc = vpc(world);
    let id = world
        .create_security_group(&vpc, "isolation", "none", Tags::new())
        .unwrap();
    world.revoke_rules(&id, &[everything(true)]).unwrap();
    id
}

/// A group open both ways.
fn open_group(world: &mut World) -> String {
    let vpc = vpc(world);
    let id = world
        .create_security_group(&vpc, "open", "all", Tags::new())
        .unwrap();
    world.authorize_rules(&id, vec![everything(false)]).unwrap();
    id
}

fn put_all_into(world: &mut World, group: &str) {
    for id in interfaces(world) {
        world
            .set_interface_groups(&id, &[group.to_owned()])
            .unwrap();
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, rebato_lab::world::ApiError>) -> String {
    result.unwrap_err().code
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// All delivered flow records as maps from field to value.
fn flow_records(world: &World) -> Vec<BTreeMap<String, String>> {
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

fn auth_lines(world: &World) -> Vec<String> {
    world.log_groups[AUTH_LOG_GROUP]
        .streams
        .values()
        .flatten()
        .map(|e| e.message.clone())
        .collect()
}

#[test]
fn a_group_change_replaces_the_whole_set() {
    let mut world = world("breach");
    let eni = interfaces(&world)[0].clone();
    assert!(world.interfaces[&eni].groups.len() > 1);
    let closed = closed_group(&mut world);
    world
        .set_interface_groups(&eni, std::slice::from_ref(&closed))
        .unwrap();
    assert_eq!(world.interfaces[&eni].groups, std::slice::from_ref(&closed));
    assert_eq!(
        code(world.set_interface_groups(&eni, &[])),
        "InvalidParameterValue"
    );
    let elsewhere = world
        .vpcs
        .values()
        .find(|v| v.is_default)
        .unwrap()
        .id
        .clone();
    let foreign = world
        .create_security_group(&elsewhere, "foreign", "x", Tags::new())
        .unwrap();
    assert_eq!(
        code(world.set_interface_groups(&eni, &[foreign])),
        "InvalidGroup.NotFound"
    );
    assert_eq!(
        world.interfaces[&eni].groups,
        [closed],
        "a refusal changes nothing"
    );
}

#[test]
fn groups_of_an_instance_with_several_interfaces_cannot_be_set_on_the_instance() {
    let mut many = world("breach");
    let (id, group) = (many.target_instance.clone(), closed_group(&mut many));
    let before = many.interfaces.clone();
    let attribute = InstanceAttribute::Groups(vec![group]);
    let error = many.modify_instance_attribute(&id, attribute).unwrap_err();
    assert_eq!(error.code, "InvalidInstanceID");
    assert!(
        error.message.contains("multiple interfaces attached"),
        "{error}"
    );
    assert!(many.interfaces.values().eq_by_groups(before.values()));
    let mut one = world("attempt");
    let (id, group) = (one.target_instance.clone(), closed_group(&mut one));
    one.modify_instance_attribute(&id, InstanceAttribute::Groups(vec![group.clone()]))
        .unwrap();
    assert_eq!(one.interfaces_of(&id).next().unwrap().groups, [group]);
}

/// Compares the groups of interfaces in order.
trait EqByGroups {
    fn eq_by_groups<'a>(
        self,
        other: impl Iterator<Item = &'a rebato_lab::world::Interface>,
    ) -> bool;
}

impl<'b, I: Iterator<Item = &'b rebato_lab::world::Interface>> EqByGroups for I {
    fn eq_by_groups<'a>(
        self,
        other: impl Iterator<Item = &'a rebato_lab::world::Interface>,
    ) -> bool {
        self.map(|i| &i.groups).eq(other.map(|i| &i.groups))
    }
}

#[test]
fn group_names_rules_and_deletion_follow_ec2() {
    let mut world = world("attempt");
    let vpc = vpc(&world);
    let closed = closed_group(&mut world);
    assert!(world.groups[&closed].rules.is_empty());
    assert_eq!(
        code(world.create_security_group(&vpc, "isolation", "again", Tags::new())),
        "InvalidGroup.Duplicate"
    );
    assert_eq!(
        code(world.revoke_rules(&closed, &[everything(true)])),
        "InvalidPermission.NotFound"
    );
    let made = world
        .authorize_rules(&closed, vec![everything(true)])
        .unwrap();
    assert!(made[0].id.starts_with("sgr-0"));
    assert_eq!(
        code(world.authorize_rules(&closed, vec![everything(true)])),
        "InvalidPermission.Duplicate"
    );
    put_all_into(&mut world, &closed);
    assert_eq!(
        code(world.delete_security_group(&closed)),
        "DependencyViolation"
    );
    let open = open_group(&mut world);
    put_all_into(&mut world, &open);
    world.delete_security_group(&closed).unwrap();
    assert_eq!(
        code(world.delete_security_group(&closed)),
        "InvalidGroup.NotFound"
    );
}

#[test]
fn losing_an_elastic_ip_gives_a_new_public_address_where_ec2_would() {
    let mut world = world("attempt");
    let id = world.target_instance.clone();
    let eip = world.addresses.values().next().unwrap().clone();
    let association = eip.association.unwrap();
    world.disassociate_address(&association.id).unwrap();
    world.disassociate_address(&association.id).unwrap();
    let interface = world.interfaces_of(&id).next().unwrap().clone();
    let fresh = interface.private_addresses[0]
        .auto_public
        .expect("a new public address appears");
    assert_ne!(fresh, eip.public_ip);
    world.set_associate_public_ip(&interface.id, false).unwrap();
    let interface = world.interfaces[&interface.id].clone();
    assert_eq!(interface.private_addresses[0].auto_public, None);
    // Association takes the place of an automatic address, and with the flag off none comes back.
    let target = AddressTarget {
        interface_id: Some(interface.id.clone()),
        ..AddressTarget::default()
    };
    let again = world
        .associate_address(&eip.allocation_id, &target)
        .unwrap();
    assert_eq!(
        world
            .associate_address(&eip.allocation_id, &target)
            .unwrap(),
        again,
        "idempotent"
    );
    world.disassociate_address(&again).unwrap();
    assert_eq!(
        world.interfaces[&interface.id].private_addresses[0].auto_public,
        None
    );
}

#[test]
fn an_instance_with_two_interfaces_gets_no_new_public_address() {
    let mut world = world("breach");
    let id = world.target_instance.clone();
    let association = world
        .addresses
        .values()
        .next()
        .unwrap()
        .association
        .clone()
        .unwrap();
    world.disassociate_address(&association.id).unwrap();
    assert!(
        world.interfaces[&association.interface_id].private_addresses[0]
            .auto_public
            .is_none()
    );
    let eth0 = interfaces(&world)[0].clone();
    assert!(
        world.interfaces[&eth0].private_addresses[0]
            .auto_public
            .is_some()
    );
    let second = interfaces(&world)[1].clone();
    assert_eq!(
        code(world.set_associate_public_ip(&second, false)),
        "InvalidParameterCombination"
    );
    world
        .stop_instances(std::slice::from_ref(&id), false)
        .unwrap();
    pass(&mut world, 60);
    world.start_instances(std::slice::from_ref(&id)).unwrap();
    pass(&mut world, 60);
    assert_eq!(world.instances[&id].state, InstanceState::Running);
    assert!(
        world.interfaces[&eth0].private_addresses[0]
            .auto_public
            .is_none()
    );
}

#[test]
fn an_address_is_not_taken_from_another_unless_allowed() {
    let mut world = world("attempt");
    let target = world.target_instance.clone();
    let other = world
        .instances
        .keys()
        .find(|id| **id != target)
        .unwrap()
        .clone();
    let allocation = world.addresses.keys().next().unwrap().clone();
    let wanted = AddressTarget {
        instance_id: Some(other.clone()),
        ..AddressTarget::default()
    };
    assert_eq!(
        code(world.associate_address(&allocation, &wanted)),
        "Resource.AlreadyAssociated"
    );
    world
        .associate_address(
            &allocation,
            &AddressTarget {
                allow_reassociation: true,
                ..wanted
            },
        )
        .unwrap();
    assert_eq!(
        world.addresses[&allocation]
            .association
            .as_ref()
            .unwrap()
            .instance_id
            .as_ref(),
        Some(&other)
    );
}

#[test]
fn a_stop_takes_time_keeps_the_elastic_ip_and_loses_the_automatic_address() {
    let mut world = world("breach");
    let id = world.target_instance.clone();
    let eth0 = interfaces(&world)[0].clone();
    let lost = world.interfaces[&eth0].private_addresses[0].auto_public;
    world
        .modify_instance_attribute(&id, InstanceAttribute::DisableApiStop(true))
        .unwrap();
    assert_eq!(
        code(world.stop_instances(std::slice::from_ref(&id), false)),
        "OperationNotPermitted"
    );
    world
        .modify_instance_attribute(&id, InstanceAttribute::DisableApiStop(false))
        .unwrap();
    let change = world
        .stop_instances(std::slice::from_ref(&id), false)
        .unwrap()
        .remove(0);
    assert_eq!(
        (change.previous, change.current),
        (InstanceState::Running, InstanceState::Stopping)
    );
    pass(&mut world, 39);
    assert_eq!(world.instances[&id].state, InstanceState::Stopping);
    assert_eq!(
        code(world.start_instances(std::slice::from_ref(&id))),
        "IncorrectInstanceState"
    );
    let again = world
        .stop_instances(std::slice::from_ref(&id), false)
        .unwrap()
        .remove(0);
    assert_eq!(again.previous, InstanceState::Stopping, "idempotent");
    pass(&mut world, 1);
    assert_eq!(world.instances[&id].state, InstanceState::Stopped);
    assert!(
        lost.is_some()
            && world.interfaces[&eth0].private_addresses[0]
                .auto_public
                .is_none()
    );
    assert!(
        world
            .addresses
            .values()
            .next()
            .unwrap()
            .association
            .is_some()
    );
    world.instances.get_mut(&id).unwrap().lifecycle = Some("spot".to_owned());
    world.start_instances(std::slice::from_ref(&id)).unwrap();
    assert_eq!(
        code(world.stop_instances(std::slice::from_ref(&id), false)),
        "UnsupportedOperation"
    );
}

#[test]
fn a_stop_ends_all_traffic() {
    let mut world = alerted("breach");
    let (id, attackers) = (world.target_instance.clone(), world.attacker_addresses());
    assert!(world.connections().any(|c| c.hostile));
    world.stop_instances(&[id], false).unwrap();
    pass(&mut world, 60);
    let since = world.now;
    pass(&mut world, 3600);
    assert_eq!(world.connections().filter(|c| c.hostile).count(), 0);
    assert_eq!(world.accepted_flows_since(since, &attackers), 0);
}

#[test]
fn snapshots_have_no_token_and_complete_in_time() {
    let mut world = world("breach");
    let id = world.target_instance.clone();
    let request = SnapshotRequest {
        tags: Tags::from([("k".to_owned(), "v".to_owned())]),
        ..SnapshotRequest::default()
    };
    let first = world.create_snapshots(&id, &request).unwrap();
    let second = world.create_snapshots(&id, &request).unwrap();
    assert_eq!(
        (first.len(), second.len(), world.snapshots.len()),
        (2, 2, 4)
    );
    assert_eq!(world.snapshots[&first[0]].state(world.now), "pending");
    pass(&mut world, 600);
    assert_eq!(world.snapshots[&first[0]].state(world.now), "completed");
    assert_eq!(world.snapshots[&first[0]].progress(world.now), 100);
}

#[test]
fn the_intruders_session_is_untracked_and_the_call_home_tracked() {
    let world = alerted("breach");
    let hostile: Vec<_> = world.connections().filter(|c| c.hostile).collect();
    let session = hostile
        .iter()
        .find(|c| c.initiated == Direction::Ingress && c.local.port == 22)
        .unwrap();
    assert!(
        !session.tracked,
        "ssh is open to the world and everything may leave"
    );
    let tunnel = hostile
        .iter()
        .find(|c| c.initiated == Direction::Egress && c.remote.port == 8443)
        .unwrap();
    assert!(tunnel.tracked, "responses are let in by tracking only");
}

#[test]
fn a_direct_swap_cuts_untracked_flows_and_leaves_tracked_ones() {
    let mut world = alerted("breach");
    let closed = closed_group(&mut world);
    put_all_into(&mut world, &closed);
    let since = world.now;
    pass(&mut world, 1800);
    let left: Vec<_> = world.connections().filter(|c| c.hostile).collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].remote.port, 8443);
    assert_eq!(
        world.accepted_flows_since(since, &world.attacker_addresses()),
        1
    );
}

#[test]
fn two_steps_cut_tracked_flows_only_if_the_setting_says_so() {
    for (unties, left) in [(true, 0), (false, 1)] {
        let mut world = alerted("breach");
        world.settings.tracked_becomes_untracked_under_open_group = unties;
        let (open, closed) = (open_group(&mut world), closed_group(&mut world));
        put_all_into(&mut world, &open);
        put_all_into(&mut world, &closed);
        let since = world.now;
        pass(&mut world, 1800);
        assert_eq!(
            world.accepted_flows_since(since, &world.attacker_addresses()),
            left,
            "setting {unties}"
        );
        // Losing the public addresses cuts the rest in any case.
        let association = world
            .addresses
            .values()
            .next()
            .unwrap()
            .association
            .clone()
            .unwrap();
        world.disassociate_address(&association.id).unwrap();
        let eth0 = interfaces(&world)[0].clone();
        world.set_associate_public_ip(&eth0, false).unwrap();
        let since = world.now;
        pass(&mut world, 1800);
        assert_eq!(
            world.accepted_flows_since(since, &world.attacker_addresses()),
            0
        );
    }
}

#[test]
fn a_network_acl_entry_cuts_at_once_tracked_or_not() {
    let mut world = alerted("breach");
    let subnet = world.instances[&world.target_instance].subnet_id.clone();
    let acl = world.acl_of(&subnet).unwrap().id.clone();
    let attackers = world.attacker_addresses();
    for (n, address) in attackers.iter().enumerate() {
        for egress in [false, true] {
            let entry = AclEntry {
                rule_number: 10 + u16::try_from(n).unwrap(),
                protocol: "-1".to_owned(),
                allow: false,
                egress,
                cidr: IpNet::from(*address),
                ports: None,
            };
            world.create_acl_entry(&acl, entry).unwrap();
        }
    }
    let since = world.now;
    pass(&mut world, 1800);
    assert_eq!(world.accepted_flows_since(since, &attackers), 0);
    assert!(world.connections().all(|c| !c.hostile));
}

#[test]
fn after_isolation_attackers_try_for_ever_and_get_nothing() {
    let mut world = alerted("breach");
    let (open, closed) = (open_group(&mut world), closed_group(&mut world));
    put_all_into(&mut world, &open);
    put_all_into(&mut world, &closed);
    let since = world.now;
    pass(&mut world, 3 * 3600);
    let attackers = world.attacker_addresses();
    assert_eq!(world.accepted_flows_since(since, &attackers), 0);
    let late = (since + SignedDuration::from_mins(2)).as_second();
    let names: Vec<String> = attackers.iter().map(ToString::to_string).collect();
    let records: Vec<_> = flow_records(&world)
        .into_iter()
        .filter(|r| r["log-status"] == "OK" && r["start"].parse::<i64>().unwrap() > late)
        .filter(|r| names.contains(&r["pkt-srcaddr"]) || names.contains(&r["pkt-dstaddr"]))
        .collect();
    assert!(records.iter().all(|r| r["action"] == "REJECT"));
    assert!(records.iter().any(|r| r["flow-direction"] == "ingress"));
    assert!(
        records.iter().any(|r| r["flow-direction"] == "egress"),
        "the implant still calls"
    );
}

#[test]
fn flow_logs_agree_with_the_traffic() {
    for name in Scenario::names() {
        let mut world = alerted(name);
        pass(&mut world, 1200);
        let records = flow_records(&world);
        let ours: Vec<String> = interfaces(&world);
        assert!(records.len() > 200, "{name}: {}", records.len());
        for record in &records {
            assert_eq!(record["version"], "5");
            assert!(world.interfaces.contains_key(&record["interface-id"]));
            let (first, last): (i64, i64) = (
                record["start"].parse().unwrap(),
                record["end"].parse().unwrap(),
            );
            assert!(first <= last && last - first < 60 && last <= world.now.as_second() - 240);
        }
        let attackers: Vec<String> = world
            .attacker_addresses()
            .iter()
            .map(IpAddr::to_string)
            .collect();
        let accepted_out: u64 = records
            .iter()
            .filter(|r| {
                r["action"] == "ACCEPT"
                    && r["flow-direction"] == "egress"
                    && ours.contains(&r["interface-id"])
            })
            .filter(|r| attackers.contains(&r["pkt-dstaddr"]))
            .map(|r| r["bytes"].parse::<u64>().unwrap())
            .sum();
        let handshakes = records
            .iter()
            .filter(|r| r["tcp-flags"] == "18" || r["tcp-flags"] == "19")
            .count();
        assert!(handshakes > 20, "{name}: {handshakes}");
        match Scenario::load(name).unwrap().truth.as_str() {
            "succeeded" => assert!(accepted_out > 3_000_000, "{name}: {accepted_out}"),
            "attempted" => assert!(
                (10_000..1_500_000).contains(&accepted_out),
                "{name}: {accepted_out}"
            ),
            _ => assert_eq!(accepted_out, 0),
        }
    }
}

#[test]
fn failed_logins_are_short_and_small() {
    let mut world = alerted("attempt");
    pass(&mut world, 600);
    let prowler = world.attacker_addresses()[0].to_string();
    // Both directions of a conversation by the port of the side that called.
    let mut sessions = BTreeMap::<String, (i64, i64, u64)>::new();
    for record in flow_records(&world)
        .iter()
        .filter(|r| r["action"] == "ACCEPT")
    {
        let port = match (record["srcaddr"] == prowler, record["dstaddr"] == prowler) {
            (true, _) if record["dstport"] == "22" => &record["srcport"],
            (_, true) if record["srcport"] == "22" => &record["dstport"],
            _ => continue,
        };
        let entry = sessions.entry(port.clone()).or_insert((i64::MAX, 0, 0));
        entry.0 = entry.0.min(record["start"].parse().unwrap());
        entry.1 = entry.1.max(record["end"].parse().unwrap());
        entry.2 += record["bytes"].parse::<u64>().unwrap();
    }
    assert!(sessions.len() > 100);
    let odd: Vec<_> = sessions
        .values()
        .filter(|(first, last, bytes)| last - first >= 10 || !(1500..6000).contains(bytes))
        .collect();
    // The last one may still be on its way to the log.
    assert!(odd.len() <= 1, "{odd:?}");
}

#[test]
fn the_auth_log_tells_the_truth() {
    let breach = auth_lines(&alerted("breach"));
    let failed = |lines: &[String]| {
        lines
            .iter()
            .filter(|l| l.contains("Failed password for"))
            .count()
    };
    assert!(failed(&breach) > 100);
    let accepted: Vec<&String> = breach
        .iter()
        .filter(|l| l.contains("Accepted password for deploy from 203.0.113."))
        .collect();
    assert_eq!(accepted.len(), 1, "{accepted:?}");
    assert!(accepted[0].starts_with("Nov 20 04:0"), "{accepted:?}");
    let attempt = auth_lines(&alerted("attempt"));
    assert!(failed(&attempt) > 50);
    assert!(
        !attempt
            .iter()
            .any(|l| l.contains("Accepted") && l.contains("203.0.113."))
    );
    let quiet = auth_lines(&alerted("false-positive"));
    assert!(
        quiet.len() > 50 && quiet.iter().all(|l| l.contains("CRON[")),
        "{quiet:?}"
    );
}

#[test]
fn findings_aggregate_into_one_and_are_published_again() {
    for name in Scenario::names() {
        let world = alerted(name);
        assert_eq!(world.detector.findings.len(), 1, "{name}");
        let finding = world.detector.findings.values().next().unwrap();
        assert_eq!(
            finding["type"],
            "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom"
        );
        assert_eq!(
            finding["resource"]["instanceDetails"]["instanceId"],
            world.target_instance.as_str()
        );
        assert!(finding["service"]["count"].as_u64().unwrap() > 10, "{name}");
        assert!(
            finding["service"]["eventFirstSeen"].as_str()
                < finding["service"]["eventLastSeen"].as_str()
        );
        let value = finding["service"]["additionalInfo"]["value"]
            .as_str()
            .unwrap();
        let list = serde_json::from_str::<Value>(value).unwrap()["threatListName"].clone();
        assert!(
            world
                .detector
                .threat_intel_sets
                .values()
                .any(|set| list == set.name.as_str())
        );
        let notes = &world.detector.notifications;
        let apart = match world.detector.publishing_frequency.as_str() {
            "FIFTEEN_MINUTES" => SignedDuration::from_mins(15),
            _ => SignedDuration::from_hours(1),
        };
        assert!(notes.len() > 5, "{name}: {}", notes.len());
        assert!(
            notes
                .windows(2)
                .all(|pair| pair[1].at.duration_since(pair[0].at) >= apart)
        );
        let event: Value = serde_json::from_slice(world.alert().unwrap()).unwrap();
        assert_eq!(event["detail-type"], "GuardDuty Finding");
        assert_eq!(event["detail"]["id"], finding["id"]);
        // What is published is the state then, so the counts rise.
        let first: Value = serde_json::from_slice(&notes[0].event).unwrap();
        assert!(
            first["detail"]["service"]["count"].as_u64()
                < event["detail"]["service"]["count"].as_u64()
        );
    }
}

#[test]
fn a_trusted_address_raises_nothing() {
    let mut world = world("false-positive");
    let set = world
        .detector
        .threat_intel_sets
        .values()
        .next()
        .unwrap()
        .clone();
    world.detector.ip_sets.insert("a".repeat(32), set);
    pass(&mut world, 6 * 3600);
    assert!(world.alert().is_none());
}

#[test]
fn stolen_credentials_show_in_cloudtrail_and_end_with_a_deny() {
    let mut world = alerted("breach");
    let intruder = world.attacker_addresses()[1].to_string();
    let foreign = |world: &World| -> Vec<Value> {
        world
            .events
            .iter()
            .map(|e| e.record.clone())
            .filter(|r| r["sourceIPAddress"] == intruder.as_str())
            .collect()
    };
    let calls = foreign(&world);
    let names: Vec<&str> = calls
        .iter()
        .map(|c| c["eventName"].as_str().unwrap())
        .collect();
    assert!(
        names.starts_with(&["GetCallerIdentity", "ListBuckets"]) && names.contains(&"CreateUser"),
        "{names:?}"
    );
    let identity = &calls[0]["userIdentity"];
    let principal = identity["principalId"].as_str().unwrap();
    assert!(principal.starts_with("AROA") && principal.ends_with(&world.target_instance));
    assert_eq!(
        identity["sessionContext"]["sessionIssuer"]["userName"],
        "shop-app"
    );
    assert_eq!(identity["sessionContext"]["ec2RoleDelivery"], "1.0");
    assert!(calls.iter().any(|c| c["errorCode"] == "AccessDenied"));
    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:userid": principal}}}]});
    world
        .put_role_policy("shop-app", "quarantine", &policy.to_string())
        .unwrap();
    let before = calls.len();
    pass(&mut world, 3 * 3600);
    let after = foreign(&world);
    assert!(after.len() > before);
    assert!(
        after[before..]
            .iter()
            .all(|c| c["errorCode"] == "AccessDenied")
    );
}

#[test]
fn isolation_alone_leaves_the_stolen_credentials_good_until_they_expire() {
    let mut world = alerted("breach");
    let closed = closed_group(&mut world);
    let id = world.target_instance.clone();
    put_all_into(&mut world, &closed);
    world.stop_instances(&[id], false).unwrap();
    let since = world.now;
    let good = |world: &World, from: Timestamp| {
        world
            .events
            .iter()
            .filter(|e| e.at > from && e.name == "GetCallerIdentity")
            .filter(|e| e.record.get("errorCode").is_none())
            .count()
    };
    pass(&mut world, 3 * 3600);
    assert!(good(&world, since) > 2);
    let late = since + SignedDuration::from_hours(7);
    pass(&mut world, 8 * 3600);
    assert_eq!(good(&world, late), 0);
}

#[test]
fn an_isolated_instance_is_silent_to_aws() {
    let mut world = alerted("breach");
    let id = world.target_instance.clone();
    assert_eq!(world.managed_instances[&id].ping_status, "Online");
    let closed = closed_group(&mut world);
    put_all_into(&mut world, &closed);
    let (lines, since) = (auth_lines(&world).len(), world.now);
    pass(&mut world, 4 * 3600);
    assert_eq!(auth_lines(&world).len(), lines);
    assert_eq!(world.managed_instances[&id].ping_status, "ConnectionLost");
    assert!(
        !world
            .events
            .iter()
            .any(|e| e.at > since && e.name == "UpdateInstanceInformation")
    );
}

#[test]
fn credentials_used_outside_raise_a_finding_only_if_the_setting_says_so() {
    let scenario = Scenario::load("breach").unwrap();
    let mut world = World::new(&scenario, scenario.seed, start());
    world.settings.credential_exfiltration_finding = true;
    world.advance(start() + scenario.lead);
    let kinds: Vec<&str> = world
        .detector
        .findings
        .values()
        .map(|f| f["type"].as_str().unwrap())
        .collect();
    assert!(
        kinds
            .iter()
            .any(|k| k.contains("InstanceCredentialExfiltration.OutsideAWS")),
        "{kinds:?}"
    );
}

#[test]
fn cloudtrail_is_late_in_lookups_and_delivered_to_the_bucket() {
    let mut world = alerted("breach");
    assert!(
        world
            .visible_events()
            .all(|e| e.at + SignedDuration::from_mins(5) <= world.now)
    );
    pass(&mut world, 900);
    let bucket = &world.buckets[&world.trail.bucket];
    let delivered: usize = bucket
        .objects
        .iter()
        .map(|(key, object)| {
            assert!(
                key.contains("/CloudTrail/eu-west-1/2026/11/20/") && key.ends_with(".json.gz"),
                "{key}"
            );
            serde_json::from_str::<Value>(&gunzip(&object.bytes)).unwrap()["Records"]
                .as_array()
                .unwrap()
                .len()
        })
        .sum();
    let shown = world.visible_events().count();
    assert!(
        delivered > 20 && shown.abs_diff(delivered) <= 3,
        "{delivered} of {shown}"
    );
}

#[test]
fn a_member_in_service_that_stops_is_lost_and_one_in_standby_is_not() {
    let mut careless = alerted("breach-scaled");
    let id = careless.target_instance.clone();
    careless
        .stop_instances(std::slice::from_ref(&id), false)
        .unwrap();
    pass(&mut careless, 600);
    assert_eq!(careless.instances[&id].state, InstanceState::Terminated);
    let mut careful = alerted("breach-scaled");
    let group = careful.scaling_groups.keys().next().unwrap().clone();
    let arn = careful.target_groups.keys().next().unwrap().clone();
    let ids = [id.clone()];
    careful.enter_standby(&group, &ids, true).unwrap();
    assert_eq!(
        code(careful.enter_standby(&group, &ids, true)),
        "ValidationError"
    );
    assert!(
        careful.target_groups[&arn]
            .targets
            .iter()
            .any(|t| t.id == id && t.state == "draining")
    );
    pass(&mut careful, 400);
    assert!(
        !careful.target_groups[&arn]
            .targets
            .iter()
            .any(|t| t.id == id)
    );
    careful.stop_instances(&ids, false).unwrap();
    pass(&mut careful, 600);
    assert_eq!(careful.instances[&id].state, InstanceState::Stopped);
    careful.start_instances(&ids).unwrap();
    pass(&mut careful, 60);
    careful.exit_standby(&group, &ids).unwrap();
    pass(&mut careful, 60);
    assert_eq!(
        careful.scaling_groups[&group].instances[&id].lifecycle_state,
        "InService"
    );
    assert_eq!(careful.scaling_groups[&group].desired_capacity, 2);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_calls_do_not_change_the_traffic() {
    for name in Scenario::names() {
        let (one, two) = (alerted(name), alerted(name));
        assert_eq!(one.alert(), two.alert());
        for (bucket, held) in &one.buckets {
            let other = &two.buckets[bucket];
            assert!(held.objects.keys().eq(other.objects.keys()));
            assert!(
                held.objects
                    .values()
                    .map(|o| &o.bytes)
                    .eq(other.objects.values().map(|o| &o.bytes))
            );
        }
        let scenario = Scenario::load(name).unwrap();
        let mut third = World::new(&scenario, scenario.seed, start());
        pass(&mut third, 3600);
        closed_group(&mut third);
        let target = third.target_instance.clone();
        third
            .create_snapshots(&target, &SnapshotRequest::default())
            .unwrap();
        third.advance(start() + scenario.lead);
        assert_eq!(flow_records(&one), flow_records(&third), "{name}");
        let other = World::new(&scenario, scenario.seed + 1, start());
        assert_ne!(other.target_instance, one.target_instance);
    }
}

#[test]
fn time_in_small_steps_is_time_in_one_step() {
    let scenario = Scenario::load("breach").unwrap();
    let mut steps = World::new(&scenario, scenario.seed, start());
    while steps.now < start() + scenario.lead {
        pass(&mut steps, 37);
    }
    let mut whole = World::new(&scenario, scenario.seed, start());
    whole.advance(steps.now);
    assert_eq!(flow_records(&steps), flow_records(&whole));
    assert_eq!(steps.alert(), whole.alert());
}
