//! Why a command ends without doing what it was asked, and with which exit code. The codes are interface: one exhaustive
//! match leads to each. Must not know how errors come about.

mod said;

use std::fmt::Display;
use std::process::ExitCode;

use rebato_core::contain::ApprovalError;
use rebato_engine::EngineError;
use rebato_engine::policy::PolicyError;
use rebato_engine::ports::{CloudError, StoreError};
use rebato_report::{Lang, Words, text};

use crate::commands::verb;
use crate::show::candidate_line;
use crate::terminal::Terminal;

/// The exit codes of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// Waits for an approval.
    Waits = 3,
    /// Partly done: a person is needed.
    Partly = 4,
    /// The plan is stale.
    Stale = 5,
    /// Refused by policy.
    Refused = 6,
    /// AWS denied or unreachable.
    Aws = 7,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// The one that needs a person sooner: what ended in the middle before what never began, that before what waits.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let need = |exit| match exit {
            Self::Done => 0,
            Self::Waits => 1,
            Self::Stale => 2,
            Self::Refused => 3,
            Self::Usage => 4,
            Self::Failed => 5,
            Self::Aws => 6,
            Self::Partly => 7,
            Self::Interrupted => 8,
        };
        if need(other) > need(self) {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// The same, said by a text of the catalogue.
    #[error("{}", text(Lang::En, key, &shown(args)))]
    Wrong {
        /// The key.
        key: &'static str,
        /// Its values.
        args: Vec<(&'static str, String)>,
    },
    /// An input that cannot be used. Says which and where.
    #[error("{0}")]
    Input(String),
    /// The same, said by a text of the catalogue.
    #[error("{}", text(Lang::En, key, &shown(args)))]
    Unusable {
        /// The key.
        key: &'static str,
        /// Its values.
        args: Vec<(&'static str, String)>,
    },
    /// A file that cannot be written or read.
    #[error("{}", text(Lang::En, what, &[("path", path), ("why", why)]))]
    File {
        /// The key of the text that says what was tried.
        what: &'static str,
        /// On which path.
        path: String,
        /// Why.
        why: String,
    },
    /// The engine's.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The configuration cannot be used.
    #[error("{file}: {why}")]
    Config {
        /// Which file.
        file: String,
        /// Line, column and reason.
        why: String,
    },
    /// The policy cannot be used.
    #[error(transparent)]
    Policy(#[from] Box<PolicyError>),
    /// The reader of our output went away.
    #[error("standard output was closed")]
    Closed,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<CloudError> for Failure {
    fn from(error: CloudError) -> Self {
        Self::Engine(error.into())
    }
}

/// Values as the catalogue takes them.
fn shown<'a>(args: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a dyn Display)> {
    let one =
        |(name, value): &'a (&'static str, String)| -> (&'a str, &'a dyn Display) { (name, value) };
    args.iter().map(one).collect()
}

impl Failure {
    /// The command line asks for something that cannot be: the key of its text, and values.
    pub fn wrong<const N: usize>(key: &'static str, args: [(&'static str, String); N]) -> Self {
        Self::Wrong {
            key,
            args: args.into(),
        }
    }

    /// What cannot be used: the key of its text, and values.
    pub fn unusable<const N: usize>(key: &'static str, args: [(&'static str, String); N]) -> Self {
        Self::Unusable {
            key,
            args: args.into(),
        }
    }

    /// What is wrong, in the reader's language. What a library says stays as it says it.
    #[must_use]
    pub fn said(&self, lang: Lang) -> String {
        match self {
            Self::Wrong { key, args } | Self::Unusable { key, args } => {
                text(lang, key, &shown(args))
            }
            Self::File { what, path, why } => text(lang, what, &[("path", path), ("why", why)]),
            Self::Engine(error) => said::engine(error, lang),
            Self::Usage(_)
            | Self::Input(_)
            | Self::Config { .. }
            | Self::Policy(_)
            | Self::Closed => self.to_string(),
        }
    }

    /// The exit code.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Wrong { .. } | Self::Config { .. } | Self::Policy(_) => {
                Exit::Usage
            }
            Self::Input(_) | Self::Unusable { .. } | Self::File { .. } => Exit::Failed,
            // As for a program that a closed pipe ends.
            Self::Closed => Exit::Done,
            Self::Engine(error) => match error {
                EngineError::Store(_)
                | EngineError::Replay(_)
                | EngineError::Encoding(_)
                | EngineError::Illegal(_)
                | EngineError::NoCase(_)
                | EngineError::NoPlan { .. }
                | EngineError::NoInstance(_)
                | EngineError::Ambiguous { .. }
                | EngineError::NotFound(_)
                | EngineError::ScanDied
                | EngineError::Unsafe { .. }
                | EngineError::Busy { .. } => Exit::Failed,
                EngineError::NotApproved { .. } | EngineError::NeedsSecondPerson { .. } => {
                    Exit::Waits
                }
                EngineError::RefusedByPolicy { .. } => Exit::Refused,
                EngineError::Approval(error) => match error {
                    ApprovalError::OtherPlan { .. } => Exit::Stale,
                    ApprovalError::Expired { .. } | ApprovalError::NeedsSecond { .. } => {
                        Exit::Waits
                    }
                    ApprovalError::Refused { .. } => Exit::Refused,
                },
                EngineError::Stale { .. } => Exit::Stale,
                EngineError::Cloud(error) => match error {
                    CloudError::Denied { .. }
                    | CloudError::Credentials { .. }
                    | CloudError::Unreachable { .. }
                    | CloudError::Throttled { .. } => Exit::Aws,
                    CloudError::NotFound { .. }
                    | CloudError::Refused { .. }
                    | CloudError::Unfit { .. }
                    | CloudError::Unbound { .. } => Exit::Failed,
                },
            },
        }
    }

    /// What to do about it, where more can be said than the error does.
    fn hint(&self, terminal: &Terminal) -> Option<String> {
        let lang = terminal.lang;
        let key = |key: &str| Some(text(lang, key, &[]));
        match self {
            Self::Engine(EngineError::Cloud(CloudError::Denied { operation, .. })) => Some(text(
                lang,
                "hint-denied",
                &[("call", operation), ("permission", operation)],
            )),
            Self::Engine(EngineError::Cloud(CloudError::Unreachable { .. })) => {
                key("hint-unreachable")
            }
            Self::Engine(EngineError::Cloud(CloudError::Credentials { .. })) => {
                key("hint-credentials")
            }
            Self::Engine(EngineError::NotApproved { case, digest }) => Some(text(
                lang,
                "hint-approval",
                &[("command", &format!("rebato approve {case} --plan {digest}"))],
            )),
            Self::Engine(EngineError::RefusedByPolicy { .. }) => key("hint-policy"),
            Self::Engine(EngineError::NeedsSecondPerson { case, digest }) => Some(text(
                lang,
                "hint-second",
                &[("command", &format!("rebato approve {case} --plan {digest}"))],
            )),
            Self::Engine(EngineError::Approval(ApprovalError::Expired { .. })) => Some(text(
                lang,
                "hint-expired",
                &[("command", &"rebato approve CASE --plan DIGEST")],
            )),
            Self::Engine(EngineError::Unsafe { faults }) => {
                faults.first().map(|fault| Words::plain(lang).fault(fault))
            }
            Self::Engine(EngineError::NoCase(_)) => key("hint-no-case"),
            Self::Engine(EngineError::Ambiguous { .. }) => key("hint-ambiguous"),
            Self::Engine(EngineError::Approval(ApprovalError::Refused { .. })) => {
                key("hint-refused")
            }
            Self::Engine(EngineError::Store(StoreError::Io { .. })) => key("hint-state"),
            Self::Engine(EngineError::Stale { case, purpose, .. }) => Some(text(
                lang,
                "hint-stale",
                &[("command", &format!("rebato {}", verb(case, purpose)))],
            )),
            Self::Usage(_) | Self::Wrong { .. } => {
                Some(text(lang, "hint-usage", &[("command", &"rebato --help")]))
            }
            _ => None,
        }
    }

    /// Tells the person and gives the exit code.
    pub fn tell(&self, terminal: &Terminal) -> Exit {
        if !matches!(self, Self::Closed) {
            terminal.error(&self.said(terminal.lang), self.hint(terminal).as_deref());
            if let Self::Engine(EngineError::Ambiguous { found, .. }) = self {
                for candidate in found {
                    terminal.talk(&format!("   {}", candidate_line(candidate)));
                }
            }
        }
        self.exit()
    }
}
