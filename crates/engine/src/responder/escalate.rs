//! Asking AWS's own people: what their desk offers, and the plan that opens a case with them.

use rebato_core::case::PlanRecord;
use rebato_core::contain::Action;
use rebato_core::escalate::{Desk, Route, escalation_plan};

use super::Responder;
use crate::error::EngineError;
use crate::writer::Writer;

impl Responder<'_> {
    /// What the desk offers this account.
    ///
    /// # Errors
    /// AWS's: without a subscription or membership, the desk's own code for that.
    pub async fn desk(&self, to: Route) -> Result<Desk, EngineError> {
        Ok(self.need_cloud()?.desk(to).await?)
    }

    /// The plan that opens a case with AWS; the one that is known where the text is still the same.
    ///
    /// # Errors
    /// The store's.
    pub async fn escalation_plan(
        &self,
        writer: &Writer<'_>,
        to: Route,
        action: Action,
    ) -> Result<Option<PlanRecord>, EngineError> {
        let case = writer.case().await;
        let made = escalation_plan(&case, to, action);
        if let Some(known) = case.plan(made.digest()) {
            return Ok(Some(known.clone()));
        }
        self.write_plan(writer, made).await
    }
}
