//! The plan: immutable data that can be shown, compared and approved. Must not know how it comes about or is carried out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Action;
use crate::digest::Digest;
use crate::escalate::Route;

/// What a plan is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Purpose {
    /// Containment.
    Contain,
    /// Undoing a containment.
    Release,
    /// The fix of a check.
    Fix {
        /// The check's name.
        check: String,
    },
    /// Taking the fix of a check back, as something got worse by it.
    Revert {
        /// The check's name.
        check: String,
    },
    /// Mending a list that raised a finding it should not have, or what comes of it.
    Mend {
        /// How.
        how: Mend,
    },
    /// Asking AWS's own people.
    Escalate {
        /// To whom.
        to: Route,
    },
    /// Making what watches for the case.
    Watch,
    /// Deleting it again.
    Unwatch,
}

impl Purpose {
    /// Whether its steps neither need the instance nor change anything that reading the instance would show.
    #[must_use]
    pub const fn is_apart(&self) -> bool {
        matches!(self, Self::Escalate { .. } | Self::Watch | Self::Unwatch)
    }
}

/// How a wrong finding is kept from coming back (GuardDuty guide; the first is to be preferred to the second, and so on).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mend {
    /// The entry goes from the threat list.
    Edit,
    /// The address comes onto the trusted list.
    Trust,
    /// What looks like this finding is archived as it comes.
    Suppress,
    /// What was mended is put back.
    Undo,
}

impl Mend {
    /// The name, as the command takes it and the catalogues know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Trust => "trust",
            Self::Suppress => "suppress",
            Self::Undo => "undo",
        }
    }
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `s1`, `s2`, … within the plan.
    pub id: String,
    /// What to do.
    pub action: Action,
    /// Steps that must be done before; where one is not, this step is left out.
    pub needs: BTreeSet<String>,
}

/// How serious a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something may break.
    Warning,
    /// Not without an explicit override.
    Refusal,
}

impl Severity {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Refusal => "refusal",
        }
    }
}

/// What a person should know before approving. Its words are in the catalogues under `note-` and the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// How serious.
    pub severity: Severity,
    /// The code, such as `shared_role`.
    pub code: String,
    /// Values for the text.
    pub args: BTreeMap<String, String>,
}

impl Note {
    /// A note.
    #[must_use]
    pub fn new<const N: usize>(severity: Severity, code: &str, args: [(&str, String); N]) -> Self {
        Self {
            severity,
            code: code.into(),
            args: args.into_iter().map(|(k, v)| (k.into(), v)).collect(),
        }
    }
}

/// A plan. Its [`Plan::digest`] names it: any change to it is another plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The case.
    pub case: String,
    /// What for.
    pub purpose: Purpose,
    /// The name of the profile that it follows; that of the default where it follows none.
    pub profile: String,
    /// The instance whose lock serialises the work.
    pub instance: String,
    /// Read of the subject it rests on.
    pub based_on: Timestamp,
    /// Steps of one wave run side by side; a wave begins when the one before has ended.
    pub waves: Vec<Vec<Step>>,
    /// What to know before approving.
    pub notes: Vec<Note>,
}

impl Plan {
    /// The digest that names this plan.
    #[must_use]
    pub fn digest(&self) -> Digest {
        // A plan is strings, numbers and maps with text keys: it always has a JSON form.
        Digest::of_json(self).unwrap_or(Digest::ZERO)
    }

    /// All steps in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.waves.iter().flatten()
    }

    /// The step with this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps().find(|s| s.id == id)
    }

    /// Codes of notes that forbid the plan unless overridden.
    #[must_use]
    pub fn refusals(&self) -> BTreeSet<String> {
        self.notes
            .iter()
            .filter(|n| n.severity == Severity::Refusal)
            .map(|n| n.code.clone())
            .collect()
    }
}
