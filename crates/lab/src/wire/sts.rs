//! Security Token Service: who am I, and sessions of a role.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::world::{ApiError, Caller};

use super::context::Context;
use super::failure::{decoded, error};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;
use super::xml::Xml;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(Service::Sts, "GetCallerIdentity", identity),
    Operation::write(Service::Sts, "AssumeRole", assume_role),
    Operation::read(Service::Sts, "DecodeAuthorizationMessage", decode),
];

fn identity(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let mut xml = Xml::new();
    xml.text("Arn", &context.caller.arn);
    xml.text("UserId", &context.caller.principal_id);
    xml.text("Account", &context.world.account_id);
    Ok(Reply::Xml(xml))
}

fn invalid(message: &str) -> ApiError {
    error("ValidationError", message, 400)
}

/// What EC2 says in its refusals, in plain.
fn decode(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let message = context.params().text("EncodedMessage").unwrap_or_default();
    let plain = decoded(message).ok_or_else(|| {
        error(
            "InvalidAuthorizationMessageException",
            "Message is not valid",
            400,
        )
    })?;
    let mut xml = Xml::new();
    xml.text("DecodedMessage", plain);
    Ok(Reply::Xml(xml))
}

fn assume_role(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let missing = |name: &str| {
        invalid(&format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        ))
    };
    let role_arn = params.text("RoleArn").ok_or_else(|| missing("roleArn"))?;
    let session = params
        .text("RoleSessionName")
        .ok_or_else(|| missing("roleSessionName"))?
        .to_owned();
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if !(2..=64).contains(&session.len()) || !session.chars().all(legal) {
        return Err(invalid(
            "Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        ));
    }
    let seconds = params.number("DurationSeconds")?.unwrap_or(3600);
    if !(900..=43_200).contains(&seconds) {
        return Err(invalid(
            "Value at 'durationSeconds' must be between 900 and 43200",
        ));
    }
    let role = context.world.roles.values().find(|role| role.arn == role_arn).ok_or_else(|| {
        let caller = &context.caller.arn;
        error(
            "AccessDenied",
            &format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"),
            403,
        )
    })?;
    let account = &context.world.account_id;
    let letters = letters(context.request_id);
    let access_key_id = format!("ASIA{}", letters.get(..16).unwrap_or_default());
    let arn = format!(
        "arn:aws:sts::{account}:assumed-role/{}/{session}",
        role.name
    );
    let caller = Caller {
        kind: "AssumedRole".to_owned(),
        principal_id: format!("{}:{session}", role.id),
        arn: arn.clone(),
        access_key_id: access_key_id.clone(),
        name: session,
        issuer: Some((role.id.clone(), role.arn.clone(), role.name.clone())),
        ec2_role_delivery: None,
    };
    let now = context.world.now;
    let expires = whole_second(
        now.saturating_add(SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MAX),
    );
    let mut xml = Xml::new();
    xml.node("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", &caller.principal_id);
        xml.text("Arn", &arn);
    });
    xml.node("Credentials", |xml| {
        xml.text("AccessKeyId", &access_key_id);
        xml.text("SecretAccessKey", format!("lab+{letters}"));
        xml.text("SessionToken", format!("lab/{letters}"));
        xml.time("Expiration", expires);
    });
    xml.text("PackedPolicySize", 0);
    context.keys.add(caller, now, expires);
    Ok(Reply::Xml(xml))
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Letters and digits as access keys have them, from the id of the request.
fn letters(request_id: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    Sha256::digest(request_id)
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|letter| char::from(*letter))
        .collect()
}
