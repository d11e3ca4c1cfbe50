//! `cargo xtask bench`: what the readers of findings cost, beside the JSON parser on the same bytes in the same run. Must not read
//! anything itself: it times `rebato_core` from outside.

mod clock;
mod findings;
mod identify;

use std::io::{self, Write};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask bench identify [--findings N] [--output json|text]

  --findings N   how many findings of about 3 KB to read (default 20000)
  --output WHAT  json for a document, text for a table (default)";

/// What was asked for.
struct Wanted {
    findings: usize,
    json: bool,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some(wanted) = wanted(&words) else {
        let _ = writeln!(io::stderr().lock(), "{USAGE}");
        return ExitCode::from(2);
    };
    let outcome = identify::measure(wanted.findings).and_then(|measured| {
        let text = if wanted.json {
            measured.document().to_string()
        } else {
            measured.table()
        };
        writeln!(io::stdout().lock(), "{text}").map_err(BenchError::Write)
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Nothing for words that are not understood.
fn wanted(words: &[String]) -> Option<Wanted> {
    let (command, options) = words.split_first()?;
    if command != "identify" {
        return None;
    }
    let mut wanted = Wanted {
        findings: 20_000,
        json: false,
    };
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match (option.as_str(), options.next()?.as_str()) {
            ("--findings", number) => wanted.findings = number.parse().ok().filter(|n| *n > 0)?,
            ("--output", "json") => wanted.json = true,
            ("--output", "text") => wanted.json = false,
            _ => return None,
        }
    }
    Some(wanted)
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
enum BenchError {
    /// The reader did not do its work, so its speed says nothing.
    #[error("line {line} of the made-up findings was not read as one finding: {why}")]
    NotRead {
        /// 1-based.
        line: usize,
        /// What came instead.
        why: String,
    },
    /// The system does not say how much time was used.
    #[error(
        "the processor time of this thread cannot be read (it is in /proc/thread-self/schedstat, on Linux)"
    )]
    NoClock,
    /// Nobody takes the result.
    #[error("the result could not be written: {0}")]
    Write(io::Error),
}
