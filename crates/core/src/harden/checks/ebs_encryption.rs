//! `ebs-encryption`: whether the attached volumes are encrypted, and new ones will be (Security Hub EC2.3, EC2.7).
//! Must not judge the keys.

use crate::harden::{CheckResult, Posture, Status};
use crate::identify::{Finding, Subject};

use super::why_unread;

pub(super) const NAME: &str = "ebs-encryption";
const CONTROLS: &[&str] = &["EC2.3", "EC2.7"];

pub(super) fn check(subject: &Subject, posture: &Posture, _: &Finding) -> CheckResult {
    let plain = subject
        .volumes
        .iter()
        .filter(|v| v.encrypted == Some(false));
    let mut evidence: Vec<String> = plain
        .map(|v| format!("{} {} encrypted=false", v.id, v.device))
        .collect();
    if posture.ebs_encryption_default == Some(false) {
        evidence.push(format!("{} default=false", subject.region));
    }
    let result = CheckResult::judged(NAME, CONTROLS, evidence);
    if result.status == Status::Fail {
        return result;
    }
    // The volumes' own reading comes with their ids; a subject without it lists the volumes and not their encryption.
    if subject.unread.iter().any(|u| u.what == "volumes")
        || subject.volumes.iter().any(|v| v.encrypted.is_none())
    {
        return CheckResult::unknown(NAME, CONTROLS, why_unread(&subject.unread, &["volumes"]));
    }
    if posture.ebs_encryption_default.is_none() {
        return CheckResult::unknown(
            NAME,
            CONTROLS,
            why_unread(&posture.unread, &["ebs_encryption_default", "ebs"]),
        );
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::{Unread, Volume};
    use crate::monitor::fixture;

    fn checked(encrypted: &[Option<bool>], default: Option<bool>, unread: &[&str]) -> CheckResult {
        let volume = |(n, encrypted): (usize, &Option<bool>)| Volume {
            id: format!("vol-{n}"),
            device: "/dev/sda".into(),
            delete_on_termination: None,
            encrypted: *encrypted,
            kms_key: None,
            size_gib: None,
        };
        let subject = Subject {
            volumes: encrypted.iter().enumerate().map(volume).collect(),
            unread: unread
                .iter()
                .map(|what| Unread {
                    what: (*what).into(),
                    why: "denied".into(),
                })
                .collect(),
            ..fixture::subject()
        };
        check(
            &subject,
            &Posture {
                ebs_encryption_default: default,
                ..Posture::default()
            },
            &fixture::finding(),
        )
    }

    #[test]
    fn plain_volumes_and_a_plain_default_fail() {
        assert_eq!(checked(&[Some(true)], Some(true), &[]).status, Status::Pass);
        assert_eq!(
            checked(&[Some(true), Some(false)], Some(true), &[]).evidence,
            ["vol-1 /dev/sda encrypted=false"]
        );
        assert_eq!(
            checked(&[Some(true)], Some(false), &[]).evidence,
            ["eu-west-1 default=false"]
        );
        assert_eq!(
            checked(&[Some(false)], None, &["volumes"]).status,
            Status::Fail
        );
    }

    #[test]
    fn what_was_not_read_is_unknown() {
        assert_eq!(checked(&[Some(true)], None, &[]).status, Status::Unknown);
        assert_eq!(checked(&[None], Some(true), &[]).status, Status::Unknown);
        assert_eq!(
            checked(&[], Some(true), &["volumes"]).why.as_deref(),
            Some("denied")
        );
    }
}
