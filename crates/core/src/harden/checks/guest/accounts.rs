//! The checks of accounts in a Linux guest: who has root's number, an empty password, or root's rights without a password.
//! Must not judge keys.

use super::look::{bounded, part};
use crate::harden::guest::{Guest, Part};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

const fn check(
    name: &'static str,
    controls: &'static [&'static str],
    run: fn(&Seen<'_>) -> CheckResult,
) -> Check {
    Check {
        name,
        controls,
        scope: Scope::Guest,
        class: FixClass::Manual,
        run,
    }
}

pub(super) const UID0: Check = check(
    "uid0-users",
    &["CIS-AL2023-6.2.9", "CIS-Ubuntu24.04-5.4.2.1"],
    |seen| none(&UID0, seen, |guest| &guest.uid0, |user| user != "root"),
);
pub(super) const NO_PASSWORD: Check = check(
    "empty-passwords",
    &["CIS-AL2023-6.2.2", "CIS-Ubuntu24.04-7.2.2"],
    |seen| none(&NO_PASSWORD, seen, |guest| &guest.no_password, |_| true),
);
/// Images for the cloud give it to their first user, so that it fails on most: CIS asks for it (Ubuntu, level 2), a person
/// decides.
pub(super) const SUDO: Check = check("sudo-nopasswd", &["CIS-Ubuntu24.04-5.2.4"], |seen| {
    none(&SUDO, seen, |guest| &guest.sudoers, |_| true)
});

/// Fails for each line that is bad.
fn none(
    check: &Check,
    seen: &Seen<'_>,
    pick: for<'a> fn(&'a Guest) -> &'a Part<Vec<String>>,
    bad: fn(&str) -> bool,
) -> CheckResult {
    match part(seen, pick) {
        Err(why) => check.unknown(why),
        Ok(lines) => check.judged(bounded(lines.iter().filter(|l| bad(l)).cloned())),
    }
}
