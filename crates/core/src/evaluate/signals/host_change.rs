//! The guest itself changed after a suspect had come so far: an account, a group, a key, a service, a task, an emptied log. Must not
//! count what people did who never came from a suspect's address.

use std::collections::BTreeSet;

use super::{Hit, Picture, hit, joined};
use crate::evaluate::Fact;

/// The account of people who come through AWS: their commands are calls to the account, and judged as such.
const SESSION_MANAGER: &str = "ssm-user";
/// What administrators, packages and updates do all day, and so needs a suspect who got in, or a known hand.
const EVERYDAY: [&str; 4] = [
    "became_root",
    "password_changed",
    "service_installed",
    "task_created",
];

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
        .filter(|(_, change, _, by)| match by {
            Some(by) if theirs.contains(by) => true,
            // Who came by another way than a login: a web server's account, or somebody at a console.
            Some(by) => !ours.contains(by) && *by != SESSION_MANAGER && *change != "became_root",
            None => {
                !theirs.is_empty() && *change != "became_root"
                    || !EVERYDAY.contains(&change.as_str())
            }
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
