//! EventBridge: `{"detail-type": …, "detail": {finding}}`. Events that passed a rule's input transformer may have lost
//! everything but `detail`; those given to `PutEvents` have it as a text. Must not know what the detail is.

use super::{Inner, Opened, get, hints, looks_like_json};
use crate::identify::json::Node;

pub(super) fn open<'n, 'a>(node: &'n Node<'a>) -> Option<Opened<'n, 'a>> {
    let inner = match get(node, "detail")? {
        detail @ Node::Object(_) => Inner::Json(detail),
        Node::Text(text) if looks_like_json(text) => {
            ["detail-type", "detailType"]
                .iter()
                .find_map(|name| get(node, name))?;
            Inner::Text(text)
        }
        _ => return None,
    };
    Some(Opened {
        hints: hints(node),
        ..Opened::one(Some("eventbridge"), "detail", inner)
    })
}
