//! Every action against the account, read back by the port itself.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use rebato_core::contain::{
    Action, CreateGroup, CreateSnapshots, GroupRef, GroupRole, ProtectStop, ProtectTermination,
    SaveConsole, SetAutoPublicAddress, SetDeleteOnTermination, SetElasticIp, SetGroupRules,
    SetImdsTokens, SetIngress, SetInterfaceGroups, SetRunning, SetScalingMinimum,
    SetShutdownBehavior, SetStandby, SetTags, SetTarget, StopHow, TAG_CASE, TAG_INSTANCE, TAG_STEP,
    Undo,
};
use rebato_core::identify::{Rule, Subject};
use rebato_engine::ports::{CloudError, Made};
use rebato_lab::Faults;

use crate::{Stage, approved};

/// Does an action, looks, undoes it by its own undo, and looks again.
async fn there_and_back(stage: &Stage, action: Action, is_done: impl Fn(&Subject) -> bool) {
    assert!(
        !is_done(&stage.subject().await),
        "{action:?} would change nothing"
    );
    let done = stage.perform(action.clone()).await.unwrap();
    assert!(!done.receipt.request_ids.is_empty(), "{action:?}");
    assert!(is_done(&stage.subject().await), "{action:?} is not seen");
    let Undo::Do(undo) = action.undo() else {
        panic!("{action:?} has no undo")
    };
    stage.perform(*undo).await.unwrap();
    assert!(!is_done(&stage.subject().await), "{action:?} is not undone");
}

#[tokio::test]
async fn attributes_of_the_instance_are_set_and_set_back() {
    let stage = Stage::new("breach").await;
    let instance = stage.instance.clone();
    let subject = stage.subject().await;
    there_and_back(
        &stage,
        Action::ProtectTermination(ProtectTermination {
            instance: instance.clone(),
            from: false,
            to: true,
        }),
        |s| s.termination_protection == Some(true),
    )
    .await;
    there_and_back(
        &stage,
        Action::ProtectStop(ProtectStop {
            instance: instance.clone(),
            from: false,
            to: true,
        }),
        |s| s.stop_protection == Some(true),
    )
    .await;
    there_and_back(
        &stage,
        Action::SetShutdownBehavior(SetShutdownBehavior {
            instance: instance.clone(),
            from: "stop".into(),
            to: "terminate".into(),
        }),
        |s| s.shutdown_behavior.as_deref() == Some("terminate"),
    )
    .await;
    there_and_back(
        &stage,
        Action::SetImdsTokens(SetImdsTokens {
            instance: instance.clone(),
            from: "optional".into(),
            to: "required".into(),
        }),
        |s| s.metadata.http_tokens.as_deref() == Some("required"),
    )
    .await;
    let volume = subject
        .volumes
        .iter()
        .find(|v| v.delete_on_termination == Some(true))
        .unwrap()
        .clone();
    let id = volume.id.clone();
    there_and_back(
        &stage,
        Action::SetDeleteOnTermination(SetDeleteOnTermination {
            instance,
            volume: volume.id,
            device: volume.device,
            from: true,
            to: false,
        }),
        move |s| {
            s.volumes
                .iter()
                .any(|v| v.id == id && v.delete_on_termination == Some(false))
        },
    )
    .await;
}

#[tokio::test]
async fn tags_are_set_replaced_and_taken_away() {
    let stage = Stage::new("breach").await;
    let name = stage.subject().await.name;
    let from = BTreeMap::from([
        (TAG_CASE.to_owned(), None),
        ("Name".to_owned(), name.clone()),
    ]);
    let to = BTreeMap::from([
        (TAG_CASE.to_owned(), Some("C-2026-0001".to_owned())),
        ("Name".to_owned(), Some("evidence".to_owned())),
    ]);
    there_and_back(
        &stage,
        Action::SetTags(SetTags {
            resource: stage.instance.clone(),
            from,
            to,
        }),
        |s| {
            s.tags.get(TAG_CASE).is_some_and(|t| t == "C-2026-0001")
                && s.name.as_deref() == Some("evidence")
        },
    )
    .await;
    assert_eq!(stage.subject().await.name, name);
    assert!(!stage.subject().await.tags.contains_key(TAG_CASE));
}

#[tokio::test]
async fn a_member_of_a_scaling_group_is_set_aside_and_brought_back() {
    let stage = Stage::new("breach-scaled").await;
    let subject = stage.subject().await;
    let group = subject.scaling.unwrap().group;
    there_and_back(
        &stage,
        Action::SetScalingMinimum(SetScalingMinimum {
            group: group.clone(),
            from: 1,
            to: 0,
        }),
        |s| s.scaling.as_ref().and_then(|s| s.min) == Some(0),
    )
    .await;
    let target = subject.targets[0].clone();
    there_and_back(
        &stage,
        Action::SetTarget(SetTarget {
            group: target.group,
            id: target.id,
            port: target.port,
            registered: false,
        }),
        |s| {
            s.targets
                .iter()
                .all(|t| t.health.as_deref() == Some("draining"))
        },
    )
    .await;
    let standby = Action::SetStandby(SetStandby {
        group,
        instance: stage.instance.clone(),
        standby: true,
        minimum: None,
    });
    stage.perform(standby.clone()).await.unwrap();
    stage.lab.advance(SignedDuration::from_mins(5));
    let scaling = stage.subject().await.scaling.unwrap();
    assert_eq!(
        (scaling.lifecycle.as_str(), scaling.desired),
        ("Standby", Some(1)),
        "no replacement is started"
    );
    // A second time: AWS refuses, the state is as wanted.
    assert!(
        stage
            .perform(standby.clone())
            .await
            .unwrap()
            .receipt
            .adopted
    );
    let Undo::Do(undo) = standby.undo() else {
        panic!("standby has an undo")
    };
    stage.perform(*undo).await.unwrap();
    stage.lab.advance(SignedDuration::from_mins(5));
    assert_eq!(
        stage.subject().await.scaling.unwrap().lifecycle,
        "InService"
    );
}

#[tokio::test]
async fn the_console_is_kept() {
    let stage = Stage::new("breach").await;
    let done = stage
        .perform(Action::SaveConsole(SaveConsole {
            instance: stage.instance.clone(),
        }))
        .await
        .unwrap();
    let names: Vec<_> = done.bytes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["console_output", "console_screenshot"]);
    assert!(
        done.bytes[1].1.starts_with(&[0xff, 0xd8]),
        "a JPEG, no longer Base64"
    );
}

#[tokio::test]
async fn snapshots_bear_the_marks_from_their_birth() {
    let stage = Stage::new("breach").await;
    let volumes: Vec<_> = stage
        .subject()
        .await
        .volumes
        .into_iter()
        .map(|v| v.id)
        .collect();
    let action = Action::CreateSnapshots(CreateSnapshots {
        instance: stage.instance.clone(),
        volumes: volumes.clone(),
    });
    let step = approved(&stage.instance, action.clone());
    let done = stage.perform(action).await.unwrap();
    assert_eq!(done.receipt.made.len(), 2);
    let snapshots = stage.subject().await.own_snapshots;
    let mut of: Vec<_> = snapshots.iter().map(|s| s.volume.clone()).collect();
    of.sort();
    let mut wanted = volumes;
    wanted.sort();
    assert_eq!(of, wanted);
    for snapshot in &snapshots {
        assert!(done.receipt.made.contains(&snapshot.id));
        assert_eq!(snapshot.tags[TAG_CASE], "C-2026-0001");
        assert_eq!(snapshot.tags[TAG_INSTANCE], stage.instance);
        // Two plans of one action made a moment apart differ in their digest, not in the step's id.
        assert!(snapshot.tags[TAG_STEP].ends_with("/s1") && step.mark().ends_with("/s1"));
    }
}

/// Makes both groups with their rules.
async fn make_groups(stage: &Stage, vpc: &str) {
    for role in [GroupRole::Passage, GroupRole::Containment] {
        let done = stage
            .perform(Action::CreateGroup(CreateGroup {
                role,
                vpc: vpc.into(),
            }))
            .await
            .unwrap();
        assert_eq!(done.receipt.made.len(), 1);
        stage.perform(rules(role, vpc)).await.unwrap();
    }
}

fn rules(role: GroupRole, vpc: &str) -> Action {
    let (authorize_ingress, revoke_egress, authorize_egress) = match role {
        GroupRole::Passage => (role.ingress(), Vec::new(), vec![Rule::all("::/0")]),
        GroupRole::Containment => (Vec::new(), vec![Rule::all("0.0.0.0/0")], Vec::new()),
    };
    Action::SetGroupRules(SetGroupRules {
        group: GroupRef::Own {
            role,
            vpc: vpc.into(),
        },
        role,
        revoke_ingress: Vec::new(),
        authorize_ingress,
        revoke_egress,
        authorize_egress,
    })
}

#[tokio::test]
async fn own_groups_are_made_adopted_and_put_on_every_interface() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    let vpc = subject.vpc.clone().unwrap();
    make_groups(&stage, &vpc).await;
    let own = stage.subject().await.own_groups;
    for role in [GroupRole::Passage, GroupRole::Containment] {
        let group = &own[&role.group_name(&vpc)];
        assert_eq!(
            (&group.ingress, &group.egress),
            (&role.ingress(), &role.egress()),
            "{role:?}"
        );
    }
    // Again, as a resumed run would: adopted, and the rules stand.
    let again = stage
        .perform(Action::CreateGroup(CreateGroup {
            role: GroupRole::Passage,
            vpc: vpc.clone(),
        }))
        .await
        .unwrap();
    assert!(again.receipt.adopted);
    assert_eq!(
        again.receipt.made,
        [own[&GroupRole::Passage.group_name(&vpc)].id.clone()]
    );
    stage
        .perform(rules(GroupRole::Passage, &vpc))
        .await
        .unwrap();
    stage
        .perform(rules(GroupRole::Containment, &vpc))
        .await
        .unwrap();
    assert_eq!(stage.subject().await.own_groups, own);

    for interface in &subject.interfaces {
        let contained = own[&GroupRole::Containment.group_name(&vpc)].id.clone();
        let id = interface.id.clone();
        there_and_back(
            &stage,
            Action::SetInterfaceGroups(SetInterfaceGroups {
                interface: id.clone(),
                from: interface.groups.iter().cloned().map(GroupRef::Id).collect(),
                to: vec![GroupRef::Own {
                    role: GroupRole::Containment,
                    vpc: vpc.clone(),
                }],
            }),
            move |s| s.interface(&id).unwrap().groups == [contained.clone()],
        )
        .await;
    }
}

#[tokio::test]
async fn a_part_of_the_rules_that_stands_does_not_stop_the_rest() {
    let stage = Stage::new("breach").await;
    let vpc = stage.subject().await.vpc.unwrap();
    stage
        .perform(Action::CreateGroup(CreateGroup {
            role: GroupRole::Passage,
            vpc: vpc.clone(),
        }))
        .await
        .unwrap();
    let group = GroupRef::Own {
        role: GroupRole::Passage,
        vpc: vpc.clone(),
    };
    let half = Action::SetGroupRules(SetGroupRules {
        group,
        role: GroupRole::Passage,
        revoke_ingress: Vec::new(),
        authorize_ingress: vec![Rule::all("::/0")],
        revoke_egress: Vec::new(),
        authorize_egress: Vec::new(),
    });
    stage.perform(half).await.unwrap();
    stage
        .perform(rules(GroupRole::Passage, &vpc))
        .await
        .unwrap();
    let own = stage.subject().await.own_groups;
    assert_eq!(
        own[&GroupRole::Passage.group_name(&vpc)].ingress,
        GroupRole::Passage.ingress()
    );
}

#[tokio::test]
async fn somebody_elses_group_of_that_name_is_not_adopted() {
    let stage = Stage::new("breach").await;
    let vpc = stage.subject().await.vpc.unwrap();
    make_groups(&stage, &vpc).await;
    stage.lab.world(|world| {
        let name = GroupRole::Containment.group_name(&vpc);
        world
            .groups
            .values_mut()
            .find(|g| g.name == name)
            .unwrap()
            .tags
            .clear();
    });
    let error = stage
        .perform(Action::CreateGroup(CreateGroup {
            role: GroupRole::Containment,
            vpc: vpc.clone(),
        }))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, CloudError::Refused { code, .. } if code == "InvalidGroup.Duplicate"),
        "{error}"
    );
    assert!(
        !stage
            .subject()
            .await
            .own_groups
            .contains_key(&GroupRole::Containment.group_name(&vpc))
    );
}

#[tokio::test]
async fn a_group_that_was_not_made_yet_is_unbound() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    let to = vec![GroupRef::Own {
        role: GroupRole::Passage,
        vpc: subject.vpc.unwrap(),
    }];
    let interface = subject.interfaces[0].id.clone();
    let action = Action::SetInterfaceGroups(SetInterfaceGroups {
        interface,
        from: Vec::new(),
        to,
    });
    assert!(matches!(
        stage.perform(action).await.unwrap_err(),
        CloudError::Unbound { .. }
    ));
    assert_eq!(stage.count("ModifyNetworkInterfaceAttribute"), 0);
}

#[tokio::test]
async fn a_group_made_a_moment_ago_is_waited_for() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    let vpc = subject.vpc.clone().unwrap();
    stage.lab.set_faults(Faults {
        unseen_for_looks: 3,
        ..Faults::none()
    });
    let made = stage
        .perform(Action::CreateGroup(CreateGroup {
            role: GroupRole::Containment,
            vpc: vpc.clone(),
        }))
        .await
        .unwrap()
        .receipt
        .made;
    let own = Made {
        groups: [(GroupRole::Containment.group_name(&vpc), made[0].clone())].into(),
        ..Made::default()
    };
    let step = approved(&stage.instance, rules(GroupRole::Containment, &vpc));
    rebato_engine::ports::Cloud::perform(&stage.cloud, &step, &own)
        .await
        .unwrap();
    assert!(
        stage.count("RevokeSecurityGroupEgress") > 1,
        "it was not seen at first"
    );
}

#[tokio::test]
async fn an_elastic_ip_goes_comes_back_and_is_never_stolen() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    let (interface, address) = subject
        .interfaces
        .iter()
        .flat_map(|i| i.addresses.iter().map(move |a| (i, a)))
        .find(|(_, a)| a.public.as_ref().is_some_and(|p| p.elastic.is_some()))
        .unwrap();
    let public = address.public.clone().unwrap();
    let elastic = public.elastic.unwrap();
    let off = Action::SetElasticIp(SetElasticIp {
        allocation: elastic.allocation.clone(),
        association: Some(elastic.association),
        interface: interface.id.clone(),
        private_ip: address.private_ip,
        public_ip: public.ip,
        associated: false,
    });
    let stands = |s: &Subject| s.all_ips().contains(&public.ip);
    there_and_back(&stage, off.clone(), |s| !stands(s)).await;
    // The association died: a late repetition is answered, and does no harm to the new one.
    stage.perform(off.clone()).await.unwrap();
    assert!(stands(&stage.subject().await));
    // Without the association's id the present one is taken.
    let Undo::Do(on) = off.undo() else {
        panic!("it has an undo")
    };
    assert!(stage.perform((*on).clone()).await.unwrap().receipt.adopted);
    let Undo::Do(off_again) = on.undo() else {
        panic!("it has an undo")
    };
    stage.perform((*off_again).clone()).await.unwrap();
    assert!(!stands(&stage.subject().await));
    assert!(
        stage
            .perform(*off_again.clone())
            .await
            .unwrap()
            .receipt
            .adopted
    );
    // Somebody gives it to another interface meanwhile: it is not taken back.
    let other = subject
        .interfaces
        .iter()
        .find(|i| i.id != interface.id)
        .unwrap();
    let moved = Action::SetElasticIp(SetElasticIp {
        allocation: elastic.allocation,
        association: None,
        interface: other.id.clone(),
        private_ip: other.addresses[0].private_ip,
        public_ip: public.ip,
        associated: true,
    });
    stage.perform(moved).await.unwrap();
    for stale in [*on, *off_again] {
        let error = stage.perform(stale).await.unwrap_err();
        assert_eq!(error.code(), "Resource.AlreadyAssociated");
    }
}

#[tokio::test]
async fn an_automatic_address_is_taken_away() {
    let stage = Stage::new("breach-scaled").await;
    let subject = stage.subject().await;
    let interface = subject.interfaces[0].clone();
    let address = interface.addresses[0].public.clone().unwrap();
    let elastic = address.elastic.unwrap();
    stage
        .perform(Action::SetElasticIp(SetElasticIp {
            allocation: elastic.allocation,
            association: Some(elastic.association),
            interface: interface.id.clone(),
            private_ip: interface.addresses[0].private_ip,
            public_ip: address.ip,
            associated: false,
        }))
        .await
        .unwrap();
    let automatic = stage.subject().await.interfaces[0].addresses[0]
        .public
        .clone()
        .unwrap();
    assert_eq!(
        automatic.elastic, None,
        "AWS gave another address by itself"
    );
    stage
        .perform(Action::SetAutoPublicAddress(SetAutoPublicAddress {
            interface: interface.id,
            address: Some(automatic.ip),
            from: interface.auto_public,
            to: false,
        }))
        .await
        .unwrap();
    let after = stage.subject().await;
    assert_eq!(after.interfaces[0].addresses[0].public, None);
    assert_eq!(after.interfaces[0].auto_public, Some(false));
}

#[tokio::test]
async fn a_stop_and_a_start_are_begun_and_seen_to_come_about() {
    let stage = Stage::new("breach").await;
    let stop = Action::SetRunning(SetRunning {
        instance: stage.instance.clone(),
        running: false,
        loses: Vec::new(),
        how: StopHow::Graceful,
    });
    stage.perform(stop.clone()).await.unwrap();
    assert_eq!(stage.subject().await.state, "stopping");
    stage.lab.advance(SignedDuration::from_mins(3));
    assert_eq!(stage.subject().await.state, "stopped");
    stage.perform(stop.clone()).await.unwrap();
    let Undo::Do(start) = stop.undo() else {
        panic!("it has an undo")
    };
    stage.perform(*start).await.unwrap();
    stage.lab.advance(SignedDuration::from_mins(3));
    assert_eq!(stage.subject().await.state, "running");
}

#[tokio::test]
async fn an_open_group_is_narrowed() {
    let stage = Stage::new("breach").await;
    let subject = stage.subject().await;
    let (id, group) = subject
        .groups
        .iter()
        .find(|(_, g)| g.ingress.iter().any(Rule::is_world))
        .unwrap();
    let open = group
        .ingress
        .iter()
        .find(|r| r.is_world() && r.covers_tcp(22))
        .unwrap()
        .clone();
    let narrow = Rule {
        peer: "198.51.100.0/24".into(),
        ..open.clone()
    };
    let id = id.clone();
    there_and_back(
        &stage,
        Action::SetIngress(SetIngress {
            group: id.clone(),
            revoke: vec![open.clone()],
            authorize: vec![narrow.clone()],
        }),
        move |s| s.groups[&id].ingress.contains(&narrow) && !s.groups[&id].ingress.contains(&open),
    )
    .await;
}
