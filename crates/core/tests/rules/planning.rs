//! A plan follows its profile: each measure makes its own steps, on instances of every kind.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rebato_core::case::Case;
use rebato_core::contain::{
    Action, DenySessions, GroupRole, Measure, Plan, Profile, ScalingWay, Sessions, SetAclDeny,
    StopHow, lint_plan, plan, stale,
};
use rebato_core::identify::{
    Acl, Exposure, Interface, Neighbourhood, RoleFacts, ScalingMembership, Subject, Volume,
};
use rebato_core::monitor::Review;

use crate::containing::{by_wave, carried_out};
use crate::story::{Story, bare_subject};
use crate::surroundings::{
    QUARANTINE, all_measures, any_case, any_sound_profile, any_surrounded, entry, holder, profile,
    remote,
};

/// The measure that an action belongs to.
fn measure_of(action: &Action) -> &'static str {
    match action {
        Action::SetTags(_) => "tags",
        Action::SaveConsole(_) => "console",
        Action::CreateSnapshots(_) => "snapshots",
        Action::ProtectTermination(_) => "termination_protection",
        Action::SetShutdownBehavior(_) => "shutdown_behavior",
        Action::SetDeleteOnTermination(_) => "keep_volumes",
        Action::SetScalingMinimum(_) | Action::SetStandby(_) | Action::SetScalingMembership(_) => {
            "scaling"
        }
        Action::SetTarget(_) | Action::SetBalancer(_) => "targets",
        Action::CreateGroup(_) | Action::SetGroupRules(_) | Action::SetInterfaceGroups(_) => {
            "isolate"
        }
        Action::SetElasticIp(_) | Action::SetAutoPublicAddress(_) => "addresses",
        Action::SetAclDeny(_) => "acl",
        Action::DenySessions(_) => "sessions",
        Action::SetInstanceProfile(_) => "instance_profile",
        Action::SetMetadataEndpoint(_) => "metadata",
        Action::ProtectStop(_) | Action::SetRunning(_) => "stop",
        Action::WaitSnapshots(_) => "wait_snapshots",
        Action::CopySnapshots(_) => "copy_snapshots",
        Action::ShareSnapshots(_) => "share_snapshots",
        Action::LockSnapshots(_) => "lock_snapshots",
        Action::ScanSnapshots(_) => "scan_snapshots",
        Action::ArchiveFinding(_) => "archive_finding",
        Action::RateFinding(_) => "feedback",
        Action::OpenSupportCase(_) | Action::OpenSecurityCase(_) => "escalation",
        Action::DeleteGroup(_)
        | Action::SetImdsTokens(_)
        | Action::SetIngress(_)
        | Action::SetEbsEncryption(_)
        | Action::SetFlowLog(_)
        | Action::SetSshd(_)
        | Action::RunPatches(_)
        | Action::EditList(_)
        | Action::TrustAddress(_)
        | Action::ActivateList(_)
        | Action::SuppressFinding(_)
        | Action::SetWatchObject(_) => "none",
    }
}

/// The wave of the last step of an action.
fn wave(plan: &Plan, name: &str) -> Option<usize> {
    by_wave(plan)
        .iter()
        .filter(|(_, s)| s.action.name() == name)
        .map(|(wave, _)| *wave)
        .max()
}

/// The wave of each move of an interface into one of our groups.
fn moves(plan: &Plan, to: GroupRole) -> BTreeMap<String, usize> {
    by_wave(plan)
        .into_iter()
        .filter_map(|(wave, s)| match &s.action {
            Action::SetInterfaceGroups(m) if m.goes_to(to) => Some((m.interface.clone(), wave)),
            _ => None,
        })
        .collect()
}

proptest! {
    #[test]
    fn a_sound_profile_makes_a_sound_plan(case in any_case(), subject in any_surrounded(), profile in any_sound_profile(), backwards: bool) {
        let made = plan(&case, &subject, &profile, None);
        prop_assert_eq!(lint_plan(&made, Some(&subject)), vec![]);
        prop_assert_eq!(lint_plan(&made, None), vec![]);
        prop_assert_eq!(&plan(&case, &subject, &profile, None), &made, "the same subject makes the same plan");
        prop_assert_eq!(stale(&case, &made, &subject, &profile, None), vec![]);
        for step in made.steps() {
            prop_assert!(profile.asks(measure_of(&step.action)), "nobody asked for {:?}", step.action);
        }
        let after = carried_out(&made, &subject, backwards);
        let again = plan(&case, &after, &profile, None);
        for step in again.steps() {
            let quiet = ["share_snapshots", "lock_snapshots", "scan_snapshots", "archive_finding", "rate_finding", "save_console", "wait_snapshots"];
            prop_assert!(quiet.contains(&step.action.name()), "{:?} once more", step.action);
        }
    }

    #[test]
    fn nothing_makes_the_cut_later(case in any_case(), subject in any_surrounded(), profile in any_sound_profile()) {
        let made = plan(&case, &subject, &profile, None);
        let mut plain = profile.clone();
        plain.measures.retain(|asked| matches!(asked.measure, Measure::Snapshots | Measure::Isolate { .. }));
        let bare = plan(&case, &subject, &plain, None);
        for role in [GroupRole::Passage, GroupRole::Containment] {
            prop_assert_eq!(moves(&made, role), moves(&bare, role));
        }
        let cut = moves(&made, GroupRole::Containment).into_values().max().unwrap_or(0);
        for name in ["deny_sessions", "set_instance_profile", "set_metadata_endpoint", "set_acl_deny"] {
            prop_assert!(wave(&made, name).is_none_or(|w| w <= cut), "{name}");
        }
        let place = |name: &str| profile.measures.iter().position(|asked| asked.measure.name() == name);
        for name in ["wait_snapshots", "copy_snapshots", "share_snapshots", "lock_snapshots", "scan_snapshots", "archive_finding", "rate_finding"] {
            let Some(at) = wave(&made, name) else { continue };
            prop_assert!(moves(&made, GroupRole::Containment).values().all(|w| *w < at), "{name} follows the cut");
            let listed = place(if name == "rate_finding" { "feedback" } else { name });
            if let Some(stop) = wave(&made, "set_running") {
                prop_assert_eq!(at < stop, listed < place("stop"), "{} and the stop keep the profile's order", name);
            }
        }
    }
}

fn of(measures: &[Measure], subject: &Subject) -> Plan {
    plan(&attacked(), subject, &profile(measures.to_vec()), None)
}

/// A case with one address.
fn attacked() -> Case {
    let mut case = Story::open().case;
    case.finding.remote = vec![remote("198.51.100.7")];
    case
}

fn names(plan: &Plan) -> Vec<Vec<&'static str>> {
    plan.waves
        .iter()
        .map(|wave| wave.iter().map(|s| s.action.name()).collect())
        .collect()
}

pub(crate) fn interface(id: &str, subnet: &str) -> Interface {
    Interface {
        id: id.into(),
        device_index: 0,
        vpc: Some("vpc-1".into()),
        subnet: Some(subnet.into()),
        groups: vec!["sg-a".into()],
        addresses: vec![],
        ipv6: vec![],
        requester_managed: false,
        auto_public: None,
    }
}

pub(crate) fn volume(id: &str) -> Volume {
    Volume {
        id: id.into(),
        device: "/dev/xvda".into(),
        delete_on_termination: None,
        encrypted: None,
        kms_key: None,
        size_gib: None,
    }
}

#[test]
fn without_the_passage_an_interface_goes_straight_to_containment() {
    let mut subject = bare_subject();
    subject.interfaces.push(interface("eni-0", "subnet-0"));
    let direct = of(&[Measure::Isolate { passage: false }], &subject);
    assert_eq!(
        names(&direct),
        [
            ["create_group"],
            ["set_group_rules"],
            ["set_interface_groups"]
        ]
    );
    let moved = direct.waves[2][0].action.before();
    assert_eq!(moved, serde_json::json!({ "groups": ["sg-a"] }));
}

#[test]
fn detaching_follows_the_minimum() {
    let mut subject = bare_subject();
    subject.scaling = Some(ScalingMembership {
        group: "asg".into(),
        lifecycle: "InService".into(),
        min: Some(2),
        desired: Some(2),
    });
    let detach = Measure::Scaling {
        how: ScalingWay::Detach,
    };
    let made = of(&[detach], &subject);
    assert_eq!(
        names(&made),
        [["set_scaling_minimum"], ["set_scaling_membership"]]
    );
    assert!(made.waves[1][0].needs.contains(&made.waves[0][0].id));
}

fn denied(subject: &Subject, deny: Sessions) -> Option<DenySessions> {
    let made = of(&[Measure::Sessions { deny }], subject);
    made.steps().find_map(|s| match &s.action {
        Action::DenySessions(deny) => Some(deny.clone()),
        _ => None,
    })
}

#[test]
fn sessions_are_denied_where_the_role_is_known_and_ours_to_change() {
    let mut subject = bare_subject();
    assert_eq!(denied(&subject, Sessions::Instance), None);
    subject.profile = Some(holder());
    let narrow = denied(&subject, Sessions::Instance).unwrap();
    assert_eq!(
        narrow.document,
        DenySessions::of_instance("AROAWEB", "i-0abc")
    );
    let broad = denied(&subject, Sessions::TokenTime).unwrap();
    let soon = subject.read_at + jiff::SignedDuration::from_secs(30);
    assert_eq!(broad.document, DenySessions::issued_before(soon));

    let without = |change: fn(&mut Subject)| {
        let mut changed = subject.clone();
        change(&mut changed);
        denied(&changed, Sessions::Instance)
    };
    assert_eq!(
        without(|s| s.profile.as_mut().unwrap().role_id = None),
        None
    );
    assert_eq!(without(|s| s.profile.as_mut().unwrap().role = None), None);
    let linked = |s: &mut Subject| {
        let role = RoleFacts {
            service_linked: true,
            ..RoleFacts::default()
        };
        s.around = Some(Neighbourhood {
            role: Some(role),
            ..Neighbourhood::default()
        });
    };
    assert_eq!(without(linked), None);

    // A denial of a case's own that is there is not put again; another in its place is.
    for (held, wanted, put) in [
        (&narrow, Sessions::Instance, false),
        (&broad, Sessions::TokenTime, false),
        (&narrow, Sessions::TokenTime, true),
        (&broad, Sessions::Instance, true),
    ] {
        let mut held_by = subject.clone();
        held_by.read_at += jiff::SignedDuration::from_mins(5);
        let policy = (held.policy.clone(), held.document.clone());
        held_by.profile.as_mut().unwrap().own_policies = Some([policy].into());
        assert_eq!(denied(&held_by, wanted).is_some(), put, "{wanted:?}");
    }
}

#[test]
fn the_profile_that_takes_the_place_of_another_is_left_alone() {
    let mut subject = bare_subject();
    subject.profile = Some(holder());
    let measures = [
        Measure::Sessions {
            deny: Sessions::Instance,
        },
        Measure::InstanceProfile {
            replace_with: Some(QUARANTINE.into()),
        },
    ];
    assert_eq!(
        names(&of(&measures, &subject)),
        [["deny_sessions", "set_instance_profile"]]
    );
    subject.profile.as_mut().unwrap().arn = QUARANTINE.into();
    assert_eq!(names(&of(&measures, &subject)), Vec::<Vec<&str>>::new());
}

/// The denials in one ACL with these entries, and how many addresses find no room.
fn acl_denies(
    entries: &[rebato_core::identify::AclEntry],
    peers: &[&str],
) -> (Option<SetAclDeny>, Option<String>) {
    let mut case = attacked();
    case.finding.remote = peers.iter().map(|ip| remote(ip)).collect();
    acl_denies_of(&case, entries)
}

fn acl_denies_of(
    case: &Case,
    entries: &[rebato_core::identify::AclEntry],
) -> (Option<SetAclDeny>, Option<String>) {
    let mut subject = bare_subject();
    let mut around = Neighbourhood::default();
    for subnet in ["subnet-0", "subnet-1"] {
        subject.interfaces.push(interface(subnet, subnet));
        around.exposure.push(Exposure {
            subnet: subnet.into(),
            internet_gateway: None,
            acl: Some(Acl {
                id: "acl-1".into(),
                is_default: true,
                entries: entries.to_vec(),
            }),
        });
    }
    subject.around = Some(around);
    let made = plan(case, &subject, &profile([Measure::Acl]), None);
    let mut found = made.steps().filter_map(|s| match &s.action {
        Action::SetAclDeny(deny) => Some(deny.clone()),
        _ => None,
    });
    let one = found.next();
    assert_eq!(found.next(), None, "each ACL once");
    let note = made.notes.iter().find(|n| n.code == "acl_full");
    (one, note.map(|n| n.args["left"].clone()))
}

#[test]
fn who_gets_through_a_containment_is_denied_as_well() {
    let mut case = attacked();
    case.finding.remote = vec![remote("198.51.100.7")];
    case.reviews.push(Review {
        at: case.opened,
        watches: vec![],
        accepted_flows: Some(3),
        leaks: ["203.0.113.9".parse().unwrap()].into(),
        missing: vec![],
    });
    let denied = |case: &Case| {
        let (made, _) = acl_denies_of(case, &[entry(false, 100, true, "0.0.0.0/0")]);
        let entries = made.unwrap().entries.into_iter();
        entries
            .filter(|e| e.egress)
            .map(|e| e.cidr)
            .collect::<Vec<_>>()
    };
    // Without a containment nothing got through one.
    assert_eq!(denied(&case), ["198.51.100.7/32"]);
    case.contained_at = Some(case.opened);
    assert_eq!(denied(&case), ["198.51.100.7/32", "203.0.113.9/32"]);
}

#[test]
fn addresses_are_denied_below_every_entry_both_ways() {
    let allow = |egress, number| entry(egress, number, true, "0.0.0.0/0");
    let deny = |egress, number, cidr| entry(egress, number, false, cidr);
    let open = vec![allow(false, 100), allow(true, 50)];
    let (made, left) = acl_denies(&open, &["198.51.100.7", "2001:db8::7"]);
    let wanted = [
        deny(false, 49, "198.51.100.7/32"),
        deny(true, 49, "198.51.100.7/32"),
        deny(false, 48, "2001:db8::7/128"),
        deny(true, 48, "2001:db8::7/128"),
    ];
    assert_eq!((made.unwrap().entries, left), (wanted.to_vec(), None));

    // What is denied already, one way or both, is left alone; a denial that comes too late is none.
    let mut half = open;
    half.insert(0, deny(false, 40, "198.51.100.0/24"));
    let (made, _) = acl_denies(&half, &["198.51.100.7"]);
    assert_eq!(made.unwrap().entries, [deny(true, 39, "198.51.100.7/32")]);
    half.push(deny(true, 39, "198.51.100.7/32"));
    assert_eq!(acl_denies(&half, &["198.51.100.7"]), (None, None));
    let late = vec![
        allow(false, 100),
        deny(false, 101, "198.51.100.7/32"),
        deny(true, 1, "198.51.100.7/32"),
    ];
    assert_eq!(
        acl_denies(&late, &["198.51.100.7"]),
        (None, Some("1".into()))
    );

    // 17 entries and AWS's own last one leave room for two of twenty.
    let many: Vec<_> = (100..117).map(|n| allow(false, n)).collect();
    let peers = ["198.51.100.7", "198.51.100.8", "198.51.100.9"];
    let (made, left) = acl_denies(&many, &peers);
    assert_eq!((made.unwrap().entries.len(), left), (4, Some("1".into())));
    // No number is left below the first.
    let (made, left) = acl_denies(&[allow(true, 1)], &peers);
    assert_eq!((made, left), (None, Some("3".into())));
}

#[test]
fn snapshots_are_waited_for_after_the_stop_and_used_after_the_copy() {
    let mut subject = bare_subject();
    subject.volumes.push(volume("vol-0"));
    let mut all = all_measures(&mut crate::subjects::plain_dice());
    all.retain(|m| {
        matches!(
            m.name(),
            "snapshots"
                | "stop"
                | "wait_snapshots"
                | "copy_snapshots"
                | "share_snapshots"
                | "lock_snapshots"
                | "scan_snapshots"
                | "archive_finding"
        )
    });
    let made = of(&all, &subject);
    let wanted: [&[&str]; 5] = [
        &["create_snapshots"],
        &["set_running"],
        &["wait_snapshots", "archive_finding"],
        &["copy_snapshots"],
        &["share_snapshots", "lock_snapshots", "scan_snapshots"],
    ];
    assert_eq!(names(&made), wanted);
    let stop = &made.waves[1][0];
    assert_eq!(stop.needs.len(), 1, "only the snapshots");
    assert!(matches!(&stop.action, Action::SetRunning(s) if s.how == StopHow::Graceful));
    assert!(matches!(&made.waves[4][0].action, Action::ShareSnapshots(s) if s.copies));
}

#[test]
fn a_profile_of_nothing_but_evidence_leaves_the_rest() {
    let mut subject = bare_subject();
    subject.interfaces.push(interface("eni-0", "subnet-0"));
    subject.shutdown_behavior = Some("terminate".into());
    let made = plan(&attacked(), &subject, &Profile::observe(), None);
    assert_eq!(names(&made), [["set_tags", "save_console"]]);
}
