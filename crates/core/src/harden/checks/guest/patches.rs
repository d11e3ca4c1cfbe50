//! The checks of patches: what the Systems Manager's last scan missed, whether a reboot is pending, and when Windows was
//! last patched. Must not know what a patch mends.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::look::{bounded, part};
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

/// Windows gets patches each month: two months without any is one that was missed.
const WINDOWS_DAYS: i32 = 60;
/// A scan that is older says little.
const SCAN_DAYS: i64 = 30;

pub(super) const STATE: Check = Check {
    name: "patch-state",
    controls: &["SSM.2"],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: state,
};
pub(super) const REBOOT: Check = Check {
    name: "reboot-pending",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: reboot,
};
pub(super) const WINDOWS: Check = Check {
    name: "windows-patches",
    controls: &[],
    scope: Scope::Guest,
    class: FixClass::Propose,
    run: windows,
};

fn state(seen: &Seen<'_>) -> CheckResult {
    let instance = &seen.subject.instance_id;
    let Some(patches) = &seen.posture.patches else {
        return STATE.unread(&seen.posture.unread, &["patches"]);
    };
    let Some(patches) = patches else {
        return STATE.unknown("never-scanned");
    };
    let short: Vec<_> = [
        ("missing", patches.missing),
        ("failed", patches.failed),
        ("critical", patches.critical),
        ("security", patches.security),
        ("pending-reboot", patches.pending_reboot),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(name, count)| Shortfall::new(instance, name, count.to_string(), "0"))
    .collect();
    let old = patches
        .scanned
        .is_none_or(|at| seen.subject.read_at.duration_since(at).as_hours() > SCAN_DAYS * 24);
    STATE.settings_but(short, old.then(|| "scan-too-old".to_owned()))
}

fn reboot(seen: &Seen<'_>) -> CheckResult {
    match part(seen, |guest| &guest.reboot) {
        Err(why) => REBOOT.unknown(why),
        Ok(why) => REBOOT.judged(bounded(why.iter().cloned())),
    }
}

fn windows(seen: &Seen<'_>) -> CheckResult {
    let patches = match part(seen, |guest| &guest.patches) {
        Ok(patches) => patches,
        Err(why) => return WINDOWS.unknown(why),
    };
    let day = |line: &String| {
        line.split_once(' ')
            .and_then(|(_, day)| day.parse::<Date>().ok())
    };
    let today = TimeZone::UTC.to_datetime(seen.subject.read_at).date();
    // No patch is of the future: that is a year of another calendar, or a clock that is wrong.
    let past = |day: &Date| today.until(*day).is_ok_and(|span| span.get_days() <= 1);
    let Some(newest) = patches.iter().filter_map(day).filter(past).max() else {
        return WINDOWS.unknown("not-in-output");
    };
    let days = newest.until(today).map_or(0, |span| span.get_days());
    let old = days > WINDOWS_DAYS;
    WINDOWS.judged(
        old.then(|| format!("newest={newest}"))
            .into_iter()
            .collect(),
    )
}
