//! The checks that are one setting of sshd and nothing more: adding one is adding a rule and a line here. Must not read
//! files.

use super::look::settings;
use crate::harden::sshd::Rule;
use crate::harden::sshd::rules::{
    ALIVE_COUNT, ALIVE_INTERVAL, CIPHERS, EMPTY_PASSWORDS, GRACE, HOST_BASED, KEX, LOG_LEVEL, MACS,
    ROOT_LOGIN, TRIES, USER_ENVIRONMENT, X11,
};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

/// A check of the first rule's controls.
const fn check(name: &'static str, rule: Rule, run: fn(&Seen<'_>) -> CheckResult) -> Check {
    Check {
        name,
        controls: rule.controls,
        scope: Scope::Guest,
        class: FixClass::Propose,
        run,
    }
}

/// Root's login is judged for root, whatever others get.
pub(super) const ROOT: Check = check("sshd-root-login", ROOT_LOGIN, |seen| {
    settings(&ROOT, seen, &[ROOT_LOGIN], true)
});
pub(super) const EMPTY: Check = check("sshd-empty-passwords", EMPTY_PASSWORDS, |seen| {
    settings(&EMPTY, seen, &[EMPTY_PASSWORDS], true)
});
pub(super) const MAX_TRIES: Check = check("sshd-tries", TRIES, |seen| {
    settings(&MAX_TRIES, seen, &[TRIES], false)
});
pub(super) const GRACE_TIME: Check = check("sshd-grace-time", GRACE, |seen| {
    settings(&GRACE_TIME, seen, &[GRACE], false)
});
pub(super) const IDLE: Check = check("sshd-idle", ALIVE_INTERVAL, |seen| {
    settings(&IDLE, seen, &[ALIVE_INTERVAL, ALIVE_COUNT], false)
});
pub(super) const NO_X11: Check = check("sshd-x11", X11, |seen| {
    settings(&NO_X11, seen, &[X11], false)
});
pub(super) const NO_HOST_BASED: Check = check("sshd-host-based", HOST_BASED, |seen| {
    settings(&NO_HOST_BASED, seen, &[HOST_BASED], false)
});
pub(super) const NO_USER_ENVIRONMENT: Check =
    check("sshd-user-environment", USER_ENVIRONMENT, |seen| {
        settings(&NO_USER_ENVIRONMENT, seen, &[USER_ENVIRONMENT], false)
    });
pub(super) const LOGS: Check = check("sshd-log-level", LOG_LEVEL, |seen| {
    settings(&LOGS, seen, &[LOG_LEVEL], false)
});
pub(super) const STRONG_CIPHERS: Check = check("sshd-ciphers", CIPHERS, |seen| {
    settings(&STRONG_CIPHERS, seen, &[CIPHERS], false)
});
pub(super) const STRONG_MACS: Check = check("sshd-macs", MACS, |seen| {
    settings(&STRONG_MACS, seen, &[MACS], false)
});
pub(super) const STRONG_KEX: Check = check("sshd-key-exchange", KEX, |seen| {
    settings(&STRONG_KEX, seen, &[KEX], false)
});
