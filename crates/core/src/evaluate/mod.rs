//! Step 2 of the runbook: evidence, what it covers, and the verdict. Must not know how evidence is read.

mod dossier;
mod verdict;

pub use dossier::*;
pub use verdict::*;
