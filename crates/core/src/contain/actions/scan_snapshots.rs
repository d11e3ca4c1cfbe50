//! Asks GuardDuty to look for malware in the snapshots. "Clean" is weak evidence (HANDBOOK 3.8). Must not wait for the
//! result.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// Begins a malware scan of each of the case's snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanSnapshots {
    /// `i-…`.
    pub instance: String,
}

impl Act for ScanSnapshots {
    fn name(&self) -> &'static str {
        "scan_snapshots"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::NothingChanged)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["guardduty:StartMalwareScan"]
    }

    fn before(&self) -> Value {
        json!({ "scans": [] })
    }

    fn after(&self) -> Value {
        json!({ "scans": "one a snapshot" })
    }

    fn equivalent(&self) -> Vec<String> {
        vec!["aws guardduty start-malware-scan --resource-arn $SNAPSHOT_ARN".into()]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![("instance", Said::data(self.instance.clone()))]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // A second call with the same client token gives the same scan.
        Standing::Unseen
    }

    fn is_aside(&self) -> bool {
        true
    }

    fn sign(&self) -> Sign {
        Sign::Adds
    }
}
