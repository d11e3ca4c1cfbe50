//! What a run tells while it works. Codes and facts; the words are the program's. Must not know terminals.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rebato_core::contain::Step;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress<'a> {
    /// A step of the runbook begins: `identify`, `evaluate`, …
    Room(&'static str),
    /// A log was read.
    Log {
        /// Its name.
        name: &'a str,
        /// Bytes as received.
        bytes: u64,
        /// Bytes known to follow, 0 where nobody knows.
        ahead: u64,
    },
    /// All logs were read, or as many as there was patience for.
    LogsRead,
    /// A step of a plan is about to be called.
    StepStarted(&'a Step),
    /// It is done; `adopted` when its effect was there already.
    StepDone {
        /// The step.
        step: &'a Step,
        /// Found, not made.
        adopted: bool,
    },
    /// It is not done.
    StepFailed {
        /// The step.
        step: &'a Step,
        /// AWS's code.
        code: &'a str,
        /// AWS's word.
        why: &'a str,
    },
    /// Waiting for AWS to finish something: the instance to stop, a change to show.
    Waiting {
        /// The step's action.
        action: &'a str,
        /// On what.
        target: &'a str,
    },
    /// The state is being read back.
    ReadingBack,
}

/// Who is told.
pub trait Watcher: Send + Sync {
    /// Something happened.
    fn tell(&self, progress: &Progress<'_>);

    /// Set when a person wants an end with what is known so far.
    fn stop(&self) -> Arc<AtomicBool> {
        Arc::default()
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Watcher for Silent {
    fn tell(&self, _: &Progress<'_>) {}
}
