//! What a look into the guest found: read from the output of one script, which somebody ran there. Must not know how it was
//! run, nor judge what it found.

mod frame;
mod keys;
mod read;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sshd::Config;
pub use read::{of_sshd, read};

/// The script for Linux: POSIX shell, reads only.
pub const LINUX_PROBE: &str = include_str!("probe-linux.sh");
/// The script for Windows: PowerShell, reads only.
pub const WINDOWS_PROBE: &str = include_str!("probe-windows.ps1");

/// Every code of why something about the guest is not known.
pub const UNSEEN: &[&str] = &[
    "not-asked",
    "cut",
    "absent",
    "denied",
    "failed",
    "more",
    "not-in-output",
    "only-effective",
    "include-not-given",
    "include-too-deep",
    "too-long",
    "unknown-keyword",
    "bad-value",
    "no-value",
    "bad-match",
    "not-in-match",
    "never-scanned",
    "scan-too-old",
    "first-contact-not-known",
    "groups-not-known",
    "keys-elsewhere",
    "agent-offline",
    "agent-not-managed",
    "no-passage",
    "command-failed",
    "command-timed-out",
    "not-the-script",
];

/// A part of what was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<T> {
    /// It was seen.
    Seen(T),
    /// It was not, and why: one of [`UNSEEN`].
    Unseen(String),
}

/// The family of the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
}

/// A file and who may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mode {
    /// The path in the guest.
    pub path: String,
    /// Its permissions, such as `0o600`.
    pub mode: u32,
    /// Its owner.
    pub owner: String,
}

/// A file of public keys that may log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFile {
    /// The user who is logged in by them.
    pub user: String,
    /// The path in the guest.
    pub path: String,
    /// Its permissions.
    pub mode: u32,
    /// When it was last written, by the guest's clock.
    pub modified: Option<Timestamp>,
    /// The keys.
    pub keys: Vec<Key>,
    /// Whether there are lines that were not shown, or that cannot be read.
    #[serde(default)]
    pub more: bool,
}

/// A public key that may log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Such as `ssh-ed25519`.
    pub kind: String,
    /// As `ssh-keygen -l` shows it: `SHA256:` and base64 without padding.
    pub fingerprint: String,
    /// The comment, mostly who it belongs to; cut to 100 characters.
    pub comment: String,
    /// The options before the key, such as `command="…"`; cut to 100 characters.
    pub options: String,
    /// The command that every login by it runs instead of a shell.
    #[serde(default)]
    pub command: Option<String>,
}

/// Names and values, such as the state of services.
pub type Facts = BTreeMap<String, String>;

/// What a look into the guest found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// The operating system's family.
    pub platform: Platform,
    /// Its name and version.
    pub os: Part<String>,
    /// The kernel that runs.
    pub kernel: Part<String>,
    /// What `sshd -T` printed.
    pub sshd: Part<Config>,
    /// What it printed for a login of root.
    pub sshd_root: Part<Config>,
    /// The files of sshd.
    pub sshd_files: Part<Config>,
    /// Who may write these files.
    pub sshd_modes: Part<Vec<Mode>>,
    /// What stands in Rebato's own file for sshd; `None` where there is none, or the files were not seen.
    #[serde(default)]
    pub sshd_drop_in: Option<String>,
    /// Users with uid 0.
    pub uid0: Part<Vec<String>>,
    /// Users whose password is empty.
    pub no_password: Part<Vec<String>>,
    /// Lines of sudoers that ask for no password, with their file.
    pub sudoers: Part<Vec<String>>,
    /// The groups of root and of each user who has a key.
    #[serde(default = "not_in_output")]
    pub groups: Part<BTreeMap<String, Vec<String>>>,
    /// Public keys that may log in.
    pub keys: Part<Vec<KeyFile>>,
    /// Why a reboot is pending; empty when none is.
    pub reboot: Part<Vec<String>>,
    /// Services that keep the time, and what they say.
    pub time: Part<Facts>,
    /// Services that keep and ship logs.
    pub logs: Part<Facts>,
    /// The Systems Manager's agent.
    pub agent: Part<Facts>,
    /// Ports that something listens on.
    pub listening: Part<Vec<String>>,
    /// Windows: patches and the day they were installed, the newest first.
    pub patches: Part<Vec<String>>,
    /// Windows: Remote Desktop.
    pub rdp: Part<Facts>,
    /// Windows: members of the local administrators.
    pub administrators: Part<Vec<String>>,
    /// Windows: firewall profiles.
    pub firewall: Part<Facts>,
    /// Sections and lines of the output that could not be read, bounded.
    pub problems: Vec<String>,
}

/// Of an answer that is older than the question.
fn not_in_output<T>() -> Part<T> {
    Part::Unseen("not-in-output".into())
}

impl<T> Part<T> {
    /// It, or why it is not known.
    ///
    /// # Errors
    /// Why it was not seen.
    pub fn seen(&self) -> Result<&T, &str> {
        match self {
            Self::Seen(part) => Ok(part),
            Self::Unseen(why) => Err(why),
        }
    }

    /// This part made into another.
    fn map<U>(self, make: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Seen(part) => Part::Seen(make(part)),
            Self::Unseen(why) => Part::Unseen(why),
        }
    }
}
