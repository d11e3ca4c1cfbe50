//! SNS: the notification as HTTP and SQS subscribers get it, and as Lambda does. Must not know what the message is.

use serde_json::Value;

use super::{Hints, Inner, Opened, get, records};

pub(super) fn open(value: &Value) -> Option<Opened> {
    let message = |notification: &Value| {
        get(notification, "message")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let mut parts: Vec<(String, Inner)> = records(value)
        .filter_map(|(n, record)| {
            Some((
                format!("Records[{n}].Sns.Message"),
                Inner::Text(message(get(record, "sns")?)?),
            ))
        })
        .collect();
    // "Type" is SNS's own member; "TopicArn" tells it from logs that have a message too.
    if parts.is_empty() && get(value, "topicArn").is_some() {
        parts.push(("Message".to_owned(), Inner::Text(message(value)?)));
    }
    (!parts.is_empty()).then_some(Opened {
        name: Some("sns"),
        hints: Hints::default(),
        parts,
    })
}
