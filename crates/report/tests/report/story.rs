//! The rich case as a journal that is replayed, at several points of its life.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rebato_core::Digest;
use rebato_core::case::{Case, Custody, Event, Kept, Observation, Receipt};
use rebato_core::contain::{Approval, Plan, Profile, Purpose, Step, Undo, plan, release};
use rebato_core::evaluate::{Dossier, evaluate};
use rebato_core::identify::Alert;
use rebato_core::journal::Record;
use rebato_core::monitor::{Review, Watch, WatchStatus};

use crate::facts::{address, checks, dossier};
use crate::world::{Strangers, at, finding, subject};

/// Writes a journal.
pub(crate) struct Journal {
    pub(crate) records: Vec<Record>,
    now: Timestamp,
}

impl Journal {
    pub(crate) fn new(from: &str) -> Self {
        Self {
            records: Vec::new(),
            now: at(from),
        }
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now = Timestamp::from_second(self.now.as_second() + seconds).unwrap();
    }

    pub(crate) fn write(&mut self, actor: &str, event: &Event) {
        self.wait(2);
        let record =
            Record::next(self.records.last(), "C-2026-0042", self.now, actor, event).unwrap();
        self.records.push(record);
    }

    pub(crate) fn case(&self) -> Case {
        Case::replay("C-2026-0042", &self.records).unwrap()
    }
}

pub(crate) const WORKER: &str = "arn:aws:sts::111122223333:assumed-role/rebato/worker";

/// Carries a plan out: every step is begun and done, but for those in `fails`.
fn carry_out(journal: &mut Journal, plan: &Plan, fails: &[&str]) {
    let digest = plan.digest();
    for wave in &plan.waves {
        for step in wave {
            journal.write(
                WORKER,
                &Event::StepStarted {
                    plan: digest,
                    step: step.id.clone(),
                    attempt: 1,
                    before: step.action.before(),
                },
            );
        }
        for step in wave {
            let event = if fails.contains(&step.action.name()) {
                let why = "You are not authorized to perform this operation.".into();
                Event::StepFailed {
                    plan: digest,
                    step: step.id.clone(),
                    code: "UnauthorizedOperation".into(),
                    why,
                    certain: true,
                }
            } else {
                let receipt = Receipt {
                    request_ids: vec![format!("req-{}", step.id)],
                    ..Receipt::default()
                };
                Event::StepDone {
                    plan: digest,
                    step: step.id.clone(),
                    receipt,
                    after: step.action.after(),
                }
            };
            journal.write(WORKER, &event);
        }
    }
}

fn approve(journal: &mut Journal, plan: &Plan) {
    let approval = Approval::new(
        "ana@example.com",
        plan.digest(),
        at("2026-11-24T03:34:00Z"),
        at("2026-11-24T04:34:00Z"),
    );
    journal.write("ana@example.com", &Event::PlanApproved { approval });
}

/// From the alert to a verdict.
pub(crate) fn evaluated(s: &Strangers, dossier: Dossier) -> Journal {
    let (finding, subject) = (finding(s), subject(s));
    let alert = Alert {
        source: s.file.clone(),
        sha256: Digest::of(b"alert"),
        envelope: "sqs+sns+eventbridge".into(),
    };
    let mut journal = Journal::new("2026-11-24T03:31:00Z");
    journal.write(
        WORKER,
        &Event::CaseOpened {
            alert,
            finding: finding.clone(),
        },
    );
    journal.write(
        WORKER,
        &Event::SubjectObserved {
            subject: Box::new(subject.clone()),
        },
    );
    let verdict = evaluate(&finding, Some(&subject), &dossier);
    let kept = vec![Kept {
        what: "log_extract".into(),
        origin: s.file.clone(),
        sha256: Digest::of(b"extract"),
        size: 48_213,
        custody: Custody::default(),
    }];
    journal.write(WORKER, &Event::EvidenceGathered { dossier, kept });
    journal.write(WORKER, &Event::VerdictReached { verdict });
    journal.write(WORKER, &Event::AddressInvestigated { report: address(s) });
    journal.write(WORKER, &Event::PostureChecked { checks: checks() });
    journal
}

/// The containment plan for where the journal stands.
pub(crate) fn planned(journal: &mut Journal, s: &Strangers) -> Plan {
    let plan = plan(&journal.case(), &subject(s), &Profile::runbook(), None);
    journal.write(
        WORKER,
        &Event::PlanMade {
            plan: Box::new(plan.clone()),
        },
    );
    plan
}

/// The whole runbook up to a containment that the flow logs have verified.
pub(crate) fn contained(s: &Strangers) -> Journal {
    let mut journal = evaluated(s, dossier(s));
    let plan = planned(&mut journal, s);
    approve(&mut journal, &plan);
    carry_out(&mut journal, &plan, &[]);
    let observation = Observation {
        at: at("2026-11-24T03:35:40Z"),
        open: Vec::new(),
        exposed: Vec::new(),
    };
    journal.write(
        WORKER,
        &Event::ContainmentObserved {
            observation,
            subject: Box::new(subject(s)),
        },
    );
    journal.wait(4 * 3_600);
    let watch = |name: &str, status, why: Option<&str>| Watch {
        watch: name.into(),
        status,
        evidence: Vec::new(),
        why: why.map(Into::into),
        args: BTreeMap::new(),
    };
    let review = Review {
        at: at("2026-11-24T07:36:00Z"),
        watches: vec![
            watch("finding-again", WatchStatus::Quiet, None),
            watch("accepted-flows", WatchStatus::Quiet, None),
            watch("drift", WatchStatus::Quiet, None),
            watch(
                "logging",
                WatchStatus::Unknown,
                Some("AccessDeniedException"),
            ),
        ],
        accepted_flows: Some(0),
        leaks: [].into(),
        missing: vec!["checks-failing".into(), "observation-time".into()],
    };
    journal.write(WORKER, &Event::Monitored { review });
    journal
}

/// A containment that AWS refused half of.
pub(crate) fn partial(s: &Strangers) -> Journal {
    let mut journal = evaluated(s, dossier(s));
    let plan = planned(&mut journal, s);
    approve(&mut journal, &plan);
    carry_out(&mut journal, &plan, &["set_elastic_ip", "set_running"]);
    let observation = Observation {
        at: at("2026-11-24T03:35:40Z"),
        open: vec!["s12".into()],
        exposed: vec!["eni-0a1 203.0.113.33".into()],
    };
    journal.write(
        WORKER,
        &Event::ContainmentObserved {
            observation,
            subject: Box::new(subject(s)),
        },
    );
    journal
}

/// Contained and put back.
pub(crate) fn released(s: &Strangers) -> Journal {
    let mut journal = contained(s);
    let undo = undo_plan(&journal.case(), s);
    journal.write(
        WORKER,
        &Event::PlanMade {
            plan: Box::new(undo.clone()),
        },
    );
    approve(&mut journal, &undo);
    carry_out(&mut journal, &undo, &[]);
    journal.write(
        WORKER,
        &Event::ReleaseObserved {
            open: Vec::new(),
            subject: Box::new(subject(s)),
        },
    );
    journal
}

/// What a release of all that was changed would be. The subject of these tests does not change with the steps, so the
/// planner would find nothing to put back; the undo of every step is asked for here instead.
fn undo_plan(case: &Case, s: &Strangers) -> Plan {
    let planned = release(case, &subject(s));
    let contain = case.plan_for(&Purpose::Contain).unwrap();
    let undone = contain
        .plan
        .steps()
        .filter_map(|step| match step.action.undo() {
            Undo::Do(action) => Some(*action),
            _ => None,
        });
    let steps = undone
        .zip(1..)
        .map(|(action, n)| Step {
            id: format!("s{n}"),
            action,
            needs: Default::default(),
        })
        .collect();
    Plan {
        waves: vec![steps],
        ..planned
    }
}
