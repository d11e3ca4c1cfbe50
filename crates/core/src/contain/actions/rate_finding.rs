//! Tells GuardDuty whether the finding was useful. Must not archive it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// Feedback on the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateFinding {
    /// GuardDuty's id of the finding.
    pub finding: String,
    /// Useful or not.
    pub useful: bool,
}

impl Act for RateFinding {
    fn name(&self) -> &'static str {
        "rate_finding"
    }

    fn target(&self) -> String {
        self.finding.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Opinion)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["guardduty:UpdateFindingsFeedback"]
    }

    fn before(&self) -> Value {
        json!({ "feedback": null })
    }

    fn after(&self) -> Value {
        json!({ "feedback": feedback(self.useful) })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws guardduty update-findings-feedback --detector-id $DETECTOR_ID --finding-ids {} --feedback {}",
            self.finding,
            feedback(self.useful)
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("finding", Said::data(self.finding.clone())),
            ("to", Said::code(self.useful.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        Standing::Unseen
    }

    fn is_aside(&self) -> bool {
        true
    }
}

/// GuardDuty's words.
const fn feedback(useful: bool) -> &'static str {
    if useful { "USEFUL" } else { "NOT_USEFUL" }
}
