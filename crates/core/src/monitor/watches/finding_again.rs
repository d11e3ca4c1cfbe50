//! `finding-again`: GuardDuty saw the instance again. Must not know what was done since.

use crate::case::Case;
use crate::monitor::{Look, Watch, watched_since};

pub(in crate::monitor) const NAME: &str = "finding-again";

/// GuardDuty saw activity of the instance after the containment; without a containment, after what the case knows of.
/// The time of the activity counts: an update that reports older activity comes up to six hours late.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Watch {
    let Some(findings) = look.findings else {
        return Watch::unknown(NAME, "findings-not-read");
    };
    let finding = case.whole_finding();
    let known = finding.last_seen.or(finding.updated).unwrap_or(case.opened);
    let since = watched_since(case, None).unwrap_or(known);
    let again = findings
        .iter()
        .filter(|f| f.last_seen.or(f.updated).is_some_and(|at| at > since));
    let evidence: Vec<String> = again
        .map(|f| format!("{} {} count={}", f.id, f.kind, f.count.unwrap_or(1)))
        .collect();
    Watch::judged(NAME, evidence).with("since", &since)
}
