//! Step 6: what has happened since, and whether the case may close.

use rebato_core::case::{Case, Event};
use rebato_core::identify::{Finding, read_alert};
use rebato_core::monitor::{FlowsSince, Look, Review, flows_since, review, watched_since};

use super::Responder;
use crate::error::EngineError;
use crate::executor::{hints, read};
use crate::ports::{CloudError, FindingQuery};
use crate::progress::Progress;
use crate::reading::GivenLog;
use crate::writer::Writer;

impl Responder<'_> {
    /// Looks at the case again and writes what was seen. What cannot be read is an unknown, never a quiet.
    ///
    /// # Errors
    /// When the store cannot write.
    pub async fn monitor(
        &self,
        writer: &Writer<'_>,
        given: &[GivenLog],
    ) -> Result<Review, EngineError> {
        self.watcher.tell(&Progress::Room("monitor"));
        let case = writer.case().await;
        let subject = match (self.cloud, case.instance_id()) {
            (Some(cloud), Some(instance)) => read(cloud, writer.clock(), instance, &hints(&case))
                .await
                .ok(),
            _ => None,
        };
        let findings = self.findings_since(&case).await;
        let flows = match (watched_since(&case, None), &case.subject) {
            (Some(since), Some(known)) if since < self.clock.now() => {
                let dossier = self.gather_flows(&case, known, since, given).await?;
                Some(flows_since(&dossier, known, since))
            }
            // Too early for the flow logs to show anything.
            (Some(since), Some(_)) => Some(FlowsSince::not_yet(since)),
            _ => None,
        };
        let posture = self.posture(&case).await.ok().flatten();
        let look = Look {
            at: self.clock.now(),
            subject: subject.as_ref(),
            findings: findings.as_deref(),
            flows: flows.as_ref(),
            posture: posture.as_ref(),
        };
        let review = review(&case, &look);
        writer
            .write(Event::Monitored {
                review: review.clone(),
            })
            .await?;
        Ok(review)
    }

    /// GuardDuty's findings about the instance that changed since the case was opened; `None` when they could not be read.
    async fn findings_since(&self, case: &Case) -> Option<Vec<Finding>> {
        let (cloud, instance) = (self.cloud?, case.instance_id()?);
        let query = FindingQuery::OfInstance {
            instance: instance.into(),
            since: case.opened,
        };
        match cloud.findings(&query).await {
            Ok(bytes) => Some(
                read_alert("guardduty:GetFindings", &bytes)
                    .into_iter()
                    .flatten()
                    .map(|read| read.finding)
                    .collect(),
            ),
            Err(CloudError::NotFound { .. }) => Some(Vec::new()),
            Err(_) => None,
        }
    }

    /// Closes the case when nothing stands against it. Returns what does.
    ///
    /// # Errors
    /// When the store cannot write.
    pub async fn close(&self, writer: &Writer<'_>, by: &str) -> Result<Vec<String>, EngineError> {
        let missing = writer
            .case()
            .await
            .reviews
            .last()
            .map(|r| r.missing.clone())
            .unwrap_or_default();
        if missing.is_empty() {
            writer
                .write(Event::CaseClosed {
                    by: by.into(),
                    why: None,
                })
                .await?;
        }
        Ok(missing)
    }
}
