//! The domain of Rebato: what an alert says, what the evidence shows, what should be done, and what was done.
//!
//! Everything here is a pure value or a pure function. The crate must not know of files, sockets, clocks,
//! environment, randomness, hash order, AWS clients or terminals: `clippy.toml` beside it refuses them.
//! The modules bear the names of the six steps of the runbook; beside them stand the [`journal`], which is
//! the only truth, and the [`case`], which is a fold over it.

mod address;
pub mod case;
pub mod contain;
pub mod digest;
pub mod escalate;
pub mod evaluate;
pub mod harden;
pub mod identify;
pub mod investigate;
pub mod journal;
pub mod monitor;

pub use address::is_private;
pub use digest::{Digest, Hashing};
