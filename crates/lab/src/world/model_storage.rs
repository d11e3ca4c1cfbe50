//! The storage part of the model: block devices, volumes, snapshots with their locks, images.
//! Must not know what is done with them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::model::Tags;

/// One entry of the block device mapping of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockDevice {
    /// For example `/dev/sda1`.
    pub device_name: String,
    /// Volume.
    pub volume_id: String,
    /// Whether the volume dies with the instance.
    pub delete_on_termination: bool,
    /// When it was attached.
    pub attach_time: Timestamp,
}

/// An EBS volume.
#[derive(Debug, Clone)]
pub struct Volume {
    /// `vol-…`.
    pub id: String,
    /// GiB.
    pub size: i32,
    /// For example `gp3`.
    pub volume_type: String,
    /// Zone name.
    pub availability_zone: String,
    /// `in-use` or `available`.
    pub state: String,
    /// Encrypted.
    pub encrypted: bool,
    /// ARN of the key when encrypted.
    pub kms_key_id: Option<String>,
    /// Snapshot that it came from.
    pub snapshot_id: String,
    /// IOPS.
    pub iops: i32,
    /// Creation time.
    pub create_time: Timestamp,
    /// Instance it is attached to.
    pub instance_id: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// An EBS snapshot: `pending` until `completes_at`, then `completed`, or `error` where there is a reason for it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// `snap-…`.
    pub id: String,
    /// Volume it was taken from.
    pub volume_id: String,
    /// GiB.
    pub volume_size: i32,
    /// Encrypted.
    pub encrypted: bool,
    /// ARN of the key when encrypted.
    pub kms_key_id: Option<String>,
    /// Description.
    pub description: String,
    /// Point in time.
    pub start_time: Timestamp,
    /// When it is complete.
    pub completes_at: Timestamp,
    /// Owner account.
    pub owner_id: String,
    /// Whether it holds what an attacker left, in truth.
    pub infected: bool,
    /// Why it fails, where it does.
    pub state_message: Option<String>,
    /// Accounts that may make volumes of it; `all` for everybody.
    pub shared_with: BTreeSet<String>,
    /// The lock, an expired one too.
    pub lock: Option<SnapshotLock>,
    /// Tags.
    pub tags: Tags,
}

/// A lock that keeps a snapshot from being deleted. Facts: EBS guide "Amazon EBS snapshot lock".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotLock {
    /// Compliance instead of governance mode: once the cooling-off period is over nobody can take it off.
    pub compliance: bool,
    /// Hours of the cooling-off period.
    pub cool_off_hours: Option<i64>,
    /// When it was made, or last changed.
    pub created: Timestamp,
    /// Days.
    pub days: i64,
    /// When the days begin: at once, or when a pending snapshot is complete.
    pub begins: Timestamp,
    /// When they end.
    pub expires: Timestamp,
}

impl SnapshotLock {
    /// When the cooling-off period ends.
    #[must_use]
    pub fn cools_until(&self) -> Option<Timestamp> {
        let hours = self.cool_off_hours?;
        Some(self.created + SignedDuration::from_hours(hours))
    }

    /// `governance`, `compliance-cooloff`, `compliance` or `expired`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        if now >= self.expires {
            "expired"
        } else if !self.compliance {
            "governance"
        } else if self.cools_until().is_some_and(|until| now < until) {
            "compliance-cooloff"
        } else {
            "compliance"
        }
    }
}

impl Snapshot {
    /// `pending`, `completed` or `error`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        match (now >= self.completes_at, &self.state_message) {
            (false, _) => "pending",
            (true, None) => "completed",
            (true, Some(_)) => "error",
        }
    }

    /// Whole percent done, 0 to 100.
    #[must_use]
    pub fn progress(&self, now: Timestamp) -> i64 {
        let whole = self
            .completes_at
            .duration_since(self.start_time)
            .as_secs()
            .max(1);
        (now.duration_since(self.start_time).as_secs().max(0) * 100 / whole).min(100)
    }
}

/// An image.
#[derive(Debug, Clone)]
pub struct Image {
    /// `ami-…`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Owner account.
    pub owner_id: String,
    /// Creation time.
    pub creation_date: Timestamp,
}
