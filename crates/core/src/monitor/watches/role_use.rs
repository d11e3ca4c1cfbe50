//! `role-use`: the sessions of the instance's role, which were denied everything, still get something done. Must not know how
//! the calls were read.

use crate::case::Case;
use crate::contain::{Action, changes};
use crate::evaluate::{Coverage, Fact, Gap, Source};
use crate::monitor::{Look, Watch, watched_since};

pub(in crate::monitor) const NAME: &str = "role-use";

/// Answers anybody, whatever is denied: AWS says that no permission is needed for it (STS API reference, `GetCallerIdentity`).
const HARMLESS: &str = "GetCallerIdentity";

/// `None` where nothing was denied to the role's sessions.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Option<Watch> {
    let denied = |(action, _): &(Action, String)| matches!(action, Action::DenySessions(_));
    if !changes(case).iter().any(denied) {
        return None;
    }
    let since = watched_since(case, None)?;
    let Some(activity) = look
        .activity
        .filter(|dossier| dossier.covered(Source::Cloudtrail) != Coverage::Absent)
    else {
        let early = look.activity.is_none() && look.at <= since;
        let why = if early {
            "trail-not-there-yet"
        } else {
            "no-trail"
        };
        return Some(Watch::unknown(NAME, why));
    };
    let (mut evidence, mut refused) = (Vec::new(), 0);
    for item in &activity.evidence {
        let Fact::ApiCall {
            event,
            service,
            source_ip,
            session_of,
            error,
            count,
            last,
            ..
        } = &item.fact
        else {
            continue;
        };
        let ours = session_of.is_some() && session_of.as_deref() == case.instance_id();
        if !ours || last.is_none_or(|last| last < since) {
            continue;
        }
        if error.is_some() {
            refused += count;
        } else if event != HARMLESS {
            evidence.push(format!("{service} {event} {source_ip}"));
        }
    }
    // That the trail does not reach to this very minute is its nature: it comes a quarter of an hour late.
    let hole = activity
        .coverage
        .get(&Source::Cloudtrail)
        .is_some_and(|covered| {
            covered
                .why
                .iter()
                .any(|gap| !matches!(gap, Gap::Window { .. }))
        });
    let watch = if evidence.is_empty() && hole {
        Watch::unknown(NAME, "trail-has-gaps")
    } else {
        Watch::judged(NAME, evidence)
    };
    Some(watch.with("refused", &refused).with("since", &since))
}
