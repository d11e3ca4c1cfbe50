//! What goes over the network, against servers on this machine that record every byte.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod asker;
mod dns;
mod fetch;
mod kept;
mod rdap;
mod server;
mod update;
