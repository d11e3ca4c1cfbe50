//! What is wrong with a policy file, where, and what to do. Must not know how rules are evaluated.

use std::fmt;

/// A policy that cannot be used. Nothing is approved by half a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The file, as it was named.
    pub origin: String,
    /// The line in it, from 1, where one can be told.
    pub line: Option<usize>,
    /// What is wrong.
    pub fault: PolicyFault,
}

/// What is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It is no TOML, or has a setting that is not known or of the wrong kind.
    #[error("{0}")]
    Toml(String),
    /// It is of another kind or version.
    #[error("schema is {0:?}: this program reads \"rebato.policy/1\"")]
    Schema(String),
    /// The length of an approval makes no sense.
    #[error("valid_for_minutes is {0}: give 1 to 10080")]
    Validity(u32),
    /// No such time zone is known here.
    #[error("time_zone {0:?} is not known: give an IANA name such as \"Europe/Madrid\"")]
    TimeZone(String),
    /// Rules are missing.
    #[error("there are no rules, so nothing would ever be allowed: give cedar or cedar_file")]
    NoRules,
    /// A rule cannot be read.
    #[error("a rule cannot be read: {0}")]
    Syntax(String),
    /// A rule has no name.
    #[error(
        "a rule has no name: write @id(\"a-name\") before it, so that the journal can say which rule decided"
    )]
    NoId,
    /// Two rules have one name.
    #[error("two rules are called {0:?}: give each its own @id")]
    SameId(String),
    /// A template decides nothing.
    #[error(
        "a rule with ?principal or ?resource is a template and decides nothing: name who it is for"
    )]
    Template,
    /// A rule asks for what there is not, compares what cannot be compared, or can never apply.
    #[error("rule {rule:?}: {why}")]
    Wrong {
        /// Its id.
        rule: String,
        /// The checker's word.
        why: String,
    },
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.origin, self.fault),
            None => write!(f, "{}: {}", self.origin, self.fault),
        }
    }
}

impl std::error::Error for PolicyError {}
