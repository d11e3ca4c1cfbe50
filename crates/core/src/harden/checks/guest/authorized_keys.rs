//! `authorized-keys`: files of public keys that changed after the attacker was first seen, that open root's account, or that
//! others may write (ATT&CK T1098.004). Must not tell whose keys are good: that is for people.

use super::look::{bounded, guest, part};
use crate::harden::guest::{Key, KeyFile};
use crate::harden::sshd::{Config, Setting};
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
        .then(|| "first-contact-not-known".to_owned())
        .or_else(|| elsewhere(seen));
    for file in files {
        let changed = match (file.modified, since) {
            (Some(modified), Some(since)) => modified >= since,
            (None, _) => {
                unseen = Some("not-in-output".into());
                false
            }
            _ => false,
        };
        let opens_root = file.user == "root" && file.keys.iter().any(opens);
        if file.more {
            unseen = Some("more".into());
        }
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

/// Shells: a command that is one of these holds nobody back.
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "zsh", "ksh", "fish", "env"];

/// Whether a key opens a shell. Images for the cloud keep the key of the first user in root's file, with a command that sends
/// root away.
fn opens(key: &Key) -> bool {
    key.command.as_deref().is_none_or(|command| {
        let program = command.split_whitespace().next().unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or_default();
        command.contains("SSH_ORIGINAL_COMMAND") || SHELLS.contains(&name)
    })
}

/// Programs that hand sshd a key for a minute when IAM allows it: EC2 Instance Connect, as Amazon Linux and Ubuntu have it.
const CONNECT: [&str; 2] = [
    "/opt/aws/bin/eic_run_authorized_keys",
    "/usr/share/ec2-instance-connect/eic_run_authorized_keys",
];

/// Why there may be keys that were not looked at: sshd takes some from elsewhere, or what it takes is not known.
fn elsewhere(seen: &Seen<'_>) -> Option<String> {
    let guest = guest(seen).ok()?;
    let all: Vec<&Config> = [&guest.sshd, &guest.sshd_files]
        .into_iter()
        .filter_map(|part| part.seen().ok())
        .collect();
    if all.is_empty() {
        let why = guest.sshd.seen().err()?;
        return (why != "absent").then(|| why.to_owned());
    }
    let usual = |path: &str| {
        let path = path.strip_prefix("%h/").unwrap_or(path);
        [".ssh/authorized_keys", ".ssh/authorized_keys2", "none"].contains(&path)
    };
    let other = |setting: &Setting| {
        let words = &setting.words;
        match setting.keyword.as_str() {
            "authorizedkeysfile" => words.iter().any(|path| !usual(path)),
            "authorizedkeyscommand" => {
                let first = words.first().map(String::as_str).unwrap_or_default();
                let program = first.split_whitespace().next().unwrap_or_default();
                !CONNECT.contains(&program) && program != "none"
            }
            "trustedusercakeys" => words.iter().any(|path| path != "none"),
            _ => false,
        }
    };
    let mut settings = all.into_iter().flat_map(|config| &config.settings);
    settings.any(other).then(|| "keys-elsewhere".to_owned())
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
