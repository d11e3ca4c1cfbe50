//! `detailed-monitoring`: whether the instance's metrics come every minute instead of every five. Must not read them.

use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "detailed-monitoring",
    controls: &[],
    scope: Scope::Instance,
    class: FixClass::Auto,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    match seen.posture.detailed_monitoring {
        Some(true) => CHECK.settings(Vec::new()),
        Some(false) => CHECK.settings(vec![Shortfall::new(
            &seen.subject.instance_id,
            "monitoring",
            "disabled",
            "enabled",
        )]),
        None => CHECK.unread(&seen.posture.unread, &["monitoring"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::monitor::fixture;

    #[test]
    fn five_minutes_fail() {
        for (detailed, wanted) in [
            (Some(true), Status::Pass),
            (Some(false), Status::Fail),
            (None, Status::Unknown),
        ] {
            let posture = Posture {
                detailed_monitoring: detailed,
                ..Posture::default()
            };
            assert_eq!(run(&CHECK, &fixture::subject(), &posture).status, wanted);
        }
    }
}
