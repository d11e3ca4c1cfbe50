//! The finding of a case that a person opens: nothing but the instance is known. Must not know how it was named.

use jiff::Timestamp;

use super::{Alert, Finding};
use crate::Digest;

/// The type of a finding that a person makes.
const MANUAL: &str = "manual";

impl Finding {
    /// A finding for an instance that a person points at; `at` is when, and becomes the end of the window.
    #[must_use]
    pub fn manual(instance_id: &str, account: &str, region: &str, at: Timestamp) -> Self {
        Self {
            id: format!("manual-{instance_id}"),
            kind: MANUAL.into(),
            family: "ec2".into(),
            account: Some(account.into()),
            region: Some(region.into()),
            last_seen: Some(at),
            updated: Some(at),
            instance_id: Some(instance_id.into()),
            ..Self::default()
        }
    }

    /// Whether a person made it by pointing at an instance.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        self.kind == MANUAL
    }
}

impl Alert {
    /// The alert of a case that a person opens: its bytes are what the person wrote.
    #[must_use]
    pub fn manual(words: &str) -> Self {
        Self {
            source: words.to_owned(),
            sha256: Digest::of(words.as_bytes()),
            envelope: "manual".into(),
        }
    }
}
