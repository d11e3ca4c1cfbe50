//! CloudTrail: looking up events, and the state of the trail.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::world::{ApiError, Trail, TrailEvent};

use super::context::Context;
use super::failure::error;
use super::filters;
use super::json::{epoch, number, text, texts, time};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const CLOUD_TRAIL: Service = Service::CloudTrail;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(CLOUD_TRAIL, "LookupEvents", lookup),
    Operation::read(CLOUD_TRAIL, "DescribeTrails", describe_trails),
    Operation::read(CLOUD_TRAIL, "GetTrailStatus", trail_status),
    Operation::read(CLOUD_TRAIL, "GetEventSelectors", event_selectors),
];

/// What `LookupEvents` may be asked for; one attribute at a time.
fn fits(event: &TrailEvent, key: &str, value: &str) -> Result<bool, ApiError> {
    Ok(match key {
        "EventId" => event.id == value,
        "EventName" => event.name == value,
        "EventSource" => event.source == value,
        "ReadOnly" => event.read_only.to_string() == value,
        "Username" => event.username == value,
        "AccessKeyId" => event.access_key_id == value,
        "ResourceType" => event.resources.iter().any(|(kind, _)| kind == value),
        "ResourceName" => event.resources.iter().any(|(_, name)| name == value),
        _ => {
            return Err(error(
                "InvalidLookupAttributesException",
                &format!("Invalid lookup attribute key: {key}"),
                400,
            ));
        }
    })
}

fn lookup(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    if context.world.settings.lookup_events_refused {
        return Err(error(
            "AccessDeniedException",
            "User is not authorized to perform: cloudtrail:LookupEvents",
            400,
        ));
    }
    let world = &*context.world;
    let body = &context.request.json;
    let none = Vec::new();
    let attributes = body
        .get("LookupAttributes")
        .and_then(Value::as_array)
        .unwrap_or(&none);
    if attributes.len() > 1 {
        return Err(error(
            "InvalidLookupAttributesException",
            "You cannot specify more than one lookup attribute",
            400,
        ));
    }
    let (from, to) = (time(body, "StartTime")?, time(body, "EndTime")?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(error(
            "InvalidTimeRangeException",
            "StartTime cannot be after EndTime",
            400,
        ));
    }
    let size = number(body, "MaxResults").unwrap_or(50);
    if !(1..=50).contains(&size) {
        return Err(error(
            "InvalidMaxResultsException",
            "MaxResults must be between 1 and 50",
            400,
        ));
    }
    let inside = |at: Timestamp| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to);
    let mut found = Vec::new();
    for event in world.visible_events().filter(|event| inside(event.at)) {
        let mut wanted = true;
        for attribute in attributes {
            let key = text(attribute, "AttributeKey").unwrap_or_default();
            let value = text(attribute, "AttributeValue").unwrap_or_default();
            wanted &= fits(event, key, value)?;
        }
        if wanted {
            found.push(event);
        }
    }
    // The pages must not move under the reader while the client's own lookups become events at the head of the list:
    // the token says how far from the oldest event the next page begins.
    let bad = |_: &str| error("InvalidNextTokenException", "Invalid token", 400);
    let (events, next) = filters::page_from_end(found, size, text(body, "NextToken"), bad)?;
    let events: Vec<Value> = events.into_iter().map(shown).collect();
    let mut answer = json!({"Events": events});
    put(&mut answer, "NextToken", next);
    Ok(Reply::Json(answer))
}

fn shown(event: &TrailEvent) -> Value {
    let resources: Vec<Value> = event
        .resources
        .iter()
        .map(|(kind, name)| json!({"ResourceType": kind, "ResourceName": name}))
        .collect();
    json!({
        "EventId": event.id,
        "EventName": event.name,
        "ReadOnly": event.read_only.to_string(),
        "AccessKeyId": event.access_key_id,
        "EventTime": epoch(event.at),
        "EventSource": event.source,
        "Username": event.username,
        "Resources": resources,
        "CloudTrailEvent": event.record.to_string(),
    })
}

/// Sets a field if there is a value.
pub(super) fn put(answer: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let (Some(fields), Some(value)) = (answer.as_object_mut(), value) {
        fields.insert(name.to_owned(), value.into());
    }
}

fn describe_trails(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let trail = &context.world.trail;
    let names = texts(&context.request.json, "trailNameList");
    let shown = names.is_empty() || names.iter().any(|name| is(trail, name));
    let list: Vec<Value> = shown
        .then(|| {
            let mut shown = json!({
                "Name": trail.name,
                "S3BucketName": trail.bucket,
                "IncludeGlobalServiceEvents": true,
                "IsMultiRegionTrail": trail.is_multi_region,
                "HomeRegion": context.world.region,
                "TrailARN": trail.arn,
                "LogFileValidationEnabled": trail.log_file_validation,
                "HasCustomEventSelectors": false,
                "HasInsightSelectors": false,
                "IsOrganizationTrail": false,
            });
            put(&mut shown, "KmsKeyId", trail.kms_key_id.clone());
            put(
                &mut shown,
                "CloudWatchLogsLogGroupArn",
                trail.log_group_arn.clone(),
            );
            shown
        })
        .into_iter()
        .collect();
    Ok(Reply::Json(json!({"trailList": list})))
}

fn is(trail: &Trail, name: &str) -> bool {
    name == trail.name || name == trail.arn
}

/// The trail, when it is the one that is asked for.
fn named<'w>(context: &'w Context<'_>, member: &str) -> Result<&'w Trail, ApiError> {
    let trail = &context.world.trail;
    let name = text(&context.request.json, member).unwrap_or_default();
    if is(trail, name) {
        return Ok(trail);
    }
    Err(error(
        "TrailNotFoundException",
        &format!("Unknown trail: {name}"),
        400,
    ))
}

fn event_selectors(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let trail = named(context, "TrailName")?;
    let kind = if trail.records_reads {
        "All"
    } else {
        "WriteOnly"
    };
    Ok(Reply::Json(json!({
        "TrailARN": trail.arn,
        "EventSelectors": [{
            "ReadWriteType": kind,
            "IncludeManagementEvents": true,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }],
    })))
}

fn trail_status(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let trail = named(context, "Name")?;
    let mut answer = Value::Object(Map::new());
    put(&mut answer, "IsLogging", Some(trail.is_logging));
    put(&mut answer, "StartLoggingTime", Some(epoch(trail.started)));
    put(
        &mut answer,
        "LatestDeliveryTime",
        trail.latest_delivery.map(epoch),
    );
    Ok(Reply::Json(answer))
}
