//! Scaling groups and load balancers: what happens to members that are isolated, set aside, detached, stopped.

use rebato_lab::{
    Scenario,
    world::{InstanceState, ScalingChange, StopHow, World},
};

use crate::stage::{alerted, closed_group, code, flow_records, pass, put_all_into, start};

fn group(world: &World) -> String {
    world.scaling_groups.keys().next().unwrap().clone()
}

fn members(world: &World) -> Vec<(String, String)> {
    world.scaling_groups[&group(world)]
        .instances
        .iter()
        .map(|(id, member)| (id.clone(), member.lifecycle_state.clone()))
        .collect()
}

fn desired(world: &World) -> i32 {
    world.scaling_groups[&group(world)].desired_capacity
}

/// The state of the instance in the one target group; none if it is not there.
fn health(world: &World, id: &str) -> Option<String> {
    let targets = &world.target_groups.values().next().unwrap().targets;
    let found = targets.iter().find(|target| target.id == id);
    found.map(|target| target.state.clone())
}

fn isolate(world: &mut World) {
    let closed = closed_group(world);
    put_all_into(world, &closed);
}

fn sizes(min: i32, max: i32, desired: i32) -> ScalingChange {
    ScalingChange {
        min: Some(min),
        max: Some(max),
        desired: Some(desired),
        ..ScalingChange::default()
    }
}

#[test]
fn nobody_is_replaced_who_is_left_alone() {
    for name in ["breach-scaled", "behind-balancer"] {
        let mut world = alerted(name);
        pass(&mut world, 4 * 3600);
        let fleet = &world.scaling_groups[&group(&world)];
        assert!(fleet.activities.is_empty(), "{name}");
        assert!(
            fleet.instances.contains_key(&world.target_instance),
            "{name}"
        );
        let targets = &world.target_groups.values().next().unwrap().targets;
        assert!(
            targets.iter().all(|target| target.state == "healthy"),
            "{name}"
        );
    }
}

#[test]
fn a_member_in_service_that_is_isolated_is_terminated_and_replaced() {
    let mut world = alerted("breach-scaled");
    let id = world.target_instance.clone();
    let before = members(&world);
    // Termination protection is no protection from the group.
    world
        .instances
        .get_mut(&id)
        .unwrap()
        .disable_api_termination = true;
    isolate(&mut world);
    pass(&mut world, 120);
    assert_eq!(health(&world, &id).as_deref(), Some("unhealthy"));
    assert_eq!(world.instances[&id].state, InstanceState::Running);
    pass(&mut world, 480);
    assert_eq!(world.instances[&id].state, InstanceState::Terminated);
    assert_eq!(health(&world, &id), None);
    let after = members(&world);
    assert_eq!((after.len(), desired(&world)), (2, 2));
    let (new, state) = after.iter().find(|m| !before.contains(m)).unwrap();
    assert_eq!(state, "InService");
    assert_eq!(health(&world, new).as_deref(), Some("healthy"));
    let instance = &world.instances[new];
    assert_eq!(instance.state, InstanceState::Running);
    assert_eq!(instance.tags["aws:autoscaling:groupName"], group(&world));
    assert_eq!(world.role_of_instance(new).as_deref(), Some("shop-app"));
    let first = world.interfaces_of(new).next().unwrap();
    let same = world
        .interfaces
        .values()
        .filter(|i| i.private_addresses[0].ip == first.private_addresses[0].ip);
    assert_eq!(same.count(), 1);
    let told: Vec<&str> = world.scaling_groups[&group(&world)]
        .activities
        .iter()
        .map(|activity| activity.description.split(':').next().unwrap())
        .collect();
    assert_eq!(
        told,
        ["Terminating EC2 instance", "Launching a new EC2 instance"]
    );
}

#[test]
fn a_member_on_standby_may_be_isolated_and_so_may_any_without_health_checks() {
    for set_aside in [true, false] {
        let mut world = alerted("breach-scaled");
        let (id, name) = (world.target_instance.clone(), group(&world));
        if set_aside {
            world
                .enter_standby(&name, std::slice::from_ref(&id), true)
                .unwrap();
        } else {
            world.settings.health_checks = false;
        }
        isolate(&mut world);
        pass(&mut world, 3600);
        assert_eq!(world.instances[&id].state, InstanceState::Running);
        assert_eq!(members(&world).len(), 2);
    }
    // A group that asks EC2 alone does not mind isolation.
    let mut world = alerted("breach-scaled");
    let change = ScalingChange {
        health_check_type: Some("EC2".to_owned()),
        ..ScalingChange::default()
    };
    let name = group(&world);
    world.update_scaling_group(&name, &change).unwrap();
    isolate(&mut world);
    pass(&mut world, 3600);
    assert_eq!(
        world.instances[&world.target_instance].state,
        InstanceState::Running
    );
}

#[test]
fn standby_without_a_smaller_capacity_launches_a_replacement() {
    let mut world = alerted("breach-scaled");
    let (id, name) = (world.target_instance.clone(), group(&world));
    world
        .enter_standby(&name, std::slice::from_ref(&id), false)
        .unwrap();
    assert_eq!(desired(&world), 2);
    pass(&mut world, 60);
    let states: Vec<String> = members(&world)
        .into_iter()
        .map(|(_, state)| state)
        .collect();
    assert_eq!(states.iter().filter(|s| *s == "InService").count(), 2);
    assert_eq!(states.iter().filter(|s| *s == "Standby").count(), 1);
    // Coming back makes three of them.
    world.exit_standby(&name, &[id]).unwrap();
    pass(&mut world, 60);
    assert_eq!((members(&world).len(), desired(&world)), (3, 3));
    world.update_scaling_group(&name, &sizes(1, 3, 1)).unwrap();
    pass(&mut world, 60);
    assert_eq!(
        members(&world).len(),
        1,
        "and a smaller capacity costs two their lives"
    );
    let ended = world
        .instances
        .values()
        .filter(|i| i.state != InstanceState::Running);
    assert_eq!(ended.count(), 2);
}

#[test]
fn a_detached_instance_lives_on_outside_and_can_be_attached_again() {
    let mut world = alerted("breach-scaled");
    let (id, name) = (world.target_instance.clone(), group(&world));
    let ids = [id.clone()];
    let other = members(&world)
        .into_iter()
        .find(|(m, _)| *m != id)
        .unwrap()
        .0;
    let unknown = ["i-00000000000000000".to_owned()];
    assert_eq!(
        code(world.detach_instances(&name, &unknown, true)),
        "ValidationError"
    );
    assert_eq!(
        code(world.attach_instances(&name, &ids)),
        "ValidationError",
        "it is in one"
    );
    world.detach_instances(&name, &ids, true).unwrap();
    assert_eq!(health(&world, &id).as_deref(), Some("draining"));
    pass(&mut world, 20);
    assert_eq!(
        (members(&world), desired(&world)),
        (vec![(other.clone(), "InService".to_owned())], 1)
    );
    assert!(
        !world.instances[&id]
            .tags
            .contains_key("aws:autoscaling:groupName")
    );
    isolate(&mut world);
    pass(&mut world, 3600);
    assert_eq!(world.instances[&id].state, InstanceState::Running);
    assert_eq!(health(&world, &id), None);
    // The last one may not go below the smallest size.
    assert_eq!(
        code(world.detach_instances(&name, std::slice::from_ref(&other), true)),
        "ValidationError"
    );
    world.attach_instances(&name, &ids).unwrap();
    pass(&mut world, 20);
    assert_eq!((members(&world).len(), desired(&world)), (2, 2));
    world.update_scaling_group(&name, &sizes(1, 2, 2)).unwrap();
    world.detach_instances(&name, &ids, false).unwrap();
    pass(&mut world, 60);
    assert_eq!(
        (members(&world).len(), desired(&world)),
        (2, 2),
        "somebody else came"
    );
    assert_eq!(
        code(world.attach_instances(&name, &ids)),
        "ValidationError",
        "it is full"
    );
}

#[test]
fn sizes_must_fit() {
    let mut world = alerted("breach-scaled");
    let name = group(&world);
    for wrong in [
        sizes(3, 2, 2),
        sizes(1, 2, 3),
        sizes(2, 3, 1),
        sizes(-1, 3, 1),
    ] {
        assert_eq!(
            code(world.update_scaling_group(&name, &wrong)),
            "ValidationError"
        );
    }
    assert_eq!(desired(&world), 2);
    let more = ScalingChange {
        min: Some(3),
        ..ScalingChange::default()
    };
    world.update_scaling_group(&name, &more).unwrap();
    assert_eq!(desired(&world), 3, "it follows the bounds");
    pass(&mut world, 90);
    assert_eq!(members(&world).len(), 3);
}

#[test]
fn a_target_drains_by_the_clock_and_the_others_stay() {
    let mut world = alerted("breach-scaled");
    let (id, arn) = (
        world.target_instance.clone(),
        world.target_groups.keys().next().unwrap().clone(),
    );
    let other = members(&world)
        .into_iter()
        .find(|(m, _)| *m != id)
        .unwrap()
        .0;
    world
        .deregister_targets(&arn, &[(id.clone(), None)])
        .unwrap();
    pass(&mut world, 290);
    assert_eq!(health(&world, &id).as_deref(), Some("draining"));
    pass(&mut world, 20);
    assert_eq!(health(&world, &id), None);
    assert_eq!(health(&world, &other).as_deref(), Some("healthy"));
    world
        .stop_instances(std::slice::from_ref(&other), StopHow::Gently)
        .unwrap();
    pass(&mut world, 60);
    assert_eq!(health(&world, &other).as_deref(), Some("unused"));
}

#[test]
fn what_leaves_a_classic_balancer_gets_no_more_of_its_requests() {
    let mut scenario = Scenario::load("breach-scaled").unwrap();
    scenario.target.listening.push(9100);
    for actor in &mut scenario.actors {
        for act in &mut actor.does {
            if let rebato_lab::scenario::Act::Web { port, .. } = act {
                *port = 9100;
            }
        }
    }
    let mut world = World::new(&scenario, scenario.seed, start());
    world.advance(start() + scenario.lead);
    let (id, name) = (world.target_instance.clone(), "shop-metrics");
    // The flow log knows, some minutes later.
    let requests = |world: &mut World| {
        let from = world.now.as_second() + 60;
        pass(world, 1200);
        flow_records(world).iter().any(|record| {
            let start: i64 = record["start"].parse().unwrap();
            record["dstport"] == "9100" && (from..from + 300).contains(&start)
        })
    };
    assert!(requests(&mut world));
    assert_eq!(world.classic_health(name, &[]).unwrap()[0][1], "InService");
    let ids = [id];
    assert!(
        world
            .deregister_from_classic(name, &ids)
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        world.classic_health(name, &ids).unwrap()[0][1],
        "OutOfService"
    );
    assert!(!requests(&mut world));
    assert_eq!(
        code(world.deregister_from_classic(name, &ids)),
        "InvalidInstance"
    );
    assert_eq!(
        code(world.deregister_from_classic("none", &ids)),
        "LoadBalancerNotFound"
    );
    assert_eq!(world.register_with_classic(name, &ids).unwrap(), ids);
    assert_eq!(world.register_with_classic(name, &ids).unwrap(), ids);
    assert!(requests(&mut world));
    isolate(&mut world);
    assert_eq!(
        world.classic_health(name, &[]).unwrap()[0][1],
        "OutOfService"
    );
}
