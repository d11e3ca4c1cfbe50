//! SQS: a message of the answer of `ReceiveMessage`, of the event that Lambda gets, or of a pipe. Must not know what the body is.

use super::{Inner, Opened, get};
use crate::identify::json::Node;

pub(super) fn open<'n, 'a>(node: &'n Node<'a>, listed: bool) -> Option<Opened<'n, 'a>> {
    let body = get(node, "body")?.as_str()?;
    let marked = ["messageId", "receiptHandle", "md5OfBody", "MD5OfBody"]
        .iter()
        .any(|name| get(node, name).is_some());
    let place = if node.members()?.iter().any(|(name, _)| name == "body") {
        "body"
    } else {
        "Body"
    };
    (listed || marked).then(|| Opened::one(Some("sqs"), place, Inner::Text(body)))
}
