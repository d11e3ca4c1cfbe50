//! Step 2: gathers evidence from logs at hand and from the account, and lets the core judge it.

use jiff::{SignedDuration, Timestamp};
use rebato_core::case::Event;
use rebato_core::evaluate::{Dossier, Source, evaluate};
use rebato_core::identify::{Alert, Finding, Subject};
use rebato_logs::{Questions, Scan, ThreatIndex};

use super::Responder;
use crate::error::EngineError;
use crate::ports::{AccountList, LogRequest};
use crate::progress::Progress;
use crate::reading::{Bound, GivenLog, Part, Raw, Reading};
use crate::writer::Writer;

/// How long before the finding's first activity logs are read: who began, and since when they know each other.
const BEFORE: SignedDuration = SignedDuration::from_hours(48);
impl Responder<'_> {
    /// Gathers evidence, judges it, and writes both.
    ///
    /// # Errors
    /// When the store cannot write. What cannot be read is a gap, not an error.
    pub async fn evaluate(
        &self,
        writer: &Writer<'_>,
        given: &[GivenLog],
        lists: &[AccountList],
    ) -> Result<(), EngineError> {
        self.watcher.tell(&Progress::Room("evaluate"));
        let case = writer.case().await;
        let entries: Vec<_> = lists
            .iter()
            .filter(|list| !list.trusted)
            .flat_map(|list| {
                self.intelligence
                    .entries(list)
                    .into_iter()
                    .map(move |entry| (list.name.as_str(), entry))
            })
            .collect();
        let threat = ThreatIndex::new(
            entries
                .iter()
                .map(|(name, entry)| (entry.net, *name, entry.text.as_str())),
        );
        let now = self.clock.now();
        let finding = case.whole_finding();
        let seen = finding.first_seen.or(finding.last_seen).unwrap_or(now);
        let since = seen.checked_sub(BEFORE).unwrap_or(Timestamp::MIN);
        let questions = Questions::of_case(&finding, case.subject.as_ref(), threat);
        let (dossier, raw) = self
            .gather(Gathering {
                finding: &finding,
                told: case.told().collect(),
                subject: case.subject.as_ref(),
                questions,
                given,
                window: (since, now),
                sources: &Source::ALL,
                bound: None,
            })
            .await?;
        let verdict = evaluate(&finding, case.subject.as_ref(), &dossier);
        let kept = raw.keep(writer, &dossier).await?;
        writer
            .write(Event::EvidenceGathered { dossier, kept })
            .await?;
        writer.write(Event::VerdictReached { verdict }).await
    }

    /// What the wanted logs show of the subject since a moment. `told` is what the case was told, where there is one.
    pub(super) async fn gather_since(
        &self,
        finding: &Finding,
        told: Vec<(&Alert, &Finding)>,
        subject: &Subject,
        since: Timestamp,
        given: &[GivenLog],
        (sources, bound): (&[Source], Option<Bound<'_>>),
    ) -> Result<Dossier, EngineError> {
        let mut questions = Questions::of_case(finding, Some(subject), ThreatIndex::default());
        questions.since = Some(since);
        let gathered = self.gather(Gathering {
            finding,
            told,
            subject: Some(subject),
            questions,
            given,
            window: (since, self.clock.now()),
            sources,
            bound,
        });
        gathered.await.map(|(dossier, _)| dossier)
    }

    /// One pass over all logs: what a person named, then the account's own as they arrive.
    async fn gather(&self, asked: Gathering<'_>) -> Result<(Dossier, Raw), EngineError> {
        let scan = Scan::new(asked.questions);
        let reading = Reading::start(scan, true, self.watcher).within(asked.bound);
        let wanted: Vec<GivenLog> = asked
            .given
            .iter()
            .filter(|log| asked.sources.contains(&log.source))
            .cloned()
            .collect();
        let part = Part {
            window: Some(asked.window),
            account: asked.finding.account.clone(),
            region: asked.finding.region.clone(),
        };
        reading.given(self.cloud, &wanted, &part).await?;
        if let (Some(cloud), Some(subject)) = (self.cloud, asked.subject) {
            let request = LogRequest {
                subject: subject.clone(),
                since: asked.window.0,
                until: asked.window.1,
                // What the user gave for a source stands for it.
                sources: asked
                    .sources
                    .iter()
                    .copied()
                    .filter(|source| !asked.given.iter().any(|log| log.source == *source))
                    .collect(),
            };
            reading.account(cloud, &request).await?;
        }
        let (answers, raw) = reading.finish().await?;
        Ok((answers.dossier(asked.finding, asked.told), raw))
    }
}

/// What is asked of which logs, and how far.
struct Gathering<'a> {
    finding: &'a Finding,
    told: Vec<(&'a Alert, &'a Finding)>,
    subject: Option<&'a Subject>,
    questions: Questions,
    given: &'a [GivenLog],
    window: (Timestamp, Timestamp),
    sources: &'a [Source],
    bound: Option<Bound<'a>>,
}
