//! Transcripts of the commands: what a person or a program sees of each, word for word, and what comes of bad input. They
//! run the program itself. Must not know how a command does its work.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]

mod aftermath;
mod around;
mod bad;
mod case;
mod contract;
mod escalate;
mod evaluate;
mod export;
mod files;
mod fixes;
mod harden;
mod identify;
mod inputs;
mod lab;
mod mend;
mod offline;
mod place;
mod places;
mod report;
mod watch;
