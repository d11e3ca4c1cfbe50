//! GuardDuty: lists, and suppression rules.

use serde_json::{Map, Value, json};

use crate::world::{ApiError, Filter, ListKind};

use super::cloudtrail::put;
use super::context::Context;
use super::guardduty::{bad_request, detector, list};
use super::guardduty_criteria::Criteria;
use super::json::{number, text};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const GUARD_DUTY: Service = Service::GuardDuty;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(GUARD_DUTY, "ListThreatIntelSets", |context| {
        ids(context, ListKind::Threat, "threatIntelSetIds")
    }),
    Operation::read(GUARD_DUTY, "GetThreatIntelSet", |context| {
        get(context, ListKind::Threat)
    }),
    Operation::write(GUARD_DUTY, "UpdateThreatIntelSet", |context| {
        update(context, ListKind::Threat)
    }),
    Operation::read(GUARD_DUTY, "ListIPSets", |context| {
        ids(context, ListKind::Trusted, "ipSetIds")
    }),
    Operation::read(GUARD_DUTY, "GetIPSet", |context| {
        get(context, ListKind::Trusted)
    }),
    Operation::write(GUARD_DUTY, "UpdateIPSet", |context| {
        update(context, ListKind::Trusted)
    }),
    Operation::read(GUARD_DUTY, "ListThreatEntitySets", |context| {
        ids(context, ListKind::ThreatEntity, "threatEntitySetIds")
    }),
    Operation::read(GUARD_DUTY, "GetThreatEntitySet", |context| {
        get(context, ListKind::ThreatEntity)
    }),
    Operation::write(GUARD_DUTY, "UpdateThreatEntitySet", |context| {
        update(context, ListKind::ThreatEntity)
    }),
    Operation::read(GUARD_DUTY, "ListTrustedEntitySets", |context| {
        ids(context, ListKind::TrustedEntity, "trustedEntitySetIds")
    }),
    Operation::read(GUARD_DUTY, "GetTrustedEntitySet", |context| {
        get(context, ListKind::TrustedEntity)
    }),
    Operation::write(GUARD_DUTY, "UpdateTrustedEntitySet", |context| {
        update(context, ListKind::TrustedEntity)
    }),
    Operation::read(GUARD_DUTY, "ListFilters", |context| {
        let names = context.world.detector.filters.keys().cloned().collect();
        list(context, "filterNames", names)
    }),
    Operation::read(GUARD_DUTY, "GetFilter", get_filter),
    Operation::write(GUARD_DUTY, "CreateFilter", create_filter),
    Operation::write(GUARD_DUTY, "DeleteFilter", |context| {
        detector(context)?;
        let name = context.request.segment(3).to_owned();
        context.world.delete_filter(&name)?;
        Ok(Reply::Json(json!({})))
    }),
];

fn ids(context: &Context<'_>, kind: ListKind, name: &str) -> Result<Reply, ApiError> {
    let ids = context.world.lists(kind).keys().cloned().collect();
    list(context, name, ids)
}

fn get(context: &Context<'_>, kind: ListKind) -> Result<Reply, ApiError> {
    detector(context)?;
    let found = context.world.list_of(kind, context.request.segment(3))?;
    Ok(Reply::Json(json!({
        "name": found.name,
        "format": found.format,
        "location": found.location,
        "status": found.status,
        "tags": found.tags,
    })))
}

fn update(context: &mut Context<'_>, kind: ListKind) -> Result<Reply, ApiError> {
    detector(context)?;
    let body = context.request.json.clone();
    let id = context.request.segment(3).to_owned();
    context.world.update_list(
        kind,
        &id,
        text(&body, "name"),
        text(&body, "location"),
        body.get("activate").and_then(Value::as_bool),
    )?;
    Ok(Reply::Json(json!({})))
}

fn get_filter(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    detector(context)?;
    let name = context.request.segment(3);
    let found = context.world.filter(name)?;
    let criterion: Map<String, Value> = found
        .equals
        .iter()
        // GuardDuty gives the old name of the operator beside the new one.
        .map(|(field, values)| (field.clone(), json!({ "eq": values, "equals": values })))
        .collect();
    let mut answer = json!({
        "name": name,
        "action": found.action,
        "rank": found.rank,
        "findingCriteria": { "criterion": criterion },
        "tags": {},
    });
    put(&mut answer, "description", found.description.clone());
    Ok(Reply::Json(answer))
}

fn create_filter(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    detector(context)?;
    let body = context.request.json.clone();
    let invalid =
        || bad_request("an invalid or out-of-range value is specified as an input parameter.");
    let name = text(&body, "name").unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let action = text(&body, "action").unwrap_or("NOOP");
    if !(3..=64).contains(&name.len())
        || !name.chars().all(allowed)
        || !matches!(action, "NOOP" | "ARCHIVE")
    {
        return Err(invalid());
    }
    Criteria::read(body.get("findingCriteria"))?;
    let mut equals = Vec::new();
    let criterion = body
        .pointer("/findingCriteria/criterion")
        .and_then(Value::as_object)
        .ok_or_else(invalid)?;
    for (field, condition) in criterion {
        // Of the operators only this one is simulated for rules.
        let values = condition
            .get("equals")
            .or_else(|| condition.get("eq"))
            .and_then(Value::as_array)
            .ok_or_else(invalid)?;
        let values = values.iter().filter_map(Value::as_str).map(str::to_owned);
        equals.push((field.clone(), values.collect()));
    }
    let filter = Filter {
        description: text(&body, "description").map(ToOwned::to_owned),
        action: action.to_owned(),
        rank: number(&body, "rank").unwrap_or(1),
        equals,
    };
    context.world.create_filter(name, filter)?;
    Ok(Reply::Json(json!({ "name": name })))
}
