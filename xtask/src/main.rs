//! Development commands: `cargo xtask test`, `ci`, `bench` and `fuzz`. Must not know what Rebato does; it knows how the
//! workspace is checked and measured.

mod bench;
mod checks;
mod fuzz;
mod python;
mod run;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use run::{RunError, say};

const USAGE: &str = "\
usage: cargo xtask <command>

  test [ARGS]   make or reuse .venv, then `cargo test --workspace`; ARGS stand in the place of --workspace
  ci            formatting, clippy, documentation and tests: what a change has to pass
  bench identify [--findings N] [--output json]
                findings read in a second on one processor, beside the JSON parser on the same bytes
  bench contain [SCENARIO] [--times N] [--latency MS] [--output json]
  bench logs [--scale N%] [--runs N] [--data DIR [--list FILE]] [--no-peers] [--output json]
                questions to logs over the time of inflating them, and DuckDB and Polars asked the same
  fuzz [TARGET…] [--seconds N]
                every fuzz target, or these, for 60 seconds each; needs cargo-fuzz";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next();
    let rest: Vec<String> = args.collect();
    let root = workspace_root();
    let outcome = match (command.as_deref(), rest.as_slice()) {
        (Some("test"), arguments) => checks::test(&root, arguments),
        (Some("ci"), []) => checks::ci(&root),
        (Some("bench"), arguments @ [_, ..]) => bench::run(&root, arguments),
        (Some("fuzz"), words) if let Some(wanted) = fuzz::wanted(words) => {
            fuzz::run(&root, &wanted)
        }
        (Some("help" | "--help" | "-h"), _) => {
            say(USAGE);
            return ExitCode::SUCCESS;
        }
        _ => {
            say(USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

/// The folder above this package.
fn workspace_root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

fn report(error: &RunError) {
    say(&format!("error: {error}"));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        say(&format!("  because: {cause}"));
        source = cause.source();
    }
}
