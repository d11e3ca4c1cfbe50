//! Step 3 of the runbook: the plan, its approval, and what the world says of each step.
//! Must not know how an action is carried out.

mod actions;
mod approval;
mod group;
mod lint;
mod list_edit;
mod notes;
mod plan;
mod planner;
mod profile;
mod rehearsal;
mod release;
mod ruling;
mod shell;
mod stale;
mod standing;
mod tags;
mod undo;
mod watch_object;

pub use actions::*;
pub use approval::*;
pub use group::*;
pub use lint::{FAULTS, Fault, lint, lint_plan};
pub use list_edit::*;
pub use notes::{NOTES, TAG_NEVER};
pub use plan::*;
pub(crate) use planner::Builder;
pub use planner::plan;
pub use profile::*;
pub use rehearsal::*;
pub use release::{changes, release};
pub use ruling::*;
pub use stale::stale;
pub use standing::*;
pub use tags::*;
pub use undo::*;
pub use watch_object::*;
