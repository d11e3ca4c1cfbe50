//! The criteria for closing as data: which hold for which outcome, how long a case is observed, what a configuration asks for
//! beyond, and what persons stated. Must not look at a case's watches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::evaluate::Outcome;

/// Every code that [`super::review`] may give in `missing`; words in the catalogues under `close-`.
pub const CLOSE_CODES: &[&str] = &[
    "verdict-open",
    "containment-not-verified",
    "plan-open",
    "checks-failing",
    "watch-tripped",
    "watch-unknown",
    "observation-time",
    WATCH_OBJECTS,
    "root-cause",
    "credentials-rotated",
    "evidence-locked",
    "report-signed",
];

/// The criterion that the case's watch objects are gone.
pub(super) const WATCH_OBJECTS: &str = "watch-objects-stand";

/// The criteria that a person states; the first is one that Rebato sees, and a person may say that it does not hold the case.
pub const STATED: [&str; 5] = [
    WATCH_OBJECTS,
    "root-cause",
    "credentials-rotated",
    "evidence-locked",
    "report-signed",
];

/// Longest statement, in characters.
pub const STATEMENT_ROOM: usize = 2000;

/// The house's own table.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/closing.toml")).unwrap_or_default());

/// What is not in it holds: an empty table is the strictest.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    hours: BTreeMap<Outcome, u32>,
    criteria: BTreeMap<String, BTreeSet<Outcome>>,
}

/// What a configuration asks for beyond the house's own table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClosingRules {
    /// Hours of observation by outcome.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<Outcome, u32>,
    /// Criteria that hold whatever the outcome.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub require: BTreeSet<String>,
}

/// Why rules of a configuration are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClosingError {
    /// They would let a case close earlier.
    #[error(
        "hours.{outcome}: {asked} is less than Rebato's own {own}: a configuration may only ask for more"
    )]
    Laxer {
        /// Of which outcome.
        outcome: &'static str,
        /// What it asks for.
        asked: u32,
        /// What holds.
        own: u32,
    },
    /// There is no such criterion.
    #[error("require: there is no criterion {0}; there are: {all}", all = CLOSE_CODES.join(", "))]
    Unknown(String),
}

impl ClosingRules {
    /// Whether they only ask for more than the house does.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), ClosingError> {
        for (outcome, asked) in &self.hours {
            let own = own_hours(*outcome);
            if *asked < own {
                return Err(ClosingError::Laxer {
                    outcome: outcome.name(),
                    asked: *asked,
                    own,
                });
            }
        }
        match self
            .require
            .iter()
            .find(|code| !CLOSE_CODES.contains(&code.as_str()))
        {
            Some(code) => Err(ClosingError::Unknown(code.clone())),
            None => Ok(()),
        }
    }
}

/// What a person said of a criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The criterion.
    pub code: String,
    /// In their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

fn own_hours(outcome: Outcome) -> u32 {
    TABLE.hours.get(&outcome).copied().unwrap_or(14 * 24)
}

/// The outcome by which a case is measured.
fn measure(case: &Case) -> Outcome {
    case.verdict
        .as_ref()
        .map_or(Outcome::Inconclusive, |verdict| verdict.outcome)
}

/// How long a case is watched before it may close, in hours.
#[must_use]
pub fn observation_hours(case: &Case) -> i64 {
    let outcome = measure(case);
    let asked = case.closing.as_ref().and_then(|r| r.hours.get(&outcome));
    let own = own_hours(outcome);
    i64::from(asked.copied().unwrap_or(own).max(own))
}

/// Whether a criterion holds for a case, and no person stated it.
pub(super) fn asked(case: &Case, code: &str) -> bool {
    let outcome = measure(case);
    let own = TABLE.criteria.get(code);
    let own = own.is_none_or(|outcomes| outcomes.contains(&outcome));
    let more = case.closing.as_ref();
    let more = more.is_some_and(|rules| rules.require.contains(code));
    (own || more)
        && !case
            .stated
            .iter()
            .any(|s| s.code == code && STATED.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::fixture;

    #[test]
    fn the_table_says_something_of_every_criterion_and_every_outcome() {
        let table: Table = toml::from_str(include_str!("../../data/closing.toml")).unwrap();
        let said: BTreeSet<&str> = table.criteria.keys().map(String::as_str).collect();
        assert_eq!(said, CLOSE_CODES.iter().copied().collect());
        assert_eq!(table.hours.len(), 6);
        assert!(STATED.iter().all(|code| CLOSE_CODES.contains(code)));
    }

    #[test]
    fn a_configuration_asks_for_more_and_never_for_less() {
        let rules = |text: &str| toml::from_str::<ClosingRules>(text).unwrap();
        let more = rules("hours = { attempted = 100 }\nrequire = [\"report-signed\"]");
        assert_eq!(more.check(), Ok(()));
        let laxer = rules("hours = { attempted = 71 }");
        assert!(matches!(
            laxer.check(),
            Err(ClosingError::Laxer { own: 72, .. })
        ));
        let unknown = rules("require = [\"tea-drunk\"]");
        assert!(matches!(unknown.check(), Err(ClosingError::Unknown(_))));

        let mut case = fixture::with_outcome(fixture::case(), Outcome::Attempted);
        assert_eq!(observation_hours(&case), 72);
        assert!(!asked(&case, "report-signed") && !asked(&case, "root-cause"));
        case.closing = Some(more);
        assert_eq!(observation_hours(&case), 100);
        assert!(asked(&case, "report-signed"));
        // Rules that a journal of another version wrote do not let it close earlier either.
        case.closing = Some(laxer);
        assert_eq!(observation_hours(&case), 72);
    }

    #[test]
    fn a_person_states_what_only_persons_know_and_nothing_else() {
        let mut case = fixture::with_outcome(fixture::case(), Outcome::Succeeded);
        assert!(asked(&case, "root-cause") && asked(&case, "plan-open"));
        for code in ["root-cause", "plan-open"] {
            case.stated.push(fixture::stated(code));
        }
        assert!(!asked(&case, "root-cause"));
        assert!(asked(&case, "plan-open"));
    }
}
