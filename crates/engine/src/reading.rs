//! Brings logs to a scan: files at hand, places of the account that a person named, and the account's own logs. The scan works on
//! a thread of its own, so that the next piece arrives while this one is read. Must not know what the logs say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use rebato_core::case::Kept;
use rebato_core::evaluate::{Dossier, Gap, Source};
use rebato_logs::{Answers, Scan};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::error::EngineError;
use crate::ports::{Clock, Cloud, CloudError, LogObject, LogRequest, PlaceRequest};
use crate::progress::{Progress, Watcher};
use crate::writer::Writer;

/// How many bytes of log files are held to be kept as evidence; what is beyond stays where it is.
const RAW: usize = 64 << 20;
/// How many pieces wait for the scan at the most.
const WAITING: usize = 4;

/// Where a log lies that a person named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogPlace {
    /// A file at hand.
    File(PathBuf),
    /// A place of the account: see [`PlaceRequest::place`].
    Account(String),
}

/// A log that a person named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenLog {
    /// What it is.
    pub source: Source,
    /// Where it is.
    pub place: LogPlace,
}

/// Which part of a named place is wanted: what cannot hold it is not fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// From and until.
    pub window: Option<(Timestamp, Timestamp)>,
    /// Twelve digits.
    pub account: Option<String>,
    /// The Region's name.
    pub region: Option<String>,
}

/// What the scan's thread is handed.
enum Piece {
    Object(LogObject),
    File(Source, PathBuf),
    Gap(Source, Gap),
    Covered(Source, Timestamp, Timestamp),
}

/// How much of the account's logs is read at the most: a question beside the case must not take hours.
#[derive(Clone, Copy)]
pub struct Bound<'a> {
    /// Bytes as received.
    pub bytes: u64,
    /// Until when.
    pub until: Timestamp,
    /// By this clock.
    pub clock: &'a dyn Clock,
}

/// Logs on their way to a scan.
pub struct Reading<'a> {
    watcher: &'a dyn Watcher,
    stop: Arc<AtomicBool>,
    bound: Option<Bound<'a>>,
    /// Bytes of the account's logs so far.
    read: AtomicU64,
    inbox: mpsc::Sender<Piece>,
    thread: JoinHandle<(Scan, Raw)>,
}

impl<'a> Reading<'a> {
    /// Begins. With `keep`, files are held until it is known which of them evidence rests on.
    #[must_use]
    pub fn start(mut scan: Scan, keep: bool, watcher: &'a dyn Watcher) -> Self {
        let stop = watcher.stop();
        let (inbox, mut pieces) = mpsc::channel(WAITING);
        let mut raw = Raw {
            room: if keep { RAW } else { 0 },
            held: Vec::new(),
        };
        let stopped = Arc::clone(&stop);
        let thread = tokio::task::spawn_blocking(move || {
            while let Some(piece) = pieces.blocking_recv() {
                match piece {
                    Piece::Gap(source, gap) => scan.gap(source, gap),
                    Piece::Covered(source, since, until) => scan.covered(source, since, until),
                    // Handed over before the person spoke: what waits is not read any more.
                    Piece::Object(LogObject { source, .. }) | Piece::File(source, _)
                        if stopped.load(Ordering::Relaxed) =>
                    {
                        scan.gap(source, Gap::Interrupted);
                    }
                    Piece::Object(object) => {
                        scan.file(object.source, &object.name, &object.bytes);
                        raw.hold(object);
                    }
                    Piece::File(source, path) => file(&mut scan, &mut raw, source, &path),
                }
            }
            (scan, raw)
        });
        Self {
            watcher,
            stop,
            bound: None,
            read: AtomicU64::new(0),
            inbox,
            thread,
        }
    }

    /// The same, with a bound for what the account's logs may take.
    #[must_use]
    pub fn within(self, bound: Option<Bound<'a>>) -> Self {
        Self { bound, ..self }
    }

    /// Reads what a person named. What cannot be read is a gap; what the account refused is given back besides.
    ///
    /// # Errors
    /// When the scan has died.
    pub async fn given(
        &self,
        cloud: Option<&dyn Cloud>,
        logs: &[GivenLog],
        part: &Part,
    ) -> Result<Vec<CloudError>, EngineError> {
        let mut refused = Vec::new();
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |about| about.len());
        let mut ahead: u64 = logs
            .iter()
            .map(|log| match &log.place {
                LogPlace::File(path) => size(path),
                LogPlace::Account(_) => 0,
            })
            .sum();
        for log in logs {
            if self.stop.load(Ordering::Relaxed) {
                self.hand(Piece::Gap(log.source, Gap::Interrupted)).await?;
                continue;
            }
            match &log.place {
                LogPlace::File(path) => {
                    let bytes = size(path);
                    ahead = ahead.saturating_sub(bytes);
                    self.watcher.tell(&Progress::Log {
                        name: &path.to_string_lossy(),
                        bytes,
                        ahead,
                    });
                    self.hand(Piece::File(log.source, path.clone())).await?;
                }
                LogPlace::Account(place) => {
                    let gaps = match cloud {
                        Some(cloud) => {
                            let source = log.source;
                            self.place(cloud, source, place, part, &mut refused).await?
                        }
                        None => vec![Gap::Skipped {
                            file: place.clone(),
                            why: "it lies in the account, which is not asked offline".into(),
                        }],
                    };
                    for gap in gaps {
                        self.hand(Piece::Gap(log.source, gap)).await?;
                    }
                }
            }
        }
        Ok(refused)
    }

    async fn place(
        &self,
        cloud: &dyn Cloud,
        source: Source,
        place: &str,
        part: &Part,
        refused: &mut Vec<CloudError>,
    ) -> Result<Vec<Gap>, EngineError> {
        let request = PlaceRequest {
            source,
            place: place.to_owned(),
            window: part.window,
            account: part.account.clone(),
            region: part.region.clone(),
        };
        let (out, inbox) = mpsc::channel(WAITING);
        let (found, passed) = tokio::join!(cloud.place(&request, out), self.pass_on(inbox));
        Ok(match (found, passed?) {
            (_, Some(ended)) => vec![ended],
            (Ok(gaps), None) => gaps,
            (Err(error), None) => {
                let gap = Gap::Skipped {
                    file: place.to_owned(),
                    why: error.to_string(),
                };
                refused.push(error);
                vec![gap]
            }
        })
    }

    /// Reads the account's own logs of these sources.
    ///
    /// # Errors
    /// When the scan has died.
    pub async fn account(
        &self,
        cloud: &dyn Cloud,
        request: &LogRequest,
    ) -> Result<(), EngineError> {
        let (out, inbox) = mpsc::channel(WAITING);
        let (found, passed) = tokio::join!(cloud.logs(request, out), self.pass_on(inbox));
        let ended = passed?;
        match found {
            Ok(gaps) => {
                for source in &request.sources {
                    if let Some(ended) = &ended {
                        self.hand(Piece::Gap(*source, ended.clone())).await?;
                    } else if !gaps.iter().any(|(of, _)| of == source) {
                        let until = request
                            .until
                            .checked_sub(delivery(*source))
                            .unwrap_or(request.until);
                        let until = until.max(request.since);
                        self.hand(Piece::Covered(*source, request.since, until))
                            .await?;
                    }
                }
                for (source, gap) in gaps {
                    self.hand(Piece::Gap(source, gap)).await?;
                }
            }
            Err(error) => {
                for source in &request.sources {
                    let why = error.to_string();
                    self.hand(Piece::Gap(*source, Gap::Failed { why })).await?;
                }
            }
        }
        Ok(())
    }

    /// Hands on what arrives until a person says stop or the bound is reached; why it was not all.
    async fn pass_on(
        &self,
        mut inbox: mpsc::Receiver<LogObject>,
    ) -> Result<Option<Gap>, EngineError> {
        while let Some(object) = inbox.recv().await {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(Some(Gap::Interrupted));
            }
            let bytes = object.bytes.len() as u64;
            let before = self.read.fetch_add(bytes, Ordering::Relaxed);
            let over = |bound: Bound<'_>| {
                before.saturating_add(bytes) > bound.bytes || bound.clock.now() >= bound.until
            };
            if self.bound.is_some_and(over) {
                return Ok(Some(Gap::Bounded { bytes: before }));
            }
            self.watcher.tell(&Progress::Log {
                name: &object.name,
                bytes: object.bytes.len() as u64,
                ahead: object.ahead,
            });
            self.hand(Piece::Object(object)).await?;
        }
        Ok(None)
    }

    async fn hand(&self, piece: Piece) -> Result<(), EngineError> {
        self.inbox
            .send(piece)
            .await
            .map_err(|_| EngineError::ScanDied)
    }

    /// Ends: what was found, and the files held.
    ///
    /// # Errors
    /// When the scan has died.
    pub async fn finish(self) -> Result<(Answers, Raw), EngineError> {
        drop(self.inbox);
        let (scan, raw) = self.thread.await.map_err(|_| EngineError::ScanDied)?;
        self.watcher.tell(&Progress::LogsRead);
        Ok((scan.finish(), raw))
    }
}

fn file(scan: &mut Scan, raw: &mut Raw, source: Source, path: &Path) {
    let name = path.display().to_string();
    if !scan.wants(source, &name) {
        return;
    }
    match std::fs::read(path) {
        Ok(bytes) => {
            scan.file(source, &name, &bytes);
            raw.hold(LogObject {
                source,
                name,
                bytes,
                ahead: 0,
            });
        }
        Err(error) => scan.unread(source, &name, error.to_string()),
    }
}

/// Log files as they came, held until it is known which of them evidence rests on.
#[derive(Debug, Default)]
pub struct Raw {
    held: Vec<LogObject>,
    room: usize,
}

impl Raw {
    fn hold(&mut self, object: LogObject) {
        if let Some(room) = self.room.checked_sub(object.bytes.len()) {
            self.room = room;
            self.held.push(object);
        }
    }

    /// Keeps the files that evidence cites, byte for byte: logs expire, and whoever holds the account may delete them.
    pub(crate) async fn keep(
        &self,
        writer: &Writer<'_>,
        dossier: &Dossier,
    ) -> Result<Vec<Kept>, EngineError> {
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
                    .keep(
                        "log_extract",
                        &object.name,
                        &object.bytes,
                        writer.custody().await,
                    )
                    .await?,
            );
        }
        Ok(kept)
    }
}

/// How late AWS delivers records of a source: what is younger may still come, so that time does not count as covered.
/// Flow logs to S3 take about ten minutes (VPC user guide, flow log records), CloudTrail up to fifteen; a metric's period is
/// complete after five (CloudWatch user guide, basic monitoring).
fn delivery(source: Source) -> SignedDuration {
    match source {
        Source::FlowLogs => SignedDuration::from_mins(10),
        Source::Cloudtrail => SignedDuration::from_mins(15),
        Source::Metrics | Source::Dns => SignedDuration::from_mins(5),
        Source::AuthLog | Source::Findings => SignedDuration::ZERO,
    }
}
