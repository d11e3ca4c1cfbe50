//! Kinesis: a record of the event that Lambda gets, of the answer of `GetRecords`, of Firehose's transformation event, or of a
//! pipe; the data is base64. Must not know what the data is.

use super::{Inner, Opened, get};
use crate::identify::json::Node;

pub(super) fn open<'n, 'a>(node: &'n Node<'a>, listed: bool) -> Option<Opened<'n, 'a>> {
    let (holder, place) = match get(node, "kinesis") {
        Some(inner) => (inner, "kinesis.data"),
        None => (node, "data"),
    };
    let data = get(holder, "data")?.as_str()?;
    let marked = ["partitionKey", "sequenceNumber", "recordId"]
        .iter()
        .any(|name| get(holder, name).is_some());
    (listed || marked || place == "kinesis.data")
        .then(|| Opened::one(Some("kinesis"), place, Inner::Base64(data)))
}
