//! A case: the fold of its journal's events. One match over state and event moves it; an event that does not fit is an
//! error value. Must not know where events are stored.

mod acting;
mod belonging;
mod custody;
mod event;
mod export;
mod progress;
mod state;

pub use belonging::{BEFORE, Belonging, COOL_DOWN, Told};
pub use custody::{
    Artefact, Custody, Held, Kept, MALWARE_SCAN, SNAPSHOT, SNAPSHOT_COPY, SNAPSHOT_LOCK,
    SNAPSHOT_SHARE, custody,
};
pub use event::*;
pub use export::*;
pub use progress::*;
pub use state::*;
