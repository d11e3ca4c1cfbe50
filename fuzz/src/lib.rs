//! What the fuzz targets share: how to wrap bytes in an envelope, what must hold of whatever is read, a mutator that knows JSON,
//! and findings to begin with. Must not know how anything is read.
//!
//! A target is a file in `fuzz_targets/` that names an envelope or a reader. `cargo xtask fuzz` runs them.

pub mod answers;
pub mod check;
pub mod findings;
pub mod mutate;
pub mod wrap;
