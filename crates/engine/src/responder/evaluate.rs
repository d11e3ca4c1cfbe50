//! Step 2: gathers evidence from logs at hand and from the account, and lets the core judge it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use rebato_core::case::{Case, Event, Kept};
use rebato_core::evaluate::{Dossier, Gap, Source, evaluate};
use rebato_core::identify::Subject;
use rebato_logs::{Questions, Scan, ThreatIndex};
use tokio::sync::mpsc;

use super::Responder;
use crate::error::EngineError;
use crate::ports::{AccountList, LogObject, LogRequest};
use crate::progress::Progress;
use crate::writer::Writer;

/// How long before the finding's first activity logs are read: who began, and since when they know each other.
const BEFORE: SignedDuration = SignedDuration::from_hours(48);
/// How many bytes of log files are held to be kept as evidence; what is beyond stays where it is.
const RAW: usize = 64 << 20;
/// How many objects wait for the reader at the most.
const WAITING: usize = 16;

/// A log file at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalLog {
    /// What it is.
    pub source: Source,
    /// Where it is.
    pub path: PathBuf,
}

impl Responder<'_> {
    /// Gathers evidence, judges it, and writes both.
    ///
    /// # Errors
    /// When the store cannot write. What cannot be read is a gap, not an error.
    pub async fn evaluate(
        &self,
        writer: &Writer<'_>,
        local: &[LocalLog],
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
        let sources = [
            Source::FlowLogs,
            Source::Cloudtrail,
            Source::AuthLog,
            Source::Dns,
            Source::Findings,
            Source::Metrics,
        ];
        let questions = Questions::of_case(&finding, case.subject.as_ref(), threat);
        let (dossier, raw) = self
            .gather(
                &case,
                case.subject.as_ref(),
                questions,
                local,
                (since, now),
                &sources,
            )
            .await;
        let verdict = evaluate(&finding, case.subject.as_ref(), &dossier);
        let kept = raw.keep(writer, &dossier).await?;
        writer
            .write(Event::EvidenceGathered { dossier, kept })
            .await?;
        writer.write(Event::VerdictReached { verdict }).await
    }

    /// What the flow logs show of the subject since a moment.
    pub(super) async fn gather_flows(
        &self,
        case: &Case,
        subject: &Subject,
        since: Timestamp,
        local: &[LocalLog],
    ) -> Dossier {
        let mut questions =
            Questions::of_case(&case.whole_finding(), Some(subject), ThreatIndex::default());
        questions.since = Some(since);
        self.gather(
            case,
            Some(subject),
            questions,
            local,
            (since, self.clock.now()),
            &[Source::FlowLogs],
        )
        .await
        .0
    }

    /// One pass over all logs: files at hand, then the account's as they arrive.
    async fn gather(
        &self,
        case: &Case,
        subject: Option<&Subject>,
        questions: Questions,
        local: &[LocalLog],
        window: (Timestamp, Timestamp),
        sources: &[Source],
    ) -> (Dossier, Raw) {
        let mut scan = Scan::new(questions);
        let mut raw = Raw::default();
        for log in local.iter().filter(|log| sources.contains(&log.source)) {
            let name = log.path.display().to_string();
            if !scan.wants(log.source, &name) {
                continue;
            }
            match tokio::fs::read(&log.path).await {
                Ok(bytes) => self.take(
                    &mut scan,
                    &mut raw,
                    LogObject {
                        source: log.source,
                        name,
                        bytes,
                    },
                ),
                Err(error) => scan.gap(
                    log.source,
                    Gap::Skipped {
                        file: name,
                        why: error.to_string(),
                    },
                ),
            }
        }
        if let (Some(cloud), Some(subject)) = (self.cloud, subject) {
            // What the user gave for a source stands for it.
            let wanted: Vec<Source> = sources
                .iter()
                .copied()
                .filter(|s| !local.iter().any(|log| log.source == *s))
                .collect();
            let request = LogRequest {
                subject: subject.clone(),
                since: window.0,
                until: window.1,
                sources: wanted.clone(),
            };
            let (out, mut inbox) = mpsc::channel(WAITING);
            let reading = async {
                while let Some(object) = inbox.recv().await {
                    self.take(&mut scan, &mut raw, object);
                }
            };
            let (found, ()) = tokio::join!(cloud.logs(&request, out), reading);
            match found {
                Ok(gaps) => {
                    for source in &wanted {
                        if !gaps.iter().any(|(of, _)| of == source) {
                            let until = window.1.checked_sub(delivery(*source)).unwrap_or(window.1);
                            scan.covered(*source, window.0, until.max(window.0));
                        }
                    }
                    gaps.into_iter()
                        .for_each(|(source, gap)| scan.gap(source, gap));
                }
                Err(error) => wanted.into_iter().for_each(|source| {
                    scan.gap(
                        source,
                        Gap::Failed {
                            why: error.to_string(),
                        },
                    );
                }),
            }
        }
        (
            scan.finish().dossier(&case.whole_finding(), case.told()),
            raw,
        )
    }

    fn take(&self, scan: &mut Scan, raw: &mut Raw, object: LogObject) {
        self.watcher.tell(&Progress::Log {
            name: &object.name,
            bytes: object.bytes.len() as u64,
        });
        scan.file(object.source, &object.name, &object.bytes);
        raw.hold(object);
    }
}

/// Log files as they came, held until it is known which of them evidence rests on.
#[derive(Debug, Default)]
struct Raw {
    held: Vec<LogObject>,
    bytes: usize,
}

impl Raw {
    fn hold(&mut self, object: LogObject) {
        if self.bytes + object.bytes.len() <= RAW {
            self.bytes += object.bytes.len();
            self.held.push(object);
        }
    }

    /// Keeps the files that evidence cites, byte for byte: logs expire, and whoever holds the account may delete them.
    async fn keep(&self, writer: &Writer<'_>, dossier: &Dossier) -> Result<Vec<Kept>, EngineError> {
        let cited: BTreeSet<&str> = dossier
            .evidence
            .iter()
            .map(|e| e.record.file.as_str())
            .collect();
        let mut kept = Vec::new();
        for object in self
            .held
            .iter()
            .filter(|object| cited.contains(object.name.as_str()))
        {
            kept.push(
                writer
                    .keep("log_extract", &object.name, &object.bytes)
                    .await?,
            );
        }
        Ok(kept)
    }
}

/// How late AWS delivers records of a source: what is younger may still come, so that time does not count as covered.
/// Flow logs to S3 take about ten minutes (VPC user guide, flow log records), CloudTrail up to fifteen.
fn delivery(source: Source) -> SignedDuration {
    match source {
        Source::FlowLogs => SignedDuration::from_mins(10),
        Source::Cloudtrail => SignedDuration::from_mins(15),
        Source::AuthLog | Source::Dns | Source::Findings | Source::Metrics => SignedDuration::ZERO,
    }
}
