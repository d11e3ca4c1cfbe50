//! `ebs-encryption-default`: whether new volumes of this Region are encrypted without anybody's doing (Security Hub EC2.7).
//! Must not look at volumes that are there.

use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "ebs-encryption-default",
    controls: &["EC2.7"],
    scope: Scope::Account,
    class: FixClass::Auto,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    match seen.posture.ebs_encryption_default {
        Some(true) => CHECK.settings(Vec::new()),
        Some(false) => CHECK.settings(vec![Shortfall::new(
            &seen.subject.region,
            "ebs-encryption-by-default",
            "false",
            "true",
        )]),
        None => CHECK.unread(&seen.posture.unread, &["ebs_encryption_default"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::monitor::fixture;

    #[test]
    fn only_a_region_that_says_so_passes() {
        for (default, wanted) in [
            (Some(true), Status::Pass),
            (Some(false), Status::Fail),
            (None, Status::Unknown),
        ] {
            let posture = Posture {
                ebs_encryption_default: default,
                ..Posture::default()
            };
            assert_eq!(run(&CHECK, &fixture::subject(), &posture).status, wanted);
        }
    }
}
