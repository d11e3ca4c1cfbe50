//! The slow way to a [`Call`]: any record that is JSON, in any of the wrappings that records travel in. Must not know what is asked
//! of the calls.

use memchr::memmem::Finder;
use serde_json::Value;

use super::{Call, Detail, walk};
use crate::time;

/// The event itself: `LookupEvents` has it as JSON in a string, EventBridge under `detail`, log shippers under `message`.
pub(super) fn unwrap(value: Value, depth: u8) -> Option<Value> {
    if value.get("eventName").is_some()
        || value.get("eventSource").is_some() && value.get("userIdentity").is_some()
    {
        return Some(value);
    }
    if depth == 0 {
        return None;
    }
    if let Some(text) = ["CloudTrailEvent", "message", "Message", "@message"]
        .iter()
        .find_map(|key| value.get(*key)?.as_str())
    {
        return unwrap(serde_json::from_str(text).ok()?, depth - 1);
    }
    unwrap(
        value
            .get("detail")
            .or_else(|| value.get("cloudTrailEvent"))?
            .clone(),
        depth - 1,
    )
}

/// The call that an event tells of.
pub(super) fn call(event: &Value) -> Option<Call<'_>> {
    let identity = event.get("userIdentity").unwrap_or(&Value::Null);
    let context = identity.get("sessionContext").unwrap_or(&Value::Null);
    let issuer = context.get("sessionIssuer").unwrap_or(&Value::Null);
    let named = ["arn", "invokedBy", "userName", "principalId"];
    let session = text(identity, "principalId")
        .and_then(walk::session)
        .or_else(|| walk::session_of_arn(text(identity, "arn")?));
    Some(Call {
        id: text(event, "eventID"),
        at: event.get("eventTime").and_then(time::of_value),
        event: text(event, "eventName")?,
        service: text(event, "eventSource").unwrap_or_default(),
        source_ip: text(event, "sourceIPAddress").unwrap_or_default(),
        error: text(event, "errorCode").or_else(|| failed_login(event)),
        principal: named.iter().find_map(|name| text(identity, name)),
        role: text(issuer, "arn"),
        session,
        region: text(event, "awsRegion"),
        read_only: match event.get("readOnly") {
            Some(Value::Bool(is)) => Some(*is),
            Some(Value::String(is)) => is.parse().ok(),
            _ => None,
        },
        delivery: match context.get("ec2RoleDelivery") {
            Some(Value::String(version)) => Some(version.as_bytes()),
            Some(Value::Number(version)) if version.as_f64() == Some(1.0) => Some(b"1.0"),
            Some(Value::Number(version)) if version.as_f64() == Some(2.0) => Some(b"2.0"),
            _ => None,
        },
        detail: Detail::Of(event),
    })
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v [u8]> {
    value
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::as_bytes)
}

/// A refused console login has no error code, only a message or an answer.
fn failed_login(event: &Value) -> Option<&[u8]> {
    if text(event, "eventName") != Some(b"ConsoleLogin") {
        return None;
    }
    let answer = event
        .get("responseElements")?
        .get("ConsoleLogin")?
        .as_str()?;
    (answer == "Failure").then_some(answer.as_bytes())
}

/// Whether a text stands anywhere in the values.
pub(super) fn mentions(value: &Value, text: &Finder<'_>) -> bool {
    match value {
        Value::String(found) => text.find(found.as_bytes()).is_some(),
        Value::Array(values) => values.iter().any(|value| mentions(value, text)),
        Value::Object(members) => members.values().any(|value| mentions(value, text)),
        _ => false,
    }
}
