//! SQS: the answer of `ReceiveMessage`, one message of it, and the event that Lambda gets. Must not know what the body is.

use serde_json::Value;

use super::{Hints, Inner, Opened, get, records};

pub(super) fn open(value: &Value) -> Option<Opened> {
    let body = |message: &Value| {
        get(message, "body")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let mut parts: Vec<(String, Inner)> = records(value)
        .filter_map(|(n, record)| Some((format!("Records[{n}].body"), Inner::Text(body(record)?))))
        .collect();
    let messages = get(value, "messages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate();
    parts.extend(messages.filter_map(|(n, message)| {
        Some((format!("Messages[{n}].Body"), Inner::Text(body(message)?)))
    }));
    if parts.is_empty() {
        parts.push(("Body".to_owned(), Inner::Text(body(value)?)));
    }
    Some(Opened {
        name: Some("sqs"),
        hints: Hints::default(),
        parts,
    })
}
