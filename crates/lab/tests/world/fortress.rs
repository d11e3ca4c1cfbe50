//! The account of the fortress, and one story told of many instances.

use std::collections::BTreeSet;

use rebato_lab::{scenario::Scenario, world::World};

use crate::stage::*;

#[test]
fn the_fortress_has_everything_that_containing_can_forget() {
    let world = alerted("fortress");
    let id = world.target_instance.clone();
    let own: Vec<_> = world.interfaces_of(&id).collect();
    assert_eq!(own.len(), 3);
    let subnets: BTreeSet<_> = own.iter().map(|i| &i.subnet_id).collect();
    let zones: BTreeSet<_> = own.iter().map(|i| &i.availability_zone).collect();
    assert_eq!(
        (subnets.len(), zones.len()),
        (2, 1),
        "EC2 attaches within a zone only"
    );
    let addresses: Vec<_> = own.iter().map(|i| i.private_addresses.len()).collect();
    assert_eq!(addresses, [1, 2, 1]);
    let with_ipv6: Vec<_> = own.iter().map(|i| i.ipv6_addresses.len()).collect();
    assert_eq!(with_ipv6, [1, 0, 0]);
    let held: Vec<_> = world
        .addresses
        .values()
        .filter_map(|eip| eip.association.as_ref())
        .filter(|a| a.instance_id.as_deref() == Some(&id))
        .map(|a| (a.interface_id.as_str(), a.private_ip))
        .collect();
    assert_eq!(held.len(), 2);
    assert!(held.contains(&(&own[0].id, own[0].private_addresses[0].ip)));
    assert!(held.contains(&(&own[1].id, own[1].private_addresses[1].ip)));
    let instance = &world.instances[&id];
    let dying = instance
        .block_devices
        .iter()
        .filter(|d| d.delete_on_termination);
    assert_eq!((instance.block_devices.len(), dying.count()), (4, 1));
    assert!(instance.disable_api_stop);
    let group = world.scaling_groups.values().next().unwrap();
    assert!(group.instances.contains_key(&id) && group.min_size == group.desired_capacity);
    assert!(
        world
            .classic_balancers
            .values()
            .any(|b| b.instances.contains(&id))
    );
    assert!(
        world
            .connections()
            .any(|c| c.hostile && c.remote.ip.is_ipv6())
    );
    assert!(
        world
            .connections()
            .any(|c| c.hostile && c.local.ip.is_ipv4())
    );
}

#[test]
fn each_copy_is_broken_into_and_has_a_finding_and_things_of_its_own() {
    let mut scenario = Scenario::load("breach").unwrap().with_copies(3);
    scenario.target.shared_role = false;
    let mut world = World::new(&scenario, scenario.seed, start());
    world.advance(start() + scenario.lead);
    assert_eq!(world.copies.len(), 3);
    let with_finding: BTreeSet<_> = world
        .detector
        .findings
        .values()
        .filter_map(|f| f.pointer("/resource/instanceDetails/instanceId")?.as_str())
        .collect();
    let mut roles = BTreeSet::new();
    for id in &world.copies {
        assert!(with_finding.contains(id.as_str()), "{id} has no finding");
        let own: Vec<_> = world.interfaces_of(id).collect();
        assert_eq!(own.len(), 1);
        assert!(
            world
                .elastic_ip_of(own[0], own[0].private_addresses[0].ip)
                .is_some()
        );
        assert_eq!(world.instances[id].block_devices.len(), 1);
        assert!(
            world
                .connections()
                .any(|c| c.hostile && c.interface_id == own[0].id)
        );
        roles.insert(world.role_of_instance(id).unwrap());
    }
    assert_eq!(roles.len(), 3);
}

#[test]
fn there_are_addresses_for_as_many_copies_as_there_may_be() {
    let scenario = Scenario::load("breach").unwrap().with_copies(u8::MAX);
    let world = World::new(&scenario, 1, start());
    assert_eq!(world.copies.len(), 120);
    let addresses: BTreeSet<_> = world.addresses.values().map(|eip| eip.public_ip).collect();
    assert_eq!(addresses.len(), world.addresses.len());
}
