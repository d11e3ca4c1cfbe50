//! What must hold in the world whatever the story, the seed and the caller.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod custody;
mod fleet;
mod fortress;
mod malware;
mod records;
mod resources;
mod roles;
mod stage;
mod traffic;
