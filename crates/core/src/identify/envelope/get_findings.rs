//! The answer of `GetFindings`: `{"Findings": […]}`, or `{"findings": […]}` from the REST interface. Must not know other lists.

use super::{Inner, Opened, get};
use crate::identify::json::Node;

pub(super) fn open<'n, 'a>(node: &'n Node<'a>) -> Option<Opened<'n, 'a>> {
    let findings = get(node, "findings")?.items()?;
    Some(Opened::list(
        Some("get_findings"),
        "findings",
        findings,
        Inner::Json,
    ))
}
