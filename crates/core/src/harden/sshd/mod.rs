//! What an OpenSSH server is set to: its `sshd_config` files with `Include` and `Match`, or what `sshd -T` printed. Must not
//! know where the bytes come from, nor what a good value is.
//!
//! The rules are those of OpenSSH 9.2 (servconf.c); a test compares them with a real sshd.

mod effective;
mod files;
mod keywords;
mod matching;
mod read;
pub mod rules;
mod words;

use serde::{Deserialize, Serialize};

pub use effective::{Value, defaults};
pub use files::{ConfigFile, ConfigFiles, MAIN, is_dump, read_either};
pub use matching::{Block, Who};
pub use read::{Included, read, read_dump};
pub use rules::{Rule, Wanted, bad_words};
pub(crate) use words::matches;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A setting as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The keyword in small letters, under its present name.
    pub keyword: String,
    /// Its words: flags as `yes` or `no`, times in seconds.
    pub words: Vec<String>,
    /// Where it stands.
    pub place: Place,
    /// The `Match` block that holds it: its place in [`Config::blocks`].
    pub block: Option<usize>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What: `unknown-keyword`, `bad-value`, `no-value`, `bad-match`, `not-in-match`, `include-not-given`,
    /// `include-too-deep`, `too-long`.
    pub what: String,
    /// The keyword in small letters, or the pattern of an `Include`; cut to 100 characters.
    pub about: String,
    /// How many settings had been read by then.
    pub after: usize,
}

/// Whether this is what was written or what sshd said it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// `sshd_config` and what it includes: what is not set has sshd's default.
    Files,
    /// `sshd -T`: every scalar setting is there, `Match` blocks are resolved for one connection.
    Dump,
}

/// An `Include` as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Include {
    /// The pattern, as a whole path.
    pub pattern: String,
    /// How many settings had been read by then.
    pub after: usize,
    /// The `Match` block that holds it: its place in [`Config::blocks`].
    pub block: Option<usize>,
}

/// All settings, in the order in which sshd reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// What this was read from.
    pub told: Told,
    /// The settings.
    pub settings: Vec<Setting>,
    /// The `Match` blocks.
    pub blocks: Vec<Block>,
    /// The `Include` lines.
    #[serde(default)]
    pub includes: Vec<Include>,
    /// What could not be read. sshd itself would not start with most of these.
    pub problems: Vec<Problem>,
}
