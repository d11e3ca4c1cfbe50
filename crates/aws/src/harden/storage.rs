//! Snapshots: those of the attached volumes, and those that everybody may use. Must not judge.

use aws_sdk_ec2::types as ec2;
use rebato_core::contain::TAG_CASE;
use rebato_core::harden::BackupSnapshot;
use rebato_core::identify::Subject;
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::identify::{filter, text_of, timestamp};
use crate::pages::pages;

/// Snapshots of the attached volumes that this account owns.
pub(super) async fn snapshots(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<Vec<BackupSnapshot>, CloudError> {
    if subject.volumes.is_empty() {
        return Ok(Vec::new());
    }
    let volumes = subject.volumes.iter().map(|volume| volume.id.clone());
    let read: Vec<ec2::Snapshot> = pages!(
        cloud,
        "ec2:DescribeSnapshots",
        "snapshots of the volumes",
        cloud
            .read
            .ec2
            .describe_snapshots()
            .owner_ids("self")
            .filters(filter("volume-id", volumes))
    )?;
    let of = |snapshot: &ec2::Snapshot| BackupSnapshot {
        id: text_of(snapshot.snapshot_id()),
        volume: text_of(snapshot.volume_id()),
        started: snapshot.start_time().and_then(timestamp),
        state: text_of(snapshot.state().map(ec2::SnapshotState::as_str)),
        maker: maker(snapshot.tags()).to_owned(),
    };
    Ok(read.iter().map(of).collect())
}

/// Who made a snapshot, by the tags that AWS Backup, Data Lifecycle Manager and Rebato set.
fn maker(tags: &[ec2::Tag]) -> &'static str {
    let has = |wanted: &str| {
        tags.iter()
            .filter_map(ec2::Tag::key)
            .any(|key| key == wanted)
    };
    if has(TAG_CASE) {
        "rebato"
    } else if has("aws:backup:source-resource") {
        "aws-backup"
    } else if has("aws:dlm:lifecycle-policy-id") {
        "dlm"
    } else {
        "other"
    }
}

/// Ids of the account's snapshots that everybody may make volumes of, sorted.
pub(super) async fn public_snapshots(cloud: &AwsCloud) -> Result<Vec<String>, CloudError> {
    let read: Vec<ec2::Snapshot> = pages!(
        cloud,
        "ec2:DescribeSnapshots",
        "public snapshots",
        cloud
            .read
            .ec2
            .describe_snapshots()
            .owner_ids("self")
            .restorable_by_user_ids("all")
    )?;
    let mut ids: Vec<String> = read.into_iter().filter_map(|s| s.snapshot_id).collect();
    ids.sort();
    Ok(ids)
}
