//! The one writer of a case: it orders the events of steps that run side by side, writes each before anything else happens,
//! and holds the case as the journal has it. Must not know what the events mean.

use std::sync::OnceLock;

use jiff::Timestamp;
use rebato_core::case::{Case, Custody, Event, Kept};
use rebato_core::journal::Record;
use tokio::sync::Mutex;

use crate::error::EngineError;
use crate::ports::{Clock, Identity, Store};

/// What takes the evidence, as the chain of custody names it.
const TOOL: &str = concat!("rebato ", env!("CARGO_PKG_VERSION"));

struct Inner {
    case: Case,
    last: Record,
}

/// See the module.
pub struct Writer<'a> {
    store: &'a dyn Store,
    clock: &'a dyn Clock,
    actor: String,
    caller: OnceLock<Identity>,
    inner: Mutex<Inner>,
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
        store.append(&record, 0).await?;
        Ok(Self {
            store,
            clock,
            actor: actor.into(),
            caller: OnceLock::new(),
            inner: Mutex::new(Inner { case, last: record }),
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
            inner: Mutex::new(Inner { case, last }),
        })
    }

    /// Writes an event and moves the case by it. When this returns, the event is durable.
    ///
    /// # Errors
    /// When it does not fit the case, or cannot be written: then nothing has changed.
    pub async fn write(&self, event: Event) -> Result<(), EngineError> {
        let mut inner = self.inner.lock().await;
        // Time in a journal does not run backwards, whatever the machine's clock does.
        let at = self.clock.now().max(inner.last.at);
        let record = Record::next(Some(&inner.last), &inner.case.id, at, &self.actor, &event)?;
        let moved = inner.case.clone().apply(&record, event)?;
        self.store.append(&record, inner.last.seq).await?;
        inner.case = moved;
        inner.last = record;
        Ok(())
    }

    /// The case as it stands.
    pub async fn case(&self) -> Case {
        self.inner.lock().await.case.clone()
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
