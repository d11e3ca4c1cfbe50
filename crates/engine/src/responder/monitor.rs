//! Step 6: what has happened since, and whether the case may close.

use futures::future::try_join_all;
use futures::join;
use rebato_core::case::{Case, Event, State};
use rebato_core::evaluate::Source;
use rebato_core::identify::{Finding, read_alert};
use rebato_core::monitor::{
    FlowsSince, Kin, ListState, Look, Review, fixed_inside, flows_since, kinships, review,
    watched_since, watched_until,
};

use super::Responder;
use super::inside::Inside;
use crate::error::EngineError;
use crate::executor::{hints, read};
use crate::ports::{CloudError, FindingQuery, InstanceQuery, Wanted};
use crate::progress::Progress;
use crate::reading::GivenLog;
use crate::writer::Writer;

impl Responder<'_> {
    /// Looks at the case again and writes what was seen. What cannot be read is an unknown, never a quiet. The operating system
    /// is looked into only with leave ([`Inside::Ask`]), and where a fix of the case is to stand there.
    ///
    /// # Errors
    /// When the store cannot write.
    pub async fn monitor(
        &self,
        writer: &Writer<'_>,
        given: &[GivenLog],
        inside: Inside,
    ) -> Result<Review, EngineError> {
        self.watcher.tell(&Progress::Room("monitor"));
        let case = writer.case().await;
        let subject = async {
            let (cloud, instance) = (self.cloud?, case.instance_id()?);
            let read = read(cloud, writer.clock(), instance, &hints(&case)).await;
            read.ok()
        };
        let (subject, findings, account, kin, posture, lists, objects) = join!(
            subject,
            self.findings_since(&case),
            self.account_since(&case),
            self.kin(&case),
            self.posture(&case),
            self.list_states(&case),
            self.objects(&case),
        );
        let since = watched_since(&case, None);
        let (activity, flows) = match (since, &case.subject) {
            (Some(since), Some(known)) if since < self.clock.now() => {
                let sources = [Source::FlowLogs, Source::Cloudtrail];
                let finding = case.whole_finding();
                let told = case.told().collect();
                let dossier = self
                    .gather_since(&finding, told, known, since, given, (&sources, None))
                    .await?;
                let flows = flows_since(&dossier, known, since);
                (Some(dossier), Some(flows))
            }
            // Too early for the logs to show anything.
            (Some(since), Some(_)) => (None, Some(FlowsSince::not_yet(since))),
            _ => (None, None),
        };
        let posture = match posture.ok().flatten() {
            Some(posture) if fixed_inside(&case) => {
                Some(self.with_inside(writer, posture, inside).await?)
            }
            posture => posture,
        };
        let look = Look {
            at: self.clock.now(),
            subject: subject.as_ref(),
            findings: findings.as_deref(),
            account: account.as_deref(),
            kin: kin.as_ref(),
            flows: flows.as_ref(),
            activity: activity.as_ref(),
            lists: lists.as_deref(),
            posture: posture.as_ref(),
            objects: objects.as_deref(),
        };
        let review = review(&case, &look);
        writer
            .write(Event::Monitored {
                review: review.clone(),
            })
            .await?;
        // The watches outlive the case for a while, so that one which trips opens it again.
        if let Some(watch) = review.alarm()
            && case.state == State::Closed
            && watched_until(&case).is_some_and(|until| self.clock.now() < until)
        {
            let why = watch.watch.replace('-', "_");
            writer.write(Event::CaseReopened { why }).await?;
        }
        Ok(review)
    }

    /// The account's findings, or the organization's from its administrator, that changed since the case was opened; `None`
    /// when they could not be read.
    async fn account_since(&self, case: &Case) -> Option<Vec<Finding>> {
        let query = FindingQuery::Matching(Wanted {
            since: Some(case.opened),
            archived: true,
            ..Wanted::default()
        });
        self.asked(&query).await
    }

    /// Who has what in common with the instance; `None` when any part of it could not be read.
    async fn kin(&self, case: &Case) -> Option<Kin> {
        let cloud = self.cloud?;
        let own = case.instance_id()?;
        let found = kinships(case).into_iter().map(|(kin, of)| async move {
            let query = InstanceQuery::Kin(kin, of);
            cloud.find(&query).await.map(|found| (kin, found))
        });
        let mut all = Kin::new();
        for (kin, found) in try_join_all(found).await.ok()? {
            for candidate in found.into_iter().filter(|c| c.id != own) {
                all.entry(candidate.id).or_default().insert(kin);
            }
        }
        Some(all)
    }

    /// The account's threat lists, where one of them may have raised the case; `None` when they could not be read.
    async fn list_states(&self, case: &Case) -> Option<Vec<ListState>> {
        if case.whole_finding().threat_lists.is_empty() {
            return None;
        }
        let lists = self.cloud?.lists().await.ok()?;
        let threats = lists.into_iter().filter(|list| !list.trusted);
        Some(
            threats
                .map(|list| ListState {
                    name: list.name,
                    status: list.status,
                    modified: list.modified,
                })
                .collect(),
        )
    }

    /// GuardDuty's findings about the instance that changed since the case was opened; `None` when they could not be read.
    async fn findings_since(&self, case: &Case) -> Option<Vec<Finding>> {
        let instance = case.instance_id()?;
        let query = FindingQuery::OfInstance {
            instance: instance.into(),
            since: case.opened,
        };
        self.asked(&query).await
    }

    async fn asked(&self, query: &FindingQuery) -> Option<Vec<Finding>> {
        match self.cloud?.findings(query).await {
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
