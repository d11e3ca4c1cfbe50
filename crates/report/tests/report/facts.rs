//! What the rich case knows: evidence, checks, the address.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rebato_core::evaluate::{
    Conversation, Coverage, Covered, Dossier, Evidence, Fact, Gap, RecordRef, Source, Tally,
};
use rebato_core::harden::{CheckResult, FixClass, Status};
use rebato_core::identify::Direction;
use rebato_core::investigate::{AddressFact, AddressReport, Asked, Opinion, Scope, Standing};

use crate::world::{Strangers, at, finding, ip};

pub(crate) fn conversation(
    id: usize,
    remote: &str,
    direction: Direction,
    port: u16,
    bytes_in: u64,
    bytes_out: u64,
    seconds: u64,
) -> Evidence {
    let first = Timestamp::from_second(
        at("2026-11-24T02:58:10Z").as_second() + i64::try_from(id).unwrap() * 60,
    )
    .unwrap();
    let last = Timestamp::from_second(first.as_second() + i64::try_from(seconds).unwrap()).unwrap();
    let tally = |bytes: u64, flags: u16| Tally {
        flows: 3 + bytes / 1_000_000,
        packets: 10 + bytes / 900,
        bytes,
        flags: Some(flags),
    };
    Evidence {
        id: format!("e{id}"),
        source: Source::FlowLogs,
        at: Some(first),
        record: RecordRef {
            file: "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/flows.log.gz".into(),
            line: Some(118 + id as u64),
            id: None,
        },
        fact: Fact::Conversation(Conversation {
            interface: Some("eni-0a1".into()),
            local_ip: ip("10.0.1.5"),
            remote_ip: ip(remote),
            port: Some(port),
            protocol: 6,
            direction,
            direction_guessed: false,
            accepted_in: tally(
                bytes_in,
                if direction == Direction::Outbound {
                    18
                } else {
                    2
                },
            ),
            accepted_out: tally(
                bytes_out,
                if direction == Direction::Outbound {
                    2
                } else {
                    18
                },
            ),
            rejected: Tally::default(),
            longest_session_s: seconds,
            session_bytes_out: bytes_out,
            mid_stream: true,
            first,
            last,
        }),
    }
}

pub(crate) fn dossier(s: &Strangers) -> Dossier {
    let suspect = ip("198.51.100.7");
    let item = |id: &str, source, when: &str, line, event: Option<&str>, fact| Evidence {
        id: id.into(),
        source,
        at: Some(at(when)),
        record: RecordRef {
            file: s.file.clone(),
            line: Some(line),
            id: event.map(Into::into),
        },
        fact,
    };
    let call =
        |event: &str, service: &str, error: Option<&str>, detail: Option<&str>, read_only| {
            Fact::ApiCall {
                event: event.into(),
                service: service.into(),
                source_ip: suspect.to_string(),
                principal: Some(
                    "arn:aws:sts::111122223333:assumed-role/web-role/i-0abc1234def567890".into(),
                ),
                session_of: Some("i-0abc1234def567890".into()),
                region: None,
                error: error.map(Into::into),
                read_only: Some(read_only),
                delivery: Some("1.0".into()),
                detail: detail.map(Into::into),
                count: 1,
                first: None,
                last: None,
            }
        };
    let evidence = vec![
        item(
            "e1",
            Source::Findings,
            "2026-11-24T03:20:41Z",
            1,
            None,
            Fact::of_finding(&finding(s)),
        ),
        conversation(
            2,
            "198.51.100.7",
            Direction::Inbound,
            22,
            18_200_000,
            611_240_000,
            2_470,
        ),
        conversation(
            3,
            "203.0.113.200",
            Direction::Outbound,
            4444,
            90_000,
            240_000,
            900,
        ),
        item(
            "e4",
            Source::AuthLog,
            "2026-11-24T03:01:10Z",
            4_018,
            None,
            Fact::LoginFailed {
                ip: suspect,
                users: vec!["admin".into(), s.user.clone(), "ubuntu".into()],
                count: 214,
                first: None,
                last: None,
            },
        ),
        item(
            "e5",
            Source::AuthLog,
            "2026-11-24T03:02:31Z",
            4_233,
            None,
            Fact::LoginAccepted {
                ip: suspect,
                user: s.user.clone(),
                method: "password".into(),
                failures_before: 61,
                count: 1,
            },
        ),
        item(
            "e6",
            Source::Cloudtrail,
            "2026-11-24T03:13:40Z",
            12,
            Some("b6e0c1ce-0001"),
            call("GetCallerIdentity", "sts.amazonaws.com", None, None, true),
        ),
        item(
            "e7",
            Source::Cloudtrail,
            "2026-11-24T03:15:02Z",
            13,
            Some("b6e0c1ce-0002"),
            call(
                "AuthorizeSecurityGroupIngress",
                "ec2.amazonaws.com",
                None,
                Some("0.0.0.0/0 tcp/4444"),
                false,
            ),
        ),
        item(
            "e8",
            Source::Cloudtrail,
            "2026-11-24T03:15:40Z",
            14,
            Some("b6e0c1ce-0003"),
            call(
                "CreateUser",
                "iam.amazonaws.com",
                Some("AccessDenied"),
                None,
                false,
            ),
        ),
        item(
            "e9",
            Source::FlowLogs,
            "2026-11-24T03:05:00Z",
            900,
            None,
            Fact::Beacon {
                ip: suspect,
                port: 4444,
                connects: 14,
                interval_s: 59.87,
                variation: 0.031,
                bytes_out: 18_400,
            },
        ),
        item(
            "e10",
            Source::FlowLogs,
            "2026-11-24T02:57:00Z",
            20,
            None,
            Fact::Scan {
                ip: suspect,
                ports: 31,
                hosts: 1,
                accepted: 2,
                rejected: 29,
            },
        ),
        item(
            "e11",
            Source::Findings,
            "2026-11-24T03:20:41Z",
            1,
            None,
            Fact::ThreatMatch {
                ip: suspect,
                list: s.list.clone(),
                entry: "198.51.100.0/24".into(),
                width: 256,
            },
        ),
        item(
            "e12",
            Source::Findings,
            "2026-11-24T03:22:00Z",
            1,
            None,
            Fact::OtherFinding {
                finding: "77aa".into(),
                kind: "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS".into(),
                severity: Some(8.0),
            },
        ),
    ];
    let covered = |coverage, why, records| Covered {
        coverage,
        why,
        records,
        first: Some(at("2026-11-23T00:00:00Z")),
        last: Some(at("2026-11-24T03:30:00Z")),
        until: None,
    };
    let coverage = [
        (
            Source::FlowLogs,
            covered(Coverage::Complete, Vec::new(), 2_101_404),
        ),
        (
            Source::Cloudtrail,
            covered(Coverage::Complete, Vec::new(), 14_203),
        ),
        (
            Source::AuthLog,
            covered(
                Coverage::Partial,
                vec![Gap::Skipped {
                    file: s.file.clone(),
                    why: "the gzip stream is cut".into(),
                }],
                4_300,
            ),
        ),
        (
            Source::Dns,
            Covered {
                coverage: Coverage::Absent,
                why: vec![Gap::NotEnabled],
                records: 0,
                first: None,
                last: None,
                until: None,
            },
        ),
        (Source::Findings, covered(Coverage::Complete, Vec::new(), 2)),
    ];
    Dossier {
        evidence,
        coverage: coverage.into(),
    }
}

pub(crate) fn checks() -> Vec<CheckResult> {
    let check =
        |name: &str, status, controls: &[&str], evidence: &[&str], why: Option<&str>| CheckResult {
            check: name.into(),
            status,
            controls: controls.iter().map(|c| (*c).to_owned()).collect(),
            evidence: evidence.iter().map(|e| (*e).to_owned()).collect(),
            why: why.map(Into::into),
            args: BTreeMap::new(),
            scope: rebato_core::harden::Scope::Instance,
            class: FixClass::Propose,
            shortfalls: vec![],
            looked: None,
        };
    vec![
        check(
            "open-admin-ports",
            Status::Fail,
            &["EC2.53", "EC2.54"],
            &["sg-12 tcp 22 0.0.0.0/0"],
            None,
        ),
        check(
            "imdsv2",
            Status::Fail,
            &["EC2.8"],
            &["i-0abc1234def567890 optional"],
            None,
        ),
        check("flow-logs", Status::Pass, &["EC2.6"], &[], None),
        check(
            "ssm-managed",
            Status::Unknown,
            &["SSM.1"],
            &[],
            Some("AccessDeniedException"),
        ),
    ]
}

pub(crate) fn address(s: &Strangers) -> AddressReport {
    let fact = |source: &str, kind: &str, value: &str| AddressFact {
        source: source.into(),
        kind: kind.into(),
        value: value.into(),
        as_of: Some("2026-11-20".into()),
    };
    AddressReport {
        ip: ip("198.51.100.7"),
        scope: Scope::Public,
        standing: Standing::KnownBad,
        reasons: vec!["independent-sources: drop, abuseipdb".into()],
        facts: vec![
            fact("geolite", "asn", "AS64500"),
            fact("geolite", "country", "NL"),
            fact("rdap", "network", &s.org),
        ],
        opinions: vec![
            Opinion {
                source: "drop".into(),
                says: "malicious".into(),
                confidence: 0.95,
                as_of: Some("2026-11-23".into()),
                why: Some(s.list.clone()),
                class: None,
            },
            Opinion {
                source: "abuseipdb".into(),
                says: "malicious".into(),
                confidence: 0.9,
                as_of: Some("2026-11-24".into()),
                why: Some("412 reports".into()),
                class: None,
            },
        ],
        asked: vec![
            Asked {
                source: "drop".into(),
                result: "answered".into(),
                why: None,
            },
            Asked {
                source: "greynoise".into(),
                result: "not_configured".into(),
                why: None,
            },
        ],
        sent_out: vec!["198.51.100.7".into()],
    }
}
