//! Instances, interfaces, addresses, groups, snapshots, fleets: what the calls do.

use rebato_lab::world::{
    AddressTarget, InstanceAttribute, InstanceState, Interface, MetadataChange, SnapshotRequest,
    StopHow, Tags,
};

use crate::stage::*;

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
    fn eq_by_groups<'a>(self, other: impl Iterator<Item = &'a Interface>) -> bool;
}

impl<'b, I: Iterator<Item = &'b Interface>> EqByGroups for I {
    fn eq_by_groups<'a>(self, other: impl Iterator<Item = &'a Interface>) -> bool {
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
        .stop_instances(std::slice::from_ref(&id), StopHow::Gently)
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
        code(world.stop_instances(std::slice::from_ref(&id), StopHow::Gently)),
        "OperationNotPermitted"
    );
    world
        .modify_instance_attribute(&id, InstanceAttribute::DisableApiStop(false))
        .unwrap();
    let change = world
        .stop_instances(std::slice::from_ref(&id), StopHow::Gently)
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
        .stop_instances(std::slice::from_ref(&id), StopHow::Gently)
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
        code(world.stop_instances(std::slice::from_ref(&id), StopHow::Gently)),
        "UnsupportedOperation"
    );
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
fn a_member_in_service_that_stops_is_lost_and_one_in_standby_is_not() {
    let mut careless = alerted("breach-scaled");
    let id = careless.target_instance.clone();
    careless
        .stop_instances(std::slice::from_ref(&id), StopHow::Gently)
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
    careful.stop_instances(&ids, StopHow::Gently).unwrap();
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
fn how_an_instance_is_stopped_says_how_long_it_takes_and_whether_it_can() {
    let mut world = world("attempt");
    let ids = [world.target_instance.clone()];
    let state = |world: &rebato_lab::world::World| world.instances[&ids[0]].state;
    let hibernate = world.stop_instances(&ids, StopHow::Hibernate);
    assert_eq!(code(hibernate), "UnsupportedHibernationConfiguration");
    world.instances.get_mut(&ids[0]).unwrap().hibernation = true;
    world.stop_instances(&ids, StopHow::Hibernate).unwrap();
    let reason = world.instances[&ids[0]].state_reason.clone().unwrap();
    assert_eq!(reason.0, "Client.UserInitiatedHibernate");
    pass(&mut world, 11);
    assert_eq!(state(&world), InstanceState::Stopping);
    pass(&mut world, 60);
    world.start_instances(&ids).unwrap();
    pass(&mut world, 60);
    world.stop_instances(&ids, StopHow::SkipOsShutdown).unwrap();
    pass(&mut world, 11);
    assert_eq!(state(&world), InstanceState::Stopped);
}

#[test]
fn the_metadata_service_answers_until_the_change_is_applied() {
    let mut world = world("attempt");
    let id = world.target_instance.clone();
    let off = MetadataChange {
        http_endpoint: Some("disabled".to_owned()),
        ..MetadataChange::default()
    };
    let answer = world.modify_metadata_options(&id, off).unwrap();
    assert_eq!(
        (answer.state.as_str(), answer.http_endpoint.as_str()),
        ("pending", "disabled")
    );
    assert!(world.instances[&id].metadata_served);
    pass(&mut world, 10);
    assert_eq!(world.instances[&id].metadata_options.state, "applied");
    assert!(!world.instances[&id].metadata_served);
}
