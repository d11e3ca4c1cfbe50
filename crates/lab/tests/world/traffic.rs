//! Connections against the groups, and the flow logs that they leave.

use std::{collections::BTreeMap, net::IpAddr};

use ipnet::IpNet;
use jiff::SignedDuration;
use rebato_lab::{
    scenario::{Happened, Scenario},
    world::{AclEntry, Direction, SnapshotRequest, StopHow, World},
};

use crate::stage::*;

#[test]
fn a_stop_ends_all_traffic() {
    let mut world = alerted("breach");
    let (id, attackers) = (world.target_instance.clone(), world.attacker_addresses());
    assert!(world.connections().any(|c| c.hostile));
    world.stop_instances(&[id], StopHow::Gently).unwrap();
    pass(&mut world, 60);
    let since = world.now;
    pass(&mut world, 3600);
    assert_eq!(world.connections().filter(|c| c.hostile).count(), 0);
    assert_eq!(world.accepted_flows_since(since, &attackers), 0);
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
        if world.flow_logs.is_empty() {
            continue;
        }
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
        match Scenario::load(name).unwrap().happened {
            // One forged request is enough to take a role, and takes few bytes.
            Happened::Breach => assert!(accepted_out > 10_000, "{name}: {accepted_out}"),
            // Who reads a whole public site gets much, and nothing that is not public.
            Happened::Attempt if name == "crawler" => assert!(accepted_out > 10_000_000),
            Happened::Attempt => assert!(accepted_out < 1_500_000, "{name}: {accepted_out}"),
            Happened::Nothing => assert_eq!(accepted_out, 0, "{name}"),
        }
        if ["breach", "breach-scaled", "exfiltration"].contains(&name) {
            assert!(accepted_out > 3_000_000, "{name}: {accepted_out}");
        }
        if [
            "refused-by-group",
            "refused-by-acl",
            "acl-stops-answers",
            "behind-balancer",
        ]
        .contains(&name)
        {
            assert_eq!(accepted_out, 0, "{name}");
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
        let mut other = World::new(&scenario, scenario.seed + 1, start());
        assert_ne!(other.target_instance, one.target_instance);
        other.advance(start() + scenario.lead);
        if !one.flow_logs.is_empty() {
            assert_ne!(
                flow_records(&other).len(),
                flow_records(&one).len(),
                "{name}: another seed, other traffic"
            );
        }
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

/// The target's network ACL and an entry that denies an address in one direction.
fn denied(world: &World, remote: IpAddr, egress: bool) -> (String, AclEntry) {
    let first = world.interfaces_of(&world.target_instance).next().unwrap();
    let entry = AclEntry {
        rule_number: if egress { 8 } else { 7 },
        protocol: "-1".to_owned(),
        allow: false,
        egress,
        cidr: IpNet::from(remote),
        ports: None,
    };
    (world.acl_of(&first.subnet_id).unwrap().id.clone(), entry)
}

#[test]
fn an_entry_of_the_network_acl_cuts_what_is_tracked_at_once_over_both_families() {
    let mut world = alerted("fortress");
    let tunnel = |world: &World| {
        let mut all = world.connections();
        all.find(|c| c.hostile && c.remote.ip.is_ipv6())
            .map(|c| (c.remote.ip, c.tracked))
    };
    let (remote, tracked) = tunnel(&world).unwrap();
    assert!(tracked, "no group can cut it");
    let (acl, entry) = denied(&world, remote, true);
    world.create_acl_entry(&acl, entry).unwrap();
    let since = world.now;
    pass(&mut world, 900);
    assert_eq!(tunnel(&world), None);
    assert_eq!(world.accepted_flows_since(since, &[remote]), 0);
    let rejected = flow_records(&world).into_iter().any(|record| {
        record["action"] == "REJECT"
            && record["dstaddr"] == remote.to_string()
            && record["start"].parse::<i64>().unwrap() >= since.as_second()
    });
    assert!(rejected, "the flow logs show it");
    world.delete_acl_entry(&acl, 8, true).unwrap();
    pass(&mut world, 900);
    assert!(tunnel(&world).is_some(), "the way is open again");
}

#[test]
fn a_network_acl_takes_so_many_entries_in_each_direction() {
    let mut world = world("attempt");
    let (acl, entry) = denied(&world, "203.0.113.9".parse().unwrap(), false);
    let mut number = 200;
    let mut fill = |world: &mut World, egress| loop {
        number += 1;
        let more = AclEntry {
            rule_number: number,
            egress,
            ..entry.clone()
        };
        if let Err(error) = world.create_acl_entry(&acl, more) {
            let entries = &world.network_acls[&acl].entries;
            return (
                error.code,
                entries.iter().filter(|e| e.egress == egress).count(),
            );
        }
    };
    let full = |n| ("NetworkAclEntryLimitExceeded".to_owned(), n);
    assert_eq!(fill(&mut world, false), full(20));
    assert_eq!(
        fill(&mut world, true),
        full(20),
        "each direction for itself"
    );
    world.settings.acl_entries = 40;
    assert_eq!(fill(&mut world, false), full(40));
}
