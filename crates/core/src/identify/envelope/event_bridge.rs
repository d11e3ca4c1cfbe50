//! EventBridge: `{"detail-type": …, "detail": {finding}}`. Events that passed a rule's input transformer may have lost
//! everything but `detail`. Must not know what the detail is.

use serde_json::Value;

use super::{Inner, Opened, hints};

pub(super) fn open(value: &Value) -> Option<Opened> {
    let members = value.as_object()?;
    if let Some(detail) = members.get("detail").filter(|detail| detail.is_object()) {
        let parts = vec![("detail".to_owned(), Inner::Json(detail.clone()))];
        return Some(Opened {
            name: Some("eventbridge"),
            hints: hints(value),
            parts,
        });
    }
    // Normalisers of logs put the finding under `details` and their own members around it.
    let details = members
        .get("details")
        .filter(|details| super::is_native(details))?;
    let parts = vec![("details".to_owned(), Inner::Json(details.clone()))];
    Some(Opened {
        name: None,
        hints: super::Hints::default(),
        parts,
    })
}
