//! CloudWatch Logs: the subscription event that Lambda gets (`awslogs.data`, gzip in base64), and what is in it or arrives
//! through Kinesis (`logEvents`, one message each). Must not know what the messages are.

use std::borrow::Cow;

use super::{Hints, Inner, Opened, get};
use crate::identify::json::{Node, at, text};

pub(super) fn open<'n, 'a>(node: &'n Node<'a>) -> Option<Opened<'n, 'a>> {
    if let Some(data) = at(node, &["awslogs", "data"]) {
        return Some(Opened::one(
            None,
            "awslogs.data",
            Inner::Base64(data.as_str()?),
        ));
    }
    let events = get(node, "logEvents")?.items()?;
    // CloudWatch Logs sends these to see whether the destination can be reached.
    let control = text(get(node, "messageType")).as_deref() == Some("CONTROL_MESSAGE");
    let parts = events
        .iter()
        .enumerate()
        .filter(|_| !control)
        .map(|(n, event)| {
            let place = Cow::Owned(format!("logEvents[{n}].message"));
            match get(event, "message").and_then(Node::as_str) {
                Some(message) => (place, Inner::Text(message)),
                None => (place, Inner::Json(event)),
            }
        });
    Some(Opened {
        name: None,
        hints: Hints::default(),
        parts: parts.collect(),
    })
}
