//! `sshd-access`: whether it is written down who may log in. Must not judge whether the list is short enough.

use super::look::{guest, value};
use crate::harden::sshd::Who;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "sshd-access",
    controls: &["CIS-AL2023-4.2.4", "CIS-Ubuntu24.04-5.1.4"],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: check,
};

/// Whether a pattern (`USER`, `USER@HOST` or a group) stands for everybody from everywhere.
pub(super) fn everybody(pattern: &str) -> bool {
    let any = |part: &str| part.contains('*') && part.chars().all(|c| matches!(c, '*' | '?'));
    pattern.split('@').all(any)
}

fn check(seen: &Seen<'_>) -> CheckResult {
    let guest = match guest(seen) {
        Ok(guest) => guest,
        Err(why) => return CHECK.unknown(why),
    };
    let mut unseen = None;
    // CIS takes any of the four; a list of who may not is no list of who may.
    for keyword in ["allowusers", "allowgroups"] {
        match value(guest, keyword, &Who::default()) {
            Ok(value) if value.words.as_ref().is_some_and(|w| !w.is_empty()) => {
                if !value.words.iter().flatten().any(|word| everybody(word)) {
                    return CHECK.settings(Vec::new());
                }
            }
            Ok(_) => {}
            Err(why) => unseen = Some(why),
        }
    }
    match unseen {
        Some(why) => CHECK.unknown(why),
        None => CHECK.settings(vec![Shortfall {
            resource: "sshd".into(),
            setting: "allowusers, allowgroups".into(),
            is: None,
            wanted: Some("users or groups".into()),
        }]),
    }
}
