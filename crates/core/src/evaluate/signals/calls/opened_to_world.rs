//! Something was opened to the world or shared with another account: ports, snapshots, images, buckets, keys. The parameters of a
//! call tell whether it was; calls that only take a protection away always count. Must not count what was refused.

use super::{Events, Hit, Picture, is_one_of, on};

/// With a detail of who may come in.
pub(super) const SHARED: Events = &[
    "AuthorizeSecurityGroupIngress",
    "ModifySecurityGroupRules",
    "ModifySnapshotAttribute",
    "ModifyImageAttribute",
    "ModifyDBSnapshotAttribute",
    "ModifyDBClusterSnapshotAttribute",
    "PutBucketPolicy",
    "PutBucketAcl",
    "PutObjectAcl",
    "PutResourcePolicy",
    "PutKeyPolicy",
    "SetRepositoryPolicy",
    "SetQueueAttributes",
    "SetTopicAttributes",
    "lambda:AddPermission",
    "UpdateAssumeRolePolicy",
    "PutBucketReplication",
    "ModifyDBInstance",
    "CreateFunctionUrlConfig",
];

/// Whatever their parameters say.
pub(super) const UNPROTECTED: Events = &[
    "DeletePublicAccessBlock",
    "DeleteBucketPublicAccessBlock",
    "DeleteAccountPublicAccessBlock",
    "DisableSnapshotBlockPublicAccess",
    "DisableImageBlockPublicAccess",
    "DisableEbsEncryptionByDefault",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "opened-to-world", |call| {
        call.error.is_none()
            && (is_one_of(call, UNPROTECTED) || call.detail.is_some() && is_one_of(call, SHARED))
    })
}
