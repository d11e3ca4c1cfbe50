//! What is known about an address without asking anybody: the lists it stands on and the networks it belongs to.
//!
//! [`lists`] reads threat and trusted lists in every format that GuardDuty takes, [`ranges`] knows the networks of clouds
//! and public services, and [`investigate()`] puts both together into the report on an address. The crate must not know of
//! cases, plans or the AWS account, and it sends nothing out.

mod address;
pub mod lists;
mod local;
pub mod ranges;

pub use address::{KnownList, Purpose, investigate};
pub use local::LocalIntelligence;
