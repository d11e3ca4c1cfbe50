//! `sshd-passwords`: whether a password alone logs anybody in. Must not judge empty passwords: they have their own check.

use super::look::{guest, root, settings, value};
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
    // Whom a block lets in without one, `sshd-match` names.
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

/// Whether every way in asks for a key, with or without a password after it: for everybody, and for root too.
fn key_always(guest: &Guest) -> bool {
    [Who::default(), root(guest)].iter().all(|who| {
        let methods = value(guest, "authenticationmethods", who).ok();
        methods.is_some_and(|value| asks_for_key(value.words.as_deref().unwrap_or_default()))
    })
}

/// Whether each of these ways (`AuthenticationMethods`) asks for a key; of no way nothing is known.
pub(super) fn asks_for_key(ways: &[String]) -> bool {
    let key = |way: &String| way.split(',').any(|method| method == "publickey");
    !ways.is_empty() && ways.iter().all(key)
}
