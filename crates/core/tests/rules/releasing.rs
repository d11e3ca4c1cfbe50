//! Release after every way in which a containment can have gone: what was changed comes back, what somebody else changed
//! since is left alone.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rebato_core::case::StepState;
use rebato_core::contain::{
    Action, Asked, Measure, Plan, Profile, ScalingWay, SetInterfaceGroups, SetScalingMembership,
    SetStandby, drift, mark, plan, release,
};
use rebato_core::identify::{Address, Interface, PublicAddress, ScalingMembership, Subject};

use crate::sim::apply;
use crate::story::{CASE, Story, at, bare_subject};
use crate::subjects::{Dice, dice, live_subject};

/// What may become of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Done,
    Refused,
    /// The answer was lost; whether there was an effect.
    Lost(bool),
    /// The program ended before the outcome was written; whether there was an effect.
    Ended(bool),
    Never,
}

const FATES: [Fate; 9] = [
    Fate::Done,
    Fate::Done,
    Fate::Done,
    Fate::Refused,
    Fate::Lost(true),
    Fate::Lost(false),
    Fate::Ended(true),
    Fate::Ended(false),
    Fate::Never,
];

/// Carries out an approved plan with these fates, as the executor does: a step whose need is not done is left out.
fn contain(story: &mut Story, plan: &Plan, subject: &mut Subject, mut fate: impl FnMut() -> Fate) {
    let digest = plan.digest();
    for step in plan.steps() {
        let done = |need: &String| {
            story
                .case
                .plan(digest)
                .unwrap()
                .steps
                .get(need)
                .is_some_and(StepState::is_done)
        };
        let ready = step.needs.iter().all(done);
        let fate = if ready { fate() } else { Fate::Refused };
        let effect = matches!(fate, Fate::Done | Fate::Lost(true) | Fate::Ended(true));
        let effect = effect && apply(&step.action, subject, CASE, &mark(digest, &step.id)).is_ok();
        if fate == Fate::Never {
            continue;
        }
        story.started(digest, &step.id);
        match fate {
            Fate::Done if effect => story.done(digest, &step.id),
            Fate::Done | Fate::Refused => story.failed(digest, &step.id, true),
            Fate::Lost(_) => story.failed(digest, &step.id, false),
            Fate::Ended(_) | Fate::Never => {}
        }
    }
}

/// The subject without what release cannot or does not give back: automatic addresses, ids of associations, evidence, our
/// groups, a setting that AWS did not tell.
fn comparable(subject: &Subject, original: &Subject) -> Subject {
    let mut subject = subject.clone();
    subject.read_at = original.read_at;
    subject.own_snapshots.clear();
    subject.own_groups.clear();
    for (interface, first) in subject.interfaces.iter_mut().zip(&original.interfaces) {
        if first.auto_public.is_none() {
            interface.auto_public = None;
        }
        // An address that was there is a setting that was on, whatever AWS said of it.
        if first
            .addresses
            .iter()
            .any(|a| matches!(&a.public, Some(PublicAddress { elastic: None, .. })))
        {
            interface.auto_public = Some(true);
        }
        for address in &mut interface.addresses {
            match &mut address.public {
                Some(PublicAddress {
                    elastic: Some(elastic),
                    ..
                }) => elastic.association.clear(),
                other => *other = None,
            }
        }
    }
    subject
        .targets
        .retain(|t| t.health.as_deref() != Some("draining"));
    for target in &mut subject.targets {
        target.health = None;
    }
    subject.targets.sort();
    subject
}

fn released(story: &Story, subject: &Subject) -> Subject {
    let plan = release(&story.case, subject);
    assert_eq!(
        drift(&plan, subject),
        vec![],
        "a release fits the state it was made from"
    );
    let mut after = subject.clone();
    for step in plan.steps() {
        let answer = apply(
            &step.action,
            &mut after,
            CASE,
            &mark(plan.digest(), &step.id),
        );
        assert!(answer.is_ok(), "{:?} was refused: {answer:?}", step.action);
    }
    after
}

fn check(
    original: &Subject,
    profile: &Profile,
    fate: impl FnMut() -> Fate,
) -> Result<(), TestCaseError> {
    let plan = plan(&Story::open().case, original, profile, None);
    let mut story = Story::approved(&plan);
    let mut subject = original.clone();
    contain(&mut story, &plan, &mut subject, fate);
    prop_assert!(
        !release(&story.case, &subject)
            .notes
            .iter()
            .any(|n| n.code == "drifted"),
        "nobody else changed anything"
    );
    let after = released(&story, &subject);
    prop_assert_eq!(comparable(&after, original), comparable(original, original));
    Ok(())
}

fn draw(dice: &mut Dice) -> Fate {
    FATES[usize::from(dice.roll(9))]
}

proptest! {
    #[test]
    fn a_whole_containment_comes_back(subject in live_subject(), stop: bool) {
        check(&subject, &if stop { Profile::runbook() } else { Profile::isolate() }, || Fate::Done)?;
    }

    #[test]
    fn a_containment_that_ended_after_any_step_comes_back(subject in live_subject(), end in 0_usize..30, effect: bool) {
        let mut n = 0;
        check(&subject, &Profile::runbook(), || {
            n += 1;
            match n.cmp(&end) {
                std::cmp::Ordering::Less => Fate::Done,
                std::cmp::Ordering::Equal => Fate::Ended(effect),
                std::cmp::Ordering::Greater => Fate::Never,
            }
        })?;
    }

    #[test]
    fn a_containment_whose_steps_fared_in_any_way_comes_back(subject in live_subject(), mut luck in dice()) {
        check(&subject, &Profile::runbook(), || draw(&mut luck))?;
    }

    #[test]
    fn what_was_put_back_is_not_put_back_again(subject in live_subject()) {
        let made = plan(&Story::open().case, &subject, &Profile::isolate(), None);
        let mut story = Story::approved(&made);
        let mut after = subject;
        contain(&mut story, &made, &mut after, || Fate::Done);
        let back = release(&story.case, &after);
        if back.waves.is_empty() {
            return Ok(());
        }
        story.approve(&back);
        contain(&mut story, &back, &mut after, || Fate::Done);
        prop_assert!(release(&story.case, &after).waves.is_empty());
    }

    #[test]
    fn an_interface_that_somebody_else_changed_is_left_alone(subject in live_subject()) {
        let made = plan(&Story::open().case, &subject, &Profile::isolate(), None);
        let mut story = Story::approved(&made);
        let mut after = subject.clone();
        contain(&mut story, &made, &mut after, || Fate::Done);
        let changed: Option<String> = made.steps().find_map(|s| match &s.action {
            Action::SetInterfaceGroups(SetInterfaceGroups { interface, .. }) => Some(interface.clone()),
            _ => None,
        });
        let Some(changed) = changed else { return Ok(()) };
        let foreign = vec!["sg-foreign".to_owned()];
        after.interfaces.iter_mut().find(|i| i.id == changed).unwrap().groups.clone_from(&foreign);

        let back = release(&story.case, &after);
        let drifted: Vec<&BTreeMap<String, String>> = back.notes.iter().filter(|n| n.code == "drifted").map(|n| &n.args).collect();
        prop_assert_eq!(drifted.len(), 1);
        prop_assert_eq!(&drifted[0]["target"], &changed);
        let mut wanted = comparable(&subject, &subject);
        wanted.interfaces.iter_mut().find(|i| i.id == changed).unwrap().groups = foreign;
        prop_assert_eq!(comparable(&released(&story, &after), &subject), wanted);
    }

    #[test]
    fn two_plans_of_one_case_come_back_to_the_first_state(subject in live_subject(), mut luck in dice()) {
        let first = plan(&Story::open().case, &subject, &Profile::isolate(), None);
        let mut story = Story::approved(&first);
        let mut now = subject.clone();
        contain(&mut story, &first, &mut now, || draw(&mut luck));
        now.read_at = at(30);
        let second = plan(&story.case, &now, &Profile::isolate(), None);
        story.approve(&second);
        contain(&mut story, &second, &mut now, || draw(&mut luck));
        prop_assert_eq!(comparable(&released(&story, &now), &subject), comparable(&subject, &subject));
    }
}

#[test]
fn a_setting_that_aws_does_not_tell_is_put_back_where_it_was_changed() {
    let automatic = PublicAddress {
        ip: "203.0.113.9".parse().unwrap(),
        elastic: None,
    };
    let mut subject = bare_subject();
    subject.interfaces.push(Interface {
        id: "eni-0".into(),
        device_index: 0,
        vpc: Some("vpc-1".into()),
        subnet: None,
        groups: vec!["sg-a".into()],
        addresses: vec![Address {
            private_ip: "10.0.0.4".parse().unwrap(),
            primary: true,
            public: Some(automatic),
        }],
        ipv6: vec![],
        requester_managed: false,
        auto_public: None,
    });
    let made = plan(&Story::open().case, &subject, &Profile::isolate(), None);
    for (fate, wanted) in [(Fate::Done, true), (Fate::Never, false)] {
        let mut story = Story::approved(&made);
        let mut after = subject.clone();
        contain(&mut story, &made, &mut after, || fate);
        after.interfaces[0].auto_public = None;
        let back = release(&story.case, &after);
        assert_eq!(
            back.steps()
                .any(|s| s.action.name() == "set_auto_public_address"),
            wanted
        );
    }
}

/// A minimum above the wanted size makes the group start another instance, so it goes back only with the instance.
#[test]
fn the_minimum_comes_back_with_the_instance() {
    for how in [ScalingWay::Standby, ScalingWay::Detach] {
        let mut subject = bare_subject();
        subject.scaling = Some(ScalingMembership {
            group: "asg".into(),
            lifecycle: "InService".into(),
            min: Some(2),
            desired: Some(2),
        });
        let profile = Profile {
            name: "mine".into(),
            measures: vec![Asked {
                measure: Measure::Scaling { how },
                accept: BTreeSet::new(),
            }],
        };
        let made = plan(&Story::open().case, &subject, &profile, None);
        let mut story = Story::approved(&made);
        contain(&mut story, &made, &mut subject, || Fate::Done);
        let back = release(&story.case, &subject);
        let steps: Vec<&Action> = back.steps().map(|step| &step.action).collect();
        let [
            Action::SetStandby(SetStandby { minimum, .. })
            | Action::SetScalingMembership(SetScalingMembership { minimum, .. }),
        ] = steps[..]
        else {
            panic!("{how:?}: {steps:?}");
        };
        assert_eq!(*minimum, Some((1, 2)), "{how:?}");
    }
}
