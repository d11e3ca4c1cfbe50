//! What is known about an address: the lists it stands on, the networks it belongs to, and what others say when asked.
//!
//! [`lists`] reads threat and trusted lists in every format that GuardDuty takes, [`ranges`] knows the networks of clouds
//! and public services, [`knowledge`] reads a folder of data files, and [`investigate()`] puts all together into the report
//! on an address. The crate must not know of cases, plans or the AWS account. Only [`net`] sends anything out, and only for
//! who made a client of it.

mod address;
pub mod knowledge;
pub mod lists;
mod local;
pub mod net;
pub mod ranges;
pub mod services;
mod sources;

pub use address::{KnownList, Purpose, investigate};
pub use local::LocalIntelligence;
pub use sources::Sources;
