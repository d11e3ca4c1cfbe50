//! `time-sync`: whether the guest's clock is kept right, without which its logs fit nothing else. Must not read the clock.

use super::look::{guest, running};
use crate::harden::guest::Platform;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen};

pub(super) const CHECK: Check = Check {
    name: "time-sync",
    controls: &["CIS-AL2023-2.1.1", "CIS-Ubuntu24.04-2.3.1.1"],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let (platform, facts) =
        match guest(seen).and_then(|guest| Ok((guest.platform, guest.time.seen()?))) {
            Ok(found) => found,
            Err(why) => return CHECK.unknown(why),
        };
    let names: &[&str] = match platform {
        Platform::Linux => &["chronyd", "chrony", "systemd-timesyncd", "ntpd", "ntp"],
        Platform::Windows => &["w32time"],
    };
    let fact = |name: &str| facts.get(name).map(String::as_str);
    match running(facts, names) {
        Err(why) => CHECK.unknown(why),
        Ok(None) => CHECK.judged(vec!["service=none".into()]),
        Ok(Some(_)) if fact("type") == Some("NoSync") => CHECK.judged(vec!["type=NoSync".into()]),
        Ok(Some(name)) if fact("NTPSynchronized") == Some("no") => {
            CHECK.judged(vec![format!("{name} synchronized=no")])
        }
        Ok(Some(_)) => CHECK.judged(Vec::new()),
    }
}
