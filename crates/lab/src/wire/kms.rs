//! Key Management Service: the account's two keys, one that AWS made for EBS and one that may be shared.
//! What a key encrypts is the snapshots' own affair.

use serde_json::json;

use crate::world::{ApiError, World};

use super::context::Context;
use super::failure::error;
use super::json::{epoch, text};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

/// The customer's key, for evidence.
const EVIDENCE_KEY: &str = "0f0e0d0c-0b0a-4908-8706-050403020100";
const EVIDENCE_ALIAS: &str = "alias/acme-evidence";
const EBS_ALIAS: &str = "alias/aws/ebs";

pub(super) const OPERATIONS: &[Operation] =
    &[Operation::read(Service::Kms, "DescribeKey", describe)];

fn evidence_key(world: &World) -> String {
    let (region, account) = (&world.region, &world.account_id);
    format!("arn:aws:kms:{region}:{account}:key/{EVIDENCE_KEY}")
}

/// Whether a name (id, ARN, alias or ARN of the alias) is that of a key.
fn is(name: &str, arn: &str, alias: &str) -> bool {
    let id = arn.rsplit('/').next().unwrap_or_default();
    let prefix = arn.split(":key/").next().unwrap_or_default();
    name == arn || name == id || name == alias || name == format!("{prefix}:{alias}")
}

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let name = text(&context.request.json, "KeyId").unwrap_or_default();
    let (evidence, ebs) = (evidence_key(world), world.default_ebs_key());
    let (arn, manager, what) = if is(name, &evidence, EVIDENCE_ALIAS) {
        (
            evidence,
            "CUSTOMER",
            "Evidence that other accounts may read",
        )
    } else if is(name, &ebs, EBS_ALIAS) {
        (
            ebs,
            "AWS",
            "Default key that protects my EBS volumes when no other key is defined",
        )
    } else {
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
    Ok(Reply::Json(json!({"KeyMetadata": {
        "AWSAccountId": world.account_id,
        "KeyId": arn.rsplit('/').next(),
        "Arn": arn,
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
