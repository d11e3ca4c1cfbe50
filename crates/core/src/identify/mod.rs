//! Step 1 of the runbook: what the alert says ([`Finding`]) and what the instance is now ([`Subject`]).
//! Must not know how bytes arrive or how AWS is asked.

mod alert;
mod around;
mod envelope;
mod finding;
mod json;
mod kinds;
mod manual;
mod native;
mod orchestration;
mod remains;
mod subject;

pub use alert::*;
pub use around::*;
pub use finding::*;
pub use kinds::*;
pub use orchestration::*;
pub use remains::*;
pub use subject::*;
