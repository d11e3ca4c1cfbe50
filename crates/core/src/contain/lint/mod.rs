//! The linter: what is dangerous in a profile, before it is used, and in a plan, before anybody approves it. Must not mend
//! anything, nor know how a plan comes about.

mod profile;

pub use profile::lint;

use std::collections::BTreeMap;

/// Every code that the linter can say; the catalogues have words for each under `lint-`.
pub const FAULTS: [&str; 15] = [
    "addresses_before_isolate",
    "blind_before_evidence",
    "cut_after_wait",
    "detach_for_good",
    "empty",
    "irreversible",
    "isolate_after_stop",
    "name_taken",
    "needs_snapshots",
    "needs_wait",
    "share_everyone",
    "share_needs_key",
    "shared_role",
    "stop_without_snapshots",
    "twice",
];

/// A danger. Its words are in the catalogues under `lint-` and the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The code, such as `stop_without_snapshots`.
    pub code: &'static str,
    /// The measure of a profile or the step of a plan that is at fault; empty for the whole.
    pub at: String,
    /// Values for the text; `at` is among them.
    pub args: BTreeMap<String, String>,
}

impl Fault {
    fn new<const N: usize>(code: &'static str, at: &str, args: [(&str, String); N]) -> Self {
        Self {
            code,
            at: at.into(),
            args: [("at", at.to_owned())]
                .into_iter()
                .chain(args)
                .map(|(k, v)| (k.into(), v))
                .collect(),
        }
    }
}
