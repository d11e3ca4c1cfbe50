//! Instances of every kind, drawn from numbers so that proptest can make them smaller.

use std::net::IpAddr;

use proptest::prelude::*;
use rebato_core::contain::GroupRole;
use rebato_core::identify::{
    Address, Elastic, Interface, PublicAddress, Rule, ScalingMembership, Subject, Target, Volume,
};

use crate::sim::{own_group, own_id};
use crate::story::bare_subject;

/// Numbers to draw from; zero, the plainest choice, when they run out.
#[derive(Debug, Clone)]
pub(crate) struct Dice(Vec<u8>);

impl Dice {
    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u8) -> u8 {
        self.0.pop().unwrap_or(0) % sides
    }

    pub(crate) fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.roll(u8::try_from(choices.len()).unwrap()))].clone()
    }
}

/// Numbers that always make the first choice.
pub(crate) const fn plain_dice() -> Dice {
    Dice(Vec::new())
}

pub(crate) fn dice() -> impl Strategy<Value = Dice> {
    proptest::collection::vec(any::<u8>(), 0..160).prop_map(Dice)
}

/// An instance of any kind.
pub(crate) fn any_subject() -> impl Strategy<Value = Subject> {
    dice().prop_map(|mut dice| subject(&mut dice))
}

/// An instance that is there and not on its way anywhere.
pub(crate) fn live_subject() -> impl Strategy<Value = Subject> {
    any_subject().prop_map(|mut subject| {
        if !matches!(subject.state.as_str(), "running" | "stopped") {
            subject.state = "running".into();
        }
        subject
    })
}

pub(crate) fn subject(dice: &mut Dice) -> Subject {
    let mut subject = bare_subject();
    subject.state = dice
        .one_of(&[
            "running",
            "running",
            "running",
            "stopped",
            "pending",
            "stopping",
            "shutting-down",
            "terminated",
        ])
        .into();
    subject.root_device_type = Some(dice.one_of(&["ebs", "ebs", "instance-store"]).into());
    subject.lifecycle = dice.one_of(&[None, None, Some("spot".into())]);
    subject.termination_protection = dice.one_of(&[Some(false), Some(true), None]);
    subject.stop_protection = dice.one_of(&[Some(false), Some(true), None]);
    subject.shutdown_behavior = dice.one_of(&[Some("stop".into()), Some("terminate".into()), None]);
    for vpc in ["vpc-1", "vpc-2"] {
        for role in [GroupRole::Passage, GroupRole::Containment] {
            let extra = Rule {
                protocol: "tcp".into(),
                from_port: Some(22),
                to_port: Some(22),
                peer: "10.0.0.0/8".into(),
            };
            let group = match dice.roll(4) {
                0 => continue,
                1 => own_group(role, vpc, role.ingress(), role.egress()),
                2 => own_group(role, vpc, vec![extra], role.egress()),
                _ => own_group(role, vpc, vec![], vec![Rule::all("0.0.0.0/0")]),
            };
            subject.own_groups.insert(group.name.clone(), group);
        }
    }
    for index in 0..=i32::from(dice.roll(3)) {
        let interface = interface(dice, index, &subject);
        subject.interfaces.push(interface);
    }
    for n in 0..dice.roll(4) {
        subject.volumes.push(Volume {
            id: format!("vol-{n}"),
            device: format!("/dev/xvd{n}"),
            delete_on_termination: dice.one_of(&[Some(true), Some(false), None]),
            encrypted: None,
            kms_key: None,
            size_gib: None,
        });
    }
    if dice.roll(2) == 1 {
        let desired = i32::from(dice.roll(3)) + 1;
        let lifecycle = dice
            .one_of(&["InService", "InService", "Standby", "Pending"])
            .into();
        subject.scaling = Some(ScalingMembership {
            group: "asg".into(),
            lifecycle,
            min: Some(desired - i32::from(dice.roll(2))),
            desired: Some(desired),
        });
    }
    for n in 0..dice.roll(3) {
        let port = dice.one_of(&[Some(80), None]);
        let health = dice.one_of(&[Some("healthy".into()), None, Some("draining".into())]);
        subject.targets.push(Target {
            group: format!("arn:tg/{n}"),
            id: subject.instance_id.clone(),
            port,
            health,
            others_healthy: None,
        });
    }
    for key in ["Name", "rebato:state"] {
        if dice.roll(3) == 1 {
            subject.tags.insert(key.into(), "released".into());
        }
    }
    subject
}

fn interface(dice: &mut Dice, index: i32, subject: &Subject) -> Interface {
    let vpc = if index == 0 {
        "vpc-1"
    } else {
        dice.one_of(&["vpc-1", "vpc-1", "vpc-2"])
    };
    let own = |role: GroupRole| {
        subject
            .own_groups
            .contains_key(&role.group_name(vpc))
            .then(|| own_id(role, vpc))
    };
    let third = u8::try_from(index).unwrap();
    let requester_managed = index > 0 && dice.roll(4) == 1;
    let groups = match (
        dice.roll(6),
        own(GroupRole::Passage),
        own(GroupRole::Containment),
    ) {
        (4, Some(passage), _) if !requester_managed => vec![passage],
        (5, _, Some(containment)) if !requester_managed => vec![containment],
        (1, ..) => vec!["sg-a".into(), "sg-b".into()],
        _ => vec!["sg-a".into()],
    };
    let mut addresses = Vec::new();
    for n in 0..=dice.roll(3) {
        let elastic = Elastic {
            allocation: format!("eipalloc-{index}-{n}"),
            association: format!("eipassoc-{index}-{n}"),
        };
        let ip = IpAddr::from([203, 0, 113, third * 10 + n]);
        let public = match dice.roll(3) {
            1 if !requester_managed => Some(PublicAddress {
                ip,
                elastic: Some(elastic),
            }),
            2 if index == 0 && n == 0 => Some(PublicAddress { ip, elastic: None }),
            _ => None,
        };
        addresses.push(Address {
            private_ip: IpAddr::from([10, 0, third, n]),
            primary: n == 0,
            public,
        });
    }
    let automatic = addresses
        .iter()
        .any(|a| matches!(&a.public, Some(PublicAddress { elastic: None, .. })));
    let auto_public = match dice.roll(3) {
        _ if index > 0 => None,
        0 => None,
        1 => Some(true),
        _ => Some(automatic),
    };
    let ipv6 = if dice.roll(3) == 1 {
        vec!["2001:db8::5".parse().unwrap()]
    } else {
        vec![]
    };
    Interface {
        id: format!("eni-{index}"),
        device_index: index,
        vpc: Some(vpc.into()),
        subnet: None,
        groups,
        addresses,
        ipv6,
        requester_managed,
        auto_public,
    }
}
