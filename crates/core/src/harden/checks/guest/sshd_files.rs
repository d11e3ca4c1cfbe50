//! `sshd-files`: whether somebody else than root may write sshd's configuration. Must not judge what is in it.

use super::look::{bounded, part};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

pub(super) const CHECK: Check = Check {
    name: "sshd-files",
    controls: &["CIS-AL2023-4.2.1", "CIS-Ubuntu24.04-5.1.1"],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    match part(seen, |guest| &guest.sshd_modes) {
        Err(why) => CHECK.unknown(why),
        // CIS wants 0600; that others may read it gives nothing away, that they may write it gives everything.
        Ok(files) => CHECK.judged(bounded(
            files
                .iter()
                .filter(|file| file.owner != "root" || file.mode & 0o022 != 0)
                .map(|file| format!("{} mode={:o} owner={}", file.path, file.mode, file.owner)),
        )),
    }
}
