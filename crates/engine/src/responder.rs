//! The case loop: one method a room of the runbook, each of which reads, judges, and writes what it learned. Must not know
//! languages, terminals or file formats.

mod approve;
mod contain;
mod escalate;
mod evaluate;
mod fix;
mod harden;
mod identify;
mod inside;
mod investigate;
mod mend;
mod monitor;
mod watch;

pub use approve::Word;
pub use fix::Fixed;
pub use harden::Hardened;
pub use inside::{Inside, probe, said, why};

use rebato_core::case::{Case, State};

use crate::error::EngineError;
use crate::policy::Policy;
use crate::ports::{Clock, Cloud, Intelligence, Store};
use crate::progress::Watcher;

/// What the rooms work with. Without a cloud (`--offline`) they use what is at hand and say what they could not see.
#[derive(Clone, Copy)]
pub struct Responder<'a> {
    /// The account.
    pub cloud: Option<&'a dyn Cloud>,
    /// What is known about addresses.
    pub intelligence: &'a dyn Intelligence,
    /// The journal.
    pub store: &'a dyn Store,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Who is told.
    pub watcher: &'a dyn Watcher,
    /// Who writes into the journal.
    pub actor: &'a str,
    /// Who may approve what.
    pub policy: &'a Policy,
    /// The instance that this program runs on, where it is known.
    pub own_instance: Option<&'a str>,
}

impl Responder<'_> {
    /// All cases, oldest first. A case whose journal cannot be replayed stands with its error and hides no other.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub async fn cases(&self) -> Result<Vec<(String, Result<Case, EngineError>)>, EngineError> {
        cases(self.store).await
    }

    /// Refuses when another case is in the middle of changing the same instance.
    async fn not_busy(&self, case: &Case) -> Result<(), EngineError> {
        let Some(instance) = case.instance_id() else {
            return Ok(());
        };
        for (id, other) in self.cases().await? {
            let Ok(other) = other else { continue };
            let at_work = matches!(other.state, State::Containing | State::Releasing);
            if id != case.id && at_work && other.instance_id() == Some(instance) {
                return Err(EngineError::Busy {
                    case: id,
                    instance: instance.into(),
                });
            }
        }
        Ok(())
    }
}

/// All cases of a store, oldest first.
///
/// # Errors
/// When the store cannot be read at all.
pub async fn cases(
    store: &dyn Store,
) -> Result<Vec<(String, Result<Case, EngineError>)>, EngineError> {
    let mut cases = Vec::new();
    for id in store.cases().await? {
        let case = load(store, &id).await;
        cases.push((id, case));
    }
    Ok(cases)
}

/// One case, replayed.
///
/// # Errors
/// [`EngineError::NoCase`], or what replay found wrong.
pub async fn load(store: &dyn Store, id: &str) -> Result<Case, EngineError> {
    let records = store.records(id).await?;
    if records.is_empty() {
        return Err(EngineError::NoCase(id.into()));
    }
    Ok(Case::replay(id, &records)?)
}
