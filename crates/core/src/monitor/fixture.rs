//! A small account for the tests of this crate: one instance, one interface, one case. Must not be used outside tests.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::Statement;
use crate::Digest;
use crate::case::{Case, Containment, PlanRecord, Receipt, State, StepState};
use crate::contain::{
    Action, GroupRef, GroupRole, Plan, ProtectTermination, Purpose, SetInterfaceGroups, SetRunning,
    Step, TAG_ROLE,
};
use crate::evaluate::{Conversation, Evidence, Fact, Outcome, RecordRef, Source, Tally, Verdict};
use crate::identify::{Address, Alert, Direction, Finding, Interface, SecurityGroup, Subject};

/// Minutes after the beginning.
pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(1_000_000 + minute)
}

/// An address.
pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap_or(IpAddr::from([0, 0, 0, 0]))
}

/// An interface in `vpc-1`, `subnet-1` with the group `sg-web`.
pub(crate) fn interface(id: &str) -> Interface {
    Interface {
        id: id.into(),
        device_index: 0,
        vpc: Some("vpc-1".into()),
        subnet: Some("subnet-1".into()),
        groups: vec!["sg-web".into()],
        addresses: vec![Address {
            private_ip: ip("10.0.0.5"),
            primary: true,
            public: None,
        }],
        ipv6: vec![],
        requester_managed: false,
        auto_public: None,
    }
}

/// The instance `i-1`, running.
pub(crate) fn subject() -> Subject {
    Subject {
        state: "running".into(),
        vpc: Some("vpc-1".into()),
        subnet: Some("subnet-1".into()),
        termination_protection: Some(false),
        interfaces: vec![interface("eni-1")],
        ..Subject::unread("i-1", "123456789012", "eu-west-1", at(0))
    }
}

/// The instance as the containment left it: stopped, protected, in the containment group.
pub(crate) fn contained_subject() -> Subject {
    let name = GroupRole::Containment.group_name("vpc-1");
    let group = SecurityGroup {
        id: "sg-c".into(),
        name: name.clone(),
        vpc: Some("vpc-1".into()),
        ingress: vec![],
        egress: vec![],
        tags: [(TAG_ROLE.to_owned(), "containment".to_owned())].into(),
    };
    Subject {
        read_at: at(60),
        state: "stopped".into(),
        termination_protection: Some(true),
        interfaces: vec![Interface {
            groups: vec!["sg-c".into()],
            ..interface("eni-1")
        }],
        own_groups: [(name, group)].into(),
        ..subject()
    }
}

/// A finding about `i-1`, last seen at minute 30.
pub(crate) fn finding() -> Finding {
    Finding {
        id: "f-1".into(),
        arn: None,
        kind: "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom".into(),
        family: "ec2".into(),
        account: None,
        region: None,
        partition: None,
        detector: None,
        severity: None,
        first_seen: Some(at(10)),
        last_seen: Some(at(30)),
        updated: Some(at(35)),
        count: Some(1),
        sample: false,
        archived: false,
        instance_id: Some("i-1".into()),
        instance_name: None,
        profile_arn: None,
        interfaces: vec![],
        action: None,
        direction: None,
        blocked: None,
        protocol: None,
        local_ports: vec![],
        domain: None,
        remote: vec![],
        threat_lists: vec![],
        role: None,
        ..Finding::default()
    }
}

/// A case opened at minute 0, without verdict or plan.
pub(crate) fn case() -> Case {
    Case {
        id: "c-1".into(),
        state: State::Opened,
        opened: at(0),
        updated: at(0),
        seq: 1,
        alert: Alert {
            source: "-".into(),
            sha256: Digest::ZERO,
            envelope: "native".into(),
        },
        finding: finding(),
        joined: Vec::new(),
        repeats: 0,
        subject: Some(subject()),
        subject_missing: None,
        remains: None,
        dossier: None,
        verdict: None,
        marking: None,
        inquiries: vec![],
        addresses: vec![],
        checks: vec![],
        plans: vec![],
        containment: Containment::None,
        contained_at: None,
        breach_known: None,
        observation: None,
        reviews: vec![],
        artefacts: vec![],
        exports: vec![],
        stated: vec![],
        closing: None,
        history: vec![],
    }
}

/// Why a case may close, in the words of a person.
pub(crate) fn stated(code: &str) -> Statement {
    Statement {
        code: code.into(),
        text: None,
        by: "ana".into(),
        at: at(1),
    }
}

/// The case with a verdict.
pub(crate) fn with_outcome(case: Case, outcome: Outcome) -> Case {
    let verdict = Verdict {
        outcome,
        score: 0,
        reasons: vec![],
        gaps: vec![],
        what_would_change_it: vec![],
    };
    Case {
        verdict: Some(verdict),
        ..case
    }
}

/// Adds a plan of the steps of a small containment that nobody has decided on.
pub(crate) fn push_plan(case: &mut Case, purpose: Purpose) {
    let to = vec![GroupRef::Own {
        role: GroupRole::Containment,
        vpc: "vpc-1".into(),
    }];
    let actions = [
        Action::ProtectTermination(ProtectTermination {
            instance: "i-1".into(),
            from: false,
            to: true,
        }),
        Action::SetInterfaceGroups(SetInterfaceGroups {
            interface: "eni-1".into(),
            from: vec![GroupRef::Id("sg-web".into())],
            to,
        }),
        Action::SetRunning(SetRunning {
            instance: "i-1".into(),
            running: false,
            loses: vec![],
            how: crate::contain::StopHow::Graceful,
        }),
    ];
    let step = |(n, action): (usize, Action)| {
        vec![Step {
            id: format!("s{n}"),
            action,
            needs: Default::default(),
        }]
    };
    let plan = Plan {
        case: case.id.clone(),
        purpose,
        profile: "runbook".into(),
        instance: "i-1".into(),
        based_on: at(40),
        waves: actions.into_iter().enumerate().map(step).collect(),
        notes: vec![],
    };
    let digest = plan.digest();
    case.plans.push(PlanRecord {
        plan,
        digest,
        made_at: at(40),
        permits: None,
        worse: None,
        decision: None,
        ruling: None,
        approvals: Vec::new(),
        steps: BTreeMap::new(),
    });
}

/// A breach, contained at minute 60 by a plan whose steps are all done.
pub(crate) fn contained_case() -> Case {
    let mut case = with_outcome(case(), Outcome::Succeeded);
    case.stated = ["root-cause", "credentials-rotated"].map(stated).into();
    push_plan(&mut case, Purpose::Contain);
    for record in &mut case.plans {
        for id in record
            .plan
            .steps()
            .map(|s| s.id.clone())
            .collect::<Vec<_>>()
        {
            let done = StepState::Done {
                attempt: 1,
                receipt: Receipt::default(),
                after: serde_json::Value::Null,
                at: at(59),
            };
            record.steps.insert(id, done);
        }
    }
    Case {
        state: State::Contained,
        containment: Containment::Contained,
        contained_at: Some(at(60)),
        subject: Some(contained_subject()),
        ..case
    }
}

/// Flow records between the instance and an address on port 22, in these minutes.
pub(crate) fn talk(remote: &str, first: i64, last: i64, flows: u64) -> Evidence {
    let conversation = Conversation {
        interface: Some("eni-1".into()),
        local_ip: ip("10.0.0.5"),
        remote_ip: ip(remote),
        port: Some(22),
        protocol: 6,
        direction: Direction::Inbound,
        direction_guessed: false,
        accepted_in: Tally {
            flows,
            ..Tally::default()
        },
        accepted_out: Tally::default(),
        rejected: Tally {
            flows: 3,
            ..Tally::default()
        },
        longest_session_s: 0,
        session_bytes_out: 0,
        mid_stream: false,
        first: at(first),
        last: at(last),
    };
    Evidence {
        id: "e1".into(),
        source: Source::FlowLogs,
        at: None,
        record: RecordRef::default(),
        fact: Fact::Conversation(conversation),
    }
}
