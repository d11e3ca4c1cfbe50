//! Why a command could not do what it was asked. Must not know exit codes or languages.

use rebato_core::Digest;
use rebato_core::case::{IllegalEvent, ReplayError};
use rebato_core::contain::{ApprovalError, Drift};
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
    /// The approval does not hold.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The world has moved.
    #[error("the plan is stale, nothing was done: {}", drifts.iter().map(|d| format!("{} is now {}", d.target, d.seen)).collect::<Vec<_>>().join("; "))]
    Stale {
        /// Where.
        drifts: Vec<Drift>,
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
