//! The state folder from outside: what is written comes back, what was tampered with is found, one writer at a time.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod append;
mod common;
mod evidence;
mod failures;
mod folder;
mod migration;
mod processes;
mod tampering;
