//! What a rehearsal of a plan said: whether the caller may make its calls. Must not know how it was asked.

use serde::{Deserialize, Serialize};

/// What is known of one permission that a plan needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permit {
    /// The IAM action, such as `ec2:StopInstances`.
    pub permission: String,
    /// Steps that need it.
    pub steps: Vec<String>,
    /// Whether the caller has it.
    pub answer: PermitAnswer,
}

/// Whether the caller has a permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum PermitAnswer {
    /// Yes: EC2 said so to a call that was only tried (`DryRun`), or IAM when it was asked (`SimulatePrincipalPolicy`).
    Allowed,
    /// No.
    Denied {
        /// AWS's word.
        why: String,
    },
    /// Nobody could say.
    Unknown {
        /// Why not.
        why: String,
    },
}
