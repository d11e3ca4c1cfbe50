//! Rebato's lab: a simulated AWS account with instances, attackers and time, spoken to over the AWS wire protocols by
//! any AWS client. It is the world, never the responder: it knows no other crate of this workspace.
//!
//! [`world`] is the account, pure and deterministic; [`scenario`] the stories that happen in it; [`wire`] the protocols
//! and the faults; [`Lab`] ties them to a socket and a clock.

mod lab;
pub mod scenario;
pub mod wire;
pub mod world;

pub use lab::{Lab, Options};
pub use scenario::{Scenario, ScenarioError};
pub use wire::{Call, Faults, Outcome, Pace};
