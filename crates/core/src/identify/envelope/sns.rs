//! SNS: the notification as HTTP and SQS subscribers get it, and a record of the event that Lambda gets. Must not know what the
//! message is.

use super::{Inner, Opened, get};
use crate::identify::json::Node;

pub(super) fn open<'n, 'a>(node: &'n Node<'a>) -> Option<Opened<'n, 'a>> {
    let (holder, place) = match get(node, "sns").filter(|inner| inner.is_object()) {
        Some(inner) => (inner, "Sns.Message"),
        // "TopicArn" tells it from logs that have a message too.
        None => (node, "Message"),
    };
    if place == "Message" {
        get(node, "topicArn")?;
    }
    let message = get(holder, "message")?.as_str()?;
    Some(Opened::one(Some("sns"), place, Inner::Text(message)))
}
