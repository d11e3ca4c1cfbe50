//! CloudWatch Logs: groups, streams, events.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::world::{ApiError, LogEvent, LogGroup, World};

use super::cloudtrail::put;
use super::context::Context;
use super::failure::error;
use super::filters;
use super::json::{number, text, texts};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const LOGS: Service = Service::Logs;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(LOGS, "DescribeLogGroups", describe_groups),
    Operation::read(LOGS, "DescribeLogStreams", describe_streams),
    Operation::read(LOGS, "FilterLogEvents", filter_events),
    Operation::read(LOGS, "GetLogEvents", get_events),
];

pub(super) fn invalid(message: &str) -> ApiError {
    error("InvalidParameterException", message, 400)
}

pub(super) fn bad_token(_: &str) -> ApiError {
    invalid("The specified nextToken is invalid.")
}

/// The group by name or by ARN.
pub(super) fn group<'w>(
    world: &'w World,
    body: &Value,
) -> Result<(String, &'w LogGroup), ApiError> {
    let named = text(body, "logGroupName").or_else(|| text(body, "logGroupIdentifier"));
    let named = named.ok_or_else(|| invalid("logGroupName is required"))?;
    let name = match named.split_once(":log-group:") {
        Some((_, name)) => name.trim_end_matches(":*"),
        None => named,
    };
    world
        .log_groups
        .get(name)
        .map(|group| (name.to_owned(), group))
        .ok_or_else(|| {
            error(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                400,
            )
        })
}

fn arn(world: &World, name: &str) -> String {
    format!(
        "arn:aws:logs:{}:{}:log-group:{name}",
        world.region, world.account_id
    )
}

fn bytes(events: &[LogEvent]) -> usize {
    events.iter().map(|event| event.message.len() + 26).sum()
}

fn describe_groups(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let prefix = text(body, "logGroupNamePrefix");
    let pattern = text(body, "logGroupNamePattern");
    if prefix.is_some() && pattern.is_some() {
        return Err(invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let found: Vec<_> = world
        .log_groups
        .iter()
        .filter(|(name, _)| prefix.is_none_or(|prefix| name.starts_with(prefix)))
        .filter(|(name, _)| {
            pattern.is_none_or(|pattern| name.to_lowercase().contains(&pattern.to_lowercase()))
        })
        .collect();
    let (found, next) = filters::page(
        found,
        number(body, "limit").or(Some(50)),
        text(body, "nextToken"),
        bad_token,
    )?;
    let groups: Vec<Value> = found
        .into_iter()
        .map(|(name, group)| {
            let mut shown = json!({
                "logGroupName": name,
                "creationTime": group.created.as_millisecond(),
                "metricFilterCount": world.defences.metric_filters.iter().filter(|f| f.group == *name).count(),
                "arn": format!("{}:*", arn(world, name)),
                "logGroupArn": arn(world, name),
                "logGroupClass": "STANDARD",
                "storedBytes": group.streams.values().map(|events| bytes(events)).sum::<usize>(),
            });
            put(&mut shown, "retentionInDays", group.retention_days);
            shown
        })
        .collect();
    let mut answer = json!({"logGroups": groups});
    put(&mut answer, "nextToken", next);
    Ok(Reply::Json(answer))
}

fn describe_streams(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let (name, group) = group(world, body)?;
    let prefix = text(body, "logStreamNamePrefix");
    let by_time = text(body, "orderBy") == Some("LastEventTime");
    if by_time && prefix.is_some() {
        return Err(invalid(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    let mut found: Vec<_> = group
        .streams
        .iter()
        .filter(|(stream, _)| prefix.is_none_or(|prefix| stream.starts_with(prefix)))
        .collect();
    if by_time {
        found.sort_by_key(|(_, events)| events.last().map(|event| event.at));
    }
    if body.get("descending").and_then(Value::as_bool) == Some(true) {
        found.reverse();
    }
    let (found, next) = filters::page(
        found,
        number(body, "limit").or(Some(50)),
        text(body, "nextToken"),
        bad_token,
    )?;
    let streams: Vec<Value> = found
        .into_iter()
        .map(|(stream, events)| {
            let mut shown = json!({
                "logStreamName": stream,
                "creationTime": group.created.as_millisecond(),
                "arn": format!("{}:log-stream:{stream}", arn(world, &name)),
                "uploadSequenceToken": "0",
                "storedBytes": 0,
            });
            put(
                &mut shown,
                "firstEventTimestamp",
                events.first().map(|event| event.at.as_millisecond()),
            );
            put(
                &mut shown,
                "lastEventTimestamp",
                events.last().map(|event| event.at.as_millisecond()),
            );
            put(
                &mut shown,
                "lastIngestionTime",
                events
                    .iter()
                    .map(|event| event.ingested.as_millisecond())
                    .max(),
            );
            shown
        })
        .collect();
    let mut answer = json!({"logStreams": streams});
    put(&mut answer, "nextToken", next);
    Ok(Reply::Json(answer))
}

/// A filter pattern of unstructured text: every bare term must be there, of the `?terms` one, and no `-term`.
#[derive(Debug, Default, PartialEq)]
struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    fn read(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        if text.starts_with(['{', '[', '%']) {
            return Err(invalid(
                "Invalid filter pattern: the lab knows terms and quoted phrases only.",
            ));
        }
        let mut pattern = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (list, after) = match (rest.strip_prefix('?'), rest.strip_prefix('-')) {
                (Some(after), _) => (&mut pattern.any, after),
                (None, Some(after)) => (&mut pattern.none, after),
                (None, None) => (&mut pattern.all, rest),
            };
            let (term, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted
                    .split_once('"')
                    .ok_or_else(|| invalid("Invalid filter pattern: a quote is not closed."))?,
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            list.push(term.to_owned());
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    fn fits(&self, message: &str) -> bool {
        self.all.iter().all(|term| message.contains(term.as_str()))
            && (self.any.is_empty() || self.any.iter().any(|term| message.contains(term.as_str())))
            && !self.none.iter().any(|term| message.contains(term.as_str()))
    }
}

fn filter_events(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let (_, group) = group(world, body)?;
    let names = texts(body, "logStreamNames");
    let prefix = text(body, "logStreamNamePrefix");
    if !names.is_empty() && prefix.is_some() {
        return Err(invalid(
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
        ));
    }
    if names.iter().any(|name| !group.streams.contains_key(name)) {
        return Err(error(
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
            400,
        ));
    }
    let (from, to) = (number(body, "startTime"), number(body, "endTime"));
    let pattern = Pattern::read(text(body, "filterPattern").unwrap_or_default())?;
    let mut found: Vec<(&String, &LogEvent)> = group
        .streams
        .iter()
        .filter(|(stream, _)| names.is_empty() || names.contains(stream))
        .filter(|(stream, _)| prefix.is_none_or(|prefix| stream.starts_with(prefix)))
        .flat_map(|(stream, events)| events.iter().map(move |event| (stream, event)))
        .filter(|(_, event)| event.ingested <= world.now)
        .filter(|(_, event)| from.is_none_or(|from| event.at.as_millisecond() >= from))
        .filter(|(_, event)| to.is_none_or(|to| event.at.as_millisecond() <= to))
        .filter(|(_, event)| pattern.fits(&event.message))
        .collect();
    found.sort_by_key(|(_, event)| event.at);
    let limit = number(body, "limit").unwrap_or(10_000);
    if !(1..=10_000).contains(&limit) {
        return Err(invalid("limit must be between 1 and 10000"));
    }
    let (found, next) = filters::page(found, Some(limit), text(body, "nextToken"), bad_token)?;
    let events: Vec<Value> = found
        .into_iter()
        .map(|(stream, event)| {
            json!({
                "logStreamName": stream,
                "timestamp": event.at.as_millisecond(),
                "message": event.message,
                "ingestionTime": event.ingested.as_millisecond(),
                "eventId": event.id,
            })
        })
        .collect();
    let mut answer = json!({"events": events, "searchedLogStreams": []});
    put(&mut answer, "nextToken", next);
    Ok(Reply::Json(answer))
}

fn get_events(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let (_, group) = group(world, body)?;
    let stream = text(body, "logStreamName").ok_or_else(|| invalid("logStreamName is required"))?;
    let events = group.streams.get(stream).ok_or_else(|| {
        error(
            "ResourceNotFoundException",
            "The specified log stream does not exist.",
            400,
        )
    })?;
    let (from, to) = (number(body, "startTime"), number(body, "endTime"));
    let inside = |at: Timestamp| {
        let at = at.as_millisecond();
        from.is_none_or(|from| at >= from) && to.is_none_or(|to| at < to)
    };
    let found: Vec<&LogEvent> = events
        .iter()
        .filter(|event| event.ingested <= world.now && inside(event.at))
        .collect();
    let limit = number(body, "limit")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(10_000)
        .clamp(1, 10_000);
    // `f/N`: from event N on; `b/N`: what comes before event N.
    let (start, end) = match text(body, "nextToken") {
        Some(token) => {
            let place = |token: &str| {
                token
                    .parse::<usize>()
                    .map(|n| n.min(found.len()))
                    .map_err(|_| bad_token(""))
            };
            match (token.strip_prefix("f/"), token.strip_prefix("b/")) {
                (Some(n), _) => (place(n)?, place(n)?.saturating_add(limit)),
                (None, Some(n)) => (place(n)?.saturating_sub(limit), place(n)?),
                (None, None) => return Err(bad_token(token)),
            }
        }
        None if body.get("startFromHead").and_then(Value::as_bool) == Some(true) => (0, limit),
        None => (found.len().saturating_sub(limit), found.len()),
    };
    let end = end.min(found.len());
    let events: Vec<Value> = found
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .map(|event| {
            json!({
                "timestamp": event.at.as_millisecond(),
                "message": event.message,
                "ingestionTime": event.ingested.as_millisecond(),
            })
        })
        .collect();
    Ok(Reply::Json(json!({
        "events": events,
        "nextForwardToken": format!("f/{end}"),
        "nextBackwardToken": format!("b/{start}"),
    })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_terms() {
        let fits = |pattern: &str, message: &str| Pattern::read(pattern).unwrap().fits(message);
        assert!(fits("", "anything"));
        assert!(fits("Failed root", "Failed password for root"));
        assert!(!fits("Failed admin", "Failed password for root"));
        assert!(fits("\"Failed password\"", "Failed password for root"));
        assert!(fits("?Accepted ?Failed", "Failed password for root"));
        assert!(!fits("Failed -root", "Failed password for root"));
        assert!(Pattern::read("{ $.a = 1 }").is_err());
        assert!(Pattern::read("\"open").is_err());
    }
}
