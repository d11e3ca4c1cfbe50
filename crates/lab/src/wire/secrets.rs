//! Secrets Manager, as far as a key is read from it.

use serde_json::json;

use crate::world::ApiError;

use super::context::Context;
use super::failure::error;
use super::json::{epoch, text};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

/// What every account keeps: a name and a text, one plain and one as the console writes pairs.
const SECRETS: [(&str, &str); 2] = [
    ("rebato/otx", "lab-key-of-otx"),
    (
        "rebato/services",
        "{\"abuseipdb\":\"lab-key-of-abuseipdb\",\"crowdsec\":\"lab-key-of-crowdsec\"}",
    ),
];
/// What Secrets Manager puts after a name in its ARN: six characters by chance.
const SUFFIX: &str = "Ab1Cd2";

pub(super) const OPERATIONS: &[Operation] = &[Operation::read(
    Service::Secrets,
    "GetSecretValue",
    secret_value,
)];

fn secret_value(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let wanted = text(&context.request.json, "SecretId").unwrap_or_default();
    let arn = |name: &str| {
        format!(
            "arn:aws:secretsmanager:{}:{}:secret:{name}-{SUFFIX}",
            world.region, world.account_id
        )
    };
    let found = SECRETS
        .iter()
        .find(|(name, _)| *name == wanted || arn(name) == wanted);
    let Some((name, secret)) = found else {
        return Err(error(
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
            400,
        ));
    };
    Ok(Reply::Json(json!({
        "ARN": arn(name),
        "Name": name,
        "VersionId": "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE",
        "SecretString": secret,
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": epoch(world.detector.created_at),
    })))
}
