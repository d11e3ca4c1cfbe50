//! The ports: what the engine asks of the world. Each has three bodies: the real one, the lab behind the real one, and a
//! saboteur in the tests that fails on demand. Must not know any of them.

mod cloud;
mod store;

pub use cloud::*;
pub use store::*;

use jiff::Timestamp;

/// The time. A port, so that tests and the lab can turn it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
