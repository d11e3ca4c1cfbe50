//! `authorized-keys`: files of public keys that changed after the attacker was first seen, that open root's account, or that
//! others may write (ATT&CK T1098.004). Must not tell whose keys are good: that is for people.

use super::look::{bounded, part};
use crate::harden::guest::KeyFile;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

pub(super) const CHECK: Check = Check {
    name: "authorized-keys",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Manual,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let files = match part(seen, |guest| &guest.keys) {
        Ok(files) => files,
        Err(why) => return CHECK.unknown(why),
    };
    let since = seen.finding.first_seen;
    let mut evidence = Vec::new();
    let mut unseen = since
        .is_none()
        .then(|| "first-contact-not-known".to_owned());
    for file in files {
        let changed = match (file.modified, since) {
            (Some(modified), Some(since)) => modified >= since,
            (None, _) => {
                unseen = Some("not-in-output".into());
                false
            }
            _ => false,
        };
        // Images for the cloud keep the key of the first user here, with a command that sends root away.
        let opens_root = file.user == "root"
            && file
                .keys
                .iter()
                .any(|key| !key.options.contains("command="));
        let why = [
            (changed, "changed-after-first-contact"),
            (opens_root, "root"),
            (file.mode & 0o022 != 0, "others-may-write"),
        ];
        let why: Vec<_> = why
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, why)| *why)
            .collect();
        if !why.is_empty() {
            evidence.push(told(file, &why.join(" ")));
        }
    }
    CHECK.judged_but(bounded(evidence), unseen)
}

fn told(file: &KeyFile, why: &str) -> String {
    let modified = file
        .modified
        .map_or_else(|| "?".to_owned(), |at| at.to_string());
    let keys: Vec<_> = file
        .keys
        .iter()
        .map(|key| format!("{} {}", key.fingerprint, key.comment))
        .collect();
    format!(
        "{} {why} modified={modified}: {}",
        file.path,
        keys.join(", ")
    )
}
