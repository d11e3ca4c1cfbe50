//! The linter of plans finds what was broken in a sound plan, and names it.

use rebato_core::contain::{
    Action, FAULTS, GroupRef, GroupRole, Plan, Profile, Step, lint_plan, plan,
};
use rebato_core::identify::Subject;

use crate::planning::{interface, volume};
use crate::story::{Story, bare_subject};

fn subject() -> Subject {
    let mut subject = bare_subject();
    subject.interfaces.push(interface("eni-0", "subnet-0"));
    subject.volumes.push(volume("vol-0"));
    subject
}

fn broken(change: impl FnOnce(&mut Plan)) -> Vec<(&'static str, String)> {
    let subject = subject();
    let mut made = plan(&Story::open().case, &subject, &Profile::runbook(), None);
    assert_eq!(lint_plan(&made, Some(&subject)), []);
    change(&mut made);
    lint_plan(&made, Some(&subject))
        .into_iter()
        .inspect(|fault| assert!(FAULTS.contains(&fault.code)))
        .map(|fault| (fault.code, fault.at))
        .collect()
}

/// Takes the step of this name, the last if there are several, out of the plan.
fn take(plan: &mut Plan, name: &str) -> Step {
    let mut waves = plan.waves.iter_mut().rev();
    let taken = waves.find_map(|wave| {
        let at = wave.iter().rposition(|s| s.action.name() == name)?;
        Some(wave.remove(at))
    });
    taken.unwrap()
}

#[test]
fn every_danger_is_named() {
    let left = broken(|plan| {
        take(plan, "set_interface_groups");
    });
    assert_eq!(left, [("passage_left", "eni-0".into())]);

    let early = broken(|plan| {
        let stop = take(plan, "set_running");
        plan.waves[0].push(stop);
    });
    assert!(early.iter().any(|(code, _)| *code == "cut_before_evidence"));
    assert!(
        early
            .iter()
            .any(|(code, _)| *code == "stop_before_snapshot")
    );
    assert!(early.iter().any(|(code, _)| *code == "need_unmet"));

    let blind = broken(|plan| {
        let console = take(plan, "save_console");
        plan.waves.push(vec![console]);
    });
    assert!(blind.iter().all(|(code, _)| *code == "cut_before_evidence"));
    assert_eq!(blind.len(), 3, "both moves and the stop");

    let missing = broken(|plan| {
        let taken = take(plan, "create_snapshots").id;
        for step in plan.waves.iter_mut().flatten() {
            step.needs.remove(&taken);
        }
    });
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].0, "stop_before_snapshot");

    let twice = broken(|plan| {
        let tags = plan.waves[0][0].clone();
        plan.waves[0].push(tags);
    });
    assert_eq!(
        twice.iter().map(|f| f.0).collect::<Vec<_>>(),
        ["step_twice", "same_thing_at_once"]
    );

    let nothing = broken(|plan| {
        let mut last = take(plan, "set_interface_groups");
        if let Action::SetInterfaceGroups(moved) = &mut last.action {
            moved.from.clear();
        }
        plan.waves[3].push(last);
    });
    assert_eq!(nothing.len(), 1, "{nothing:?}");
    assert_eq!(nothing[0].0, "before_missing");
}

#[test]
fn an_interface_that_was_forgotten_in_the_passage_is_found() {
    let mut subject = subject();
    let made = plan(&Story::open().case, &subject, &Profile::isolate(), None);
    let role = GroupRole::Passage;
    let group = crate::sim::own_group(role, "vpc-1", role.ingress(), role.egress());
    let mut second = interface("eni-1", "subnet-0");
    second.groups = vec![group.id.clone()];
    subject.interfaces.push(second);
    subject.own_groups.insert(group.name.clone(), group);
    let found = lint_plan(&made, Some(&subject));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].code, found[0].at.as_str()),
        ("passage_left", "eni-1")
    );
    assert!(
        made.steps()
            .any(|s| matches!(&s.action, Action::SetInterfaceGroups(m)
        if matches!(m.to.as_slice(), [GroupRef::Own { role: GroupRole::Containment, .. }])))
    );
}
