//! Security Hub: an EventBridge event whose `detail.findings` are findings in another shape, or the answer of its API.
//! Must not know that shape: see `asff` and `ocsf`.

use serde_json::Value;

use super::{Inner, Opened, get, hints};

pub(super) fn open(value: &Value) -> Option<Opened> {
    let (inside, place) = match value.get("detail") {
        Some(detail) => (detail, "detail."),
        None => (value, ""),
    };
    let findings = get(inside, "findings")?.as_array()?;
    if !findings
        .iter()
        .any(|finding| super::asff::is(finding) || super::ocsf::is(finding))
    {
        return None;
    }
    let parts = findings.iter().enumerate().map(|(n, finding)| {
        (
            format!("{place}findings[{n}]"),
            Inner::Json(finding.clone()),
        )
    });
    Some(Opened {
        name: Some("security_hub"),
        hints: hints(value),
        parts: parts.collect(),
    })
}
