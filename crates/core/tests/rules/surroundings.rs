//! Surroundings of instances, and profiles, of every kind: drawn from numbers like the instances themselves.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rebato_core::case::Case;
use rebato_core::contain::{
    Accept, Asked, LockMode, Measure, Profile, ScalingWay, Sessions, StopHow, lint,
};
use rebato_core::identify::{
    Acl, AclEntry, Exposure, Neighbourhood, Profile as Holder, Remote, RoleFacts, Subject,
};

use crate::story::Story;
use crate::subjects::{Dice, dice, subject};

/// The profile that takes the place of another.
pub(crate) const QUARANTINE: &str = "arn:aws:iam::111122223333:instance-profile/quarantine";

pub(crate) fn entry(egress: bool, number: i32, allow: bool, cidr: &str) -> AclEntry {
    AclEntry {
        egress,
        number,
        allow,
        protocol: "-1".into(),
        cidr: cidr.into(),
        ports: None,
    }
}

pub(crate) fn remote(ip: &str) -> Remote {
    Remote {
        ip: ip.parse().unwrap(),
        port: None,
        country: None,
        asn: None,
        org: None,
    }
}

pub(crate) fn holder() -> Holder {
    Holder {
        arn: "arn:aws:iam::111122223333:instance-profile/web".into(),
        association: Some("iip-assoc-1".into()),
        role: Some("web".into()),
        role_arn: None,
        role_id: Some("AROAWEB".into()),
        shared_with: vec![],
        own_policies: Some([].into()),
    }
}

/// An instance that is there, with what stands around it.
pub(crate) fn any_surrounded() -> impl Strategy<Value = Subject> {
    dice().prop_map(|mut dice| {
        let mut around = Neighbourhood::default();
        let mut acls = Vec::new();
        for n in 0..dice.roll(3) {
            acls.push(acl(&mut dice, n));
        }
        let role_id = dice.one_of(&[Some("AROAWEB".to_owned()), None]);
        let has_profile = dice.roll(4) > 0;
        let endpoint = dice.one_of(&[Some("enabled".to_owned()), Some("disabled".into()), None]);
        around.role = Some(RoleFacts {
            service_linked: dice.roll(6) == 1,
            ..RoleFacts::default()
        });
        around.balancers = (0..dice.roll(3)).map(|n| format!("classic-{n}")).collect();
        let mut subject = subject(&mut dice);
        if !matches!(subject.state.as_str(), "running" | "stopped") {
            subject.state = "running".into();
        }
        for (n, interface) in subject.interfaces.iter_mut().enumerate() {
            interface.subnet = Some(format!("subnet-{n}"));
            if let Some(acl) = acls.get(n % 2) {
                around.exposure.push(Exposure {
                    subnet: format!("subnet-{n}"),
                    internet_gateway: Some(true),
                    acl: Some(acl.clone()),
                });
            }
        }
        subject.metadata.http_endpoint = endpoint;
        subject.profile = has_profile.then(|| Holder {
            role_id,
            ..holder()
        });
        subject.around = Some(around);
        subject
    })
}

fn acl(dice: &mut Dice, n: u8) -> Acl {
    let mut entries = Vec::new();
    for egress in [false, true] {
        let first = dice.one_of(&[100, 3, 1]);
        let count = dice.one_of(&[1, 0, 18, 19]);
        for more in 0..count {
            let cidr = dice.one_of(&["0.0.0.0/0", "198.51.100.1/32", "::/0"]);
            entries.push(entry(egress, first + more, dice.roll(3) > 0, cidr));
        }
    }
    Acl {
        id: format!("acl-{n}"),
        is_default: n == 0,
        entries,
    }
}

/// A case whose finding names a few addresses.
pub(crate) fn any_case() -> impl Strategy<Value = Case> {
    proptest::sample::subsequence(
        vec![
            "198.51.100.1",
            "198.51.100.2",
            "198.51.100.3",
            "2001:db8:1::1",
            "10.0.0.0",
        ],
        0..=5,
    )
    .prop_map(|ips| {
        let mut case = Story::open().case;
        case.finding.remote = ips.into_iter().map(remote).collect();
        case
    })
}

/// Every measure, in the order of the runbook.
pub(crate) fn all_measures(dice: &mut Dice) -> Vec<Measure> {
    vec![
        Measure::Tags,
        Measure::Console,
        Measure::Snapshots,
        Measure::TerminationProtection,
        Measure::ShutdownBehavior,
        Measure::KeepVolumes,
        Measure::Scaling {
            how: dice.one_of(&[ScalingWay::Standby, ScalingWay::Detach]),
        },
        Measure::Targets,
        Measure::Isolate {
            passage: dice.one_of(&[true, false]),
        },
        Measure::Addresses,
        Measure::Acl,
        Measure::Sessions {
            deny: dice.one_of(&[Sessions::Instance, Sessions::TokenTime]),
        },
        Measure::InstanceProfile {
            replace_with: dice.one_of(&[None, Some(QUARANTINE.to_owned())]),
        },
        Measure::Metadata,
        Measure::Stop {
            how: dice.one_of(&[StopHow::Graceful, StopHow::Force]),
        },
        Measure::WaitSnapshots,
        Measure::CopySnapshots { key: "k".into() },
        Measure::ShareSnapshots {
            account: "111122223333".into(),
        },
        Measure::LockSnapshots {
            days: 30,
            mode: LockMode::Governance,
        },
        Measure::ScanSnapshots,
        Measure::ArchiveFinding,
        Measure::Feedback { useful: true },
    ]
}

pub(crate) fn profile(measures: impl IntoIterator<Item = Measure>) -> Profile {
    let accept = BTreeSet::from([
        Accept::Irreversible,
        Accept::SharedRole,
        Accept::BeforeIsolate,
    ]);
    Profile {
        name: "mine".into(),
        measures: measures
            .into_iter()
            .map(|measure| Asked {
                measure,
                accept: accept.clone(),
            })
            .collect(),
    }
}

/// A profile that the linter accepts, in any order that it lets through.
pub(crate) fn any_sound_profile() -> impl Strategy<Value = Profile> {
    dice().prop_map(|mut dice| {
        let mut measures = all_measures(&mut dice);
        measures.retain(|_| dice.roll(4) > 0);
        for _ in 0..dice.roll(8) {
            let count = u8::try_from(measures.len()).unwrap().max(1);
            let (a, b) = (usize::from(dice.roll(count)), usize::from(dice.roll(count)));
            if !measures.is_empty() {
                measures.swap(a, b);
            }
        }
        let mut profile = profile(measures);
        while let Some(fault) = lint(&profile).into_iter().next() {
            profile
                .measures
                .retain(|asked| asked.measure.name() != fault.at);
            if profile.measures.is_empty() {
                return Profile::observe();
            }
        }
        profile
    })
}
