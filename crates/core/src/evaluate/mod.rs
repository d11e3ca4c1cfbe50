//! Step 2 of the runbook: evidence, what it covers, and the verdict. Must not know how evidence is read.

mod attack;
mod catalogue;
mod change;
mod decide;
mod document;
mod dossier;
mod signals;
mod timeline;
mod verdict;

pub use attack::{About, SIGNALS, VERSION as ATTACK_VERSION};
pub use catalogue::{CHANGES, FACTS, GAPS};
pub use decide::evaluate;
pub use document::{Texts, document};
pub use dossier::*;
pub use timeline::{Clock, Entry, Phase, timeline};
pub use verdict::*;
