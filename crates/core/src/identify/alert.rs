//! From bytes to findings: the envelopes an alert comes in. Must not know where the bytes came from.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// The bytes as received: their digest, and which envelope they came in. The bytes themselves are kept as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// File name, `-` for standard input, or the API call that brought it.
    pub source: String,
    /// Digest of the bytes.
    pub sha256: Digest,
    /// The envelopes, outermost first, joined by `+`; `manual` for a case opened by a person.
    pub envelope: String,
}
