//! `public-snapshots`: whether everybody may copy a disk of the account (Security Hub EC2.1), and whether the Region forbids
//! it (EC2.182). Must not look into them.

use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "public-snapshots",
    controls: &["EC2.1", "EC2.182"],
    scope: Scope::Account,
    class: FixClass::Propose,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let posture = seen.posture;
    let mut short = Vec::new();
    for id in posture.public_snapshots.iter().flatten() {
        short.push(Shortfall::new(
            id,
            "create-volume-permission",
            "all",
            "none",
        ));
    }
    if let Some(state) = posture
        .snapshot_block
        .as_deref()
        .filter(|s| *s == "unblocked")
    {
        short.push(Shortfall::new(
            &seen.subject.region,
            "block-public-access",
            state,
            "block-new-sharing",
        ));
    }
    let gap = posture.public_snapshots.is_none() || posture.snapshot_block.is_none();
    let unseen = gap.then(|| why_unread(&posture.unread, &["public_snapshots", "snapshot_block"]));
    let result = CHECK.settings_but(short, unseen);
    // Forbidding what is new takes nothing from anybody.
    if posture.public_snapshots.as_ref().is_some_and(Vec::is_empty) {
        return result.of_class(FixClass::Auto);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::monitor::fixture;

    fn checked(public: Option<&[&str]>, block: Option<&str>) -> CheckResult {
        let posture = Posture {
            public_snapshots: public.map(|ids| ids.iter().map(|id| (*id).into()).collect()),
            snapshot_block: block.map(Into::into),
            ..Posture::default()
        };
        run(&CHECK, &fixture::subject(), &posture)
    }

    #[test]
    fn a_public_snapshot_and_a_region_that_allows_them_fail() {
        let none: Option<&[&str]> = Some(&[]);
        assert_eq!(
            checked(none, Some("block-all-sharing")).status,
            Status::Pass
        );
        assert_eq!(
            checked(none, Some("block-new-sharing")).status,
            Status::Pass
        );
        let open = checked(none, Some("unblocked"));
        assert_eq!((open.status, open.class), (Status::Fail, FixClass::Auto));
        let public = checked(Some(&["snap-1"]), Some("block-new-sharing"));
        assert_eq!(
            (public.status, public.class),
            (Status::Fail, FixClass::Propose)
        );
        assert_eq!(checked(none, None).status, Status::Unknown);
        assert_eq!(
            checked(None, Some("block-all-sharing")).status,
            Status::Unknown
        );
        assert_eq!(checked(Some(&["snap-1"]), None).status, Status::Fail);
    }
}
