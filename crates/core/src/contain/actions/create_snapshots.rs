//! Crash-consistent snapshots of all volumes: the picture of the moment in which the call returns. Must not know what
//! becomes of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Keep, Standing, TAG_STEP, Undo, standing};
use crate::identify::Subject;

/// Crash-consistent snapshots of all volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateSnapshots {
    /// `i-…`.
    pub instance: String,
    /// The volumes that should be in it.
    pub volumes: Vec<String>,
}

impl Act for CreateSnapshots {
    fn name(&self) -> &'static str {
        "create_snapshots"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Evidence)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:CreateSnapshots", "ec2:CreateTags"]
    }

    fn before(&self) -> Value {
        json!({ "volumes": self.volumes, "snapshots": [] })
    }

    fn after(&self) -> Value {
        json!({ "volumes": self.volumes, "snapshots": "one a volume" })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 create-snapshots --instance-specification InstanceId={} --copy-tags-from-source volume",
            self.instance
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("count", Said::code(self.volumes.len().to_string())),
        ]
    }

    fn standing(&self, subject: &Subject, mark: &str) -> Standing {
        if standing::unread(subject, "snapshots") {
            return Standing::Unseen;
        }
        let ours: BTreeSet<&str> = subject
            .own_snapshots
            .iter()
            // A snapshot that failed is no evidence.
            .filter(|s| s.state != "error" && s.tags.get(TAG_STEP).is_some_and(|t| t == mark))
            .map(|s| s.volume.as_str())
            .collect();
        if ours.is_empty() {
            Standing::Before
        } else if self.volumes.iter().all(|v| ours.contains(v.as_str())) {
            Standing::After
        } else {
            Standing::Other(json!({ "volumes": ours }))
        }
    }

    fn once_only(&self) -> bool {
        true
    }

    fn sign(&self) -> Sign {
        Sign::Adds
    }
}
