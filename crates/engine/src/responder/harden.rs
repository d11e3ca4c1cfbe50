//! Step 5: the checks, and a plan that fixes one of them.

use rebato_core::case::{Case, Event, PlanRecord};
use rebato_core::harden::{CheckResult, Posture, check};

use super::Responder;
use crate::error::EngineError;
use crate::progress::Progress;
use crate::writer::Writer;

impl Responder<'_> {
    /// What the checks need beyond the subject; nothing without a cloud or a subject.
    ///
    /// # Errors
    /// AWS's error when nothing at all could be read.
    pub(super) async fn posture(&self, case: &Case) -> Result<Option<Posture>, EngineError> {
        let (Some(cloud), Some(subject)) = (self.cloud, &case.subject) else {
            return Ok(None);
        };
        Ok(Some(cloud.posture(subject).await?))
    }

    /// Runs the checks and writes their results.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn harden(&self, writer: &Writer<'_>) -> Result<Vec<CheckResult>, EngineError> {
        self.watcher.tell(&Progress::Room("harden"));
        let case = writer.case().await;
        let (Some(posture), Some(subject)) = (self.posture(&case).await?, &case.subject) else {
            return Ok(Vec::new());
        };
        let checks = check(subject, &posture, &case.whole_finding());
        writer
            .write(Event::PostureChecked {
                checks: checks.clone(),
            })
            .await?;
        Ok(checks)
    }

    /// The plan that fixes a check on the instance as it is now; `None` when the check has no fix or nothing to fix.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn fix_plan(
        &self,
        writer: &Writer<'_>,
        check: &str,
    ) -> Result<Option<PlanRecord>, EngineError> {
        self.refresh(writer).await?;
        let case = writer.case().await;
        let Some(subject) = &case.subject else {
            return Ok(None);
        };
        let Some(made) = rebato_core::harden::fix_plan(&case, subject, check) else {
            return Ok(None);
        };
        self.write_plan(writer, made).await
    }
}
