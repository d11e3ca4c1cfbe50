//! The guest itself changed after a suspect had come so far: an account, a group, a key, a service, a task, an emptied log. Must not
//! count what people did who never came from a suspect's address.

use std::collections::BTreeSet;

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let Some(contact) = picture.first_contact() else {
        return Vec::new();
    };
    let (mut theirs, mut ours) = (BTreeSet::new(), BTreeSet::new());
    for evidence in &picture.dossier.evidence {
        if let Fact::LoginAccepted { ip, user, .. } = &evidence.fact {
            let who = if picture.is_suspect(*ip) {
                &mut theirs
            } else {
                &mut ours
            };
            who.insert(user.as_str());
        }
    }
    let found: Vec<_> = picture
        .dossier
        .evidence
        .iter()
        .filter(|e| e.at.is_some_and(|at| at >= contact))
        .filter_map(|e| match &e.fact {
            Fact::HostChange {
                change, about, by, ..
            } => Some((e, change, about, by.as_deref())),
            _ => None,
        })
        // Administrators become root all day; a suspect's login that does is another matter.
        .filter(|(_, change, _, by)| match by {
            Some(by) => theirs.contains(by) || !ours.contains(by) && *change != "became_root",
            None => *change != "became_root",
        })
        .collect();
    let args = [
        ("change", joined(found.iter().map(|found| found.1.clone()))),
        ("about", joined(found.iter().map(|found| found.2.clone()))),
        (
            "by",
            joined(found.iter().filter_map(|found| found.3).map(str::to_owned)),
        ),
        (
            "at",
            found
                .iter()
                .filter_map(|found| found.0.at)
                .min()
                .map(|at| at.to_string())
                .unwrap_or_default(),
        ),
    ];
    hit("host-change", found.iter().map(|found| found.0), &args)
}
