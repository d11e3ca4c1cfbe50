//! The ports: what the engine asks of the world. Each has three bodies: the real one, the lab behind the real one, and a
//! saboteur in the tests that fails on demand. Must not know any of them.

mod answers;
mod cloud;
mod home;
mod intelligence;
mod secrets;
mod store;

pub use answers::*;
pub use cloud::*;
pub use home::*;
pub use intelligence::*;
pub use secrets::*;
pub use store::*;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

/// The time. A port, so that tests and the lab can turn it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Returns when this much time has passed: the distance between two looks at something that changes by itself.
    async fn pass(&self, time: Duration);
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}
