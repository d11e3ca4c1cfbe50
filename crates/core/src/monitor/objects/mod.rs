//! What watches a case in the account when nobody looks: alarms, metric filters, rules. What is wanted, what stands by the
//! journal, and the plans that make and delete it. Must not know how the account is asked.

mod pattern;
mod wanted;

use jiff::{SignedDuration, Timestamp};

pub use wanted::wanted_objects;

use super::observation_hours;
use crate::case::Case;
use crate::contain::{
    Action, Builder, DEFAULT_PROFILE, Note, Plan, Purpose, SetWatchObject, Severity, WatchObject,
};
use crate::identify::Subject;

/// Codes of the notes that a plan of watch objects can use, with words in the catalogues under `note-`. `unread_part` is
/// shared with the containment.
pub const WATCH_NOTES: &[&str] = &[
    "watch_addresses_left_out",
    "watch_format_lacks",
    "watch_no_addresses",
    "watch_no_history",
    "watch_no_log_group",
    "watch_not_running",
    "watch_object_changed",
    "watch_rules_need_topic",
    "watch_tells_nobody",
    "watch_topic_policy",
];

/// The shortest time for which an object is wanted, in hours: less would not outlive a weekend.
const SHORTEST: i64 = 72;

/// An object that stands by the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// As it was left.
    pub object: WatchObject,
    /// Until when it is wanted.
    pub until: Option<Timestamp>,
    /// Whether a fix made it: then it is the account's and stays when the case closes.
    pub of_fix: bool,
}

/// An object as the account has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// It.
    pub object: WatchObject,
    /// Whether it does its work: a rule is enabled, an alarm may act.
    pub on: bool,
    /// An alarm's state: `OK`, `ALARM`, `INSUFFICIENT_DATA`.
    pub state: Option<String>,
}

/// What a look for an object found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What was looked for.
    pub wanted: WatchObject,
    /// What is there; `None` when nothing bears its name. AWS's word when it could not be read.
    pub found: Result<Option<Found>, String>,
}

impl Seen {
    /// Whether it stands exactly as wanted, and does its work.
    #[must_use]
    pub fn stands(&self) -> bool {
        matches!(&self.found, Ok(Some(found)) if found.on && found.object == self.wanted)
    }
}

/// The objects that the case's plans left, by the journal alone: one whose deletion is not known to be done may stand.
#[must_use]
pub fn watch_objects(case: &Case) -> Vec<Guard> {
    let mut all: Vec<Guard> = Vec::new();
    for record in &case.plans {
        let of_fix = matches!(
            record.plan.purpose,
            Purpose::Fix { .. } | Purpose::Revert { .. }
        );
        for (step, state) in record.progress() {
            let Action::SetWatchObject(set) = &step.action else {
                continue;
            };
            let Some(place) = set.object().map(WatchObject::place) else {
                continue;
            };
            match &set.to {
                Some(to) if state.may_have_acted() => {
                    all.retain(|guard| guard.object.place() != place);
                    all.push(Guard {
                        object: (**to).clone(),
                        until: set.until,
                        of_fix,
                    });
                }
                None if state.is_done() => all.retain(|guard| guard.object.place() != place),
                Some(_) | None => {}
            }
        }
    }
    all
}

/// The plan that makes what is wanted and does not stand yet; `None` where it all stands. What bears a name of ours and is
/// not as this case left it is changed only on a person's express word.
#[must_use]
pub fn watch_plan(
    case: &Case,
    subject: &Subject,
    mut notes: Vec<Note>,
    seen: &[Seen],
) -> Option<Plan> {
    let hours = observation_hours(case).max(SHORTEST);
    let until = subject
        .read_at
        .checked_add(SignedDuration::from_hours(hours))
        .ok();
    let known = watch_objects(case);
    let mut steps = Builder::default();
    for seen in seen {
        let known = known
            .iter()
            .find(|g| g.object.place() == seen.wanted.place());
        let from = match &seen.found {
            Ok(Some(_)) if seen.stands() && known.is_some_and(|k| k.object == seen.wanted) => {
                continue;
            }
            Ok(Some(found)) if found.object != seen.wanted || !found.on => {
                if known.is_none_or(|known| known.object != found.object) || !found.on {
                    notes.push(changed(&seen.wanted));
                }
                Some(Box::new(found.object.clone()))
            }
            // One that stands as wanted was made by a run that lost its journal's end: making it again finds it.
            Ok(_) => None,
            Err(why) => {
                notes.push(unread(&seen.wanted, why));
                None
            }
        };
        let set = SetWatchObject {
            from,
            to: Some(Box::new(seen.wanted.clone())),
            until,
        };
        steps.add(set, &[], &[]);
    }
    plan(case, Purpose::Watch, subject.read_at, steps, notes)
}

/// The plan that deletes what the case's plans made to watch it; `None` where nothing stands. What was changed since is
/// deleted only on a person's express word. What fixes made stays.
#[must_use]
pub fn unwatch_plan(case: &Case, seen: &[Seen]) -> Option<Plan> {
    let mut notes = Vec::new();
    let mut steps = Builder::default();
    for seen in seen {
        let from = match &seen.found {
            Ok(Some(found)) if found.object != seen.wanted => {
                notes.push(changed(&seen.wanted));
                found.object.clone()
            }
            // What is gone already is written down as deleted.
            Ok(_) => seen.wanted.clone(),
            Err(why) => {
                notes.push(unread(&seen.wanted, why));
                seen.wanted.clone()
            }
        };
        let set = SetWatchObject {
            from: Some(Box::new(from)),
            to: None,
            until: None,
        };
        steps.add(set, &[], &[]);
    }
    let read_at = case.subject.as_ref().map_or(case.opened, |s| s.read_at);
    plan(case, Purpose::Unwatch, read_at, steps, notes)
}

fn plan(
    case: &Case,
    purpose: Purpose,
    based_on: Timestamp,
    steps: Builder,
    notes: Vec<Note>,
) -> Option<Plan> {
    let waves = steps.waves();
    (!waves.is_empty()).then(|| Plan {
        case: case.id.clone(),
        purpose,
        profile: DEFAULT_PROFILE.into(),
        instance: case.instance_id().unwrap_or_default().into(),
        based_on,
        waves,
        notes,
    })
}

/// Somebody changed it since, or it is somebody else's.
fn changed(object: &WatchObject) -> Note {
    Note::new(
        Severity::Refusal,
        "watch_object_changed",
        [("name", object.name().into())],
    )
}

fn unread(object: &WatchObject, why: &str) -> Note {
    Note::new(
        Severity::Warning,
        "unread_part",
        [("part", object.name().into()), ("why", why.into())],
    )
}

#[cfg(test)]
mod tests;
