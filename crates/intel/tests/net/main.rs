//! What goes over the network, against servers on this machine that record every byte.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod fetch;
mod server;
mod update;
