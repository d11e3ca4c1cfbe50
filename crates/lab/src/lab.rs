//! The lab as a caller holds it: a simulated account that plays a scenario and is served on loopback.
//! It is the world, never the responder: it knows nobody else in this workspace.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::scenario::Scenario;
use crate::wire::{self, Call, Faults, Pace, Shared};
use crate::world::World;

/// How a lab is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// What happens in the account.
    pub scenario: Scenario,
    /// Same seed, same account, same traffic.
    pub seed: u64,
    /// Virtual time at the start.
    pub start: Timestamp,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How the virtual clock moves.
    pub pace: Pace,
    /// What goes wrong on purpose.
    pub faults: Faults,
}

impl Options {
    /// A lab for tests: a free port on loopback, the clock moved by hand and by 250 ms a call, no faults.
    #[must_use]
    pub fn manual(scenario: Scenario, seed: u64, start: Timestamp) -> Self {
        Self {
            scenario,
            seed,
            start,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            pace: Pace::Manual,
            faults: Faults::none(),
        }
    }
}

/// A running lab; it ends when it is dropped.
#[derive(Debug)]
pub struct Lab {
    shared: Arc<Shared>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Lab {
    /// Binds and serves inside the caller's tokio runtime; returns at once.
    ///
    /// # Errors
    /// When the address cannot be bound, or outside of a runtime.
    pub fn start(options: Options) -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let listener = std::net::TcpListener::bind(options.listen)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let world = World::new(&options.scenario, options.seed, options.start);
        let shared = Arc::new(Shared::new(
            world,
            options.faults,
            options.pace,
            options.seed,
        ));
        let task = runtime.spawn(wire::serve(listener, Arc::clone(&shared)));
        Ok(Self {
            shared,
            address,
            task,
        })
    }

    /// The address for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The environment that makes any AWS client speak to this lab and to nobody else.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let region = self.shared.lock().world.region.clone();
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_ACCESS_KEY_ID", wire::ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", wire::SECRET_KEY.to_owned()),
            ("AWS_REGION", region.clone()),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// Virtual time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.lock().world.now
    }

    /// Moves the virtual clock forward; time never runs backwards.
    pub fn advance(&self, by: SignedDuration) {
        self.shared.advance(by);
    }

    /// Under [`Pace::Manual`], how far each call over the wire moves the virtual clock (250 ms unless set), so that
    /// clients that wait for a state by asking again do not wait for ever.
    pub fn set_step(&self, step: SignedDuration) {
        self.shared.lock().step = step.max(SignedDuration::ZERO);
    }

    /// The EventBridge event of the newest finding, exactly as it was delivered; none before the first.
    #[must_use]
    pub fn alert(&self) -> Option<Vec<u8>> {
        let state = self.shared.lock();
        state
            .world
            .detector
            .notifications
            .last()
            .map(|notification| notification.event.clone())
    }

    /// Microseconds of real time since the lab began: the clock that calls are dated by.
    #[must_use]
    pub fn elapsed_us(&self) -> u64 {
        self.shared.elapsed_us()
    }

    /// Every call so far, in order of arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.lock().calls.clone()
    }

    /// Looks at the account, or changes it behind everybody's back. Calls over the wire wait meanwhile.
    pub fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.shared.lock().world)
    }

    /// Replaces the faults in force.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.lock().faults = faults;
    }

    /// Ends the lab and waits until its socket is closed.
    pub async fn shutdown(mut self) {
        self.task.abort();
        // An aborted task says so; there is nothing to do about it.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.task.abort();
    }
}
