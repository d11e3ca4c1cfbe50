//! `sshd-passwords`: whether a password alone logs anybody in. Must not judge empty passwords: they have their own check.

use super::look::{guest, settings, value};
use crate::harden::guest::Guest;
use crate::harden::sshd::Who;
use crate::harden::sshd::rules::{KEYBOARD, PASSWORDS};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

pub(super) const CHECK: Check = Check {
    name: "sshd-passwords",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let guest = match guest(seen) {
        Ok(guest) => guest,
        Err(why) => return CHECK.unknown(why),
    };
    if key_always(guest) {
        return CHECK.settings(Vec::new());
    }
    // Without PAM nobody asks for a password over the keyboard.
    let pam = value(guest, "usepam", &Who::default()).ok();
    let no_pam = pam.is_some_and(|value| value.words.is_some_and(|words| words == ["no"]));
    let rules = [PASSWORDS, KEYBOARD];
    let rules = if no_pam { rules.split_at(1).0 } else { &rules };
    settings(&CHECK, seen, rules, true)
}

/// Whether every way in asks for a key, with or without a password after it.
fn key_always(guest: &Guest) -> bool {
    let methods = value(guest, "authenticationmethods", &Who::default())
        .ok()
        .and_then(|value| value.words)
        .unwrap_or_default();
    !methods.is_empty()
        && methods
            .iter()
            .all(|way| way.split(',').any(|method| method == "publickey"))
}
