//! Policies of AWS's own: those that roles of the account have attached. Every other ARN is unknown.

use super::super::context::Context;
use super::super::failure::error;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{encoded, need};
use crate::world::{ApiError, World};

/// The version that is in force; the others are long gone.
const VERSION: &str = "v1";
/// Documents by the names of policies, shortened to what tells them apart.
const DOCUMENTS: [(&str, &str); 3] = [
    (
        "AmazonSSMManagedInstanceCore",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:DescribeAssociation","ssm:GetParameter","ssm:UpdateInstanceInformation","ssmmessages:OpenDataChannel","ec2messages:GetMessages"],"Resource":"*"}]}"#,
    ),
    (
        "AdministratorAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "AutoScalingServiceRolePolicy",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:RunInstances","ec2:TerminateInstances"],"Resource":"*"}]}"#,
    ),
];

struct Managed<'a> {
    arn: &'a str,
    name: &'a str,
    document: &'static str,
    attached: usize,
}

fn find<'a>(world: &World, arn: &'a str) -> Result<Managed<'a>, ApiError> {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let known = DOCUMENTS
        .iter()
        .find(|(known, _)| *known == name && arn.starts_with("arn:aws:iam::aws:policy/"));
    let Some((_, document)) = known else {
        return Err(error(
            "NoSuchEntity",
            &format!("Policy {arn} was not found."),
            404,
        ));
    };
    let attached = world
        .roles
        .values()
        .filter(|role| role.attached_policies.contains_key(arn))
        .count();
    Ok(Managed {
        arn,
        name,
        document,
        attached,
    })
}

pub(super) fn get_policy(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let policy = find(context.world, need(context.params(), "PolicyArn")?)?;
    let path = policy
        .arn
        .strip_prefix("arn:aws:iam::aws:policy")
        .and_then(|path| path.strip_suffix(policy.name))
        .unwrap_or("/");
    let mut xml = Xml::new();
    xml.node("Policy", |xml| {
        xml.text("PolicyName", policy.name);
        xml.text("PolicyId", format!("ANPA{}", policy.name.to_uppercase()));
        xml.text("Arn", policy.arn);
        xml.text("Path", path);
        xml.text("DefaultVersionId", VERSION);
        xml.text("AttachmentCount", policy.attached);
        xml.text("IsAttachable", true);
    });
    Ok(Reply::Xml(xml))
}

pub(super) fn get_policy_version(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let policy = find(context.world, need(params, "PolicyArn")?)?;
    let version = need(params, "VersionId")?;
    if version != VERSION {
        return Err(error(
            "NoSuchEntity",
            &format!(
                "Policy {} version {version} does not exist or is not attachable.",
                policy.arn
            ),
            404,
        ));
    }
    let mut xml = Xml::new();
    xml.node("PolicyVersion", |xml| {
        xml.text("Document", encoded(policy.document));
        xml.text("VersionId", VERSION);
        xml.text("IsDefaultVersion", true);
    });
    Ok(Reply::Xml(xml))
}
