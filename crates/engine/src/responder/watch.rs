//! Step 6: what watches the case when nobody looks, and what persons and the configuration say about closing it.

use rebato_core::case::{Case, Event, PlanRecord, State};
use rebato_core::contain::WatchObject;
use rebato_core::monitor::{
    ClosingRules, Seen, unwatch_plan, wanted_objects, watch_objects, watch_plan,
};

use super::Responder;
use crate::error::EngineError;
use crate::writer::Writer;

impl Responder<'_> {
    /// The plan that makes what is to watch the instance, from it as it is now; `None` where all of it stands.
    ///
    /// # Errors
    /// AWS's and the store's.
    pub async fn watch_plan(
        &self,
        writer: &Writer<'_>,
        topic: Option<&str>,
    ) -> Result<Option<PlanRecord>, EngineError> {
        self.refresh(writer).await?;
        let cloud = self.need_cloud()?;
        let case = writer.case().await;
        let Some(subject) = &case.subject else {
            return Ok(None);
        };
        // Who may not read the posture is told so by a note of the plan.
        let posture = self.posture(&case).await.ok().flatten();
        let logs = posture.and_then(|posture| posture.flow_logs);
        let (wanted, notes) = wanted_objects(&case, subject, logs.as_deref(), topic);
        let seen = cloud.watch_objects(&wanted).await;
        match watch_plan(&case, subject, notes, &seen) {
            Some(plan) => self.write_plan(writer, plan).await,
            None => Ok(None),
        }
    }

    /// The plan that deletes what watches the case; `None` where nothing stands. The instance itself may be gone.
    ///
    /// # Errors
    /// [`EngineError::Cloud`] without an account; the store's.
    pub async fn unwatch_plan(
        &self,
        writer: &Writer<'_>,
    ) -> Result<Option<PlanRecord>, EngineError> {
        let case = writer.case().await;
        let cloud = self.need_cloud()?;
        let own: Vec<WatchObject> = watch_objects(&case)
            .into_iter()
            .filter(|guard| !guard.of_fix)
            .map(|guard| guard.object)
            .collect();
        let seen = cloud.watch_objects(&own).await;
        match unwatch_plan(&case, &seen) {
            Some(plan) => self.write_plan(writer, plan).await,
            None => Ok(None),
        }
    }

    /// What stands of what the case's plans made; `None` where nothing was made or nobody can be asked.
    pub(super) async fn objects(&self, case: &Case) -> Option<Vec<Seen>> {
        let guards = watch_objects(case);
        let cloud = self.cloud.filter(|_| !guards.is_empty())?;
        let wanted: Vec<WatchObject> = guards.into_iter().map(|guard| guard.object).collect();
        Some(cloud.watch_objects(&wanted).await)
    }

    /// Writes what a person says of a criterion for closing.
    ///
    /// # Errors
    /// The store's; [`EngineError::Illegal`] for a case that is closed.
    pub async fn state(
        &self,
        writer: &Writer<'_>,
        code: &str,
        text: Option<String>,
    ) -> Result<(), EngineError> {
        writer
            .write(Event::CriterionStated {
                code: code.into(),
                text,
                by: self.actor.into(),
            })
            .await
    }

    /// Writes what the configuration asks for before this case may close, where that is not what the case knows.
    ///
    /// # Errors
    /// The store's.
    pub async fn agree(
        &self,
        writer: &Writer<'_>,
        rules: &ClosingRules,
    ) -> Result<(), EngineError> {
        let case = writer.case().await;
        let known = case.closing.clone().unwrap_or_default();
        if case.state == State::Closed || known == *rules {
            return Ok(());
        }
        writer
            .write(Event::ClosingAgreed {
                rules: rules.clone(),
                by: self.actor.into(),
            })
            .await
    }
}
