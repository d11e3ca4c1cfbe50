//! Key Management Service, as far as it tells what a key is. What a key encrypts is the snapshots' own affair.

use serde_json::json;

use crate::world::ApiError;

use super::context::Context;
use super::failure::error;
use super::json::{epoch, text};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

pub(super) const OPERATIONS: &[Operation] =
    &[Operation::read(Service::Kms, "DescribeKey", describe)];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let name = text(&context.request.json, "KeyId").unwrap_or_default();
    let Some(key) = world.key_named(name) else {
        let shown = if name.starts_with("arn:") {
            name.to_owned()
        } else if name.starts_with("alias/") {
            format!("arn:aws:kms:{}:{}:{name}", world.region, world.account_id)
        } else {
            format!(
                "arn:aws:kms:{}:{}:key/{name}",
                world.region, world.account_id
            )
        };
        let kind = if name.contains("alias/") {
            "Alias"
        } else {
            "Key"
        };
        return Err(error(
            "NotFoundException",
            &format!("{kind} {shown} is not found."),
            400,
        ));
    };
    let (manager, what) = if key.aws_managed {
        (
            "AWS",
            "Default key that protects my EBS volumes when no other key is defined",
        )
    } else {
        ("CUSTOMER", "Evidence that other accounts may read")
    };
    Ok(Reply::Json(json!({"KeyMetadata": {
        "AWSAccountId": world.account_id,
        "KeyId": key.arn.rsplit('/').next(),
        "Arn": key.arn,
        "CreationDate": epoch(world.detector.created_at),
        "Enabled": true,
        "Description": what,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": manager,
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
    }})))
}
