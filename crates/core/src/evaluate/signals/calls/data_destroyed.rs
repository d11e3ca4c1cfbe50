//! Data, backups or keys were destroyed, or soon will be. A program deletes objects all day, so those count in great numbers from a
//! suspect only. Must not count what was refused.

use super::{Events, Hit, Picture, is_one_of, on};

/// Objects deleted from one address that are no housekeeping.
const MANY: u64 = 20;

pub(super) const EVENTS: Events = &[
    "DeleteSnapshot",
    "DeregisterImage",
    "DeleteVolume",
    "DeleteDBInstance",
    "DeleteDBCluster",
    "DeleteDBSnapshot",
    "DeleteDBClusterSnapshot",
    "DeleteRecoveryPoint",
    "DeleteBackupVault",
    "DeleteBackupPlan",
    "dynamodb:DeleteBackup",
    "dynamodb:DeleteTable",
    "DeleteFileSystem",
    "ScheduleKeyDeletion",
    "DisableKey",
    "DeleteImportedKeyMaterial",
    "s3:DeleteBucket",
    "DeleteSecret",
    "TerminateInstances",
];

const OBJECTS: Events = &["s3:DeleteObject", "s3:DeleteObjects", "s3:CopyObject"];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "data-destroyed", |call| {
        call.error.is_none()
            && (is_one_of(call, EVENTS)
                || is_one_of(call, OBJECTS) && call.count >= MANY && picture.is_from_suspect(call))
    })
}
