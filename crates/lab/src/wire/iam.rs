//! Identity and Access Management: roles, their policies, instance profiles. Policy documents travel URL-encoded.

use url::form_urlencoded;

use crate::world::{ApiError, ConditionKeys, InstanceProfile, Role, World, denies};

use super::context::Context;
use super::failure::error;
use super::filters;
use super::operations::{Operation, operations};
use super::params::Params;
use super::reply::Reply;
use super::service::Service;
use super::xml::Xml;

mod managed;

const IAM: Service = Service::Iam;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(IAM, "GetRole", get_role),
    Operation::read(IAM, "GetInstanceProfile", get_instance_profile),
    Operation::read(IAM, "ListInstanceProfilesForRole", profiles_for_role),
    Operation::read(IAM, "ListAttachedRolePolicies", attached_policies),
    Operation::read(IAM, "ListRolePolicies", inline_policies),
    Operation::read(IAM, "GetRolePolicy", get_role_policy),
    Operation::read(IAM, "GetPolicy", managed::get_policy),
    Operation::read(IAM, "GetPolicyVersion", managed::get_policy_version),
    Operation::read(IAM, "SimulatePrincipalPolicy", simulate),
    Operation::write(IAM, "PutRolePolicy", put_role_policy),
    Operation::write(IAM, "DeleteRolePolicy", delete_role_policy),
];

fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, ApiError> {
    params.text(name).filter(|text| !text.is_empty()).ok_or_else(|| {
        error(
            "ValidationError",
            &format!("1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must not be null"),
            400,
        )
    })
}

/// Percent-encodes a policy document as IAM does; a space is `%20`, which every decoder reads.
fn encoded(document: &str) -> String {
    let text: String = form_urlencoded::byte_serialize(document.as_bytes()).collect();
    text.replace('+', "%20")
}

fn write_role(xml: &mut Xml, role: &Role, full: bool) {
    xml.text("Path", &role.path);
    xml.text("RoleName", &role.name);
    xml.text("RoleId", &role.id);
    xml.text("Arn", &role.arn);
    xml.time("CreateDate", role.create_date);
    xml.text(
        "AssumeRolePolicyDocument",
        encoded(&role.assume_role_policy),
    );
    if full {
        xml.text("MaxSessionDuration", 3600);
        xml.list("Tags", "member", &role.tags, |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    }
}

fn write_profile(xml: &mut Xml, world: &World, profile: &InstanceProfile) {
    xml.text("Path", &profile.path);
    xml.text("InstanceProfileName", &profile.name);
    xml.text("InstanceProfileId", &profile.id);
    xml.text("Arn", &profile.arn);
    xml.time("CreateDate", profile.create_date);
    let roles = profile.role.as_ref().and_then(|name| world.roles.get(name));
    xml.list("Roles", "member", roles, |xml, role| {
        write_role(xml, role, false);
    });
}

fn get_role(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let role = context.world.role(need(context.params(), "RoleName")?)?;
    let mut xml = Xml::new();
    xml.node("Role", |xml| write_role(xml, role, true));
    Ok(Reply::Xml(xml))
}

fn get_instance_profile(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let profile = world.instance_profile(need(context.params(), "InstanceProfileName")?)?;
    let mut xml = Xml::new();
    xml.node("InstanceProfile", |xml| write_profile(xml, world, profile));
    Ok(Reply::Xml(xml))
}

/// A list in IAM's pages: `IsTruncated` and `Marker`.
fn paged<T>(
    params: &Params,
    name: &str,
    items: Vec<T>,
    write: impl FnMut(&mut Xml, T),
) -> Result<Reply, ApiError> {
    let bad = |_: &str| error("ValidationError", "Invalid Marker", 400);
    let (items, next) = filters::page(
        items,
        params.number("MaxItems")?.or(Some(100)),
        params.text("Marker"),
        bad,
    )?;
    let mut xml = Xml::new();
    xml.list(name, "member", items, write);
    xml.text("IsTruncated", next.is_some());
    xml.maybe("Marker", next);
    Ok(Reply::Xml(xml))
}

fn profiles_for_role(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let role = world.role(need(context.params(), "RoleName")?)?;
    let found: Vec<&InstanceProfile> = world
        .instance_profiles
        .values()
        .filter(|profile| profile.role.as_ref() == Some(&role.name))
        .collect();
    paged(
        context.params(),
        "InstanceProfiles",
        found,
        |xml, profile| write_profile(xml, world, profile),
    )
}

fn attached_policies(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let role = context.world.role(need(context.params(), "RoleName")?)?;
    let found: Vec<(&String, &String)> = role.attached_policies.iter().collect();
    paged(
        context.params(),
        "AttachedPolicies",
        found,
        |xml, (arn, name)| {
            xml.text("PolicyName", name);
            xml.text("PolicyArn", arn);
        },
    )
}

fn inline_policies(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let role = context.world.role(need(params, "RoleName")?)?;
    let names: Vec<&String> = role.inline_policies.keys().collect();
    let bad = |_: &str| error("ValidationError", "Invalid Marker", 400);
    let (names, next) = filters::page(
        names,
        params.number("MaxItems")?.or(Some(100)),
        params.text("Marker"),
        bad,
    )?;
    let mut xml = Xml::new();
    xml.texts("PolicyNames", "member", names);
    xml.text("IsTruncated", next.is_some());
    xml.maybe("Marker", next);
    Ok(Reply::Xml(xml))
}

fn get_role_policy(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let role = context.world.role(need(params, "RoleName")?)?;
    let name = need(params, "PolicyName")?;
    let document = role.inline_policies.get(name).ok_or_else(|| {
        error(
            "NoSuchEntity",
            &format!("The role policy with name {name} cannot be found."),
            404,
        )
    })?;
    let mut xml = Xml::new();
    xml.text("RoleName", &role.name);
    xml.text("PolicyName", name);
    xml.text("PolicyDocument", encoded(document));
    Ok(Reply::Xml(xml))
}

fn put_role_policy(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = &context.request.params;
    let (role, name) = (need(params, "RoleName")?, need(params, "PolicyName")?);
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if name.len() > 128 || !name.chars().all(legal) {
        return Err(error(
            "ValidationError",
            "The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
            400,
        ));
    }
    context
        .world
        .put_role_policy(role, name, need(params, "PolicyDocument")?)?;
    Ok(Reply::empty())
}

fn delete_role_policy(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = &context.request.params;
    context
        .world
        .delete_role_policy(need(params, "RoleName")?, need(params, "PolicyName")?)?;
    Ok(Reply::empty())
}

/// `SimulatePrincipalPolicy`: what the policies of a role deny, and what the lab itself denies. All else is allowed.
fn simulate(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let source = need(params, "PolicySourceArn")?;
    let role = context.world.roles.values().find(|role| role.arn == source);
    if role.is_none() && source != context.caller.arn && !source.contains(":user/") {
        return Err(error(
            "NoSuchEntity",
            &format!("The entity {source} cannot be found."),
            404,
        ));
    }
    let keys: ConditionKeys = params
        .list("ContextEntries")
        .into_iter()
        .filter_map(|entry| {
            let value = entry.texts("ContextKeyValues").into_iter().next()?;
            Some((entry.text("ContextKeyName")?.to_ascii_lowercase(), value))
        })
        .collect();
    let actions = params.texts("ActionNames");
    if actions.is_empty() || actions.iter().any(|action| !action.contains(':')) {
        return Err(error("InvalidInput", "Invalid action name", 400));
    }
    let mut resources = params.texts("ResourceArns");
    if resources.is_empty() {
        resources.push("*".to_owned());
    }
    let mut found = Vec::new();
    for action in &actions {
        for resource in &resources {
            let explicit = role.is_some_and(|role| {
                let mut policies = role.policies_in_force.values();
                policies.any(|document| denies(document, action, resource, &keys))
            });
            // Some actions are no operations: `iam:PassRole`, `kms:CreateGrant`.
            let lab = context.faults.deny_by_name(action)
                || operations()
                    .filter(|operation| operation.service.action(operation.name) == *action)
                    .any(|operation| context.faults.would_deny(operation.service, operation.name));
            let decision = match (explicit, lab) {
                (true, _) => "explicitDeny",
                (false, true) => "implicitDeny",
                (false, false) => "allowed",
            };
            found.push((action, resource, decision));
        }
    }
    paged(
        params,
        "EvaluationResults",
        found,
        |xml, (action, resource, decision)| {
            xml.text("EvalActionName", action);
            xml.text("EvalResourceName", resource);
            xml.text("EvalDecision", decision);
            xml.node("MatchedStatements", |_| {});
            xml.node("MissingContextValues", |_| {});
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_percent_encoded_without_plus_signs() {
        assert_eq!(
            encoded("{\"a b\": \"*+\"}"),
            "%7B%22a%20b%22%3A%20%22*%2B%22%7D"
        );
    }
}
