//! The verdict: outcome, score, reasons that cite evidence, and gaps. Must not fail: it can only be inconclusive.

use serde::{Deserialize, Serialize};

use super::{About, Coverage, Gap, Source};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The attack succeeded.
    Succeeded,
    /// It probably succeeded.
    Likely,
    /// It reached the host and did not succeed.
    Attempted,
    /// It was refused.
    Blocked,
    /// It was no attack.
    Benign,
    /// The evidence does not decide.
    Inconclusive,
}

impl Outcome {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Likely => "likely",
            Self::Attempted => "attempted",
            Self::Blocked => "blocked",
            Self::Benign => "benign",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// One reason for the verdict. Its words are in the catalogues under `signal-` and the signal's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The signal's name, such as `login-after-failures`.
    pub signal: String,
    /// Its weight.
    pub weight: i32,
    /// What it is about.
    #[serde(default)]
    pub about: About,
    /// MITRE ATT&CK ids.
    pub attack: Vec<String>,
    /// Ids of the evidence it rests on, at least one.
    pub evidence: Vec<String>,
    /// Values for the text: addresses, ports, counts.
    pub args: std::collections::BTreeMap<String, String>,
}

/// A source that could not show everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictGap {
    /// Which.
    pub source: Source,
    /// How much it shows.
    pub coverage: Coverage,
    /// Why not more.
    pub why: Vec<Gap>,
}

/// The answer to "was it an attempt, or a breach?".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The answer.
    pub outcome: Outcome,
    /// Sum of the weights, held within 0 and 100.
    pub score: i32,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
    /// What could not be seen.
    pub gaps: Vec<VerdictGap>,
    /// Codes of what would change the answer, such as `enable-flow-logs`; words in the catalogues under `change-`.
    pub what_would_change_it: Vec<String>,
}

impl Verdict {
    /// As what to treat it. Where the evidence does not decide and the instance seems to have begun it, caution says: as likely.
    #[must_use]
    pub fn treat_as(&self) -> Outcome {
        let ours = |reason: &Reason| {
            matches!(
                reason.signal.as_str(),
                "outbound-direction" | "outbound-refused" | "first-contact-ours"
            )
        };
        if self.outcome == Outcome::Inconclusive && self.reasons.iter().any(ours) {
            Outcome::Likely
        } else {
            self.outcome
        }
    }
}
