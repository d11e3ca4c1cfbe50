//! `cargo xtask bench`: starts the measuring program as users get the code, that is in the release profile. Must not know what
//! is measured: that is `rebato-bench`.

use std::path::Path;

use crate::python;
use crate::run::{Program, RunError, say};

/// Runs it with these words.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<(), RunError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The program times itself on its own lab: what it is to be measured on is the whole way from the approval to the cut.
    if let Some(("contain", more)) = words
        .split_first()
        .map(|(first, more)| (first.as_str(), more))
    {
        let before = ["run", "--quiet", "--release", "--", "lab", "rehearse"];
        let words = before.into_iter().chain(more.iter().map(String::as_str));
        return Program::new(root, cargo, words, "install Rust").run();
    }
    let before = [
        "run",
        "--quiet",
        "--release",
        "--package",
        "rebato-bench",
        "--",
    ];
    let more = more(root, words);
    let words = before
        .into_iter()
        .chain(words.iter().map(String::as_str))
        .chain(more.iter().map(String::as_str));
    Program::new(root, cargo, words, "install Rust").run()
}

/// Where the data for logs is kept, and the interpreter with the peers; without them their part is left out.
fn more(root: &Path, words: &[String]) -> Vec<String> {
    if words.first().is_none_or(|word| word != "logs") {
        return Vec::new();
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let mut more = vec![
        "--work".to_owned(),
        target.join("bench").display().to_string(),
    ];
    if words.iter().all(|word| word != "--no-peers") {
        match python::environment(root, &python::PEERS) {
            Ok(python) => more.extend(["--python".to_owned(), python.display().to_string()]),
            Err(error) => say(&format!("DuckDB and Polars are left out: {error}")),
        }
    }
    more
}
