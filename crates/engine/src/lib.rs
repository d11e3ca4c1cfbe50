//! The case loop and the ports it works through. Must not know AWS, SQLite, terminals or languages.

mod custody;
pub mod error;
pub mod executor;
pub mod history;
pub mod home;
pub mod policy;
pub mod ports;
pub mod progress;
pub mod reading;
mod responder;
mod writer;

pub use error::EngineError;
pub use responder::{Fixed, Hardened, Inside, Responder, Word, cases, load, probe, said, why};
pub use writer::{TOOL, Writer};
