//! `lists`: a threat list that raised the case has gone stale, or GuardDuty cannot use it any more. Must not read a list.

use jiff::SignedDuration;

use crate::case::Case;
use crate::monitor::{Look, Watch};

pub(in crate::monitor) const NAME: &str = "lists";

/// A list that nobody has renewed for so long is stale: addresses change hands within weeks.
const STALE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// `None` where no list of the account's own raised the case.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Option<Watch> {
    let named = case.whole_finding().threat_lists;
    if named.is_empty() {
        return None;
    }
    let Some(lists) = look.lists else {
        return Some(Watch::unknown(NAME, "lists-not-read"));
    };
    let ours = lists.iter().filter(|list| named.contains(&list.name));
    let ours: Vec<_> = ours.collect();
    // One of AWS's own, or of the administrator's account: not for this account to watch.
    if ours.is_empty() {
        return None;
    }
    let wrong = ours.iter().filter_map(|list| {
        if list.status != "ACTIVE" {
            return Some(format!("{} {}", list.name, list.status));
        }
        let modified = list.modified?;
        (look.at.duration_since(modified) > STALE).then(|| format!("{} {modified}", list.name))
    });
    Some(Watch::judged(NAME, wrong.collect()))
}
