//! Approval: the only door from a plan to steps that may be carried out. Must not know who may approve.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Plan, Step};
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
    /// Turns the plan into steps that may be carried out.
    ///
    /// # Errors
    /// [`ApprovalError`]: the approval is for another plan, has ended, or does not override a refusal.
    pub fn approve(
        &self,
        approval: &Approval,
        now: Timestamp,
    ) -> Result<Vec<Vec<ApprovedStep>>, ApprovalError> {
        let plan = self.digest();
        if approval.digest != plan {
            return Err(ApprovalError::OtherPlan {
                approved: approval.digest,
                plan,
            });
        }
        if now > approval.until {
            return Err(ApprovalError::Expired {
                until: approval.until,
            });
        }
        let codes: BTreeSet<String> = self
            .refusals()
            .into_iter()
            .filter(|c| NEVER.contains(&c.as_str()) || !approval.overrides.contains(c))
            .collect();
        if !codes.is_empty() {
            return Err(ApprovalError::Refused { codes });
        }
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
}
