//! Copies of the snapshots under a key of one's own: a snapshot under AWS's default key cannot be shared (HANDBOOK 3.8).
//! They stay in the Region. Must not know with whom they are shared.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::shell::quoted;
use crate::contain::{Keep, Standing, TAG_STEP, Undo, standing};
use crate::identify::Subject;

/// Copies of the case's snapshots, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopySnapshots {
    /// `i-…`.
    pub instance: String,
    /// Whose snapshots.
    pub volumes: Vec<String>,
    /// The customer key, by id, ARN or alias.
    pub kms_key: String,
}

impl Act for CopySnapshots {
    fn name(&self) -> &'static str {
        "copy_snapshots"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Evidence)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![
            "ec2:CopySnapshot",
            "ec2:CreateTags",
            "kms:CreateGrant",
            "kms:DescribeKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ]
    }

    fn before(&self) -> Value {
        json!({ "volumes": self.volumes, "copies": [] })
    }

    fn after(&self) -> Value {
        json!({ "volumes": self.volumes, "copies": "one a volume", "kms_key": self.kms_key })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 copy-snapshot --source-region $AWS_REGION --source-snapshot-id $SNAPSHOT_ID --encrypted --kms-key-id {}",
            quoted(&self.kms_key)
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("count", Said::code(self.volumes.len().to_string())),
            ("key", Said::data(self.kms_key.clone())),
        ]
    }

    fn standing(&self, subject: &Subject, mark: &str) -> Standing {
        if standing::unread(subject, "snapshots") {
            return Standing::Unseen;
        }
        // The volume id of a copy is arbitrary: they are counted.
        let copies = subject
            .own_snapshots
            .iter()
            .filter(|s| s.state != "error" && s.tags.get(TAG_STEP).is_some_and(|t| t == mark))
            .count();
        if copies == 0 {
            Standing::Before
        } else if copies >= self.volumes.len() {
            Standing::After
        } else {
            Standing::Other(json!({ "copies": copies }))
        }
    }

    fn once_only(&self) -> bool {
        true
    }

    fn is_aside(&self) -> bool {
        true
    }

    fn sign(&self) -> Sign {
        Sign::Adds
    }
}
