//! `ebs-encryption`: whether the attached volumes are encrypted (Security Hub EC2.3). Must not judge the keys.

use crate::harden::check::why_unread;
use crate::harden::{Check, CheckResult, FixClass, Scope, Seen, Shortfall};

pub(super) const CHECK: Check = Check {
    name: "ebs-encryption",
    controls: &["EC2.3"],
    scope: Scope::Instance,
    // A volume is encrypted by making another of its snapshot: that is a move.
    class: FixClass::Manual,
    run: check,
};

fn check(seen: &Seen<'_>) -> CheckResult {
    let subject = seen.subject;
    let plain = subject
        .volumes
        .iter()
        .filter(|v| v.encrypted == Some(false));
    let short = plain
        .map(|v| Shortfall::new(&v.id, "encrypted", "false", "true"))
        .collect();
    // The volumes' own reading comes with their ids; a subject without it lists the volumes and not their encryption.
    let unread = subject.unread.iter().any(|u| u.what == "volumes")
        || subject.volumes.iter().any(|v| v.encrypted.is_none());
    let unseen = unread.then(|| why_unread(&subject.unread, &["volumes"]));
    CHECK.settings_but(short, unseen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::{Subject, Unread, Volume};
    use crate::monitor::fixture;

    fn checked(encrypted: &[Option<bool>], unread: &[&str]) -> CheckResult {
        let volume = |(n, encrypted): (usize, &Option<bool>)| Volume {
            id: format!("vol-{n}"),
            device: "/dev/sda".into(),
            delete_on_termination: None,
            encrypted: *encrypted,
            kms_key: None,
            size_gib: None,
        };
        let unread = unread.iter().map(|what| Unread {
            what: (*what).into(),
            why: "denied".into(),
        });
        let subject = Subject {
            volumes: encrypted.iter().enumerate().map(volume).collect(),
            unread: unread.collect(),
            ..fixture::subject()
        };
        run(&CHECK, &subject, &Posture::default())
    }

    #[test]
    fn a_plain_volume_fails_and_what_was_not_read_is_unknown() {
        assert_eq!(checked(&[Some(true)], &[]).status, Status::Pass);
        let mixed = checked(&[Some(true), Some(false)], &[]);
        assert_eq!(mixed.evidence, ["vol-1 encrypted=false"]);
        assert_eq!(checked(&[Some(false)], &["volumes"]).status, Status::Fail);
        assert_eq!(checked(&[None], &[]).status, Status::Unknown);
        assert_eq!(checked(&[], &["volumes"]).why.as_deref(), Some("denied"));
    }
}
