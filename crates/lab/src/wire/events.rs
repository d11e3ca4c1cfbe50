//! EventBridge: rules on the default bus and their targets. Names, shapes and bounds are those of the service model of
//! 2015-10-07.

use serde_json::{Value, json};

use crate::world::{ApiError, EventRule};

use super::cloudtrail::put;
use super::cloudwatch_alarms::tags;
use super::context::Context;
use super::failure::error;
use super::filters;
use super::json::{number, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const EVENTS: Service = Service::Events;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::write(EVENTS, "PutRule", put_rule),
    Operation::read(EVENTS, "DescribeRule", describe),
    Operation::read(EVENTS, "ListRules", list),
    Operation::write(EVENTS, "DeleteRule", delete),
    Operation::write(EVENTS, "EnableRule", enable),
    Operation::write(EVENTS, "DisableRule", disable),
    Operation::write(EVENTS, "PutTargets", put_targets),
    Operation::read(EVENTS, "ListTargetsByRule", list_targets),
    Operation::write(EVENTS, "RemoveTargets", remove_targets),
    Operation::write(EVENTS, "TagResource", tag),
    Operation::read(EVENTS, "ListTagsForResource", list_tags),
];

fn invalid(message: &str) -> ApiError {
    error("ValidationException", message, 400)
}

fn arn(context: &Context<'_>, name: &str) -> String {
    format!(
        "arn:aws:events:{}:{}:rule/{name}",
        context.world.region, context.world.account_id
    )
}

/// The rule that a request names, in one field or another.
fn named<'a>(context: &'a mut Context<'_>, field: &str) -> Result<&'a mut EventRule, ApiError> {
    let name = text(&context.request.json, field).unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or(name);
    let missing = || {
        error(
            "ResourceNotFoundException",
            &format!("Rule {name} does not exist on EventBus default."),
            400,
        )
    };
    context
        .world
        .defences
        .rules
        .get_mut(name)
        .ok_or_else(missing)
}

fn put_rule(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let name = text(body, "Name").unwrap_or_default().to_owned();
    let safe = |c: char| c.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(safe) {
        return Err(invalid("Name is none"));
    }
    let bad = || {
        error(
            "InvalidEventPatternException",
            "Event pattern is not valid.",
            400,
        )
    };
    let pattern: Value = text(body, "EventPattern")
        .and_then(|pattern| serde_json::from_str(pattern).ok())
        .filter(Value::is_object)
        .ok_or_else(bad)?;
    let enabled = match text(body, "State").unwrap_or("ENABLED") {
        "ENABLED" => true,
        "DISABLED" => false,
        _ => return Err(invalid("State is none")),
    };
    let description = text(body, "Description").map(ToOwned::to_owned);
    let tags = tags(body);
    let rules = &mut context.world.defences.rules;
    // A rule that is put again keeps its targets and its tags.
    let rule = rules.entry(name.clone()).or_insert_with(|| EventRule {
        tags,
        ..EventRule::default()
    });
    rule.pattern = pattern;
    rule.enabled = enabled;
    rule.description = description;
    Ok(Reply::Json(json!({ "RuleArn": arn(context, &name) })))
}

fn shown(arn: &str, name: &str, rule: &EventRule) -> Value {
    let mut shown = json!({
        "Name": name,
        "Arn": arn,
        "EventPattern": rule.pattern.to_string(),
        "State": if rule.enabled { "ENABLED" } else { "DISABLED" },
        "EventBusName": "default",
    });
    put(&mut shown, "Description", rule.description.clone());
    shown
}

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let rule = named(context, "Name")?.clone();
    let name = text(&context.request.json, "Name").unwrap_or_default();
    Ok(Reply::Json(shown(&arn(context, name), name, &rule)))
}

fn list(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let prefix = text(body, "NamePrefix").unwrap_or_default();
    let found = context.world.defences.rules.iter();
    let found = found.filter(|(name, _)| name.starts_with(prefix));
    let (found, next) = filters::page(
        found.collect(),
        number(body, "Limit").or(Some(100)),
        text(body, "NextToken"),
        |_| invalid("NextToken is none"),
    )?;
    let rules: Vec<Value> = found
        .into_iter()
        .map(|(name, rule)| shown(&arn(context, name), name, rule))
        .collect();
    let mut answer = json!({ "Rules": rules });
    put(&mut answer, "NextToken", next);
    Ok(Reply::Json(answer))
}

/// A rule that is not there is deleted as well as any; one with targets is not.
fn delete(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    if let Ok(rule) = named(context, "Name")
        && !rule.targets.is_empty()
    {
        return Err(invalid("Rule can't be deleted since it has targets."));
    }
    let name = text(&context.request.json, "Name").unwrap_or_default();
    context.world.defences.rules.remove(name);
    Ok(Reply::Json(Value::Null))
}

fn enable(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    named(context, "Name")?.enabled = true;
    Ok(Reply::Json(Value::Null))
}

fn disable(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    named(context, "Name")?.enabled = false;
    Ok(Reply::Json(Value::Null))
}

fn put_targets(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let targets = context.request.json.get("Targets").cloned();
    let targets = targets.as_ref().and_then(Value::as_array);
    let targets = targets.filter(|targets| (1..=5).contains(&targets.len()));
    let targets = targets.ok_or_else(|| invalid("Targets must be 1 to 5"))?;
    let rule = named(context, "Rule")?;
    let mut failed = Vec::new();
    for target in targets {
        let (id, arn) = (text(target, "Id"), text(target, "Arn"));
        match (id, arn.filter(|arn| arn.starts_with("arn:"))) {
            (Some(id), Some(arn)) => {
                rule.targets.insert(id.to_owned(), arn.to_owned());
            }
            (id, _) => failed.push(json!({
                "TargetId": id, "ErrorCode": "ValidationException", "ErrorMessage": "Arn is none",
            })),
        }
    }
    Ok(Reply::Json(
        json!({ "FailedEntryCount": failed.len(), "FailedEntries": failed }),
    ))
}

fn list_targets(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let targets: Vec<Value> = named(context, "Rule")?
        .targets
        .iter()
        .map(|(id, arn)| json!({ "Id": id, "Arn": arn }))
        .collect();
    Ok(Reply::Json(json!({ "Targets": targets })))
}

fn remove_targets(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let ids = texts(&context.request.json, "Ids");
    let rule = named(context, "Rule")?;
    let failed: Vec<Value> = ids
        .iter()
        .filter(|id| rule.targets.remove(*id).is_none())
        .map(|id| {
            json!({
                "TargetId": id, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "There is no such target",
            })
        })
        .collect();
    Ok(Reply::Json(
        json!({ "FailedEntryCount": failed.len(), "FailedEntries": failed }),
    ))
}

fn tag(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let tags = tags(&context.request.json);
    named(context, "ResourceARN")?.tags.extend(tags);
    Ok(Reply::Json(json!({})))
}

fn list_tags(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let tags: Vec<Value> = named(context, "ResourceARN")?
        .tags
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    Ok(Reply::Json(json!({ "Tags": tags })))
}
