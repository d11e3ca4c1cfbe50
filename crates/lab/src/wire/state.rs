//! The account behind its lock, with the clock that the lab turns and the log of calls. It knows no operation.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::world::World;

use super::calls::{Call, Outcome};
use super::context::Unseen;
use super::credentials::Keys;
use super::faults::Faults;
use super::throttle::Buckets;

/// The step that each call takes unless set otherwise.
const STEP: SignedDuration = SignedDuration::from_millis(250);

/// How the virtual clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Only by [`crate::Lab::advance`], and by a fixed step with each call.
    Manual,
    /// With the real clock, from the start of the lab.
    RealTime,
}

/// What the lab's tasks share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    epoch: Instant,
    pace: Pace,
    seed: u64,
}

/// What is behind the lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) keys: Keys,
    pub(crate) unseen: Unseen,
    pub(crate) faults: Faults,
    pub(crate) buckets: Buckets,
    pub(crate) calls: Vec<Call>,
    /// How far each call moves a clock that is moved by hand.
    pub(crate) step: SignedDuration,
    start: Timestamp,
    moved: SignedDuration,
}

impl Shared {
    pub(crate) fn new(world: World, faults: Faults, pace: Pace, seed: u64) -> Self {
        let keys = Keys::new(&world.account_id);
        let start = world.now;
        Self {
            state: Mutex::new(State {
                world,
                keys,
                unseen: Unseen::default(),
                faults,
                buckets: Buckets::default(),
                calls: Vec::new(),
                start,
                moved: SignedDuration::ZERO,
                step: STEP,
            }),
            epoch: Instant::now(),
            pace,
            seed,
        }
    }

    /// The state, with the account brought up to the present of its own clock.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere must not take the account away from everybody else.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.catch_up(self);
        state
    }

    /// Moves the virtual clock forward.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut state = self.lock();
        state.moved += by.max(SignedDuration::ZERO);
        state.catch_up(self);
    }

    /// The step that each call takes.
    pub(crate) fn step(&self, state: &mut State) {
        if self.pace == Pace::Manual {
            state.moved += state.step;
            state.catch_up(self);
        }
    }

    /// Microseconds of real time since the start.
    pub(crate) fn elapsed_us(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// A request id, the same for the same seed and number.
    pub(crate) fn request_id(&self, n: u64) -> String {
        let hex = self.token("request", n);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        format!(
            "{}-{}-4{}-8{}-{}",
            part(0, 8),
            part(8, 12),
            part(13, 16),
            part(17, 20),
            part(20, 32)
        )
    }

    fn token(&self, what: &str, n: u64) -> String {
        let digest = Sha256::digest(format!("{what}:{}:{n}", self.seed));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl State {
    fn catch_up(&mut self, shared: &Shared) {
        let real = match shared.pace {
            Pace::Manual => SignedDuration::ZERO,
            Pace::RealTime => {
                SignedDuration::try_from(shared.epoch.elapsed()).unwrap_or(SignedDuration::MAX)
            }
        };
        let moved = self.moved.saturating_add(real);
        if let Ok(now) = self.start.checked_add(moved)
            && now > self.world.now
        {
            self.world.advance(now);
        }
    }

    /// The call with this number in the log.
    pub(crate) fn finish(&mut self, n: u64, end_us: u64, outcome: Outcome) {
        if let Some(call) = self.calls.iter_mut().rev().find(|call| call.n == n) {
            call.end_us = end_us;
            call.outcome = outcome;
        }
    }
}
