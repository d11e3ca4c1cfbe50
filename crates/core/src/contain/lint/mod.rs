//! The linter: what is dangerous in a profile, before it is used, and in a plan, before anybody approves it. Must not mend
//! anything, nor know how a plan comes about.

mod plan;
mod profile;

pub use plan::lint_plan;
pub use profile::lint;

use std::collections::BTreeMap;

/// Every code that the linter can say; the catalogues have words for each under `lint-`.
pub const FAULTS: [&str; 22] = [
    "addresses_before_isolate",
    "before_missing",
    "blind_before_evidence",
    "cut_after_wait",
    "cut_before_evidence",
    "detach_for_good",
    "empty",
    "irreversible",
    "isolate_after_stop",
    "name_taken",
    "need_unmet",
    "needs_snapshots",
    "needs_wait",
    "passage_left",
    "same_thing_at_once",
    "share_everyone",
    "share_needs_key",
    "shared_role",
    "step_twice",
    "stop_before_snapshot",
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
