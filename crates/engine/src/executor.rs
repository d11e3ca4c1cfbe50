//! Carries out an approved plan: intent before each call, outcome after it, the state read back at the end. It makes no
//! choices; after a crash it looks at the world and goes on. Must not know what the actions are for.

mod guest;
mod known;
mod moved;

use std::sync::Arc;
use std::time::Duration;

use futures::future::{join, join_all};
use rebato_core::Digest;
use rebato_core::case::{Case, Custody, Event, Observation, PlanRecord, Receipt, State, StepState};
use rebato_core::contain::{
    Action, ApprovedStep, DenySessions, GroupRole, Purpose, Standing, exposed, standing,
};
use rebato_core::identify::Subject;

use crate::custody::held;
use crate::error::EngineError;
use crate::ports::{Clock, Cloud, CloudError, Hints, Made};
use crate::progress::{Progress, Watcher};
use crate::writer::Writer;
use guest::Heard;
pub(crate) use known::plan_of;
use known::{adopted, made_in, open_steps, overtaken, with_unfinished};

/// A read of the subject that is younger than this counts as the state before a plan (decision 0006).
pub const FRESH: Duration = Duration::from_secs(60);

/// Distances between looks for the effect of a call that must not be made twice: EC2 shows a change only after a while.
const SETTLE: [u64; 4] = [2, 4, 8, 16];
/// Distances between tries of a call that AWS throttled, which surely did nothing.
const THROTTLE: [u64; 5] = [1, 2, 4, 8, 16];
/// How often a call is tried again whose answer was lost and whose effect is not there.
const LOST: u32 = 3;
/// Distances between looks at an instance that starts or stops; AWS's own waiters give it ten minutes.
const STATE_LOOK: Duration = Duration::from_secs(5);
const STATE_LOOKS: u32 = 120;

/// Carries out the plan with this digest, from wherever it was left.
///
/// # Errors
/// [`EngineError::NoPlan`], [`EngineError::NotApproved`], [`EngineError::Approval`], [`EngineError::Stale`] before anything is done;
/// store and AWS errors that keep it from going on. A step that fails is no error: the case says so.
pub async fn carry_out(
    cloud: &dyn Cloud,
    writer: &Writer<'_>,
    watcher: &dyn Watcher,
    digest: Digest,
    own_instance: Option<&str>,
) -> Result<Arc<Case>, EngineError> {
    let case = writer.case().await;
    let record = plan_of(&case, digest)?;
    // Who asks for a release again that has come to its end is told so.
    if case.state == State::Released && record.plan.purpose == Purpose::Release && record.all_done()
    {
        return Ok(case);
    }
    let approval = record.approval().ok_or_else(|| {
        let case = case.id.clone();
        if record.waits_for_second() {
            EngineError::NeedsSecondPerson { case, digest }
        } else {
            EngineError::NotApproved { case, digest }
        }
    })?;
    let begun = record.begun();
    // What was begun goes forward: the approval is asked for its end only before the first call.
    let asked_at = if begun { approval.at } else { writer.now() };
    let waves = record.plan.approve(&record.approvals, asked_at)?;

    // Who asks for help may have lost the instance.
    let apart = record.plan.purpose.is_apart();
    let subject = match &case.subject {
        Some(known) if apart => known.clone(),
        _ => prior(cloud, writer, &case, record, begun).await?,
    };
    if !begun {
        let drifts = moved::since(cloud, &case, &record.plan, &subject, own_instance).await?;
        if !drifts.is_empty() {
            return Err(EngineError::Stale {
                case: case.id.clone(),
                purpose: record.plan.purpose.clone(),
                drifts,
            });
        }
    }
    let run = Run {
        cloud,
        writer,
        watcher,
        digest,
        by: &approval.by,
        release: matches!(
            record.plan.purpose,
            Purpose::Release | Purpose::Revert { .. }
        ),
    };
    let mut waves = waves.iter();
    while let Some(wave) = waves.next() {
        let (opening, beside): (Vec<_>, Vec<_>) = wave.iter().partition(|step| opens(step));
        if opening.is_empty() {
            run.all(&beside, &subject).await?;
            continue;
        }
        // In the passage group an interface is open on all sides: its way on waits for nothing that goes wrong beside it.
        let (closing, next): (Vec<_>, Vec<_>) = waves
            .next()
            .into_iter()
            .flatten()
            .partition(|step| matches!(step.action(), Action::SetInterfaceGroups(_)));
        let through = async {
            run.all(&opening, &subject).await?;
            run.all(&closing, &subject).await
        };
        let (through, beside) = join(through, run.all(&beside, &subject)).await;
        through?;
        beside?;
        run.all(&next, &subject).await?;
    }
    if apart {
        // Nothing of the instance changed that could be read back.
        return Ok(writer.case().await);
    }
    run.read_back(record).await
}

/// Whether a step puts an interface into the passage group.
fn opens(step: &ApprovedStep) -> bool {
    matches!(step.action(), Action::SetInterfaceGroups(to) if to.goes_to(GroupRole::Passage))
}

/// The state before the plan: the read it was made on while that is fresh, else a new one.
async fn prior(
    cloud: &dyn Cloud,
    writer: &Writer<'_>,
    case: &Case,
    record: &PlanRecord,
    begun: bool,
) -> Result<Subject, EngineError> {
    if let Some(known) = case
        .subject
        .as_ref()
        .filter(|s| !begun && s.read_at == record.plan.based_on)
        && let Ok(age) = Duration::try_from(writer.now() - known.read_at)
        && age < FRESH
    {
        return Ok(known.clone());
    }
    let subject = read(cloud, writer.clock(), &record.plan.instance, &hints(case)).await?;
    writer
        .write(Event::SubjectObserved {
            subject: Box::new(subject.clone()),
        })
        .await?;
    Ok(subject)
}

/// The instance as it is now, dated by this run's clock: ages are counted, and tokens told old, by one clock.
pub(crate) async fn read(
    cloud: &dyn Cloud,
    clock: &dyn Clock,
    instance: &str,
    hints: &Hints,
) -> Result<Subject, CloudError> {
    let read_at = clock.now();
    let subject = cloud.subject(instance, hints).await?;
    Ok(Subject { read_at, ..subject })
}

/// What the case knows that saves round trips.
pub(crate) fn hints(case: &Case) -> Hints {
    Hints {
        policy: Some(DenySessions::policy_name(&case.id)),
        ..Hints::of(&case.whole_finding(), case.subject.as_ref())
    }
}

struct Run<'a> {
    cloud: &'a dyn Cloud,
    writer: &'a Writer<'a>,
    watcher: &'a dyn Watcher,
    digest: Digest,
    /// Who approved: evidence is taken on their word.
    by: &'a str,
    /// A release overwrites nothing that somebody else changed; containment goes forward.
    release: bool,
}

/// What a look at the world after a call without an answer says.
enum Found {
    Done(Receipt),
    NotDone,
    Unclear(String),
}

impl Run<'_> {
    /// Steps side by side.
    async fn all(&self, steps: &[&ApprovedStep], subject: &Subject) -> Result<(), EngineError> {
        join_all(steps.iter().map(|step| self.step(step, subject)))
            .await
            .into_iter()
            .collect()
    }

    async fn step(&self, step: &ApprovedStep, subject: &Subject) -> Result<(), EngineError> {
        let case = self.writer.case().await;
        let record = plan_of(&case, self.digest)?;
        let state = record
            .steps
            .get(step.id())
            .cloned()
            .unwrap_or(StepState::Planned);
        if state.is_done() {
            return Ok(());
        }
        // Going back to a state between, all open in the passage group, when a later step already stands would undo it.
        if overtaken(record, step, subject) {
            return self.adopt(step, &state, adopted(step, subject)).await;
        }
        if let Some(missing) = step
            .step()
            .needs
            .iter()
            .find(|need| !record.steps.get(*need).is_some_and(StepState::is_done))
        {
            return self.leave_out(step, &state, missing).await;
        }
        // An intent without an outcome: its effect may be there.
        if state.may_have_acted() {
            let found = if step.action().finds_itself() {
                self.wait_to_be_found().await
            } else {
                self.look(step, subject.clone()).await?
            };
            match found {
                Found::Done(receipt) => {
                    self.settle(step).await?;
                    return self.adopt(step, &state, receipt).await;
                }
                Found::NotDone => {}
                Found::Unclear(why) => return self.conflict(step, &state, why).await,
            }
        } else {
            match standing(step.action(), subject, &step.mark()) {
                Standing::After => return self.adopt(step, &state, adopted(step, subject)).await,
                Standing::Other(seen) if self.release => {
                    return self.conflict(step, &state, seen.to_string()).await;
                }
                _ => {}
            }
        }
        self.call(step, state.attempts() + 1).await
    }

    /// Calls until there is an outcome. Each try has its own intent.
    async fn call(&self, step: &ApprovedStep, first: u32) -> Result<(), EngineError> {
        let mut attempt = first;
        loop {
            self.started(step, attempt).await?;
            self.watcher.tell(&Progress::StepStarted(step.step()));
            let error = match self.perform(step).await {
                Ok(receipt) => match self.hear(step, receipt).await? {
                    Heard::Well(receipt) => {
                        self.settle(step).await?;
                        return self.done(step, receipt).await;
                    }
                    Heard::Badly { code, why, certain } => {
                        return self.failed(step, &code, &why, certain).await;
                    }
                },
                Err(EngineError::Cloud(error)) => error,
                Err(other) => return Err(other),
            };
            if error.surely_nothing_happened() {
                return self
                    .failed(step, error.code(), &error.to_string(), true)
                    .await;
            }
            let found = if step.action().finds_itself() {
                self.wait_to_be_found().await
            } else {
                match self.read(step.instance()).await {
                    Ok(subject) => self.look(step, subject).await?,
                    Err(_) => {
                        return self
                            .failed(step, error.code(), &error.to_string(), false)
                            .await;
                    }
                }
            };
            match found {
                Found::Done(receipt) => {
                    self.settle(step).await?;
                    return self.done(step, receipt).await;
                }
                Found::NotDone if attempt - first + 1 < LOST => attempt += 1,
                Found::NotDone | Found::Unclear(_) => {
                    return self
                        .failed(step, error.code(), &error.to_string(), false)
                        .await;
                }
            }
        }
    }

    /// One call, tried again only while AWS throttles it, with what it brings kept as evidence.
    async fn perform(&self, step: &ApprovedStep) -> Result<Receipt, EngineError> {
        let mut waits = THROTTLE.iter();
        loop {
            let began = self.writer.now();
            let made = self.made().await;
            match self.cloud.perform(step, &made).await {
                Ok(performed) => {
                    let mut receipt = performed.receipt;
                    let also = held(step.action(), &made, &receipt);
                    receipt.held.extend(also);
                    receipt.custody = Box::new(Custody {
                        by: Some(self.by.into()),
                        began: Some(began),
                        ..self.writer.custody().await
                    });
                    for (what, bytes) in performed.bytes {
                        receipt.kept.push(
                            self.writer
                                .keep(&what, &step.action().target(), &bytes, Custody::default())
                                .await?,
                        );
                    }
                    return Ok(receipt);
                }
                Err(error @ CloudError::Throttled { .. }) => match waits.next() {
                    Some(seconds) => {
                        self.writer
                            .clock()
                            .pass(Duration::from_secs(*seconds))
                            .await;
                    }
                    None => return Err(error.into()),
                },
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// What looks for itself when it is carried out needs only the time in which AWS shows it.
    async fn wait_to_be_found(&self) -> Found {
        for seconds in SETTLE {
            self.writer.clock().pass(Duration::from_secs(seconds)).await;
        }
        Found::NotDone
    }

    /// Looks whether the step's effect is there. For a call that must not be made twice, several looks over a while.
    async fn look(&self, step: &ApprovedStep, mut subject: Subject) -> Result<Found, EngineError> {
        let waits: &[u64] = if step.action().once_only() {
            &SETTLE
        } else {
            &[]
        };
        let mut waits = waits.iter();
        loop {
            let stands = standing(step.action(), &subject, &step.mark());
            if matches!(stands, Standing::After | Standing::Underway) {
                return Ok(Found::Done(adopted(step, &subject)));
            }
            // Some snapshots of a set show before others.
            let Some(seconds) = waits.next() else {
                return Ok(match stands {
                    // A second set is harm: who cannot see whether there is a first one does not guess.
                    Standing::Unseen if step.action().once_only() => {
                        Found::Unclear("not readable".into())
                    }
                    // A changed interface goes forward to containment.
                    Standing::Other(_)
                        if matches!(step.action(), Action::SetInterfaceGroups(_))
                            && !self.release =>
                    {
                        Found::NotDone
                    }
                    Standing::Other(seen) => Found::Unclear(seen.to_string()),
                    _ => Found::NotDone,
                });
            };
            self.writer
                .clock()
                .pass(Duration::from_secs(*seconds))
                .await;
            // Who can no longer look knows nothing about this step; the others go on.
            subject = match self.read(step.instance()).await {
                Ok(subject) => subject,
                Err(error) => return Ok(Found::Unclear(error.to_string())),
            };
        }
    }

    /// A start, a stop and a snapshot take a while: the step is done when the end state stands, or AWS has had ten minutes.
    async fn settle(&self, step: &ApprovedStep) -> Result<(), EngineError> {
        if !matches!(
            step.action(),
            Action::SetRunning(_) | Action::WaitSnapshots(_)
        ) {
            return Ok(());
        }
        let instance = step.instance();
        self.watcher.tell(&Progress::Waiting {
            action: step.action().name(),
            target: instance,
        });
        for _ in 0..STATE_LOOKS {
            let subject = match self.read(instance).await {
                Ok(subject) => subject,
                // The call was answered; that one look failed changes nothing about it.
                Err(CloudError::Throttled { .. } | CloudError::Unreachable { .. }) => {
                    self.writer.clock().pass(STATE_LOOK).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if !matches!(
                standing(step.action(), &subject, &step.mark()),
                Standing::Underway | Standing::Before
            ) {
                return Ok(());
            }
            self.writer.clock().pass(STATE_LOOK).await;
        }
        Ok(())
    }

    async fn read(&self, instance: &str) -> Result<Subject, CloudError> {
        read(self.cloud, self.writer.clock(), instance, &Hints::default()).await
    }

    async fn made(&self) -> Made {
        made_in(&*self.writer.case().await)
    }

    async fn started(&self, step: &ApprovedStep, attempt: u32) -> Result<(), EngineError> {
        let event = Event::StepStarted {
            plan: self.digest,
            step: step.id().into(),
            attempt,
            before: step.action().before(),
        };
        self.writer.write(event).await
    }

    async fn done(&self, step: &ApprovedStep, receipt: Receipt) -> Result<(), EngineError> {
        self.watcher.tell(&Progress::StepDone {
            step: step.step(),
            adopted: receipt.adopted,
        });
        let mut after = step.action().after();
        if let (Some(fields), Action::CreateSnapshots(_)) = (after.as_object_mut(), step.action()) {
            fields.insert("snapshots".into(), receipt.made.clone().into());
        }
        self.writer
            .write(Event::StepDone {
                plan: self.digest,
                step: step.id().into(),
                receipt,
                after,
            })
            .await
    }

    async fn failed(
        &self,
        step: &ApprovedStep,
        code: &str,
        why: &str,
        certain: bool,
    ) -> Result<(), EngineError> {
        self.watcher.tell(&Progress::StepFailed {
            step: step.step(),
            code,
            why,
        });
        let event = Event::StepFailed {
            plan: self.digest,
            step: step.id().into(),
            code: code.into(),
            why: why.into(),
            certain,
        };
        self.writer.write(event).await
    }

    /// The effect is there without a call of this run.
    async fn adopt(
        &self,
        step: &ApprovedStep,
        state: &StepState,
        receipt: Receipt,
    ) -> Result<(), EngineError> {
        if !matches!(state, StepState::Started { .. }) {
            self.started(step, state.attempts() + 1).await?;
        }
        self.done(step, receipt).await
    }

    async fn conflict(
        &self,
        step: &ApprovedStep,
        state: &StepState,
        seen: String,
    ) -> Result<(), EngineError> {
        if !matches!(state, StepState::Started { .. }) {
            self.started(step, state.attempts() + 1).await?;
        }
        self.failed(step, "Conflict", &seen, false).await
    }

    async fn leave_out(
        &self,
        step: &ApprovedStep,
        state: &StepState,
        missing: &str,
    ) -> Result<(), EngineError> {
        if !matches!(state, StepState::Started { .. }) {
            self.started(step, state.attempts() + 1).await?;
        }
        self.failed(step, "NeedsStep", missing, true).await
    }

    /// Contained is what is observed: reads the state back, a few times where AWS has not shown all yet.
    async fn read_back(&self, record: &PlanRecord) -> Result<Arc<Case>, EngineError> {
        self.watcher.tell(&Progress::ReadingBack);
        let mut waits = [1_u64, 2, 4, 8].iter();
        loop {
            let case = self.writer.case().await;
            let (instance, hints) = (&record.plan.instance, hints(&case));
            let subject = read(self.cloud, self.writer.clock(), instance, &hints).await?;
            let open = open_steps(&case, self.digest, &subject);
            let exposed = if record.plan.purpose == Purpose::Contain {
                exposed(&subject)
            } else {
                Vec::new()
            };
            let failed = case.plan(self.digest).is_some_and(|r| !r.all_done());
            if (!open.is_empty() || !exposed.is_empty())
                && !failed
                && let Some(seconds) = waits.next()
            {
                self.writer
                    .clock()
                    .pass(Duration::from_secs(*seconds))
                    .await;
                continue;
            }
            let event = match &record.plan.purpose {
                Purpose::Contain => Event::ContainmentObserved {
                    observation: Observation {
                        at: self.writer.now(),
                        open,
                        exposed,
                    },
                    subject: Box::new(subject),
                },
                // What failed is not released either, though nothing shows it: the same plan goes on with it.
                Purpose::Release => Event::ReleaseObserved {
                    open: with_unfinished(open, &case, self.digest),
                    subject: Box::new(subject),
                },
                Purpose::Fix { .. }
                | Purpose::Revert { .. }
                | Purpose::Mend { .. }
                | Purpose::Escalate { .. }
                | Purpose::Watch
                | Purpose::Unwatch => Event::SubjectObserved {
                    subject: Box::new(subject),
                },
            };
            self.writer.write(event).await?;
            return Ok(self.writer.case().await);
        }
    }
}
