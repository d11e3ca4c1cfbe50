//! The finding archived, so that the list shows what is still open; it comes back when it fires again. Must not suppress.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Standing, Undo};
use crate::identify::Subject;

/// The finding archived or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveFinding {
    /// GuardDuty's id of the finding.
    pub finding: String,
    /// As left.
    pub archived: bool,
}

impl Act for ArchiveFinding {
    fn name(&self) -> &'static str {
        "archive_finding"
    }

    fn target(&self) -> String {
        self.finding.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            archived: !self.archived,
            ..self.clone()
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["guardduty:ArchiveFindings", "guardduty:UnarchiveFindings"]
    }

    fn before(&self) -> Value {
        json!({ "archived": !self.archived })
    }

    fn after(&self) -> Value {
        json!({ "archived": self.archived })
    }

    fn equivalent(&self) -> Vec<String> {
        let verb = if self.archived {
            "archive-findings"
        } else {
            "unarchive-findings"
        };
        vec![format!(
            "aws guardduty {verb} --detector-id $DETECTOR_ID --finding-ids {}",
            self.finding
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("finding", Said::data(self.finding.clone())),
            ("to", Said::code(self.archived.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // The subject does not hold findings; doing it again changes nothing.
        Standing::Unseen
    }

    fn is_aside(&self) -> bool {
        true
    }
}
