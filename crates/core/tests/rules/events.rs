//! One event of every kind.

use rebato_core::Digest;
use rebato_core::case::{Custody, Event, Export, ExportedObject, Held, Kept, Observation, Receipt};
use rebato_core::contain::{
    LockMode, Permit, PermitAnswer, Plan, Profile, Purpose, Reason, Ruling, plan,
};
use rebato_core::evaluate::{Dossier, Outcome};
use rebato_core::harden::{CheckResult, FixClass, Health, Status};
use rebato_core::investigate::{AddressReport, Scope, Standing};
use rebato_core::monitor::{ClosingRules, Review};
use serde_json::json;

use crate::story::{CASE, Story, alert, approval, at, bare_subject, finding, verdict};

/// A plan to contain the bare instance.
pub(crate) fn contain_plan() -> Plan {
    plan(
        &Story::open().case,
        &bare_subject(),
        &Profile::runbook(),
        None,
    )
}

/// A plan to release, with the same steps so that tests can walk through it.
pub(crate) fn release_plan() -> Plan {
    Plan {
        purpose: Purpose::Release,
        ..contain_plan()
    }
}

pub(crate) fn kept(what: &str) -> Kept {
    Kept {
        what: what.into(),
        origin: "i-0abc".into(),
        sha256: Digest::of(what.as_bytes()),
        size: 7,
        custody: Custody::default(),
    }
}

pub(crate) fn review(accepted_flows: Option<u64>) -> Review {
    Review {
        at: at(100),
        watches: vec![],
        accepted_flows,
        leaks: [].into(),
        missing: vec!["flows_unseen".into()],
    }
}

pub(crate) fn observed(open: &[&str], exposed: &[&str]) -> Event {
    let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect();
    let observation = Observation {
        at: at(60),
        open: texts(open),
        exposed: texts(exposed),
    };
    Event::ContainmentObserved {
        observation,
        subject: Box::new(bare_subject()),
    }
}

pub(crate) fn started(plan: &Plan, step: &str, attempt: u32) -> Event {
    Event::StepStarted {
        plan: plan.digest(),
        step: step.into(),
        attempt,
        before: json!({ "min": 2 }),
    }
}

pub(crate) fn done(plan: &Plan, step: &str) -> Event {
    let receipt = Receipt {
        request_ids: vec!["r-1".into()],
        made: vec!["sg-1".into()],
        kept: vec![kept("console_output")],
        held: vec![],
        custody: Box::default(),
        adopted: false,
    };
    Event::StepDone {
        plan: plan.digest(),
        step: step.into(),
        receipt,
        after: json!({ "min": 1 }),
    }
}

pub(crate) fn failed(plan: &Plan, step: &str, certain: bool) -> Event {
    Event::StepFailed {
        plan: plan.digest(),
        step: step.into(),
        code: "UnauthorizedOperation".into(),
        why: "no".into(),
        certain,
    }
}

/// A ruling that asks for this many persons.
pub(crate) fn ruling(approvals: u8) -> Ruling {
    Ruling {
        allowed: true,
        auto: false,
        approvals,
        valid_for: 60,
        reasons: vec![Reason {
            asked: "approve".into(),
            permitted: true,
            rules: vec!["everybody".into()],
            errors: vec![],
        }],
        policy: Digest::of(b"policy"),
    }
}

fn export() -> Export {
    Export {
        place: "s3://evidence/C-2026-0001/0123456789abcdef/".into(),
        owner: "111122223333".into(),
        manifest: Digest::of(b"manifest"),
        mode: LockMode::Governance,
        days: 30,
        until: at(1000),
    }
}

pub(crate) fn every() -> Vec<Event> {
    let plan = contain_plan();
    let report = AddressReport {
        ip: "198.51.100.7".parse().unwrap(),
        scope: Scope::Public,
        standing: Standing::KnownBad,
        reasons: vec![],
        facts: vec![],
        opinions: vec![],
        asked: vec![],
        sent_out: vec![],
    };
    let check = CheckResult {
        check: "imdsv2".into(),
        status: Status::Pass,
        controls: vec![],
        evidence: vec![],
        why: None,
        scope: rebato_core::harden::Scope::Instance,
        class: FixClass::Propose,
        shortfalls: vec![],
        looked: None,
        args: [].into(),
    };
    vec![
        Event::CaseOpened {
            alert: alert(),
            finding: finding(),
        },
        Event::AlertRepeated {
            alert: alert(),
            finding: finding(),
        },
        Event::FindingJoined {
            alert: alert(),
            finding: rebato_core::identify::Finding {
                id: "f-2".into(),
                ..finding()
            },
        },
        Event::SubjectObserved {
            subject: Box::new(bare_subject()),
        },
        Event::SubjectMissing {
            why: "InvalidInstanceID.NotFound".into(),
            remains: Some(Box::new(rebato_core::identify::Remains {
                image: Some("ami-1".into()),
                ..Default::default()
            })),
        },
        Event::EvidenceGathered {
            dossier: Dossier::of_alert(&finding(), &alert()),
            kept: vec![kept("log_extract")],
        },
        Event::VerdictReached { verdict: verdict() },
        Event::CaseMarked {
            marking: rebato_core::investigate::Marking::Red,
        },
        Event::InquiryBegun {
            inquiry: rebato_core::investigate::Inquiry {
                ip: report.ip,
                sources: vec!["rdap".into()],
            },
        },
        Event::AddressInvestigated { report },
        Event::PostureChecked {
            checks: vec![check],
        },
        Event::GuestAsked {
            instance: "i-1".into(),
            document: "AWS-RunShellScript".into(),
            script: Digest::of(b"script"),
        },
        Event::GuestAnswered {
            instance: "i-1".into(),
            command: Some("c-1".into()),
            status: "Success".into(),
            kept: vec![kept("guest_output")],
        },
        Event::PlanMade {
            plan: Box::new(plan.clone()),
        },
        Event::PlanRuled {
            plan: plan.digest(),
            ruling: ruling(1),
        },
        Event::PlanRehearsed {
            plan: plan.digest(),
            permits: vec![Permit {
                permission: "ec2:StopInstances".into(),
                steps: vec!["s1".into()],
                answer: PermitAnswer::Denied { why: "no".into() },
            }],
        },
        Event::PlanApproved {
            approval: approval(&plan),
        },
        Event::PlanRejected {
            by: "ana".into(),
            digest: plan.digest(),
            why: Some("¿por qué?".into()),
        },
        started(&plan, "s1", 1),
        done(&plan, "s1"),
        failed(&plan, "s1", true),
        observed(&["s1"], &["eni-0"]),
        Event::ReleaseObserved {
            open: vec!["s2".into()],
            subject: Box::new(bare_subject()),
        },
        Event::FixWatched {
            plan: plan.digest(),
            before: Health::default(),
            looks: 2,
            worse: vec!["ssm-agent".into()],
        },
        Event::Monitored {
            review: review(Some(0)),
        },
        Event::CaseClosed {
            by: "ana".into(),
            why: None,
        },
        Event::CaseReopened {
            why: "flows".into(),
        },
        Event::CriterionStated {
            code: "root-cause".into(),
            text: Some("contraseña débil".into()),
            by: "ana".into(),
        },
        Event::ClosingAgreed {
            rules: ClosingRules {
                hours: [(Outcome::Attempted, 100)].into(),
                require: ["report-signed".to_owned()].into(),
            },
            by: "ana".into(),
        },
        Event::ExportStarted { export: export() },
        Event::ExportDone {
            held: Held {
                what: "export".into(),
                id: export().place,
                origin: CASE.into(),
                size: Some(12),
                state: None,
                custody: Custody::default(),
            },
            objects: vec![ExportedObject {
                name: "manifest.json".into(),
                version: Some("v1".into()),
            }],
        },
    ]
}

/// The place of an event's kind in [`every`]: a new kind does not compile until it is here.
pub(crate) fn place(event: &Event) -> usize {
    match event {
        Event::CaseOpened { .. } => 0,
        Event::AlertRepeated { .. } => 1,
        Event::FindingJoined { .. } => 2,
        Event::SubjectObserved { .. } => 3,
        Event::SubjectMissing { .. } => 4,
        Event::EvidenceGathered { .. } => 5,
        Event::VerdictReached { .. } => 6,
        Event::CaseMarked { .. } => 7,
        Event::InquiryBegun { .. } => 8,
        Event::AddressInvestigated { .. } => 9,
        Event::PostureChecked { .. } => 10,
        Event::GuestAsked { .. } => 11,
        Event::GuestAnswered { .. } => 12,
        Event::PlanMade { .. } => 13,
        Event::PlanRuled { .. } => 14,
        Event::PlanRehearsed { .. } => 15,
        Event::PlanApproved { .. } => 16,
        Event::PlanRejected { .. } => 17,
        Event::StepStarted { .. } => 18,
        Event::StepDone { .. } => 19,
        Event::StepFailed { .. } => 20,
        Event::ContainmentObserved { .. } => 21,
        Event::ReleaseObserved { .. } => 22,
        Event::FixWatched { .. } => 23,
        Event::Monitored { .. } => 24,
        Event::CaseClosed { .. } => 25,
        Event::CaseReopened { .. } => 26,
        Event::CriterionStated { .. } => 27,
        Event::ClosingAgreed { .. } => 28,
        Event::ExportStarted { .. } => 29,
        Event::ExportDone { .. } => 30,
    }
}
