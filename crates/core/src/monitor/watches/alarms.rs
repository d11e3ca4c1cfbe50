//! `alarms`: what watches the case in the account: an alarm went off, or an alarm, a filter or a rule of ours is gone, changed
//! or off. Must not know who did it.

use crate::case::Case;
use crate::monitor::{Guard, Look, Seen, Watch, watch_objects};

pub(in crate::monitor) const NAME: &str = "alarms";

/// `None` where nothing was made to watch. An alarm that a fix made is the account's: it goes off at every change of the
/// account's defences, also at our own, and says nothing of the case.
pub(in crate::monitor) fn watch(case: &Case, look: &Look<'_>) -> Option<Watch> {
    let guards = watch_objects(case);
    if guards.is_empty() {
        return None;
    }
    let Some(objects) = look.objects else {
        return Some(Watch::unknown(NAME, "objects-not-read"));
    };
    let (mut evidence, mut unread) = (Vec::new(), None);
    for guard in &guards {
        match objects.iter().find(|seen| seen.wanted == guard.object) {
            Some(Seen {
                found: Err(why), ..
            }) => unread = Some(why.clone()),
            Some(seen) => evidence.extend(about(guard, seen)),
            None => unread = Some("objects-not-read".into()),
        }
    }
    Some(match unread {
        Some(why) if evidence.is_empty() => Watch::unknown(NAME, why),
        _ => Watch::judged(NAME, evidence).with("objects", &guards.len()),
    })
}

fn about(guard: &Guard, seen: &Seen) -> Option<String> {
    let name = guard.object.name();
    let Ok(Some(found)) = &seen.found else {
        return Some(format!("{name} gone"));
    };
    if found.object != guard.object {
        return Some(format!("{name} changed"));
    }
    if !found.on {
        return Some(format!("{name} off"));
    }
    let alarm = found.state.as_deref() == Some("ALARM");
    (alarm && !guard.of_fix).then(|| format!("{name} ALARM"))
}
