//! Starting other programs, with a line that says which. Must not know which programs.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// What can go wrong in a development command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// The program is not there or may not be started.
    #[error("could not start `{line}`: {hint}")]
    Start {
        /// The command line.
        line: String,
        /// What to do about it.
        hint: &'static str,
        /// The system's word.
        source: io::Error,
    },
    /// It ran and was not content.
    #[error("`{line}` ended with {status}")]
    Failed {
        /// The command line.
        line: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// Its output could not be read or passed on.
    #[error("could not pass on the output of `{line}`")]
    Output {
        /// The command line.
        line: String,
        /// The system's word.
        source: io::Error,
    },
    /// A file or folder of the checkout.
    #[error("could not {what} {}", path.display())]
    File {
        /// Read, write, remove.
        what: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// There is no such fuzz target.
    #[error("there is no fuzz target {name}: the targets are {known}")]
    NoTarget {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// `python3 -m venv` does not work.
    #[error(
        "python3 could not make a virtual environment: install its venv module (Debian and Ubuntu: apt-get install python3-venv)"
    )]
    NoVenv {
        /// How it ended.
        source: Box<Self>,
    },
    /// Some tests did not pass.
    #[error("{failed} of {} tests failed", passed + failed)]
    Tests {
        /// How many passed.
        passed: u64,
        /// How many did not.
        failed: u64,
    },
}

/// A line for the person who waits.
pub(crate) fn say(line: &str) {
    // Whoever closed standard error does not want to read it.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A program, started in `root`, whose command line is said before it runs.
pub(crate) struct Program {
    command: Command,
    line: String,
    hint: &'static str,
}

impl Program {
    /// A program with its arguments; `hint` is what to do when it is not there.
    pub(crate) fn new<I, S>(
        root: &Path,
        program: impl AsRef<OsStr>,
        args: I,
        hint: &'static str,
    ) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = Command::new(program);
        command.args(args).current_dir(root);
        let words: Vec<_> = std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(OsStr::to_string_lossy)
            .collect();
        let line = words.join(" ");
        Self {
            command,
            line,
            hint,
        }
    }

    /// With a variable in its environment.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it; its output goes where ours goes.
    pub(crate) fn run(mut self) -> Result<(), RunError> {
        say(&format!("$ {}", self.line));
        let status = self.command.stdin(Stdio::null()).status();
        let status = status.map_err(|source| RunError::Start {
            line: self.line.clone(),
            hint: self.hint,
            source,
        })?;
        if status.success() {
            Ok(())
        } else {
            Err(RunError::Failed {
                line: self.line,
                status,
            })
        }
    }

    /// Runs it and shows each line of its standard output to `see` after passing it on.
    pub(crate) fn run_seen(mut self, mut see: impl FnMut(&str)) -> Result<ExitStatus, RunError> {
        say(&format!("$ {}", self.line));
        let child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.map_err(|source| RunError::Start {
            line: self.line.clone(),
            hint: self.hint,
            source,
        })?;
        let output = |source| RunError::Output {
            line: self.line.clone(),
            source,
        };
        if let Some(pipe) = child.stdout.take() {
            let mut reader = BufReader::new(pipe);
            let mut line = Vec::new();
            // Bytes, not text: a test may print what is no UTF-8.
            while reader.read_until(b'\n', &mut line).map_err(output)? > 0 {
                io::stdout().lock().write_all(&line).map_err(output)?;
                see(&String::from_utf8_lossy(&line));
                line.clear();
            }
        }
        child.wait().map_err(output)
    }
}
