//! CloudWatch: metric alarms, made, shown, set and deleted. There are no composite ones.

use serde_json::{Map, Value, json};

use crate::world::{ApiError, MetricAlarm, Tags};

use super::cloudtrail::put;
use super::context::Context;
use super::failure::error;
use super::filters;
use super::json::{number, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const CLOUD_WATCH: Service = Service::CloudWatch;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(CLOUD_WATCH, "DescribeAlarms", describe),
    Operation::write(CLOUD_WATCH, "PutMetricAlarm", put_alarm),
    Operation::write(CLOUD_WATCH, "DeleteAlarms", delete),
    Operation::write(CLOUD_WATCH, "SetAlarmState", set_state),
    Operation::write(CLOUD_WATCH, "EnableAlarmActions", enable),
    Operation::write(CLOUD_WATCH, "DisableAlarmActions", disable),
];

/// What of a request an alarm keeps.
const KEPT: [&str; 17] = [
    "AlarmName",
    "AlarmDescription",
    "ActionsEnabled",
    "OKActions",
    "AlarmActions",
    "InsufficientDataActions",
    "MetricName",
    "Namespace",
    "Statistic",
    "Dimensions",
    "Period",
    "EvaluationPeriods",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "Metrics",
    "ThresholdMetricId",
];
/// What an alarm may do about missing values.
const MISSING: [&str; 4] = ["breaching", "notBreaching", "ignore", "missing"];
/// How an alarm compares.
const OPERATORS: [&str; 7] = [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
];

fn invalid(message: &str) -> ApiError {
    error("ValidationError", message, 400)
}

/// All alarms, or those that are named, or of one beginning.
fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let (names, kinds) = (texts(body, "AlarmNames"), texts(body, "AlarmTypes"));
    let prefix = text(body, "AlarmNamePrefix");
    if prefix.is_some() && !names.is_empty() {
        return Err(invalid(
            "AlarmNamePrefix and AlarmNames are mutually exclusive",
        ));
    }
    let metric = kinds.is_empty() || kinds.iter().any(|kind| *kind == "MetricAlarm");
    let found = world
        .defences
        .alarms
        .iter()
        .filter(|_| metric)
        .filter(|alarm| names.is_empty() || names.iter().any(|name| **name == alarm.name))
        .filter(|alarm| prefix.is_none_or(|prefix| alarm.name.starts_with(prefix)));
    let (found, next) = filters::page(
        found.collect(),
        number(body, "MaxRecords").or(Some(50)),
        text(body, "NextToken"),
        |_| error("InvalidNextToken", "Invalid token", 400),
    )?;
    let shown: Vec<Value> = found
        .into_iter()
        .map(|alarm| {
            let mut shown = alarm.config.clone();
            let arn = format!(
                "arn:aws:cloudwatch:{}:{}:alarm:{}",
                world.region, world.account_id, alarm.name
            );
            put(&mut shown, "AlarmArn", Some(arn));
            put(&mut shown, "StateValue", Some(world.alarm_state(alarm)));
            put(&mut shown, "StateReason", Some("By its last periods"));
            shown
        })
        .collect();
    let mut answer = json!({ "MetricAlarms": shown, "CompositeAlarms": [] });
    put(&mut answer, "NextToken", next);
    Ok(Reply::Json(answer))
}

fn put_alarm(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let required = |name: &str| {
        text(body, name)
            .map(ToOwned::to_owned)
            .ok_or_else(|| invalid(&format!("{name} is required")))
    };
    let name = required("AlarmName")?;
    let operator = required("ComparisonOperator")?;
    if !OPERATORS.contains(&operator.as_str()) {
        return Err(invalid("ComparisonOperator is none"));
    }
    if number(body, "EvaluationPeriods").is_none_or(|n| n < 1) {
        return Err(invalid("EvaluationPeriods must be 1 or more"));
    }
    let missing = text(body, "TreatMissingData").unwrap_or("missing");
    if !MISSING.contains(&missing) {
        return Err(invalid("TreatMissingData is none"));
    }
    let queries = body.get("Metrics").and_then(Value::as_array);
    match queries.filter(|queries| !queries.is_empty()) {
        Some(queries) => {
            if text(body, "MetricName").is_some() {
                return Err(invalid("Metrics and MetricName are mutually exclusive"));
            }
            let band = text(body, "ThresholdMetricId");
            if band.is_some() && !queries.iter().any(|query| text(query, "Id") == band) {
                return Err(invalid("ThresholdMetricId is not in Metrics"));
            }
            if band.is_none() && body.get("Threshold").is_none() {
                return Err(invalid("Threshold is required"));
            }
        }
        None => {
            required("MetricName")?;
            required("Namespace")?;
            if body.get("Threshold").is_none() || number(body, "Period").is_none() {
                return Err(invalid("Threshold and Period are required"));
            }
        }
    }
    let actions = texts(body, "AlarmActions");
    if actions.iter().any(|arn| !arn.starts_with("arn:")) {
        return Err(invalid("Invalid arn in AlarmActions"));
    }
    let mut config: Map<String, Value> = KEPT
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())))
        .collect();
    for (name, value) in [
        ("ActionsEnabled", json!(true)),
        ("OKActions", json!([])),
        ("AlarmActions", json!([])),
        ("InsufficientDataActions", json!([])),
        ("TreatMissingData", json!("missing")),
    ] {
        config.entry(name).or_insert(value);
    }
    let alarm = MetricAlarm {
        name,
        config: Value::Object(config),
        tags: tags(body),
        set: None,
    };
    context.world.put_alarm(alarm);
    Ok(Reply::Json(json!({})))
}

/// Tags as most services of the JSON protocols take them.
pub(super) fn tags(body: &Value) -> Tags {
    let all = body.get("Tags").and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .filter_map(|tag| Some((text(tag, "Key")?.to_owned(), text(tag, "Value")?.to_owned())))
        .collect()
}

fn unknown(name: &str) -> ApiError {
    error(
        "ResourceNotFound",
        &format!("There is no alarm {name}"),
        404,
    )
}

fn delete(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let names = texts(&context.request.json, "AlarmNames");
    let alarms = &mut context.world.defences.alarms;
    if let Some(gone) = names
        .iter()
        .find(|name| !alarms.iter().any(|alarm| alarm.name == **name))
    {
        return Err(unknown(gone));
    }
    alarms.retain(|alarm| !names.contains(&alarm.name));
    Ok(Reply::Json(json!({})))
}

fn set_state(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let name = text(body, "AlarmName").unwrap_or_default();
    let state = text(body, "StateValue").unwrap_or_default();
    if !["OK", "ALARM", "INSUFFICIENT_DATA"].contains(&state) {
        return Err(invalid("StateValue is none"));
    }
    let set = context.world.set_now(state);
    let alarms = &mut context.world.defences.alarms;
    let alarm = alarms.iter_mut().find(|alarm| alarm.name == name);
    alarm.ok_or_else(|| unknown(name))?.set = Some(set);
    Ok(Reply::Json(json!({})))
}

fn enable(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    switch(context, true)
}

fn disable(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    switch(context, false)
}

fn switch(context: &mut Context<'_>, on: bool) -> Result<Reply, ApiError> {
    let names = texts(&context.request.json, "AlarmNames");
    for alarm in &mut context.world.defences.alarms {
        if names.contains(&alarm.name)
            && let Some(config) = alarm.config.as_object_mut()
        {
            config.insert("ActionsEnabled".to_owned(), json!(on));
        }
    }
    Ok(Reply::Json(json!({})))
}
