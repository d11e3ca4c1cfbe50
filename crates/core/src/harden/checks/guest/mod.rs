//! Checks of the operating system: what a look into the guest found, or its files told. Must not know how it was asked.

mod accounts;
mod agent;
mod authorized_keys;
mod log_shipping;
mod look;
mod patches;
mod sshd_access;
mod sshd_files;
mod sshd_match;
mod sshd_passwords;
mod sshd_settings;
#[cfg(test)]
pub(super) mod tests;
mod time_sync;
mod windows;

use crate::harden::guest::Platform;
use crate::harden::{Check, Seen};

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[
    sshd_settings::ROOT,
    sshd_passwords::CHECK,
    sshd_settings::EMPTY,
    sshd_match::CHECK,
    authorized_keys::CHECK,
    accounts::UID0,
    accounts::NO_PASSWORD,
    accounts::SUDO,
    windows::RDP,
    windows::ADMINISTRATORS,
    windows::FIREWALL,
    patches::STATE,
    patches::WINDOWS,
    patches::REBOOT,
    log_shipping::CHECK,
    time_sync::CHECK,
    agent::CHECK,
    sshd_access::CHECK,
    sshd_settings::MAX_TRIES,
    sshd_settings::GRACE_TIME,
    sshd_settings::IDLE,
    sshd_settings::NO_X11,
    sshd_settings::NO_HOST_BASED,
    sshd_settings::NO_USER_ENVIRONMENT,
    sshd_settings::LOGS,
    sshd_settings::STRONG_CIPHERS,
    sshd_settings::STRONG_MACS,
    sshd_settings::STRONG_KEX,
    sshd_files::CHECK,
];

/// Whether a check is about this kind of operating system. What is not known to be Windows is looked at as Linux.
pub(super) fn applies(check: &Check, seen: &Seen<'_>) -> bool {
    let guest = seen.posture.guest.as_ref().map(|guest| guest.platform);
    let named = seen.subject.platform.as_deref();
    let windows = guest.map_or(named == Some("windows"), |p| p == Platform::Windows);
    let name = check.name;
    let of_windows = name.starts_with("windows-") || name.starts_with("rdp-");
    let of_linux = name.starts_with("sshd-")
        || [
            "authorized-keys",
            "uid0-users",
            "empty-passwords",
            "sudo-nopasswd",
        ]
        .contains(&name);
    !(of_windows && !windows || of_linux && windows)
}
