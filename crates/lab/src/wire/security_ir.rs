//! AWS Security Incident Response, as far as a case is opened and found again. Without a membership every call is refused.
//! Names, shapes and bounds are those of the service model of 2018-05-10.

use serde_json::{Value, json};

use crate::world::{ApiError, SecurityCase};

use super::context::Context;
use super::failure::error;
use super::json::{epoch, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const SECURITY: Service = Service::SecurityIr;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::write(SECURITY, "CreateCase", create),
    Operation::read(SECURITY, "ListCases", list),
    Operation::read(SECURITY, "GetCase", get),
];

fn member(context: &Context<'_>) -> Result<(), ApiError> {
    if context.world.settings.security_membership {
        return Ok(());
    }
    Err(error(
        "SecurityIncidentResponseNotActiveException",
        "Security Incident Response is not active in this account.",
        400,
    ))
}

/// One field of each item of a list.
fn each(body: &Value, list: &str, field: &str) -> Vec<String> {
    body.get(list)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| text(item, field))
        .map(ToOwned::to_owned)
        .collect()
}

fn create(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    member(context)?;
    let body = &context.request.json;
    let said = |name: &str| text(body, name).unwrap_or_default().to_owned();
    let known = |token: &str| ("security-ir:CreateCase".to_owned(), token.to_owned());
    let token = text(body, "clientToken").map(ToOwned::to_owned);
    if let Some(made) = token
        .as_deref()
        .and_then(|t| context.world.tokens.get(&known(t)))
        && let Some(id) = made.first()
    {
        return Ok(Reply::Json(json!({"caseId": id})));
    }
    let (title, description) = (said("title"), said("description"));
    let accounts = texts(body, "impactedAccounts");
    let since = body
        .get("reportedIncidentStartDate")
        .and_then(Value::as_f64);
    let within = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
    let resolver = said("resolverType");
    let engagement = said("engagementType");
    if !within(&title, 300)
        || !within(&description, 8000)
        || !["AWS", "Self"].contains(&resolver.as_str())
        || !["Security Incident", "Investigation"].contains(&engagement.as_str())
        || accounts.iter().any(|account| account.len() != 12)
        || body.get("watchers").is_none()
        || since.is_none()
    {
        return Err(error(
            "ValidationException",
            "A field is missing or out of its bounds.",
            400,
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds of a date of this century"
    )]
    let since = since.unwrap_or_default() as i64;
    let (regions, addresses, watchers) = (
        each(body, "impactedAwsRegions", "region"),
        each(body, "threatActorIpAddresses", "ipAddress"),
        each(body, "watchers", "email"),
    );
    let world = &mut *context.world;
    let id = (1_000_000_001 + world.defences.desk.security.len()).to_string();
    world.defences.desk.security.push(SecurityCase {
        id: id.clone(),
        title,
        description,
        resolver,
        engagement,
        since,
        accounts,
        regions,
        addresses,
        watchers,
        at: world.now,
    });
    if let Some(token) = token {
        world.tokens.insert(known(&token), vec![id.clone()]);
    }
    Ok(Reply::Json(json!({"caseId": id})))
}

fn arn(context: &Context<'_>, id: &str) -> String {
    let world = &*context.world;
    format!(
        "arn:aws:security-ir:{}:{}:case/{id}",
        world.region, world.account_id
    )
}

fn list(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    member(context)?;
    let items: Vec<Value> = context
        .world
        .defences
        .desk
        .security
        .iter()
        .map(|case| {
            json!({
                "caseId": case.id, "caseArn": arn(context, &case.id), "title": case.title, "caseStatus": "Submitted",
                "engagementType": case.engagement, "resolverType": case.resolver, "createdDate": epoch(case.at),
            })
        })
        .collect();
    Ok(Reply::Json(json!({"total": items.len(), "items": items})))
}

fn get(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    member(context)?;
    let wanted = context.request.segment(2);
    let case = context
        .world
        .defences
        .desk
        .security
        .iter()
        .find(|case| case.id == wanted)
        .ok_or_else(|| error("ResourceNotFoundException", "There is no such case.", 404))?;
    let regions: Vec<Value> = case.regions.iter().map(|r| json!({"region": r})).collect();
    let addresses: Vec<Value> = case
        .addresses
        .iter()
        .map(|ip| json!({"ipAddress": ip}))
        .collect();
    let watchers: Vec<Value> = case.watchers.iter().map(|w| json!({"email": w})).collect();
    Ok(Reply::Json(json!({
        "title": case.title, "caseArn": arn(context, &case.id), "description": case.description,
        "caseStatus": "Submitted", "engagementType": case.engagement, "resolverType": case.resolver,
        "reportedIncidentStartDate": case.since, "impactedAccounts": case.accounts, "impactedAwsRegions": regions,
        "threatActorIpAddresses": addresses, "watchers": watchers, "createdDate": epoch(case.at),
    })))
}
