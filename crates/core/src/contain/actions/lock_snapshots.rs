//! Locks the snapshots, so that nobody deletes them: an attacker with credentials neither. Must not unlock.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{Keep, Standing, Undo};
use crate::identify::Subject;

/// Locks the case's snapshots, or their copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockSnapshots {
    /// `i-…`.
    pub instance: String,
    /// Who may still unlock them.
    pub mode: LockMode,
    /// For how many days, 1 to 36,500.
    pub days: i32,
    /// The copies in place of the first ones.
    pub copies: bool,
}

/// Who may unlock what is locked, a snapshot or an object of S3, before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockMode {
    /// Who has the permission.
    Governance,
    /// Nobody (of a snapshot: after the cool-off), the root of the account and AWS included.
    Compliance,
}

impl LockMode {
    /// AWS's name, which profiles use too.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Compliance => "compliance",
        }
    }
}

impl Act for LockSnapshots {
    fn name(&self) -> &'static str {
        "lock_snapshots"
    }

    fn target(&self) -> String {
        self.instance.clone()
    }

    fn undo(&self) -> Undo {
        Undo::Keep(Keep::Evidence)
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["ec2:LockSnapshot"]
    }

    fn before(&self) -> Value {
        json!({ "locked": false })
    }

    fn after(&self) -> Value {
        json!({ "locked": true, "mode": self.mode.name(), "days": self.days })
    }

    fn equivalent(&self) -> Vec<String> {
        vec![format!(
            "aws ec2 lock-snapshot --snapshot-id $SNAPSHOT_ID --lock-mode {} --lock-duration {}",
            self.mode.name(),
            self.days
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("instance", Said::data(self.instance.clone())),
            ("mode", Said::code(self.mode.name())),
            ("days", Said::code(self.days.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // Locks are listed by another call; locking again for as long changes nothing.
        Standing::Unseen
    }

    fn is_aside(&self) -> bool {
        true
    }

    fn irreversible(&self) -> bool {
        self.mode == LockMode::Compliance
    }
}
