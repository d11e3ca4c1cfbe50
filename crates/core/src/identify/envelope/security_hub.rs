//! Security Hub: an EventBridge event whose `detail.findings` are findings in another shape, or the answer of its API.
//! Must not know that shape: see `asff` and `ocsf`.

use super::{Inner, Opened, get, hints};
use crate::identify::json::Node;

pub(super) fn open<'n, 'a>(node: &'n Node<'a>) -> Option<Opened<'n, 'a>> {
    let (inside, place) = match get(node, "detail") {
        Some(detail) => (detail, "detail.findings"),
        None => (node, "findings"),
    };
    let findings = get(inside, "findings")?.items()?;
    if !findings
        .iter()
        .any(|finding| super::asff::is(finding) || super::ocsf::is(finding))
    {
        return None;
    }
    Some(Opened {
        hints: hints(node),
        ..Opened::list(Some("security_hub"), place, findings, Inner::Json)
    })
}
