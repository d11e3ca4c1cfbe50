//! Readers of VPC Flow Logs, CloudTrail, logs of logins and of DNS queries: one pass over the bytes answers all questions.
//!
//! [`Scan`] takes files as they come and [`Answers`] holds what they said: the three documents of the outward contract and the
//! dossier that the verdict is made from. The crate must not know where files come from, and must not judge: that is
//! `rebato_core::evaluate`.

mod answers;
mod auth;
mod bytes;
mod changes;
mod coverage;
mod dns;
mod domains;
mod dossier;
mod flows;
mod json;
mod logins;
mod lookups;
mod metrics;
mod names;
mod questions;
mod scan;
mod talks;
mod threat;
mod time;
mod trail;
mod volumes;

pub use answers::{Answers, Skipped};
pub use bytes::{Inflated, Inflater, inflate};
pub use names::{LogName, stamps};
pub use questions::Questions;
pub use scan::Scan;
pub use threat::{Listed, ThreatIndex};
