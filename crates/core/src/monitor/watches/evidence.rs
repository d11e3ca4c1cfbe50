//! `evidence`: a snapshot that the case took is gone, broken, or no longer marked as its own. Must not judge whether it is
//! needed.

use crate::case::{Case, SNAPSHOT};
use crate::monitor::{Look, Watch};

pub(in crate::monitor) const NAME: &str = "evidence";

/// `None` where the case has taken no snapshots.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Option<Watch> {
    let mut taken: Vec<&str> = case
        .artefacts
        .iter()
        .filter(|artefact| artefact.what == SNAPSHOT && artefact.target.starts_with("snap-"))
        .map(|artefact| artefact.target.as_str())
        .collect();
    taken.sort_unstable();
    taken.dedup();
    if taken.is_empty() {
        return None;
    }
    let Some(subject) = look.subject else {
        return Some(Watch::unknown(NAME, "subject-not-read"));
    };
    if let Some(unread) = subject.unread.iter().find(|u| u.what == "snapshots") {
        return Some(Watch::unknown(NAME, unread.why.clone()));
    }
    let touched = taken.iter().filter_map(|id| {
        let seen = subject.own_snapshots.iter().find(|s| s.id == **id);
        match seen {
            None => Some(format!("{id} gone")),
            Some(seen) if seen.state == "error" => Some(format!("{id} error")),
            Some(_) => None,
        }
    });
    Some(Watch::judged(NAME, touched.collect()).with("snapshots", &taken.len()))
}
