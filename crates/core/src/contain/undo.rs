//! How an action is undone, and why one is not. Must not know any single action.

use serde::{Deserialize, Serialize};

use super::Action;

/// How an action is undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// By this action.
    Do(Box<Action>),
    /// Not at all, on purpose; a code for the reason.
    Keep(Keep),
    /// It cannot be; a code for the reason.
    Impossible(Impossible),
}

impl Undo {
    /// By this action.
    pub(super) fn by(action: impl Into<Action>) -> Self {
        Self::Do(Box::new(action.into()))
    }
}

/// Why something is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// It is evidence.
    Evidence,
    /// Other cases in the VPC use it, and it harms nobody.
    Shared,
    /// It changed nothing in the account.
    NothingChanged,
    /// The interface had no automatic address: the setting shows only if it loses its Elastic IP again.
    Harmless,
    /// GuardDuty takes an opinion on a finding and gives none back.
    Opinion,
    /// A case with AWS is for people to close.
    Theirs,
    /// Without its patches the system would be open again.
    Patches,
}

/// Why something cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impossible {
    /// AWS never gives an automatic address back, and whether it would give another was not known.
    AddressLost,
}

impl Keep {
    /// The code, as the catalogues know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Shared => "shared",
            Self::NothingChanged => "nothing_changed",
            Self::Harmless => "harmless",
            Self::Opinion => "opinion",
            Self::Theirs => "theirs",
            Self::Patches => "patches",
        }
    }
}

impl Impossible {
    /// The code, as the catalogues know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddressLost => "address_lost",
        }
    }
}
