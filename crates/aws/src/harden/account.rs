//! Settings of the account in this Region. Must not judge.

use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::limits::ask;

/// Encryption by default.
pub(super) async fn ebs_encryption(cloud: &AwsCloud) -> Result<Option<bool>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:GetEbsEncryptionByDefault",
        "EBS encryption",
        cloud.read.ec2.get_ebs_encryption_by_default()
    )?;
    Ok(answer.ebs_encryption_by_default())
}

/// What is forbidden of public snapshots: `block-all-sharing`, `block-new-sharing` or `unblocked`.
pub(super) async fn snapshot_block(cloud: &AwsCloud) -> Result<Option<String>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:GetSnapshotBlockPublicAccessState",
        "block public access for snapshots",
        cloud.read.ec2.get_snapshot_block_public_access_state()
    )?;
    Ok(answer.state().map(|state| state.as_str().to_owned()))
}
