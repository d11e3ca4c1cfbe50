//! The finding and the instance of the rich case, and what strangers write into them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::identify::{
    Address, Direction, Elastic, Finding, FindingInterface, Interface, MetadataOptions, Profile,
    PublicAddress, Remote, Rule, ScalingMembership, SecurityGroup, Subject, Target, Unread, Volume,
};

/// What a stranger may write into the fields that he controls.
#[derive(Clone)]
pub(crate) struct Strangers {
    pub(crate) user: String,
    pub(crate) list: String,
    pub(crate) tag: String,
    pub(crate) org: String,
    pub(crate) file: String,
}

impl Strangers {
    pub(crate) fn polite() -> Self {
        Self {
            user: "root".into(),
            list: "corp-bad-ips".into(),
            tag: "payments".into(),
            org: "Example Hosting".into(),
            file: "var/log/auth.log.gz".into(),
        }
    }

    pub(crate) fn all(text: &str) -> Self {
        Self {
            user: text.into(),
            list: text.into(),
            tag: text.into(),
            org: text.into(),
            file: text.into(),
        }
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(crate) fn finding(s: &Strangers) -> Finding {
    Finding {
        id: "16afba5c5c43e07c9e3e5e2e544e95df".into(),
        arn: None,
        kind: "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom".into(),
        family: "ec2".into(),
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
        partition: Some("aws".into()),
        detector: None,
        severity: Some(5.0),
        first_seen: Some(at("2026-11-24T02:58:10Z")),
        last_seen: Some(at("2026-11-24T03:20:41Z")),
        updated: Some(at("2026-11-24T03:25:00Z")),
        count: Some(7),
        sample: false,
        archived: false,
        instance_id: Some("i-0abc1234def567890".into()),
        instance_name: Some(s.tag.clone()),
        profile_arn: None,
        interfaces: vec![FindingInterface {
            id: Some("eni-0a1".into()),
            ..FindingInterface::default()
        }],
        action: Some("network_connection".into()),
        direction: Some(Direction::Inbound),
        blocked: Some(false),
        protocol: Some("tcp".into()),
        local_ports: vec![22],
        domain: None,
        remote: vec![Remote {
            ip: ip("198.51.100.7"),
            port: Some(51022),
            country: Some("NL".into()),
            asn: Some(64500),
            org: Some(s.org.clone()),
        }],
        threat_lists: vec![s.list.clone()],
        role: Some("target".into()),
        problems: vec![
            "service.action.networkConnectionAction.remotePortDetails: not a number".into(),
        ],
        ..Finding::default()
    }
}

pub(crate) fn subject(s: &Strangers) -> Subject {
    let group = |id: &str, name: &str, ingress: Vec<Rule>| SecurityGroup {
        id: id.into(),
        name: name.into(),
        vpc: Some("vpc-9f".into()),
        ingress,
        egress: vec![Rule::all("0.0.0.0/0")],
        tags: BTreeMap::new(),
    };
    let ssh = Rule {
        protocol: "tcp".into(),
        from_port: Some(22),
        to_port: Some(22),
        peer: "0.0.0.0/0".into(),
    };
    Subject {
        read_at: at("2026-11-24T03:31:02Z"),
        instance_id: "i-0abc1234def567890".into(),
        name: Some(s.tag.clone()),
        account: "111122223333".into(),
        region: "eu-west-1".into(),
        state: "running".into(),
        instance_type: Some("t3.medium".into()),
        platform: Some("linux".into()),
        image_id: Some("ami-0c1".into()),
        launched: Some(at("2026-10-02T08:00:00Z")),
        key_name: Some("ops".into()),
        vpc: Some("vpc-9f".into()),
        subnet: Some("subnet-1a".into()),
        zone: Some("eu-west-1a".into()),
        root_device_type: Some("ebs".into()),
        lifecycle: None,
        managed: false,
        source_dest_check: Some(true),
        hibernation: false,
        metadata: MetadataOptions { http_tokens: Some("optional".into()), http_endpoint: Some("enabled".into()), hop_limit: Some(2) },
        termination_protection: Some(false),
        stop_protection: Some(false),
        shutdown_behavior: Some("terminate".into()),
        interfaces: vec![Interface {
            id: "eni-0a1".into(),
            device_index: 0,
            vpc: Some("vpc-9f".into()),
            subnet: Some("subnet-1a".into()),
            groups: vec!["sg-12".into(), "sg-77".into()],
            addresses: vec![Address {
                private_ip: ip("10.0.1.5"),
                primary: true,
                public: Some(PublicAddress {
                    ip: ip("203.0.113.33"),
                    elastic: Some(Elastic { allocation: "eipalloc-33".into(), association: "eipassoc-33".into() }),
                }),
            }],
            ipv6: vec![ip("2001:db8::5")],
            requester_managed: false,
            auto_public: Some(true),
        }],
        volumes: vec![
            Volume { id: "vol-01".into(), device: "/dev/xvda".into(), delete_on_termination: Some(true), encrypted: Some(false), kms_key: None, size_gib: Some(30) },
            Volume { id: "vol-02".into(), device: "/dev/sdf".into(), delete_on_termination: Some(false), encrypted: Some(true), kms_key: None, size_gib: Some(200) },
        ],
        groups: [("sg-12".to_owned(), group("sg-12", "web", vec![ssh])), ("sg-77".to_owned(), group("sg-77", "db-clients", Vec::new()))].into(),
        profile: Some(Profile {
            arn: "arn:aws:iam::111122223333:instance-profile/web".into(),
            association: Some("iip-assoc-1".into()),
            role: Some("web-role".into()),
            role_arn: Some("arn:aws:iam::111122223333:role/web-role".into()),
            role_id: Some("AROAEXAMPLE".into()),
            shared_with: vec!["i-0bbb".into(), "i-0ccc".into()],
            own_policies: None,
        }),
        scaling: Some(ScalingMembership { group: "web-asg".into(), lifecycle: "InService".into(), min: Some(3), desired: Some(3) }),
        targets: vec![Target {
            group: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/6d0ecf831eec9f09".into(),
            id: "i-0abc1234def567890".into(),
            port: Some(443),
            health: Some("healthy".into()),
others_healthy: None,
}],
        tags: [("Name".to_owned(), s.tag.clone()), ("owner".to_owned(), "team-payments".to_owned())].into(),
        own_groups: BTreeMap::new(),
        own_snapshots: Vec::new(),
        around: None,
        unread: vec![Unread { what: "attributes".into(), why: "UnauthorizedOperation: not authorized to read userData".into() }],
    }
}
