//! The simulated account: pure, synchronous, deterministic by seed.
//! Must not know sockets, tokio, the real clock, wire protocols or any responder.

mod engine;
mod ids;
pub mod model;
mod model_network;
mod model_services;

pub use model::*;
