//! A plan is stale when one made anew from the instance as it is now would be another.

use jiff::SignedDuration;
use rebato_core::contain::{Measure, Profile, Sessions, plan, stale};
use rebato_core::identify::{Address, Elastic, PublicAddress, Rule, Subject};

use crate::containing::carried_out;
use crate::planning::{interface, volume};
use crate::story::{Story, bare_subject};
use crate::surroundings::{holder, profile};

fn subject() -> Subject {
    let mut subject = bare_subject();
    subject.interfaces.push(interface("eni-0", "subnet-0"));
    subject.volumes.push(volume("vol-0"));
    subject.profile = Some(holder());
    subject
}

/// What makes the plan stale: targets and whether a step of the plan is at fault.
fn drifts(profile: &Profile, change: impl FnOnce(&mut Subject)) -> Vec<(String, bool)> {
    let case = Story::open().case;
    let mut subject = subject();
    let made = plan(&case, &subject, profile, None);
    change(&mut subject);
    subject.read_at += SignedDuration::from_mins(3);
    stale(&case, &made, &subject, profile, None)
        .into_iter()
        .map(|drift| (drift.target, !drift.step.is_empty()))
        .collect()
}

#[test]
fn a_later_reading_of_the_same_world_is_no_change() {
    for profile in [
        Profile::runbook(),
        profile([Measure::Sessions {
            deny: Sessions::TokenTime,
        }]),
    ] {
        assert_eq!(drifts(&profile, |_| {}), []);
        // What changes no step and forbids nothing makes no difference.
        let quiet = drifts(&profile, |s| {
            s.tags.insert("Name".into(), "web".into());
        });
        assert_eq!(quiet, []);
    }
}

#[test]
fn what_changes_a_step_is_a_change() {
    let runbook = Profile::runbook();
    let one = |target: &str, known| vec![(target.to_owned(), known)];
    let second = |s: &mut Subject| s.interfaces.push(interface("eni-1", "subnet-0"));
    assert_eq!(drifts(&runbook, second), one("eni-1", false));
    let volumes = |s: &mut Subject| s.volumes.push(volume("vol-1"));
    assert_eq!(drifts(&runbook, volumes), one("i-0abc", true));
    let groups = |s: &mut Subject| s.interfaces[0].groups = vec!["sg-b".into()];
    assert_eq!(drifts(&runbook, groups), one("eni-0", true));
    let address = |s: &mut Subject| {
        s.interfaces[0].auto_public = Some(false);
        s.interfaces[0].addresses.push(Address {
            private_ip: [10, 0, 0, 4].into(),
            primary: true,
            public: Some(PublicAddress {
                ip: [203, 0, 113, 4].into(),
                elastic: Some(Elastic {
                    allocation: "eipalloc-1".into(),
                    association: "eipassoc-1".into(),
                }),
            }),
        });
    };
    assert_eq!(drifts(&runbook, address), one("eipalloc-1", false));
    let refused = |s: &mut Subject| {
        s.tags.insert("rebato:never-contain".into(), "true".into());
    };
    assert_eq!(drifts(&runbook, refused), one("i-0abc", false));
    // Somebody else stopped it: the console and the stop are no longer to be done.
    let stopped = |s: &mut Subject| s.state = "stopped".into();
    assert_eq!(
        drifts(&runbook, stopped),
        [("i-0abc".into(), true), ("i-0abc".into(), true)]
    );
}

#[test]
fn a_group_of_ours_that_is_gone_is_a_change() {
    let case = Story::open().case;
    let isolate = Profile::isolate();
    let first = plan(&case, &subject(), &isolate, None);
    let mut there = subject();
    there.own_groups = carried_out(&first, &there, false).own_groups;
    let made = plan(&case, &there, &isolate, None);
    there
        .own_groups
        .retain(|name, _| !name.contains("containment"));
    let targets: Vec<String> = stale(&case, &made, &there, &isolate, None)
        .into_iter()
        .map(|drift| drift.target)
        .collect();
    assert!(
        targets.contains(&"rebato-containment-vpc-1".to_owned()),
        "{targets:?}"
    );
}

#[test]
fn a_group_of_ours_that_another_case_makes_meanwhile_is_no_change() {
    let case = Story::open().case;
    let isolate = Profile::isolate();
    let made = plan(&case, &subject(), &isolate, None);
    let mut there = subject();
    there.own_groups = carried_out(&made, &there, false).own_groups;
    assert_eq!(stale(&case, &made, &there, &isolate, None), []);

    // Half way, as AWS makes a group: it lets everything out.
    let all = Rule::all("0.0.0.0/0");
    for group in there.own_groups.values_mut() {
        group.ingress.clear();
        group.egress = vec![all.clone()];
    }
    assert_eq!(stale(&case, &made, &there, &isolate, None), []);

    // A way in that nobody planned to close.
    for group in there.own_groups.values_mut() {
        group.ingress = vec![Rule::all("198.51.100.0/24")];
    }
    assert_ne!(stale(&case, &made, &there, &isolate, None), []);
}
