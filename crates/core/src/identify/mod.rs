//! Step 1 of the runbook: what the alert says ([`Finding`]) and what the instance is now ([`Subject`]).
//! Must not know how bytes arrive or how AWS is asked.

mod alert;
mod envelope;
mod finding;
mod json;
mod kinds;
mod manual;
mod native;
mod subject;

pub use alert::*;
pub use finding::*;
pub use kinds::*;
pub use subject::*;
