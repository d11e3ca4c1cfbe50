//! Where a case, its containment, its plans and their steps stand. Must not know what moves them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Receipt;
use crate::Digest;
use crate::contain::{Approval, Permit, PermitAnswer, Plan, Ruling, Step, deciding};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The alert was read.
    Opened,
    /// There is a verdict.
    Evaluated,
    /// A plan waits for a person.
    Planned,
    /// A person approved it; nothing was done yet.
    Approved,
    /// At least one call was made.
    Containing,
    /// The state was read back and all of it stands.
    Contained,
    /// At least one call of the release was made.
    Releasing,
    /// What containment changed was put back.
    Released,
    /// Nothing is left to do.
    Closed,
}

impl State {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Evaluated => "evaluated",
            Self::Planned => "planned",
            Self::Approved => "approved",
            Self::Containing => "containing",
            Self::Contained => "contained",
            Self::Releasing => "releasing",
            Self::Released => "released",
            Self::Closed => "closed",
        }
    }
}

/// How far the attacker is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Containment {
    /// Nothing was done.
    None,
    /// Some of it.
    Partial,
    /// The state, read back, is as planned.
    Contained,
    /// And the flow logs since then show nothing accepted.
    Verified,
    /// Put back.
    Released,
}

impl Containment {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Contained => "contained",
            Self::Verified => "verified",
            Self::Released => "released",
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Planned,
    /// Begun, and no word since: its effect has to be looked for.
    Started {
        /// Which try.
        attempt: u32,
        /// The state seen before it.
        before: Value,
        /// When it was begun.
        at: Timestamp,
    },
    /// Done.
    Done {
        /// The tries it took.
        attempt: u32,
        /// What was answered.
        receipt: Receipt,
        /// The state after.
        after: Value,
        /// When.
        at: Timestamp,
    },
    /// Not done, or nobody knows.
    Failed {
        /// The tries so far.
        attempt: u32,
        /// The error's code.
        code: String,
        /// AWS's word.
        why: String,
        /// False when it may have had its effect.
        certain: bool,
    },
}

impl StepState {
    /// The tries so far.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        match self {
            Self::Planned => 0,
            Self::Started { attempt, .. }
            | Self::Done { attempt, .. }
            | Self::Failed { attempt, .. } => *attempt,
        }
    }

    /// Whether the step may have changed the world.
    #[must_use]
    pub const fn may_have_acted(&self) -> bool {
        match self {
            Self::Planned => false,
            Self::Started { .. } | Self::Done { .. } => true,
            Self::Failed { certain, .. } => !*certain,
        }
    }

    /// Whether it is done.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }
}

/// A person's decision about a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approved(Approval),
    /// No.
    Rejected {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
        /// Why, in their words.
        why: Option<String>,
    },
}

/// A plan of this case and how far it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// The plan.
    pub plan: Plan,
    /// Its digest.
    pub digest: Digest,
    /// When it was made.
    pub made_at: Timestamp,
    /// The last word of a person.
    pub decision: Option<Decision>,
    /// What the policy said last.
    #[serde(default)]
    pub ruling: Option<Ruling>,
    /// All approvals since the plan was last rejected, oldest first.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Its steps by id.
    pub steps: BTreeMap<String, StepState>,
    /// Whether the caller may make its calls, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permits: Option<Vec<Permit>>,
    /// What got worse after a fix, where the service was looked at.
    pub worse: Option<Vec<String>>,
}

impl PlanRecord {
    /// Permissions that the caller is known to lack.
    pub fn denied(&self) -> impl Iterator<Item = &Permit> {
        let denied = |permit: &&Permit| matches!(permit.answer, PermitAnswer::Denied { .. });
        self.permits.iter().flatten().filter(denied)
    }

    /// A step and where it stands.
    pub fn progress(&self) -> impl Iterator<Item = (&Step, &StepState)> {
        self.plan.steps().map(|step| {
            (
                step,
                self.steps.get(&step.id).unwrap_or(&StepState::Planned),
            )
        })
    }

    /// Whether every step is done.
    #[must_use]
    pub fn all_done(&self) -> bool {
        self.progress().all(|(_, state)| state.is_done())
    }

    /// Whether any of its steps was begun.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.steps.values().any(|state| state.attempts() > 0)
    }

    /// The approval that lets the plan go, its end aside, when enough different persons approved and nobody rejected it
    /// since. Of two it is the one that ends first.
    #[must_use]
    pub fn approval(&self) -> Option<&Approval> {
        deciding(&self.approvals)
    }

    /// Whether somebody approved and another person has to.
    #[must_use]
    pub fn waits_for_second(&self) -> bool {
        !self.approvals.is_empty() && self.approval().is_none()
    }
}

/// A line of the case's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Which event.
    pub event: String,
    /// The step, address or plan it is about, where it is about one.
    pub about: Option<String>,
    /// The record's hash.
    pub hash: Digest,
}
