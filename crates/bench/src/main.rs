//! `cargo xtask bench`: what the readers of findings and logs cost, beside the parser or the inflating alone on the same bytes in the
//! same run. Must not read anything itself: it times the program's crates from outside.

mod clock;
mod dice;
mod findings;
mod identify;
mod logs;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

const USAGE: &str = "\
usage: cargo xtask bench identify [--findings N] [--output json|text]
       cargo xtask bench logs [--scale N%] [--runs N] [--data DIR [--list FILE]] [--only NAME]... [--no-peers] [--output json|text]

  --findings N   how many findings of about 3 KB to read (default 20000)
  --scale N%     how much of 20 M flow records and 1 M calls to make and read (default 10%)
  --runs N       turns that count (default 5)
  --data DIR     read flow, flow5 and ct below this folder rather than what is made
  --list FILE    the threat list to that data (default t600k.txt below the folder)
  --only NAME    only this figure: a question's name, window, list, memory or peers; repeatable
  --no-peers     do not ask DuckDB and Polars the same
  --output WHAT  json for a document, text for a table (default)

Exits 0 whatever the figures are, 1 when answers disagree.";

/// What was asked for.
enum Wanted {
    Identify(usize),
    Logs(logs::Wanted),
    /// For the bench itself: folder, list and how many files.
    Memory(PathBuf, PathBuf, usize),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((wanted, json)) = wanted(&words) else {
        let _ = writeln!(io::stderr().lock(), "{USAGE}");
        return ExitCode::from(2);
    };
    let shown = |document: Value, table: String| if json { document.to_string() } else { table };
    let outcome = match wanted {
        Wanted::Identify(findings) => {
            identify::measure(findings).map(|m| (shown(m.document(), m.table()), true))
        }
        Wanted::Logs(wanted) => {
            logs::measure(&wanted).map(|m| (shown(m.document(), m.table()), m.agrees()))
        }
        Wanted::Memory(folder, list, files) => {
            logs::child(&folder, &list, files).map(|document| (document.to_string(), true))
        }
    };
    let outcome = outcome.and_then(|(text, agrees)| {
        writeln!(io::stdout().lock(), "{text}").map_err(BenchError::Write)?;
        Ok(agrees)
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Nothing for words that are not understood; and whether a document is wanted.
fn wanted(words: &[String]) -> Option<(Wanted, bool)> {
    let (command, options) = words.split_first()?;
    let mut options = options.iter().map(String::as_str);
    let mut json = false;
    let mut output = |word: &str| {
        json = word == "json";
        (json || word == "text").then_some(())
    };
    let positive = |number: &str| number.parse().ok().filter(|n: &usize| *n > 0);
    let wanted = match command.as_str() {
        "identify" => {
            let mut findings = 20_000;
            while let Some(option) = options.next() {
                match (option, options.next()?) {
                    ("--findings", number) => findings = positive(number)?,
                    ("--output", word) => output(word)?,
                    _ => return None,
                }
            }
            Wanted::Identify(findings)
        }
        "logs" => {
            let mut wanted = logs::Wanted {
                scale: 10,
                runs: 5,
                work: std::env::temp_dir().join("rebato-bench"),
                data: None,
                list: None,
                only: Vec::new(),
                python: None,
            };
            let mut peers = true;
            while let Some(option) = options.next() {
                if option == "--no-peers" {
                    peers = false;
                    continue;
                }
                match (option, options.next()?) {
                    ("--scale", share) => {
                        let share = positive(share.strip_suffix('%').unwrap_or(share))?;
                        wanted.scale = u64::try_from(share).ok().filter(|share| *share <= 100)?;
                    }
                    ("--runs", number) => wanted.runs = positive(number)?,
                    ("--work", folder) => wanted.work = folder.into(),
                    ("--data", folder) => wanted.data = Some(folder.into()),
                    ("--list", file) => wanted.list = Some(file.into()),
                    ("--only", name) => wanted.only.push(name.to_owned()),
                    ("--python", path) => wanted.python = Some(path.into()),
                    ("--output", word) => output(word)?,
                    _ => return None,
                }
            }
            wanted.python = wanted.python.filter(|_| peers);
            Wanted::Logs(wanted)
        }
        "memory" => Wanted::Memory(
            options.next()?.into(),
            options.next()?.into(),
            positive(options.next()?)?,
        ),
        _ => return None,
    };
    Some((wanted, json))
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
    /// A file or folder.
    #[error("could not {what} {}: {source}", path.display())]
    File {
        /// Read, write, remove.
        what: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// There is nothing to read.
    #[error("there are no log files below {}", folder.display())]
    NoData {
        /// Where.
        folder: PathBuf,
    },
    /// There is no list to the data.
    #[error("there is no threat list with the data: name one with --list")]
    NoList,
    /// The floor is that of gzip files.
    #[error("{} is no gzip file of one member", path.display())]
    NoGzip {
        /// Which.
        path: PathBuf,
    },
    /// A peer could not be asked.
    #[error("{tool} did not answer {question}: {why}")]
    Peer {
        /// Polars, DuckDB.
        tool: &'static str,
        /// What.
        question: &'static str,
        /// Its last word.
        why: String,
    },
    /// Made-up calls could not be written as JSON.
    #[error("the calls could not be made up: {0}")]
    Json(#[from] serde_json::Error),
    /// Something ended that should not have.
    #[error("a part of the measuring program ended without a result")]
    Stopped,
    /// Nobody takes the result.
    #[error("the result could not be written: {0}")]
    Write(io::Error),
}

impl BenchError {
    /// For `map_err` on what was done with a file.
    fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { what, path, source }
    }
}
