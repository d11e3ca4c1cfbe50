//! Tells the account's trail of each call: CloudTrail's names for what the wire saw. It decides nothing.

use serde_json::{Map, Value, json};

use crate::world::{ApiCall, ApiError, Caller, World};

use super::operations::Operation;
use super::request::{Request, Route};
use super::service::{Protocol, Service};

/// The address that calls over the wire seem to come from: the client is on loopback, which CloudTrail never shows.
const CLIENT_ADDRESS: &str = "192.0.2.10";

/// Operations on objects are data events, which the trail does not have.
const DATA_EVENTS: [&str; 8] = [
    "GetObject",
    "GetObjectRetention",
    "PutObject",
    "DeleteObject",
    "HeadObject",
    "ListObjectsV2",
    "HeadBucket",
    "Unknown",
];

/// Records a call.
pub(crate) fn record(
    world: &mut World,
    request: &Request,
    route: &Route,
    operation: Option<&Operation>,
    caller: &Caller,
    request_id: &str,
    error: Option<&ApiError>,
) {
    if DATA_EVENTS.contains(&route.operation.as_str()) {
        return;
    }
    let prefix = if route.service == Service::Ec2 {
        "Client."
    } else {
        ""
    };
    world.record_call(&ApiCall {
        event_source: format!("{}.amazonaws.com", route.service.prefix()),
        event_name: route.operation.clone(),
        caller: caller.clone(),
        source_ip: CLIENT_ADDRESS.to_owned(),
        user_agent: request.header("user-agent").unwrap_or("-").to_owned(),
        request_parameters: parameters(request, route.service),
        response_elements: Value::Null,
        error: error.map(|error| (format!("{prefix}{}", error.code), error.message.clone())),
        read_only: operation.is_none_or(|operation| !operation.writes),
        request_id: request_id.to_owned(),
    });
}

fn parameters(request: &Request, service: Service) -> Value {
    match service.protocol() {
        Protocol::Ec2 => ec2(request.params.to_json()),
        Protocol::Query => lower(request.params.to_json()),
        Protocol::Json => request.json.clone(),
        Protocol::RestJson => {
            let mut body = request.json.as_object().cloned().unwrap_or_default();
            // The path names the detector, or the scan.
            match request.segment(0) {
                "detector" if request.segments.len() > 1 => {
                    body.insert("detectorId".to_owned(), json!(request.segment(1)));
                }
                "malware-scan" if request.method == "GET" => {
                    body.insert("scanId".to_owned(), json!(request.segment(1)));
                }
                _ => {}
            }
            Value::Object(body)
        }
        Protocol::S3 => json!({"bucketName": request.segment(0)}),
    }
}

/// `InstanceId` and `Value.1` as CloudTrail writes them: lower camel case.
fn lower(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (lower_first(&key), lower(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(lower).collect(),
        other => other,
    }
}

/// EC2's lists are sets of items: `InstanceId.1` is `instancesSet.items[0].instanceId`.
fn ec2(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let fields = fields.into_iter().map(|(key, value)| {
        let name = lower_first(&key);
        match value {
            Value::Array(items) => {
                let set = match name.as_str() {
                    "instanceId" => "instancesSet".to_owned(),
                    "resourceId" => "resourcesSet".to_owned(),
                    "tag" => "tagSet".to_owned(),
                    other => format!("{other}Set"),
                };
                let items: Vec<Value> = items
                    .into_iter()
                    .map(|item| match item {
                        Value::Object(_) => lower(item),
                        scalar => json!({name.clone(): scalar}),
                    })
                    .collect();
                (set, json!({"items": items}))
            }
            other => (name, lower(other)),
        }
    });
    Value::Object(fields.collect())
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_ids_are_a_set_of_items() {
        assert_eq!(
            ec2(json!({"InstanceId": ["i-1"], "Force": "true"})),
            json!({"instancesSet": {"items": [{"instanceId": "i-1"}]}, "force": "true"})
        );
    }
}
