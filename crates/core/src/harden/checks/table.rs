//! Every check of the list comes out in each of its three ways: on a weak machine, on a good one, and on one that nobody read.
//! A check that is added without them fails here.

use std::collections::{BTreeMap, BTreeSet};

use super::guest::tests::{hardened_linux, weak_linux, windows};
use super::tests::{group, interface};
use super::{check, checks, flow_log_format};
use crate::harden::guest::read;
use crate::harden::{
    Alarm, BackupSnapshot, Detector, DetectorState, FlowLogConfig, MetricFilter, PatchState,
    Posture, RolePolicy, Status, TemplateVersion, Trail,
};
use crate::identify::{
    Acl, AclEntry, Exposure, KeyPair, MetadataOptions, Neighbourhood, PublicAddress, Rule, Subject,
    Volume,
};
use crate::monitor::fixture;

/// The instance, in each respect weak or good.
fn subject(weak: bool) -> Subject {
    let open = |port: i32| Rule {
        protocol: "tcp".into(),
        from_port: Some(port),
        to_port: Some(port),
        peer: "0.0.0.0/0".into(),
    };
    let rules = if weak {
        vec![open(22), open(3306)]
    } else {
        vec![open(443)]
    };
    let mut interfaces = vec![interface("eni-1", &["sg-1"])];
    if weak {
        interfaces.push(interface("eni-2", &["sg-1"]));
        interfaces[0].addresses[0].public = Some(PublicAddress {
            ip: fixture::ip("203.0.113.9"),
            elastic: None,
        });
    }
    let entry = AclEntry {
        egress: false,
        number: 100,
        allow: weak,
        protocol: "-1".into(),
        cidr: "0.0.0.0/0".into(),
        ports: None,
    };
    Subject {
        metadata: MetadataOptions {
            http_tokens: Some(if weak { "optional" } else { "required" }.into()),
            http_endpoint: Some("enabled".into()),
            hop_limit: Some(if weak { 2 } else { 1 }),
        },
        source_dest_check: Some(!weak),
        interfaces,
        groups: [group("sg-1", rules)].into(),
        key_name: Some("ops".into()),
        volumes: vec![Volume {
            id: "vol-1".into(),
            device: "/dev/sda1".into(),
            delete_on_termination: None,
            encrypted: Some(!weak),
            kms_key: None,
            size_gib: None,
        }],
        around: Some(Neighbourhood {
            key: Some(KeyPair {
                name: "ops".into(),
                created: Some(fixture::at(if weak { -24 * 60 * 400 } else { 0 })),
                ..KeyPair::default()
            }),
            exposure: vec![Exposure {
                subnet: "subnet-1".into(),
                internet_gateway: None,
                acl: Some(Acl {
                    id: "acl-1".into(),
                    is_default: true,
                    entries: vec![entry],
                }),
            }],
            ..Neighbourhood::default()
        }),
        ..fixture::subject()
    }
}

/// The account around it, as the guest told of itself.
fn posture(weak: bool, guest: &str) -> Posture {
    let words = "userIdentity.type Root StopLogging DeleteTrail AuthorizeSecurityGroupIngress \
                 RevokeSecurityGroupIngress CreateNetworkAclEntry DeleteNetworkAclEntry \
                 AttachInternetGateway CreateCustomerGateway CreateRoute ReplaceRoute CreateVpc \
                 ModifyVpcAttribute";
    let features = [
        "EBS_MALWARE_PROTECTION",
        "RUNTIME_MONITORING",
        "EC2_AGENT_MANAGEMENT",
    ];
    let unless_weak = |n: usize| if weak { 0 } else { n };
    Posture {
        flow_logs: Some(
            [FlowLogConfig {
                id: "fl-1".into(),
                resource: "vpc-1".into(),
                traffic: "ALL".into(),
                status: "ACTIVE".into(),
                destination_type: "s3".into(),
                destination: None,
                format: Some(flow_log_format()),
                role: None,
            }]
            .into_iter()
            .take(unless_weak(1))
            .collect(),
        ),
        ssm_ping: Some(Some(if weak { "ConnectionLost" } else { "Online" }.into())),
        ebs_encryption_default: Some(!weak),
        trails: Some(vec![Trail {
            name: "t".into(),
            logging: Some(!weak),
            multi_region: true,
            validation: true,
            kms_key: Some("k".into()),
            log_group: Some("arn:aws:logs:eu-west-1:1:log-group:trail:*".into()),
            management_events: Some(true),
        }]),
        detectors: Some(vec![Detector {
            region: "eu-west-1".into(),
            state: if weak {
                DetectorState::Off
            } else {
                DetectorState::On(features.map(Into::into).to_vec())
            },
        }]),
        public_snapshots: Some(vec![]),
        snapshot_block: Some(
            if weak {
                "unblocked"
            } else {
                "block-all-sharing"
            }
            .into(),
        ),
        metric_filters: Some(vec![MetricFilter {
            group: "trail".into(),
            name: "all".into(),
            pattern: words.into(),
            metrics: vec![("Cis".into(), "all".into())],
        }]),
        alarms: Some(vec![Alarm {
            name: "all".into(),
            namespace: "Cis".into(),
            metric: "all".into(),
            tells: !weak,
        }]),
        default_groups: Some(vec![
            group("sg-d", vec![Rule::all("sg-d"); usize::from(weak)]).1,
        ]),
        snapshots: Some(
            [BackupSnapshot {
                id: "snap-1".into(),
                volume: "vol-1".into(),
                started: Some(fixture::at(-24 * 60)),
                state: "completed".into(),
                maker: "dlm".into(),
            }]
            .into_iter()
            .take(unless_weak(1))
            .collect(),
        ),
        templates: Some(vec![TemplateVersion {
            id: "lt-1".into(),
            version: 1,
            http_tokens: (!weak).then(|| "required".into()),
            ..TemplateVersion::default()
        }]),
        role_policies: Some(vec![RolePolicy {
            name: "p".into(),
            arn: None,
            document: Ok(format!(
                r#"{{"Statement":{{"Effect":"Allow","Action":"s3:{}","Resource":"*"}}}}"#,
                if weak { "*" } else { "GetObject" }
            )),
        }]),
        key_users: Some(vec!["i-2".to_owned(); usize::from(weak)]),
        detailed_monitoring: Some(!weak),
        patches: Some(Some(PatchState {
            missing: weak.into(),
            scanned: Some(fixture::subject().read_at),
            ..PatchState::default()
        })),
        guest: read(guest.as_bytes()),
        ..Posture::default()
    }
}

/// One of which nothing was read but its id, and that it has a key.
fn unread(platform: &str) -> Subject {
    Subject {
        platform: Some(platform.into()),
        key_name: Some("ops".into()),
        volumes: vec![Volume {
            encrypted: None,
            ..subject(true).volumes.remove(0)
        }],
        ..Subject::unread("i-1", "123456789012", "eu-west-1", fixture::at(0))
    }
}

#[test]
fn every_check_has_a_failing_a_passing_and_an_unknown_case() {
    let nothing = Posture::default();
    let worlds = [
        (subject(true), posture(true, &weak_linux())),
        (subject(false), posture(false, &hardened_linux())),
        (subject(true), posture(true, &windows(true))),
        (subject(false), posture(false, &windows(false))),
        (unread("linux"), nothing.clone()),
        (unread("windows"), nothing),
    ];
    let mut seen: BTreeMap<String, BTreeSet<Status>> = BTreeMap::new();
    for (number, (subject, posture)) in worlds.iter().enumerate() {
        for result in check(subject, posture, &fixture::finding()) {
            // The weak machines fail in all, the good ones in none: so each check looks at what it says.
            let wanted = match number {
                0 | 2 => Status::Fail,
                1 | 3 => Status::Pass,
                _ => Status::Unknown,
            };
            assert_eq!(
                result.status, wanted,
                "{} in world {number}: {:?} {:?}",
                result.check, result.why, result.evidence
            );
            seen.entry(result.check).or_default().insert(result.status);
        }
    }
    let all: BTreeSet<Status> = [Status::Pass, Status::Fail, Status::Unknown].into();
    for check in checks() {
        assert_eq!(seen.get(check.name), Some(&all), "{}", check.name);
    }
}
