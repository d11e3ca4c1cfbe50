//! Tags, console and snapshots: in the first wave, beside the making of the groups. Must not know what becomes of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Builder, View};
use crate::contain::{CreateSnapshots, SaveConsole, SetTags, TAG_CASE, TAG_COPY_OF};

/// Returns the step that takes the snapshots.
pub(super) fn steps(steps: &mut Builder, view: &View<'_>) -> Vec<String> {
    let instance = view.subject.instance_id.clone();
    if view.profile.asks("tags") {
        tags(steps, view);
    }
    if view.profile.asks("console") && view.subject.state == "running" {
        let instance = instance.clone();
        steps.add(SaveConsole { instance }, &[], &[]);
    }
    let volumes = volumes(view);
    // A new plan of the same case does not take a second set.
    if !view.profile.asks("snapshots") || volumes.is_empty() || all_taken(view, &volumes) {
        return Vec::new();
    }
    vec![steps.add(CreateSnapshots { instance, volumes }, &[], &[])]
}

fn tags(steps: &mut Builder, view: &View<'_>) {
    let wanted: BTreeMap<String, Option<String>> = [
        (TAG_CASE, view.case.id.clone()),
        (
            "rebato:finding",
            view.case.finding.id.chars().take(256).collect(),
        ),
        ("rebato:state", "quarantine".into()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), Some(value)))
    .collect();
    let found: BTreeMap<String, Option<String>> = wanted
        .keys()
        .map(|key| (key.clone(), view.subject.tags.get(key).cloned()))
        .collect();
    if found != wanted {
        let action = SetTags {
            resource: view.subject.instance_id.clone(),
            from: found,
            to: wanted,
        };
        steps.add(action, &[], &[]);
    }
}

/// The volumes, sorted.
pub(super) fn volumes(view: &View<'_>) -> Vec<String> {
    let mut volumes: Vec<String> = view.subject.volumes.iter().map(|v| v.id.clone()).collect();
    volumes.sort();
    volumes
}

fn all_taken(view: &View<'_>, volumes: &[String]) -> bool {
    let taken: BTreeSet<&str> = view
        .subject
        .own_snapshots
        .iter()
        .filter(|s| s.tags.get(TAG_CASE) == Some(&view.case.id) && s.state != "error")
        // The volume of a copy is arbitrary.
        .filter(|s| !s.tags.contains_key(TAG_COPY_OF))
        .map(|s| s.volume.as_str())
        .collect();
    volumes.iter().all(|v| taken.contains(v.as_str()))
}
