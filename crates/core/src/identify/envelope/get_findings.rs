//! The answer of `GetFindings`: `{"Findings": […]}`, or `{"findings": […]}` from the REST interface. Must not know other lists.

use serde_json::Value;

use super::{Hints, Inner, Opened, get};

pub(super) fn open(value: &Value) -> Option<Opened> {
    let findings = get(value, "findings")?.as_array()?;
    let parts = findings
        .iter()
        .enumerate()
        .map(|(n, finding)| (format!("findings[{n}]"), Inner::Json(finding.clone())));
    Some(Opened {
        name: Some("get_findings"),
        hints: Hints::default(),
        parts: parts.collect(),
    })
}
