//! Step 3 of the runbook: the plan, its approval, and what the world says of each step.
//! Must not know how an action is carried out.

mod action;
mod approval;
mod group;
mod plan;
mod planner;
mod release;
mod equivalent;
mod notes;
mod standing;

pub use action::*;
pub use approval::*;
pub use group::*;
pub use plan::*;
pub(crate) use planner::Builder;
pub use planner::plan;
pub use notes::{NOTES, TAG_NEVER};
pub use release::{changes, release};
pub use standing::*;
