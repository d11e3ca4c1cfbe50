//! Why a command could not do what it was asked. Must not know exit codes or languages.

use rebato_core::Digest;
use rebato_core::case::{IllegalEvent, ReplayError};
use rebato_core::contain::{ApprovalError, Drift, Fault, Purpose};
use rebato_core::journal::EncodingError;

use crate::ports::{Candidate, CloudError, StoreError};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The journal or the evidence.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// AWS.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The journal's content.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// An event that has no bytes.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// An event that does not fit.
    #[error(transparent)]
    Illegal(#[from] IllegalEvent),
    /// No such case.
    #[error("there is no case {0}; `rebato case list` names them")]
    NoCase(String),
    /// No such plan.
    #[error("case {case} has no plan {digest}")]
    NoPlan {
        /// The case.
        case: String,
        /// The plan that was asked for, or `none`.
        digest: String,
    },
    /// Nobody approved it.
    #[error("plan {digest} of case {case} is not approved")]
    NotApproved {
        /// The case.
        case: String,
        /// The plan.
        digest: Digest,
    },
    /// One person approved it, and the policy asks for two.
    #[error("plan {digest} of case {case} was approved by one person, and the policy asks for two")]
    NeedsSecondPerson {
        /// The case.
        case: String,
        /// The plan.
        digest: Digest,
    },
    /// The policy does not allow it.
    #[error("the policy forbids it: {}", refused(asked, rules, errors))]
    RefusedByPolicy {
        /// What was asked and not permitted: `contain`, `release`, `fix`, `approve`, `override`.
        asked: Vec<String>,
        /// The rules that forbid it; none where no rule permits it.
        rules: Vec<String>,
        /// Rules that could not be evaluated, in the evaluator's words.
        errors: Vec<String>,
    },
    /// The approval does not hold.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The world has moved.
    #[error("the plan is stale, nothing was done: {}", drifts.iter().map(|d| format!("{} is now {}", d.target, d.seen)).collect::<Vec<_>>().join("; "))]
    Stale {
        /// Of which case.
        case: String,
        /// What the plan is for.
        purpose: Purpose,
        /// Where.
        drifts: Vec<Drift>,
    },
    /// What was planned is dangerous by our own rules: nobody is asked to approve it.
    #[error("the plan is not safe and is not offered: {}", faults.iter().map(|f| format!("{} ({})", f.code, f.at)).collect::<Vec<_>>().join(", "))]
    Unsafe {
        /// The dangers.
        faults: Vec<Fault>,
    },
    /// The thread that reads logs has ended before its work was done.
    #[error(
        "reading the logs ended unexpectedly: this is a fault of the program, please report it"
    )]
    ScanDied,
    /// Another case is at work on the instance.
    #[error("case {case} is at work on {instance}: finish it first with `rebato contain {case}`")]
    Busy {
        /// The other case.
        case: String,
        /// The instance.
        instance: String,
    },
    /// The alert names no instance.
    #[error("the finding {0} names no instance: there is nothing to contain")]
    NoInstance(String),
    /// The name fits several instances.
    #[error("{query} fits {} instances", found.len())]
    Ambiguous {
        /// What was asked for.
        query: String,
        /// What was found.
        found: Vec<Candidate>,
    },
    /// Nothing fits.
    #[error("no instance fits {0}")]
    NotFound(String),
}

fn refused(asked: &[String], rules: &[String], errors: &[String]) -> String {
    let asked = asked.join(", ");
    let why = if rules.is_empty() {
        "no rule permits it".to_owned()
    } else {
        format!("forbidden by {}", rules.join(", "))
    };
    if errors.is_empty() {
        format!("{asked}: {why}")
    } else {
        format!("{asked}: {why}; {}", errors.join("; "))
    }
}
