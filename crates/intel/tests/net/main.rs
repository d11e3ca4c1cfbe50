//! What goes over the network, against servers on this machine that record every byte.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests fail by panicking, and say when they skip"
)]

mod asker;
#[path = "../../../logs/tests/common/corpus.rs"]
mod common;
mod dns;
mod fetch;
mod kept;
mod rdap;
mod server;
mod update;
