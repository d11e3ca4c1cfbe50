//! Profiles: how far a containment goes, as data. A profile is an ordered list of measures; four are built in, a person
//! may write others. Must not know the instance it is used on, nor where its text came from.

mod measure;
mod read;

pub use measure::{Accept, Measure, ScalingWay, Sessions};
pub use read::ProfileError;

use std::collections::BTreeSet;

use super::StopHow;

/// The name of the profile that is followed where none is named.
pub const DEFAULT_PROFILE: &str = "runbook";

/// The names of the built-in profiles.
pub const BUILT_IN: [&str; 4] = ["runbook", "isolate", "observe", "escalate"];

const TEXTS: [(&str, &str); 4] = [
    (
        "runbook",
        include_str!("../../../data/profiles/runbook.toml"),
    ),
    (
        "isolate",
        include_str!("../../../data/profiles/isolate.toml"),
    ),
    (
        "observe",
        include_str!("../../../data/profiles/observe.toml"),
    ),
    (
        "escalate",
        include_str!("../../../data/profiles/escalate.toml"),
    ),
];

/// How far a containment goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// What a plan is said to follow: small letters, digits, `-` and `_`.
    pub name: String,
    /// What is asked, in order.
    pub measures: Vec<Asked>,
}

/// A measure that a profile asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What to do.
    pub measure: Measure,
    /// Dangers that the author of the profile takes on knowingly.
    pub accept: BTreeSet<Accept>,
}

impl Profile {
    /// Reads a profile. `file` is what errors call the text.
    ///
    /// # Errors
    /// [`ProfileError`] with the line: no TOML, another schema, an unknown measure or option, a value that does not fit.
    pub fn read(file: &str, text: &str) -> Result<Self, ProfileError> {
        read::read(file, text)
    }

    /// The built-in profile of this name.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = TEXTS.iter().find(|(known, _)| *known == name)?;
        // A test reads them all.
        Self::read(name, text).ok()
    }

    /// Everything the runbook asks, in the order that keeps the evidence, stop last.
    #[must_use]
    pub fn runbook() -> Self {
        Self::named("runbook")
    }

    /// The same without the stop: memory stays.
    #[must_use]
    pub fn isolate() -> Self {
        Self::named("isolate")
    }

    /// Evidence only.
    #[must_use]
    pub fn observe() -> Self {
        Self::named("observe")
    }

    /// For a containment that leaks: the runbook with a network ACL beside the groups.
    #[must_use]
    pub fn escalate() -> Self {
        Self::named("escalate")
    }

    fn named(name: &str) -> Self {
        Self::built_in(name).unwrap_or_else(|| Self {
            name: name.into(),
            measures: Vec::new(),
        })
    }

    /// The first measure that fits.
    pub(crate) fn find<'a, T>(&'a self, fits: impl Fn(&'a Measure) -> Option<T>) -> Option<T> {
        self.measures.iter().find_map(|asked| fits(&asked.measure))
    }

    /// Whether a measure of this name is asked for.
    #[must_use]
    pub fn asks(&self, name: &str) -> bool {
        self.measures
            .iter()
            .any(|asked| asked.measure.name() == name)
    }

    /// How the instance is to be stopped, if it is.
    #[must_use]
    pub fn stops(&self) -> Option<StopHow> {
        self.find(|m| match m {
            Measure::Stop { how } => Some(*how),
            _ => None,
        })
    }

    /// Which sessions of the role are to be denied, if any.
    #[must_use]
    pub fn denies(&self) -> Option<Sessions> {
        self.find(|m| match m {
            Measure::Sessions { deny } => Some(*deny),
            _ => None,
        })
    }
}
