//! What becomes of the snapshots: copies under a key of one's own, another account's leave to use them, locks, malware
//! scans. Must not take, unlock or delete one.

use aws_sdk_ec2::types::{
    CreateVolumePermission, CreateVolumePermissionModifications, LockMode as AwsLockMode,
    ResourceType, Tag,
};
use aws_types::request_id::RequestId;
use rebato_core::contain::{LockMode, LockSnapshots, TAG_COPY_OF};
use rebato_core::identify::partition;
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{Marks, join, performed};
use crate::connect::AwsCloud;

/// One copy of each, with the mark of the step and the name of what it was made of.
pub(super) async fn copy(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    snapshots: &[String],
    key: &str,
) -> Result<Performed, CloudError> {
    let mut done = some(snapshots, "ec2:CopySnapshot")?;
    for snapshot in snapshots {
        let mut tags = marks.tags(ResourceType::Snapshot, None);
        let source = Tag::builder().key(TAG_COPY_OF).value(snapshot).build();
        tags.tags.get_or_insert_default().push(source);
        let request = cloud
            .write
            .ec2
            .copy_snapshot()
            .source_region(cloud.region())
            .source_snapshot_id(snapshot)
            .encrypted(true)
            .kms_key_id(key)
            .description(format!("Copy of {snapshot}, case {}", marks.case))
            .tag_specifications(tags);
        let answer = send!(cloud, again, "ec2:CopySnapshot", snapshot, request)?;
        let made = answer.snapshot_id().map(str::to_owned);
        join(
            &mut done,
            performed(answer.request_id(), made.into_iter().collect()),
        );
    }
    Ok(done)
}

/// Adds one account to those that may use each.
pub(super) async fn share(
    cloud: &AwsCloud,
    again: Again,
    snapshots: &[String],
    account: &str,
) -> Result<Performed, CloudError> {
    let mut done = some(snapshots, "ec2:ModifySnapshotAttribute")?;
    for snapshot in snapshots {
        let permission = CreateVolumePermission::builder().user_id(account).build();
        let request = cloud
            .write
            .ec2
            .modify_snapshot_attribute()
            .snapshot_id(snapshot)
            .create_volume_permission(
                CreateVolumePermissionModifications::builder()
                    .add(permission)
                    .build(),
            );
        let answer = send!(
            cloud,
            again,
            "ec2:ModifySnapshotAttribute",
            snapshot,
            request
        )?;
        join(&mut done, performed(answer.request_id(), Vec::new()));
    }
    Ok(done)
}

/// Locks each for some days.
pub(super) async fn lock(
    cloud: &AwsCloud,
    again: Again,
    snapshots: &[String],
    lock: &LockSnapshots,
) -> Result<Performed, CloudError> {
    let mode = match lock.mode {
        LockMode::Governance => AwsLockMode::Governance,
        LockMode::Compliance => AwsLockMode::Compliance,
    };
    let mut done = some(snapshots, "ec2:LockSnapshot")?;
    for snapshot in snapshots {
        let request = cloud
            .write
            .ec2
            .lock_snapshot()
            .snapshot_id(snapshot)
            .lock_mode(mode.clone())
            .lock_duration(lock.days);
        let answer = send!(cloud, again, "ec2:LockSnapshot", snapshot, request)?;
        join(&mut done, performed(answer.request_id(), Vec::new()));
    }
    Ok(done)
}

/// Begins a malware scan of each. The client token makes a repetition give the same scan.
pub(super) async fn scan(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    snapshots: &[String],
) -> Result<Performed, CloudError> {
    let partition = partition(cloud.region());
    let mut done = some(snapshots, "guardduty:StartMalwareScan")?;
    for snapshot in snapshots {
        let arn = format!(
            "arn:{partition}:ec2:{}::snapshot/{snapshot}",
            cloud.region()
        );
        let request = cloud
            .write
            .guardduty
            .start_malware_scan()
            .resource_arn(arn)
            .client_token(format!("{}/{snapshot}", marks.step));
        let answer = send!(
            cloud,
            again,
            "guardduty:StartMalwareScan",
            snapshot,
            request
        )?;
        let made = answer.scan_id().map(str::to_owned);
        join(
            &mut done,
            performed(answer.request_id(), made.into_iter().collect()),
        );
    }
    Ok(done)
}

/// A step on no snapshot at all did nothing, and says so.
fn some(snapshots: &[String], operation: &str) -> Result<Performed, CloudError> {
    if snapshots.is_empty() {
        return Err(CloudError::Unbound {
            operation: operation.to_owned(),
            what: "a snapshot of this case".to_owned(),
        });
    }
    Ok(Performed::default())
}
