//! Step 2: gathers evidence from logs at hand and from the account, and lets the core judge it.

use jiff::{SignedDuration, Timestamp};
use rebato_core::case::{Case, Event};
use rebato_core::evaluate::{Dossier, Source, evaluate};
use rebato_core::identify::Subject;
use rebato_logs::{Questions, Scan, ThreatIndex};

use super::Responder;
use crate::error::EngineError;
use crate::ports::{AccountList, LogRequest};
use crate::progress::Progress;
use crate::reading::{GivenLog, Part, Raw, Reading};
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
            .gather(
                &case,
                case.subject.as_ref(),
                questions,
                given,
                (since, now),
                &Source::ALL,
            )
            .await?;
        let verdict = evaluate(&finding, case.subject.as_ref(), &dossier);
        let kept = raw.keep(writer, &dossier).await?;
        writer
            .write(Event::EvidenceGathered { dossier, kept })
            .await?;
        writer.write(Event::VerdictReached { verdict }).await
    }

    /// What the wanted logs show of the subject since a moment.
    pub(super) async fn gather_since(
        &self,
        case: &Case,
        subject: &Subject,
        since: Timestamp,
        given: &[GivenLog],
        sources: &[Source],
    ) -> Result<Dossier, EngineError> {
        let mut questions =
            Questions::of_case(&case.whole_finding(), Some(subject), ThreatIndex::default());
        questions.since = Some(since);
        self.gather(
            case,
            Some(subject),
            questions,
            given,
            (since, self.clock.now()),
            sources,
        )
        .await
        .map(|(dossier, _)| dossier)
    }

    /// One pass over all logs: what a person named, then the account's own as they arrive.
    async fn gather(
        &self,
        case: &Case,
        subject: Option<&Subject>,
        questions: Questions,
        given: &[GivenLog],
        window: (Timestamp, Timestamp),
        sources: &[Source],
    ) -> Result<(Dossier, Raw), EngineError> {
        let finding = case.whole_finding();
        let reading = Reading::start(Scan::new(questions), true, self.watcher);
        let wanted: Vec<GivenLog> = given
            .iter()
            .filter(|log| sources.contains(&log.source))
            .cloned()
            .collect();
        let part = Part {
            window: Some(window),
            account: finding.account.clone(),
            region: finding.region.clone(),
        };
        reading.given(self.cloud, &wanted, &part).await?;
        if let (Some(cloud), Some(subject)) = (self.cloud, subject) {
            let request = LogRequest {
                subject: subject.clone(),
                since: window.0,
                until: window.1,
                // What the user gave for a source stands for it.
                sources: sources
                    .iter()
                    .copied()
                    .filter(|source| !given.iter().any(|log| log.source == *source))
                    .collect(),
            };
            reading.account(cloud, &request).await?;
        }
        let (answers, raw) = reading.finish().await?;
        Ok((answers.dossier(&finding, case.told()), raw))
    }
}
