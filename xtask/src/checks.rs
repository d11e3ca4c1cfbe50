//! What a change has to pass, in the order that finds the cheap mistakes first. Must not know any single crate.
//!
//! Clippy and the documentation read the same metadata of the dependencies and the tests need their code: two builds of
//! them in one target folder, which is the least that cargo can do.

use std::path::Path;

use crate::python;
use crate::run::{Program, RunError, say};

const CARGO_HINT: &str = "install Rust";

/// The tests, with the Python environment at hand.
pub(crate) fn test(root: &Path, arguments: &[String]) -> Result<(), RunError> {
    let python = python::environment(root, &python::CLIENTS)?;
    let mut words: Vec<&str> = vec!["test", "--no-fail-fast"];
    if arguments.is_empty() {
        words.push("--workspace");
    }
    words.extend(arguments.iter().map(String::as_str));
    let mut tally = Tally::default();
    let status = cargo(root, &words)
        .env("REBATO_PYTHON", python)
        .run_seen(|line| tally.see(line))?;
    if tally.passed + tally.failed > 0 {
        say(&format!("{} passed, {} failed", tally.passed, tally.failed));
    }
    match (status.success(), tally.failed) {
        (true, 0) => Ok(()),
        // Nothing was counted as failed: a compiler's error, or a test program that died, stands above.
        (false, 0) => Err(RunError::Failed {
            line: format!("cargo {}", words.join(" ")),
            status,
        }),
        (_, failed) => Err(RunError::Tests {
            passed: tally.passed,
            failed,
        }),
    }
}

/// Everything.
pub(crate) fn ci(root: &Path) -> Result<(), RunError> {
    cargo(root, &["fmt", "--all", "--check"]).run()?;
    cargo(
        root,
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    )
    .run()?;
    cargo(root, &["doc", "--workspace", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    test(root, &[])
}

fn cargo(root: &Path, words: &[&str]) -> Program {
    // The cargo that started us, so that no other toolchain comes in.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Program::new(root, cargo, words, CARGO_HINT)
}

/// The sum of cargo's result lines.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Counts `test result: ok. 3 passed; 0 failed; …`.
    fn see(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else {
            return;
        };
        let counts = result.split_once(". ").map_or("", |(_, counts)| counts);
        for part in counts.split(';') {
            match part.trim().split_once(' ') {
                Some((count, "passed")) => self.passed += count.parse::<u64>().unwrap_or(0),
                Some((count, "failed")) => self.failed += count.parse::<u64>().unwrap_or(0),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn result_lines_are_summed() {
        let mut tally = Tally::default();
        tally.see("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n");
        tally.see("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n");
        tally.see("test contain::result: ok\n");
        assert_eq!((tally.passed, tally.failed), (15, 2));
    }
}
