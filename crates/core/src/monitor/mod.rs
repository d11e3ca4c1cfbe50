//! Step 6 of the runbook: what has happened since, and whether the case may close. Must not know how it is read.

mod clocks;
mod close;
mod closing;
mod flows;
mod kin;
mod objects;
mod review;
mod watches;

#[cfg(test)]
pub(crate) mod fixture;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use clocks::{CLOCKS, Deadline, deadlines};
pub use close::{due, observed_until, watched_until};
pub use closing::{
    CLOSE_CODES, ClosingError, ClosingRules, STATED, STATEMENT_ROOM, Statement, observation_hours,
};
pub use flows::{FlowsSince, flows_since, watched_since};
pub use kin::{Kin, Kinship, kinships};
pub use objects::{
    Found, Guard, Seen, WATCH_NOTES, unwatch_plan, wanted_objects, watch_objects, watch_plan,
};
pub use review::{Look, review};
pub use watches::{WATCHES, fixed_inside};

/// How a watch came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchStatus {
    /// Nothing.
    Quiet,
    /// It happened.
    Tripped,
    /// Could not be seen.
    Unknown,
}

/// One watch. Its words are in the catalogues under `watch-` and the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Its name, such as `finding-again`.
    pub watch: String,
    /// How it came out.
    pub status: WatchStatus,
    /// On what: findings, interfaces, flows.
    pub evidence: Vec<String>,
    /// Why unknown.
    pub why: Option<String>,
    /// Values for the text.
    pub args: BTreeMap<String, String>,
}

/// One look at a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// When.
    pub at: Timestamp,
    /// The watches.
    pub watches: Vec<Watch>,
    /// Accepted flow records of the contained interfaces with addresses outside since the containment, where known.
    pub accepted_flows: Option<u64>,
    /// Whose flows those were, up to twenty addresses.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub leaks: BTreeSet<IpAddr>,
    /// What still stands against closing: codes, with words in the catalogues under `close-`.
    pub missing: Vec<String>,
}

/// A threat list as GuardDuty has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListState {
    /// Its name, as findings show it.
    pub name: String,
    /// `ACTIVE`, `ERROR`, …
    pub status: String,
    /// When its object was last changed.
    pub modified: Option<Timestamp>,
}

impl Review {
    /// The first watch about the attack that tripped.
    #[must_use]
    pub fn alarm(&self) -> Option<&Watch> {
        let mut watches = self.watches.iter();
        watches.find(|w| w.status == WatchStatus::Tripped && watches::is_activity(&w.watch))
    }

    /// Whether a watch is unknown because nobody looked into the operating system.
    #[must_use]
    pub fn not_asked(&self) -> bool {
        let mut watches = self.watches.iter();
        watches.any(|watch| watch.why.as_deref() == Some("not-asked"))
    }

    /// The watches that came out otherwise than in an earlier look, with how they came out then.
    #[must_use]
    pub fn changed<'a>(&'a self, before: &Self) -> Vec<(&'a Watch, Option<WatchStatus>)> {
        let earlier = |watch: &Watch| before.watches.iter().find(|w| w.watch == watch.watch);
        self.watches
            .iter()
            .map(|watch| (watch, earlier(watch)))
            .filter(|(watch, earlier)| {
                earlier.is_none_or(|e| (e.status, &e.evidence) != (watch.status, &watch.evidence))
            })
            .map(|(watch, earlier)| (watch, earlier.map(|e| e.status)))
            .collect()
    }
}

impl Watch {
    /// A watch that something tripped when there is evidence, else a quiet one.
    fn judged(watch: &str, evidence: Vec<String>) -> Self {
        let status = if evidence.is_empty() {
            WatchStatus::Quiet
        } else {
            WatchStatus::Tripped
        };
        Self {
            watch: watch.into(),
            status,
            evidence,
            why: None,
            args: BTreeMap::new(),
        }
    }

    /// A watch that could not look.
    fn unknown(watch: &str, why: impl Into<String>) -> Self {
        Self {
            watch: watch.into(),
            status: WatchStatus::Unknown,
            evidence: Vec::new(),
            why: Some(why.into()),
            args: BTreeMap::new(),
        }
    }

    fn with(mut self, name: &str, value: &impl std::fmt::Display) -> Self {
        self.args.insert(name.into(), value.to_string());
        self
    }
}
