//! `cargo xtask bench`: starts the measuring program as users get the code, that is in the release profile. Must not know what
//! is measured: that is `rebato-bench`.

use std::path::Path;

use crate::run::{Program, RunError};

/// Runs it with these words.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<(), RunError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let before = [
        "run",
        "--quiet",
        "--release",
        "--package",
        "rebato-bench",
        "--",
    ];
    let words = before.into_iter().chain(words.iter().map(String::as_str));
    Program::new(root, cargo, words, "install Rust").run()
}
