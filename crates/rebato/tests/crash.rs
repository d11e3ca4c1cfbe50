//! What a crash, a fault or a second process does to the real program: it is killed at each call and at each event of the
//! journal, and goes on to the end that it would have come to. Must not know how the program does it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "crash/case.rs"]
mod case;
#[path = "crash/defects.rs"]
mod defects;
#[path = "crash/each.rs"]
mod each;
#[path = "crash/faults.rs"]
mod faults;
#[path = "crash/kills.rs"]
mod kills;
#[path = "common/lab.rs"]
mod lab;
#[path = "crash/many.rs"]
mod many;
#[path = "crash/matrix.rs"]
mod matrix;
#[path = "crash/moves.rs"]
mod moves;
