//! How often a source may still be asked: the budget of a run, quotas of a minute and a day, and a pause after failures.
//! Must not ask.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rebato_engine::ports::AnswerCache;

use super::DAY;

/// After so many failures in a row a source is left alone for a while.
const FAILURES: u32 = 3;
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// What a source allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quota {
    pub(super) per_minute: Option<usize>,
    pub(super) per_day: usize,
}

/// The course of one run.
#[derive(Debug)]
pub(super) struct Pace {
    per_run: usize,
    sources: Mutex<BTreeMap<&'static str, Course>>,
}

#[derive(Debug, Default)]
struct Course {
    asked: usize,
    failed: u32,
    paused: Option<(Timestamp, &'static str)>,
}

impl Pace {
    pub(super) fn new(per_run: usize) -> Self {
        Self {
            per_run,
            sources: Mutex::default(),
        }
    }

    fn sources(&self) -> MutexGuard<'_, BTreeMap<&'static str, Course>> {
        // Counters hold nothing that a panic elsewhere could leave half done.
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a question from the budget, or says why not.
    pub(super) fn take(
        &self,
        source: &'static str,
        quota: Quota,
        kept: &dyn AnswerCache,
        now: Timestamp,
    ) -> Result<(), String> {
        if let Some(until) = kept.held(source).filter(|until| *until > now) {
            return Err(format!("held until={until}"));
        }
        let mut sources = self.sources();
        let course = sources.entry(source).or_default();
        if let Some((until, why)) = course.paused.filter(|(until, _)| *until > now) {
            return Err(format!("{why} until={until}"));
        }
        if course.asked >= self.per_run {
            return Err(format!("budget run={}", self.per_run));
        }
        let within = |span| kept.count_since(source, now - span);
        if within(DAY) >= quota.per_day {
            return Err(format!("budget day={}", quota.per_day));
        }
        if let Some(most) = quota.per_minute
            && within(SignedDuration::from_mins(1)) >= most
        {
            return Err(format!("budget minute={most}"));
        }
        course.asked += 1;
        kept.asked(source, now);
        Ok(())
    }

    pub(super) fn answered(&self, source: &'static str) {
        self.sources().entry(source).or_default().failed = 0;
    }

    pub(super) fn failed(&self, source: &'static str, now: Timestamp) {
        let mut sources = self.sources();
        let course = sources.entry(source).or_default();
        course.failed += 1;
        if course.failed >= FAILURES {
            course.failed = 0;
            course.paused = Some((now + PAUSE, "circuit_open"));
        }
    }

    /// A key that was refused once is refused again: nobody is asked with it for the rest of the run.
    pub(super) fn key_refused(&self, source: &'static str, now: Timestamp) {
        self.sources().entry(source).or_default().paused = Some((now + DAY, "key_refused"));
    }
}
