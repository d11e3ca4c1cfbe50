//! The containment plan on instances of every kind: its order, its effect in the simulated account, and drift.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rebato_core::contain::{
    Action, GroupRef, GroupRole, Plan, Profile, SetElasticIp, SetInterfaceGroups, Standing, Step,
    drift, exposed, mark, plan, standing,
};
use rebato_core::identify::{Interface, Subject};

use crate::sim::{apply, own_id};
use crate::story::{CASE, Story};
use crate::subjects::{any_subject, live_subject};

fn planned(subject: &Subject, profile: &Profile) -> Plan {
    plan(&Story::open().case, subject, profile, None)
}

/// Each step with the number of its wave.
pub(crate) fn by_wave(plan: &Plan) -> Vec<(usize, &Step)> {
    plan.waves
        .iter()
        .enumerate()
        .flat_map(|(n, wave)| wave.iter().map(move |step| (n, step)))
        .collect()
}

fn own(role: GroupRole, interface: &Interface) -> GroupRef {
    GroupRef::Own {
        role,
        vpc: interface.vpc.clone().unwrap(),
    }
}

fn in_group(interface: &Interface, role: GroupRole) -> bool {
    interface.groups == [own_id(role, interface.vpc.as_ref().unwrap())]
}

/// Interfaces that nobody but AWS may change.
fn managed(subject: &Subject) -> Vec<String> {
    subject
        .interfaces
        .iter()
        .filter(|i| i.requester_managed)
        .map(|i| i.id.clone())
        .collect()
}

/// Carries out a whole plan, the steps of a wave in one order or the other.
pub(crate) fn carried_out(plan: &Plan, before: &Subject, backwards: bool) -> Subject {
    let mut subject = before.clone();
    for wave in &plan.waves {
        let mut steps: Vec<&Step> = wave.iter().collect();
        if backwards {
            steps.reverse();
        }
        for step in steps {
            let answer = apply(
                &step.action,
                &mut subject,
                CASE,
                &mark(plan.digest(), &step.id),
            );
            assert!(answer.is_ok(), "{:?} was refused: {answer:?}", step.action);
        }
    }
    subject
}

/// Steps that have no later one on the same thing.
fn ends(plan: &Plan) -> Vec<&Step> {
    let last: BTreeMap<String, &Step> = plan.steps().map(|s| (s.action.key(), s)).collect();
    last.into_values().collect()
}

proptest! {
    #[test]
    fn the_order_of_waves_holds(subject in any_subject()) {
        let plan = planned(&subject, &Profile::runbook());
        let steps = by_wave(&plan);
        let wave_of: BTreeMap<&str, usize> = steps.iter().map(|(wave, s)| (s.id.as_str(), *wave)).collect();
        prop_assert_eq!(wave_of.len(), steps.len(), "ids are unique");
        prop_assert!(plan.waves.iter().all(|w| !w.is_empty()));
        for (wave, step) in &steps {
            for need in &step.needs {
                prop_assert!(wave_of.get(need.as_str()).is_some_and(|w| w < wave), "{} needs {need}", step.id);
            }
        }
        let snapshot = steps.iter().find(|(_, s)| matches!(s.action, Action::CreateSnapshots(_)));
        let is_passage = |groups: &[GroupRef]| matches!(groups, [GroupRef::Own { role: GroupRole::Passage, .. }]);
        let moves: Vec<usize> = steps.iter()
            .filter(|(_, s)| matches!(&s.action, Action::SetInterfaceGroups(SetInterfaceGroups { to, .. }) if is_passage(to)))
            .map(|(wave, _)| *wave).collect();
        for (wave, step) in steps.iter().filter(|(_, s)| s.action.cuts()) {
            let early = match &step.action {
                Action::SetElasticIp(_) | Action::SetAutoPublicAddress(_) => {
                    prop_assert_eq!(*wave, moves.iter().copied().max().unwrap_or(0), "addresses go with the passage");
                    true
                }
                Action::SetInterfaceGroups(SetInterfaceGroups { to, .. }) => is_passage(to),
                _ => false,
            };
            if let Some((taken, _)) = snapshot {
                prop_assert!(if early { taken <= wave } else { taken < wave }, "{:?}", step.action);
            }
            if !early {
                prop_assert!(moves.iter().all(|m| m < wave), "containment comes after every move");
            }
        }
        if let Some((wave, stop)) = steps.iter().find(|(_, s)| matches!(s.action, Action::SetRunning(_))) {
            prop_assert_eq!(*wave + 1, plan.waves.len());
            prop_assert_eq!(plan.waves[*wave].len(), 1, "nothing runs beside the stop");
            prop_assert!(snapshot.is_none_or(|(_, s)| stop.needs.contains(&s.id)));
            prop_assert!(subject.state == "running" && subject.lifecycle.is_none());
            prop_assert_eq!(subject.root_device_type.as_deref(), Some("ebs"));
        }
    }

    #[test]
    fn every_interface_that_may_be_changed_ends_in_containment(subject in live_subject()) {
        let plan = planned(&subject, &Profile::isolate());
        for interface in &subject.interfaces {
            let chain: Vec<(&Vec<GroupRef>, &Vec<GroupRef>)> = plan.steps().filter_map(|s| match &s.action {
                Action::SetInterfaceGroups(SetInterfaceGroups { interface: id, from, to }) if *id == interface.id => Some((from, to)),
                _ => None,
            }).collect();
            let (passage, containment) = (vec![own(GroupRole::Passage, interface)], vec![own(GroupRole::Containment, interface)]);
            let found: Vec<GroupRef> = interface.groups.iter().cloned().map(GroupRef::Id).collect();
            if interface.requester_managed || in_group(interface, GroupRole::Containment) {
                prop_assert!(chain.is_empty());
            } else if in_group(interface, GroupRole::Passage) {
                prop_assert_eq!(chain, vec![(&passage, &containment)]);
            } else {
                prop_assert_eq!(chain, vec![(&found, &passage), (&passage, &containment)]);
            }
        }
    }

    #[test]
    fn observing_changes_nothing_but_tags(subject in any_subject()) {
        let plan = planned(&subject, &Profile::observe());
        for step in plan.steps() {
            prop_assert!(["set_tags", "save_console", "create_snapshots"].contains(&step.action.name()));
        }
    }

    #[test]
    fn a_plan_does_what_it_says(subject in live_subject(), backwards: bool, stop: bool) {
        let plan = planned(&subject, &if stop { Profile::runbook() } else { Profile::isolate() });
        prop_assert_eq!(drift(&plan, &subject), vec![]);
        let after = carried_out(&plan, &subject, backwards);
        prop_assert_eq!(exposed(&after), managed(&subject));
        for step in ends(&plan) {
            let stands = standing(&step.action, &after, &mark(plan.digest(), &step.id));
            let wanted = if matches!(step.action, Action::SaveConsole(_)) { Standing::Unseen } else { Standing::After };
            prop_assert_eq!(stands, wanted, "{:?}", step.action);
        }
        prop_assert_eq!(drift(&plan, &after), vec![], "what the plan itself left is no drift");
        prop_assert!(after.volumes.iter().all(|v| after.own_snapshots.iter().any(|s| s.volume == v.id)), "evidence of every volume");
    }

    #[test]
    fn a_second_plan_moves_nothing_and_takes_no_quarantine_for_the_state_before(subject in live_subject(), another: bool) {
        let first = planned(&subject, &Profile::isolate());
        let after = carried_out(&first, &subject, false);
        let mut case = Story::open().case;
        if another {
            case.id = "C-2026-0002".into();
        }
        let second = plan(&case, &after, &Profile::isolate(), None);
        let ours: BTreeSet<String> = after.own_groups.values().map(|g| g.id.clone()).collect();
        for step in second.steps() {
            prop_assert!(!step.action.cuts(), "{:?}", step.action);
            if let Action::SetInterfaceGroups(SetInterfaceGroups { from, .. }) = &step.action {
                prop_assert!(from.iter().all(|g| !ours.contains(&g.shown())));
            }
        }
        prop_assert_eq!(second.steps().any(|s| matches!(s.action, Action::CreateSnapshots(_))), another && !subject.volumes.is_empty());
    }

    #[test]
    fn what_somebody_else_changed_is_drift(subject in live_subject()) {
        let plan = planned(&subject, &Profile::isolate());
        for id in plan.steps().filter_map(|s| match &s.action { Action::SetInterfaceGroups(SetInterfaceGroups { interface, .. }) => Some(interface), _ => None }) {
            let mut changed = subject.clone();
            changed.interfaces.iter_mut().find(|i| i.id == *id).unwrap().groups = vec!["sg-foreign".into()];
            let targets: BTreeSet<String> = drift(&plan, &changed).into_iter().map(|d| d.target).collect();
            prop_assert_eq!(targets, BTreeSet::from([id.clone()]));
        }
        for step in plan.steps() {
            let mut changed = subject.clone();
            match &step.action {
                Action::SetElasticIp(SetElasticIp { allocation, .. }) => {
                    for address in changed.interfaces.iter_mut().flat_map(|i| &mut i.addresses) {
                        if let Some(elastic) = address.public.as_mut().and_then(|p| p.elastic.as_mut()).filter(|e| e.allocation == *allocation) {
                            elastic.association = "eipassoc-newer".into();
                        }
                    }
                }
                Action::SetScalingMinimum(_) => changed.scaling.as_mut().unwrap().min = Some(99),
                Action::SetStandby(_) => changed.scaling = None,
                Action::SetRunning(_) => changed.state = "terminated".into(),
                Action::SetTags(_) => { changed.tags.insert("rebato:case".into(), "C-1999-0001".into()); }
                _ => continue,
            }
            prop_assert!(drift(&plan, &changed).iter().any(|d| d.target == step.action.target()), "{:?}", step.action);
        }
    }
}

#[test]
fn an_opened_containment_group_is_mended_though_no_interface_moves() {
    let vpc = "vpc-1";
    let mut subject = crate::story::bare_subject();
    let role = GroupRole::Containment;
    let open = crate::sim::own_group(role, vpc, GroupRole::Passage.ingress(), vec![]);
    subject.own_groups.insert(open.name.clone(), open);
    subject.interfaces.push(Interface {
        id: "eni-0".into(),
        device_index: 0,
        vpc: Some(vpc.into()),
        subnet: None,
        groups: vec![own_id(role, vpc)],
        addresses: vec![],
        ipv6: vec![],
        requester_managed: false,
        auto_public: None,
    });
    assert_eq!(exposed(&subject), ["eni-0"]);
    let plan = planned(&subject, &Profile::isolate());
    assert!(
        !plan
            .steps()
            .any(|s| matches!(s.action, Action::SetInterfaceGroups(_)))
    );
    assert_eq!(exposed(&carried_out(&plan, &subject, false)), [""; 0]);
}

#[test]
fn an_instance_that_is_gone_gets_an_empty_plan_that_refuses_itself() {
    for state in ["terminated", "shutting-down"] {
        let subject = Subject {
            state: state.into(),
            ..crate::story::bare_subject()
        };
        let plan = planned(&subject, &Profile::runbook());
        assert_eq!(plan.waves, Vec::<Vec<Step>>::new());
        assert_eq!(
            plan.refusals(),
            BTreeSet::from(["instance_terminated".to_owned()])
        );
    }
}

#[test]
fn a_snapshot_that_failed_is_no_evidence() {
    let mut subject = crate::story::bare_subject();
    subject.volumes.push(rebato_core::identify::Volume {
        id: "vol-0".into(),
        device: "/dev/xvda".into(),
        delete_on_termination: None,
        encrypted: None,
        kms_key: None,
        size_gib: None,
    });
    let first = planned(&subject, &Profile::observe());
    let mut after = carried_out(&first, &subject, false);
    let step = first
        .steps()
        .find(|s| s.action.name() == "create_snapshots")
        .unwrap();
    let stands = |after: &Subject| standing(&step.action, after, &mark(first.digest(), &step.id));
    assert_eq!(stands(&after), Standing::After);
    after.own_snapshots[0].state = "error".into();
    assert_eq!(stands(&after), Standing::Before);
    assert!(
        planned(&after, &Profile::observe())
            .steps()
            .any(|s| s.action.name() == "create_snapshots")
    );
}
