//! Waits until the snapshots are complete: only then can they be copied, locked or scanned. Must not take any.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Keep, Standing, TAG_COPY_OF, Undo, standing};
use crate::identify::Subject;

/// Waits until the snapshots of these volumes are complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitSnapshots {
    /// `i-…`.
    pub instance: String,
    /// Whose snapshots.
    pub volumes: Vec<String>,
}

impl Act for WaitSnapshots {
    fn name(&self) -> &'static str {
        "wait_snapshots"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::NothingChanged)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:DescribeSnapshots"]
    }

    fn before(&self) -> Value {
        json!({ "volumes": self.volumes, "state": "pending" })
    }

    fn after(&self) -> Value {
        json!({ "volumes": self.volumes, "state": "completed" })
    }

    fn equivalent(&self) -> Vec<String> {
        vec!["aws ec2 wait snapshot-completed --snapshot-ids $SNAPSHOT_IDS".into()]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("count", Said::code(self.volumes.len().to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        if standing::unread(subject, "snapshots") {
            return Standing::Unseen;
        }
        let states = |volume: &String| -> Vec<&str> {
            subject
                .own_snapshots
                .iter()
                .filter(|s| &s.volume == volume && !s.tags.contains_key(TAG_COPY_OF))
                .map(|s| s.state.as_str())
                .collect()
        };
        if self
            .volumes
            .iter()
            .all(|v| states(v).contains(&"completed"))
        {
            return Standing::After;
        }
        let lost: Vec<&String> = self
            .volumes
            .iter()
            .filter(|v| states(v).iter().all(|state| *state == "error"))
            .collect();
        if lost.is_empty() {
            Standing::Underway
        } else {
            Standing::Other(json!({ "without_snapshot": lost }))
        }
    }

    fn is_aside(&self) -> bool {
        true
    }
}
