//! Carrying out plans on a simulated account that fails on demand: whatever happens, the instance ends contained and comes
//! back, and nothing is done twice.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod approvals;
mod crashes;
mod failures;
mod fixes;
mod four_eyes;
mod guest;
mod guest_fixes;
mod history;
mod home;
mod inquiry;
mod policies;
mod rooms;
#[path = "../../../core/tests/rules/sim.rs"]
mod sim;
mod stage;
#[path = "../../../core/tests/rules/story.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of the core, which use more of it"
)]
mod story;
mod watching;
mod world;
mod writing;
