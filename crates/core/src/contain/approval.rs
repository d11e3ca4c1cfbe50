//! Approval: the only door from a plan to steps that may be carried out. Must not know who may approve.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Identity, Person, Plan, Step};
use crate::digest::Digest;

/// A person's word for one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// For which plan.
    pub digest: Digest,
    /// Until when it holds.
    pub until: Timestamp,
    /// Refusals that this person overrides, by code.
    pub overrides: BTreeSet<String>,
    /// How the word was given; approvals of before this was kept do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<How>,
    /// How the person is known beyond the name.
    #[serde(default)]
    pub identity: Identity,
    /// The policy takes this word alone; else another person must approve too.
    #[serde(default = "yes")]
    pub alone: bool,
}

/// How an approval was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Asked at the terminal, where the instance id was typed.
    Prompt,
    /// By a command of its own.
    Command,
    /// By a rule of the policy, without a person.
    Policy,
    /// With the fix that is taken back: whoever approved it approved that nothing stays worse by it.
    WithFix,
}

/// Before there was a policy one approval was enough.
const fn yes() -> bool {
    true
}

impl Approval {
    /// A person's word that is enough by itself.
    #[must_use]
    pub fn new(by: &str, digest: Digest, at: Timestamp, until: Timestamp) -> Self {
        Self {
            by: by.into(),
            at,
            digest,
            until,
            overrides: BTreeSet::new(),
            how: None,
            identity: Identity::default(),
            alone: true,
        }
    }

    /// Who gave it.
    #[must_use]
    pub fn person(&self) -> Person {
        Person {
            name: self.by.clone(),
            identity: self.identity.clone(),
        }
    }
}

/// Those of the approvals that together are enough at a time, the one that ends first before the other: the newest that
/// holds alone, else the two newest of different persons.
fn enough(approvals: &[Approval], now: Timestamp) -> Option<(&Approval, Option<&Approval>)> {
    let mut valid = approvals.iter().rev().filter(|a| now <= a.until);
    if let Some(alone) = valid.clone().find(|a| a.alone) {
        return Some((alone, None));
    }
    let pair = valid.find_map(|newer| {
        approvals
            .iter()
            .rev()
            .find(|older| now <= older.until && !older.person().may_be(&newer.person()))
            .map(|older| (newer, older))
    })?;
    let (newer, older) = pair;
    Some(if newer.until <= older.until {
        (newer, Some(older))
    } else {
        (older, Some(newer))
    })
}

/// Whether the approvals are enough at a time.
pub(crate) fn enough_at(approvals: &[Approval], now: Timestamp) -> bool {
    enough(approvals, now).is_some()
}

/// The approval that lets a plan go, its end aside: of two that are needed the one that ends first. Each of the two must
/// have held when the other was given.
pub(crate) fn deciding(approvals: &[Approval]) -> Option<&Approval> {
    (1..=approvals.len()).rev().find_map(|many| {
        let so_far = approvals.get(..many)?;
        enough(so_far, so_far.last()?.at).map(|(first, _)| first)
    })
}

/// Why a plan may not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// Another plan was approved.
    #[error("the approval is for plan {approved}, this is plan {plan}")]
    OtherPlan {
        /// What was approved.
        approved: Digest,
        /// What is to be carried out.
        plan: Digest,
    },
    /// Too late.
    #[error("the approval ended at {until}: approve again")]
    Expired {
        /// When it ended.
        until: Timestamp,
    },
    /// One approved, and the policy asks for two.
    #[error("another person must approve plan {plan} too")]
    NeedsSecond {
        /// The plan.
        plan: Digest,
    },
    /// The plan refuses itself.
    #[error("the plan is refused: {}", codes.iter().cloned().collect::<Vec<_>>().join(", "))]
    Refused {
        /// The codes that were not overridden.
        codes: BTreeSet<String>,
    },
}

/// A step that a person approved as part of a plan. Made by [`Plan::approve`] alone: its fields are private and it is
/// never read from bytes.
///
/// It cannot be put together by hand:
/// ```compile_fail,E0451
/// # use rebato_core::contain::{ApprovedStep, Step};
/// fn forge(step: Step) -> ApprovedStep {
///     ApprovedStep { step, case: String::new(), instance: String::new(), plan: rebato_core::Digest::ZERO }
/// }
/// ```
/// And it cannot be read from bytes, as a [`Step`] can:
/// ```compile_fail,E0277
/// let _ = serde_json::from_str::<rebato_core::contain::ApprovedStep>("{}");
/// ```
/// ```
/// let _ = serde_json::from_str::<rebato_core::contain::Step>("{}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedStep {
    step: Step,
    case: String,
    instance: String,
    plan: Digest,
}

impl ApprovedStep {
    /// The step's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.step.id
    }

    /// The step.
    #[must_use]
    pub const fn step(&self) -> &Step {
        &self.step
    }

    /// What to do.
    #[must_use]
    pub const fn action(&self) -> &Action {
        &self.step.action
    }

    /// The case.
    #[must_use]
    pub fn case(&self) -> &str {
        &self.case
    }

    /// The instance.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The plan it was approved in.
    #[must_use]
    pub const fn plan(&self) -> Digest {
        self.plan
    }

    /// The mark a resource carries that this step made: the same in every run of the same plan.
    #[must_use]
    pub fn mark(&self) -> String {
        mark(self.plan, &self.step.id)
    }
}

/// The value of [`super::TAG_STEP`] on what a step of a plan makes.
#[must_use]
pub fn mark(plan: Digest, step: &str) -> String {
    let short: String = plan.hex().chars().take(12).collect();
    format!("{short}/{step}")
}

/// Refusals that nobody can override: there is nothing to contain, or it is a rehearsal.
pub const NEVER: [&str; 3] = ["sample_finding", "instance_missing", "instance_terminated"];

impl Plan {
    /// Codes of the plan's refusals that nobody can override.
    #[must_use]
    pub fn never(&self) -> BTreeSet<String> {
        let mut codes = self.refusals();
        codes.retain(|code| NEVER.contains(&code.as_str()));
        codes
    }

    /// Turns the plan into steps that may be carried out, where the approvals are enough at this time: one that holds alone,
    /// or those of two different persons.
    ///
    /// # Errors
    /// [`ApprovalError`]: an approval is for another plan, too few of them hold now, or one does not override a refusal.
    pub fn approve(
        &self,
        approvals: &[Approval],
        now: Timestamp,
    ) -> Result<Vec<Vec<ApprovedStep>>, ApprovalError> {
        let plan = self.digest();
        if let Some(other) = approvals.iter().find(|a| a.digest != plan) {
            return Err(ApprovalError::OtherPlan {
                approved: other.digest,
                plan,
            });
        }
        let Some((first, second)) = enough(approvals, now) else {
            return Err(match deciding(approvals) {
                Some(ended) => ApprovalError::Expired { until: ended.until },
                None => ApprovalError::NeedsSecond { plan },
            });
        };
        self.not_refused(first)?;
        second.map_or(Ok(()), |second| self.not_refused(second))?;
        let approved = |step: &Step| ApprovedStep {
            step: step.clone(),
            case: self.case.clone(),
            instance: self.instance.clone(),
            plan,
        };
        Ok(self
            .waves
            .iter()
            .map(|wave| wave.iter().map(approved).collect())
            .collect())
    }

    /// Whether an approval answers every refusal of the plan.
    ///
    /// # Errors
    /// [`ApprovalError::Refused`] with the codes that it does not override, or that nobody can.
    pub fn not_refused(&self, approval: &Approval) -> Result<(), ApprovalError> {
        let codes: BTreeSet<String> = self
            .refusals()
            .into_iter()
            .filter(|c| NEVER.contains(&c.as_str()) || !approval.overrides.contains(c))
            .collect();
        if codes.is_empty() {
            Ok(())
        } else {
            Err(ApprovalError::Refused { codes })
        }
    }
}
