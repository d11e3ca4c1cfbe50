//! The one writer of a case: it orders the events of steps that run side by side, writes each before anything else happens,
//! and holds the case as the journal has it. Events that come at once share one durable write, so a wave's calls begin
//! together. Must not know what the events mean.

use std::sync::{Arc, Mutex as Shared, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;
use rebato_core::case::{Case, Custody, Event, Kept};
use rebato_core::journal::Record;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Mutex, oneshot};

use crate::error::EngineError;
use crate::ports::{Clock, Identity, Store, StoreError};

/// What takes the evidence and makes the exports, as the chain of custody and the manifests name it.
pub const TOOL: &str = concat!("rebato ", env!("CARGO_PKG_VERSION"));

struct Inner {
    case: Arc<Case>,
    last: Record,
}

/// An event that waits to be written, and whom to tell.
struct Waiting {
    event: Event,
    answer: oneshot::Sender<Written>,
}

/// What became of an event that somebody else wrote, or did not.
enum Written {
    Durable,
    Refused(EngineError),
    /// The write failed for all that were in it: whoever wants it written tries for itself and hears why not.
    Failed(Box<Event>),
}

/// See the module.
pub struct Writer<'a> {
    store: &'a dyn Store,
    clock: &'a dyn Clock,
    actor: String,
    caller: OnceLock<Identity>,
    inner: Mutex<Inner>,
    waiting: Shared<Vec<Waiting>>,
}

impl<'a> Writer<'a> {
    /// Opens a new case with its first event.
    ///
    /// # Errors
    /// When the store cannot write it, or the event is not one that opens a case.
    pub async fn open(
        store: &'a dyn Store,
        clock: &'a dyn Clock,
        actor: &str,
        event: Event,
    ) -> Result<Self, EngineError> {
        let now = clock.now();
        let id = store
            .next_case_id(jiff::tz::TimeZone::UTC.to_datetime(now).year())
            .await?;
        let record = Record::next(None, &id, now, actor, &event)?;
        let case = Case::begin(&record, event)?;
        store.append(std::slice::from_ref(&record), 0).await?;
        Ok(Self {
            store,
            clock,
            actor: actor.into(),
            caller: OnceLock::new(),
            inner: Mutex::new(Inner {
                case: Arc::new(case),
                last: record,
            }),
            waiting: Shared::default(),
        })
    }

    /// Takes up a case where its journal ends.
    ///
    /// # Errors
    /// [`EngineError::NoCase`], or what replay found wrong.
    pub async fn resume(
        store: &'a dyn Store,
        clock: &'a dyn Clock,
        actor: &str,
        id: &str,
    ) -> Result<Self, EngineError> {
        let mut records = store.records(id).await?;
        let case = Case::replay(id, &records).map_err(|e| match e {
            rebato_core::case::ReplayError::Empty(id) => EngineError::NoCase(id),
            other => other.into(),
        })?;
        let last = records
            .pop()
            .ok_or_else(|| EngineError::NoCase(id.into()))?;
        Ok(Self {
            store,
            clock,
            actor: actor.into(),
            caller: OnceLock::new(),
            inner: Mutex::new(Inner {
                case: Arc::new(case),
                last,
            }),
            waiting: Shared::default(),
        })
    }

    /// Writes an event and moves the case by it. When this returns, the event is durable.
    ///
    /// # Errors
    /// When it does not fit the case, or cannot be written: then nothing has changed.
    pub async fn write(&self, mut event: Event) -> Result<(), EngineError> {
        loop {
            let (answer, mut answered) = oneshot::channel();
            self.queue().push(Waiting { event, answer });
            // The other steps of a wave get to this point first: the next one through writes for all.
            tokio::task::yield_now().await;
            let mut inner = self.inner.lock().await;
            // Whose event somebody else has written writes for nobody: a failure would be taken for its own.
            let written = match answered.try_recv() {
                Err(TryRecvError::Empty) => {
                    // Who gave up waiting wants nothing written any more.
                    let mut batch: Vec<Waiting> = std::mem::take(&mut *self.queue());
                    batch.retain(|waiting| !waiting.answer.is_closed());
                    self.write_all(&mut inner, batch).await?;
                    answered.try_recv()
                }
                written => written,
            };
            match written {
                Ok(Written::Durable) => return Ok(()),
                Ok(Written::Refused(error)) => return Err(error),
                Ok(Written::Failed(again)) => event = *again,
                Err(_) => return Err(given_up().into()),
            }
        }
    }

    /// Writes what fits, in one durable write, and tells each; the error is that of the write.
    async fn write_all(&self, inner: &mut Inner, batch: Vec<Waiting>) -> Result<(), EngineError> {
        let expected = inner.last.seq;
        let mut moved: Option<Case> = None;
        let (mut records, mut told): (Vec<Record>, Vec<_>) = (Vec::new(), Vec::new());
        for Waiting { event, answer } in batch {
            let last = records.last().unwrap_or(&inner.last);
            // Time in a journal does not run backwards, whatever the machine's clock does.
            let at = self.clock.now().max(last.at);
            // One copy a write, which counts once it is durable.
            let case = moved.get_or_insert_with(|| (*inner.case).clone());
            let next = Record::next(Some(last), &case.id, at, &self.actor, &event)
                .map_err(EngineError::from)
                .and_then(|record| {
                    case.apply(&record, event)?;
                    Ok(record)
                });
            match next {
                Ok(record) => {
                    records.push(record);
                    told.push(answer);
                }
                // Nobody hears it who has gone.
                Err(error) => drop(answer.send(Written::Refused(error))),
            }
        }
        let Some(case) = moved.filter(|_| !records.is_empty()) else {
            return Ok(());
        };
        let stored = self.store.append(&records, expected).await;
        for (record, answer) in records.iter().zip(told) {
            drop(answer.send(match &stored {
                Ok(()) => Written::Durable,
                Err(_) => match record.decode() {
                    Ok(event) => Written::Failed(Box::new(event)),
                    Err(error) => Written::Refused(error.into()),
                },
            }));
        }
        stored?;
        inner.case = Arc::new(case);
        if let Some(last) = records.pop() {
            inner.last = last;
        }
        Ok(())
    }

    fn queue(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The case as it stands: what is written later does not show in it.
    pub async fn case(&self) -> Arc<Case> {
        Arc::clone(&self.inner.lock().await.case)
    }

    /// Says as whom this run calls AWS: evidence that is taken from now on names it. The first word counts.
    pub fn called_as(&self, identity: &Identity) {
        self.caller.get_or_init(|| identity.clone());
    }

    /// How evidence that has just been taken came to be, as far as the writer knows.
    pub async fn custody(&self) -> Custody {
        let caller = self.caller.get();
        let inner = self.inner.lock().await;
        let (subject, finding) = (inner.case.subject.as_ref(), &inner.case.finding);
        Custody {
            by: Some(self.actor.clone()),
            session: caller.map(|c| c.arn.clone()),
            request_ids: Vec::new(),
            began: None,
            ended: Some(self.clock.now()),
            account: caller
                .map(|c| &c.account)
                .or_else(|| subject.map(|s| &s.account))
                .or(finding.account.as_ref())
                .cloned(),
            region: caller
                .map(|c| &c.region)
                .or_else(|| subject.map(|s| &s.region))
                .or(finding.region.as_ref())
                .cloned(),
            tool: Some(TOOL.into()),
        }
    }

    /// Keeps bytes as evidence and says what was kept. The caller writes it into an event.
    ///
    /// # Errors
    /// When the store cannot keep them.
    pub async fn keep(
        &self,
        what: &str,
        origin: &str,
        bytes: &[u8],
        custody: Custody,
    ) -> Result<Kept, EngineError> {
        let sha256 = self.store.keep(bytes).await?;
        Ok(Kept {
            what: what.into(),
            origin: origin.into(),
            sha256,
            size: bytes.len() as u64,
            custody,
        })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &'a dyn Clock {
        self.clock
    }
}

/// The write that an event was part of ended without an answer.
fn given_up() -> StoreError {
    StoreError::Io {
        what: "appending to the journal",
        path: "the journal".into(),
        why: "the write was given up half way".into(),
        full: false,
    }
}
