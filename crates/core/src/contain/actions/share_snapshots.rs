//! Lets another account read the snapshots: the forensic one. Never everybody: there is no such value. Must not copy.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// Lets an account use the case's snapshots, or their copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareSnapshots {
    /// `i-…`.
    pub instance: String,
    /// Twelve digits.
    pub account: String,
    /// The copies in place of the first ones.
    pub copies: bool,
}

impl Act for ShareSnapshots {
    fn name(&self) -> &'static str {
        "share_snapshots"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Evidence)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:ModifySnapshotAttribute"]
    }

    fn before(&self) -> Value {
        json!({ "shared_with": [] })
    }

    fn after(&self) -> Value {
        json!({ "shared_with": [self.account] })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 modify-snapshot-attribute --snapshot-id $SNAPSHOT_ID --attribute createVolumePermission --operation-type add --user-ids {}",
            self.account
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("account", Said::data(self.account.clone())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // A list of who may use a snapshot is a call for each of them; adding an account again changes nothing.
        Standing::Unseen
    }

    fn is_aside(&self) -> bool {
        true
    }
}
