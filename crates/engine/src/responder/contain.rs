//! Step 3: plan, execution, release.

use std::sync::Arc;

use rebato_core::Digest;
use rebato_core::case::{Case, Event, PlanRecord, State};
use rebato_core::contain::{Plan, Profile, Purpose, lint_plan, plan, release};

use super::Responder;
use crate::error::EngineError;
use crate::executor::{carry_out, hints, read};
use crate::ports::{Cloud, CloudError};
use crate::progress::Progress;
use crate::writer::Writer;

impl Responder<'_> {
    pub(super) fn need_cloud(&self) -> Result<&dyn Cloud, EngineError> {
        self.cloud.ok_or_else(|| {
            CloudError::Unreachable {
                operation: "contain".into(),
                why: "--offline was given; run it again without".into(),
            }
            .into()
        })
    }

    /// The containment plan that waits, or a new one from the instance as last read. A plan that was begun is never replaced.
    ///
    /// # Errors
    /// When there is no instance to plan for, or the store cannot write.
    pub async fn plan(
        &self,
        writer: &Writer<'_>,
        profile: &Profile,
    ) -> Result<Option<PlanRecord>, EngineError> {
        let case = writer.case().await;
        let Some(subject) = &case.subject else {
            return Ok(None);
        };
        let known = case.plan_for(&Purpose::Contain);
        // One whose steps are all done and whose end state still does not stand has nothing left to do: a new one has.
        if let Some(known) = known
            .filter(|known| case.state == State::Containing && known.begun() && !known.all_done())
        {
            return Ok(Some(known.clone()));
        }
        let made = plan(&case, subject, profile, self.own_instance);
        // What a person is reading or has approved keeps its digest while it would come out the same.
        if let Some(known) = known
            && matches!(
                case.state,
                State::Planned
                    | State::Approved
                    | State::Containing
                    | State::Contained
                    | State::Releasing
            )
            && !known.begun()
            && known.plan
                == (Plan {
                    based_on: known.plan.based_on,
                    ..made.clone()
                })
        {
            return Ok(Some(known.clone()));
        }
        self.write_plan(writer, made).await
    }

    /// Writes a plan and whether its calls would be allowed.
    ///
    /// # Errors
    /// [`EngineError::Unsafe`] for one that is dangerous by our own rules; the store's.
    pub(super) async fn write_plan(
        &self,
        writer: &Writer<'_>,
        made: Plan,
    ) -> Result<Option<PlanRecord>, EngineError> {
        let faults = lint_plan(&made, writer.case().await.subject.as_ref());
        if !faults.is_empty() {
            return Err(EngineError::Unsafe { faults });
        }
        let digest = made.digest();
        let permits = match self.cloud {
            // Where nobody may approve, nobody needs to know whether the calls would be allowed.
            Some(cloud) if made.steps().next().is_some() && made.never().is_empty() => {
                cloud.rehearse(&made).await
            }
            _ => Vec::new(),
        };
        writer
            .write(Event::PlanMade {
                plan: Box::new(made),
            })
            .await?;
        if !permits.is_empty() {
            writer
                .write(Event::PlanRehearsed {
                    plan: digest,
                    permits,
                })
                .await?;
        }
        Ok(writer.case().await.plan(digest).cloned())
    }

    /// Reads the instance again and makes a new containment plan from it.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn refresh(&self, writer: &Writer<'_>) -> Result<(), EngineError> {
        let case = writer.case().await;
        let instance = case
            .instance_id()
            .ok_or_else(|| EngineError::NoInstance(case.finding.id.clone()))?;
        let cloud = self.need_cloud()?;
        let subject = read(cloud, writer.clock(), instance, &hints(&case)).await?;
        writer
            .write(Event::SubjectObserved {
                subject: Box::new(subject),
            })
            .await
    }

    /// The plan that puts the containment back: the one that was begun, else a new one from the instance as it is now.
    ///
    /// # Errors
    /// [`EngineError::Illegal`] when there is nothing to release; AWS's and the store's.
    pub async fn release_plan(
        &self,
        writer: &Writer<'_>,
    ) -> Result<Option<PlanRecord>, EngineError> {
        let case = writer.case().await;
        if let Some(known) = case.plan_for(&Purpose::Release)
            && case.state == State::Releasing
            && !known.all_done()
        {
            return Ok(Some(known.clone()));
        }
        self.refresh(writer).await?;
        let case = writer.case().await;
        let Some(subject) = &case.subject else {
            return Ok(None);
        };
        self.write_plan(writer, release(&case, subject)).await
    }

    /// Carries out an approved plan from wherever it was left.
    ///
    /// # Errors
    /// See [`carry_out`]; [`EngineError::Busy`] when another case is changing the same instance.
    pub async fn carry_out(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
    ) -> Result<Arc<Case>, EngineError> {
        self.not_busy(&*writer.case().await).await?;
        self.carry_out_alone(writer, digest).await
    }

    /// The same, for a caller who has seen to it that no other case is changing the same instance: of many cases, each would
    /// replay all the others.
    ///
    /// # Errors
    /// See [`carry_out`].
    pub async fn carry_out_alone(
        &self,
        writer: &Writer<'_>,
        digest: Digest,
    ) -> Result<Arc<Case>, EngineError> {
        let cloud = self.need_cloud()?;
        self.watcher.tell(&Progress::Room("contain"));
        carry_out(cloud, writer, self.watcher, digest, self.own_instance).await
    }
}
