//! The case as a replay of its journal yields it. Must not know how events are stored or who writes them.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::acting::fits_ruling;
use super::{
    Artefact, Containment, Decision, Entry, Event, Exported, Observation, PlanRecord, State,
    StepState, Told, custody,
};
use crate::Digest;
use crate::contain::{Purpose, exposed};
use crate::evaluate::{Dossier, Outcome, Verdict};
use crate::harden::CheckResult;
use crate::identify::{Alert, Finding, Remains, Subject};
use crate::investigate::{AddressReport, Inquiry, Marking};
use crate::journal::{Break, EncodingError, Record, verify};
use crate::monitor::{ClosingRules, Review, Statement};

/// A case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// When it was opened.
    pub opened: Timestamp,
    /// Last event.
    pub updated: Timestamp,
    /// Sequence number of the last event.
    pub seq: u64,
    /// The first alert.
    pub alert: Alert,
    /// The newest reading of the leading finding, with the remote sides that earlier readings named.
    pub finding: Finding,
    /// Other findings about the instance that joined the case, oldest first.
    #[serde(default)]
    pub joined: Vec<Told>,
    /// How often the alert came again.
    pub repeats: u32,
    /// The instance as last read.
    pub subject: Option<Subject>,
    /// Why there is none.
    pub subject_missing: Option<String>,
    /// What is still told of an instance that is no more.
    pub remains: Option<Remains>,
    /// The evidence.
    pub dossier: Option<Dossier>,
    /// The verdict.
    pub verdict: Option<Verdict>,
    /// How far the case may travel, where somebody said so; it only becomes stricter.
    #[serde(default)]
    pub marking: Option<Marking>,
    /// Inquiries without a report yet: a run that broke off leaves them, and the address may have left the machine.
    #[serde(default)]
    pub inquiries: Vec<Inquiry>,
    /// Reports on addresses, newest for each.
    pub addresses: Vec<AddressReport>,
    /// The checks as last run.
    pub checks: Vec<CheckResult>,
    /// All plans, oldest first.
    pub plans: Vec<PlanRecord>,
    /// How far the attacker is cut off.
    pub containment: Containment,
    /// When the containment was first seen to stand.
    pub contained_at: Option<Timestamp>,
    /// When a verdict first spoke of a breach.
    pub breach_known: Option<Timestamp>,
    /// The last reading back.
    pub observation: Option<Observation>,
    /// Looks at the case, oldest first.
    pub reviews: Vec<Review>,
    /// What its events tell of evidence, in their order; [`super::custody`] has the list with what was seen since.
    #[serde(default)]
    pub artefacts: Vec<Artefact>,
    /// Copies in the second home, oldest first.
    #[serde(default)]
    pub exports: Vec<Exported>,
    /// What persons said of criteria for closing, the newest of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stated: Vec<Statement>,
    /// What the configuration asks for beyond the house's own criteria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<ClosingRules>,
    /// What happened when.
    pub history: Vec<Entry>,
}

/// An event that does not fit where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} ({event}) does not fit: {why}")]
pub struct IllegalEvent {
    /// Its place.
    pub seq: u64,
    /// Its name.
    pub event: String,
    /// Why not.
    pub why: String,
}

/// Why a case could not be replayed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// No event at all.
    #[error("case {0} has no events")]
    Empty(String),
    /// The chain is broken.
    #[error(transparent)]
    Chain(#[from] Break),
    /// An event cannot be read.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// An event does not fit.
    #[error("case {case}: {source}")]
    Illegal {
        /// The case.
        case: String,
        /// Which and why.
        source: IllegalEvent,
    },
}

impl Case {
    /// Replays a case from its records, checking the chain on the way.
    ///
    /// # Errors
    /// [`ReplayError`]: no events, a broken chain, an event that cannot be read or does not fit.
    pub fn replay(id: &str, records: &[Record]) -> Result<Self, ReplayError> {
        verify(id, records)?;
        let mut case: Option<Self> = None;
        for record in records {
            let event = record.decode()?;
            let moved = match &mut case {
                None => Self::begin(record, event).map(|begun| case = Some(begun)),
                Some(case) => case.apply(record, event),
            };
            moved.map_err(|source| ReplayError::Illegal {
                case: id.into(),
                source,
            })?;
        }
        case.ok_or_else(|| ReplayError::Empty(id.into()))
    }

    /// The case that its first event opens.
    ///
    /// # Errors
    /// [`IllegalEvent`] when the first event is another.
    pub fn begin(record: &Record, event: Event) -> Result<Self, IllegalEvent> {
        let artefacts = custody::told(record, &event);
        let Event::CaseOpened { alert, finding } = event else {
            return Err(illegal(record, "a case begins with case_opened"));
        };
        Ok(Self {
            id: record.case.clone(),
            state: State::Opened,
            opened: record.at,
            updated: record.at,
            seq: record.seq,
            alert,
            finding,
            joined: Vec::new(),
            repeats: 0,
            subject: None,
            subject_missing: None,
            remains: None,
            dossier: None,
            verdict: None,
            marking: None,
            inquiries: Vec::new(),
            addresses: Vec::new(),
            checks: Vec::new(),
            plans: Vec::new(),
            containment: Containment::None,
            contained_at: None,
            breach_known: None,
            observation: None,
            reviews: Vec::new(),
            artefacts,
            exports: Vec::new(),
            stated: Vec::new(),
            closing: None,
            history: vec![entry(record, None)],
        })
    }

    /// Moves the case by one event.
    ///
    /// # Errors
    /// [`IllegalEvent`] when the event does not fit the state: then the case is as it was.
    pub fn apply(&mut self, record: &Record, event: Event) -> Result<(), IllegalEvent> {
        let about = event.about();
        let artefacts = custody::told(record, &event);
        self.state = self.step(record, event)?;
        self.artefacts.extend(artefacts);
        self.seq = record.seq;
        self.updated = record.at;
        self.history.push(entry(record, about));
        Ok(())
    }

    fn step(&mut self, record: &Record, event: Event) -> Result<State, IllegalEvent> {
        use State as S;
        let state = self.state;
        match (state, event) {
            (_, Event::CaseOpened { .. }) => Err(illegal(record, "the case is open already")),
            (S::Closed, Event::CaseReopened { .. }) => Ok(self.state_without_close()),
            (S::Closed, Event::Monitored { review }) => {
                self.reviews.push(review);
                Ok(S::Closed)
            }
            (S::Closed, Event::AlertRepeated { alert, finding }) => {
                self.told_again(alert, finding);
                Ok(S::Closed)
            }
            // Evidence finds its second home in any state, and most of all when the case is closed.
            (state, Event::ExportStarted { export }) => {
                self.exports.push(Exported {
                    export,
                    done: false,
                });
                Ok(state)
            }
            (state, Event::ExportDone { held, .. }) => {
                let of_it = |known: &&mut Exported| known.export.place == held.id;
                let known = self.exports.iter_mut().rev().find(of_it);
                known
                    .ok_or_else(|| illegal(record, "no such export was begun"))?
                    .done = true;
                Ok(state)
            }
            // What was found is in the checks or the watches that follow; the output is evidence. A closed case is watched too.
            (state, Event::GuestAsked { .. } | Event::GuestAnswered { .. }) => Ok(state),
            // What watches a case may outlive it, and is deleted all the same.
            (S::Closed, event) if !self.is_unwatching(&event) => {
                Err(illegal(record, "the case is closed"))
            }
            (_, Event::CaseReopened { .. }) => Err(illegal(record, "the case is not closed")),
            (S::Containing | S::Releasing, Event::CaseClosed { .. }) => Err(illegal(
                record,
                "calls were made whose end state was not seen",
            )),
            (_, Event::CaseClosed { .. }) => Ok(S::Closed),

            (state, Event::AlertRepeated { alert, finding }) => {
                self.told_again(alert, finding);
                Ok(state)
            }
            (state, Event::FindingJoined { alert, finding }) => {
                self.join(alert, finding);
                Ok(state)
            }
            (state, Event::SubjectObserved { mut subject }) => {
                // A look that did not ask for the neighbourhood says nothing about it.
                if subject.around.is_none() {
                    subject.around = self.subject.take().and_then(|known| known.around);
                }
                self.subject = Some(*subject);
                self.subject_missing = None;
                self.remains = None;
                Ok(state)
            }
            (state, Event::SubjectMissing { why, remains }) => {
                self.subject_missing = Some(why);
                self.remains = remains.map(|remains| *remains);
                Ok(state)
            }
            (state, Event::EvidenceGathered { dossier, .. }) => {
                self.dossier = Some(dossier);
                Ok(state)
            }
            (state, Event::VerdictReached { verdict }) => {
                if matches!(verdict.outcome, Outcome::Succeeded | Outcome::Likely) {
                    self.breach_known.get_or_insert(record.at);
                }
                self.verdict = Some(verdict);
                Ok(match state {
                    S::Opened => S::Evaluated,
                    other => other,
                })
            }
            (state, Event::CaseMarked { marking }) => {
                self.marking = self.marking.max(Some(marking));
                Ok(state)
            }
            (state, Event::InquiryBegun { inquiry }) => {
                self.inquiries.retain(|known| known.ip != inquiry.ip);
                self.inquiries.push(inquiry);
                Ok(state)
            }
            (state, Event::AddressInvestigated { report }) => {
                self.inquiries.retain(|inquiry| inquiry.ip != report.ip);
                self.addresses.retain(|known| known.ip != report.ip);
                self.addresses.push(report);
                Ok(state)
            }
            (state, Event::PostureChecked { mut checks }) => {
                // What an earlier look showed has its time already.
                for check in checks.iter_mut().filter(|check| check.is_seen_inside()) {
                    check.looked.get_or_insert(record.at);
                }
                self.checks = checks;
                Ok(state)
            }
            (state, Event::Monitored { review }) => {
                if self.containment == Containment::Contained && review.accepted_flows == Some(0) {
                    self.containment = Containment::Verified;
                } else if self.containment == Containment::Verified
                    && review.accepted_flows.is_some_and(|n| n > 0)
                {
                    self.containment = Containment::Contained;
                }
                self.reviews.push(review);
                Ok(state)
            }

            (state, Event::CriterionStated { code, text, by }) => {
                let at = record.at;
                self.stated.retain(|known| known.code != code);
                self.stated.push(Statement { code, text, by, at });
                Ok(state)
            }
            (state, Event::ClosingAgreed { rules, .. }) => {
                self.closing = Some(rules);
                Ok(state)
            }
            (state, Event::FixWatched { plan, worse, .. }) => {
                self.plan_mut(record, plan)?.worse = Some(worse);
                Ok(state)
            }
            (state, Event::PlanMade { plan }) => self.plan_made(record, state, *plan),
            (state, Event::PlanRuled { plan, ruling }) => {
                self.plan_mut(record, plan)?.ruling = Some(ruling);
                Ok(state)
            }
            (state, Event::PlanRehearsed { plan, permits }) => {
                self.plan_mut(record, plan)?.permits = Some(permits);
                Ok(state)
            }
            (state, Event::PlanApproved { approval }) => {
                let plan = self.plan_mut(record, approval.digest)?;
                fits_ruling(plan, &approval).map_err(|why| illegal(record, why))?;
                plan.approvals.push(approval.clone());
                plan.decision = Some(Decision::Approved(approval));
                let enough = plan.approval().is_some();
                Ok(match (&plan.plan.purpose, state) {
                    // "Evaluated" is where a rejection leaves the case: a person may think better of it.
                    (Purpose::Contain, S::Planned | S::Evaluated) if enough => S::Approved,
                    (Purpose::Contain, S::Evaluated) => S::Planned,
                    _ => state,
                })
            }
            (state, Event::PlanRejected { by, digest, why }) => {
                let at = record.at;
                let plan = self.plan_mut(record, digest)?;
                let underway = matches!(
                    (&plan.plan.purpose, state),
                    (Purpose::Contain, S::Containing) | (Purpose::Release, S::Releasing)
                );
                if plan.begun() && underway {
                    return Err(illegal(record, "the plan was begun and goes forward"));
                }
                // A no ends every yes before it.
                plan.approvals.clear();
                plan.decision = Some(Decision::Rejected { by, at, why });
                Ok(match (&plan.plan.purpose, state) {
                    (Purpose::Contain, S::Planned | S::Approved) => S::Evaluated,
                    _ => state,
                })
            }

            (
                state,
                Event::StepStarted {
                    plan,
                    step,
                    attempt,
                    before,
                },
            ) => self.step_started(record, state, plan, &step, attempt, before),
            (
                state,
                Event::StepDone {
                    plan,
                    step,
                    receipt,
                    after,
                },
            ) => {
                let at = record.at;
                let (held, attempt) = self.begun_step(record, plan, &step)?;
                *held = StepState::Done {
                    attempt,
                    receipt,
                    after,
                    at,
                };
                self.settle_partial(plan);
                Ok(state)
            }
            (
                state,
                Event::StepFailed {
                    plan,
                    step,
                    code,
                    why,
                    certain,
                },
            ) => {
                let (held, attempt) = self.begun_step(record, plan, &step)?;
                *held = StepState::Failed {
                    attempt,
                    code,
                    why,
                    certain,
                };
                self.settle_partial(plan);
                Ok(state)
            }

            (
                S::Containing | S::Contained,
                Event::ContainmentObserved {
                    observation,
                    subject,
                },
            ) => {
                self.subject = Some(*subject);
                let stands = observation.open.is_empty() && observation.exposed.is_empty();
                if stands {
                    // What the flows showed before still holds: only the first reading back starts from "contained".
                    if self.containment != Containment::Verified {
                        self.containment = Containment::Contained;
                    }
                    self.contained_at.get_or_insert(observation.at);
                } else if !matches!(self.containment, Containment::None | Containment::Released) {
                    self.containment = Containment::Partial;
                }
                let only_evidence = !stands && observation.open.is_empty();
                self.observation = Some(observation);
                Ok(match self.containment {
                    _ if stands => S::Contained,
                    // A plan that cuts nothing leaves the case where it was before it.
                    Containment::None if only_evidence => S::Evaluated,
                    Containment::Released if only_evidence => S::Released,
                    _ => S::Containing,
                })
            }
            (_, Event::ContainmentObserved { .. }) => {
                Err(illegal(record, "no containment was begun"))
            }
            (S::Releasing, Event::ReleaseObserved { open, subject }) => {
                let subject: &Subject = self.subject.insert(*subject);
                if open.is_empty() {
                    self.containment = Containment::Released;
                    self.contained_at = None;
                    Ok(S::Released)
                } else {
                    let contained = exposed(subject).is_empty();
                    self.containment = if contained {
                        Containment::Contained
                    } else {
                        Containment::Partial
                    };
                    Ok(S::Releasing)
                }
            }
            (_, Event::ReleaseObserved { .. }) => Err(illegal(record, "no release was begun")),
        }
    }

    fn state_without_close(&self) -> State {
        match self.containment {
            Containment::Contained | Containment::Verified => State::Contained,
            Containment::Partial => State::Containing,
            Containment::Released => State::Released,
            Containment::None if self.verdict.is_some() => State::Evaluated,
            Containment::None => State::Opened,
        }
    }

    /// The newest plan for a purpose.
    #[must_use]
    pub fn plan_for(&self, purpose: &Purpose) -> Option<&PlanRecord> {
        self.plans.iter().rev().find(|p| &p.plan.purpose == purpose)
    }

    /// The newest plan of any purpose.
    #[must_use]
    pub fn newest_plan(&self) -> Option<&PlanRecord> {
        self.plans.last()
    }

    /// The plan with this digest.
    #[must_use]
    pub fn plan(&self, digest: Digest) -> Option<&PlanRecord> {
        self.plans.iter().find(|p| p.digest == digest)
    }

    /// Whose flows the newest look saw get through the containment.
    pub fn leaks(&self) -> impl Iterator<Item = IpAddr> {
        let last = self.reviews.last().filter(|_| self.contained_at.is_some());
        last.into_iter()
            .flat_map(|review| review.leaks.iter().copied())
    }

    /// The instance, as the subject or else the finding names it.
    #[must_use]
    pub fn instance_id(&self) -> Option<&str> {
        self.subject
            .as_ref()
            .map(|s| s.instance_id.as_str())
            .or(self.finding.instance_id.as_deref())
    }
}

pub(super) fn illegal(record: &Record, why: &str) -> IllegalEvent {
    IllegalEvent {
        seq: record.seq,
        event: record.event.clone(),
        why: why.into(),
    }
}

fn entry(record: &Record, about: Option<String>) -> Entry {
    Entry {
        seq: record.seq,
        at: record.at,
        actor: record.actor.clone(),
        event: record.event.clone(),
        about,
        hash: record.hash,
    }
}
