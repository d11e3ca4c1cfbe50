//! `backups`: whether each attached volume has a snapshot of the last days that could be gone back to (Security Hub EC2.28
//! asks for a plan of AWS Backup; here any snapshot counts, but evidence does not). Must not judge what is in it: one that
//! was taken after the break-in holds what the intruder left.

use jiff::SignedDuration;

use crate::harden::check::why_unread;
use crate::harden::{BackupSnapshot, Check, CheckResult, FixClass, Scope, Seen};

pub(super) const CHECK: Check = Check {
    name: "backups",
    controls: &["EC2.28"],
    scope: Scope::Instance,
    class: FixClass::Propose,
    run: check,
};

/// How old the newest backup may be.
const DAYS: i64 = 7;

fn check(seen: &Seen<'_>) -> CheckResult {
    let (subject, posture) = (seen.subject, seen.posture);
    let Some(snapshots) = &posture.snapshots else {
        return CHECK.unread(&posture.unread, &["snapshots"]);
    };
    let evidence = subject.volumes.iter().filter_map(|volume| {
        let newest = snapshots
            .iter()
            .filter(|s| s.volume == volume.id && s.state == "completed" && s.maker != "rebato")
            .filter(|s| s.started.is_some())
            .max_by_key(|s| s.started);
        match newest {
            None => Some(format!("{} none", volume.id)),
            Some(newest) if is_old(newest, seen) => Some(format!(
                "{} newest={} by={} at={}",
                volume.id,
                newest.id,
                newest.maker,
                newest.started.map(|at| at.to_string()).unwrap_or_default()
            )),
            Some(_) => None,
        }
    });
    let unseen = (subject.volumes.is_empty() || subject.unread.iter().any(|u| u.what == "volumes"))
        .then(|| why_unread(&subject.unread, &["volumes"]));
    CHECK
        .judged_but(evidence.collect(), unseen)
        .with("days", &DAYS)
}

fn is_old(snapshot: &BackupSnapshot, seen: &Seen<'_>) -> bool {
    let oldest = seen
        .subject
        .read_at
        .checked_sub(SignedDuration::from_hours(24 * DAYS));
    match (snapshot.started, oldest) {
        (Some(started), Ok(oldest)) => started < oldest,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harden::check::tests::run;
    use crate::harden::{Posture, Status};
    use crate::identify::{Subject, Volume};
    use crate::monitor::fixture;

    fn checked(snapshots: Option<&[(i64, &str, &str)]>) -> CheckResult {
        let subject = Subject {
            volumes: vec![Volume {
                id: "vol-1".into(),
                device: "/dev/sda1".into(),
                delete_on_termination: None,
                encrypted: None,
                kms_key: None,
                size_gib: None,
            }],
            ..fixture::subject()
        };
        let one = |(days, state, maker): &(i64, &str, &str)| BackupSnapshot {
            id: "snap-1".into(),
            volume: "vol-1".into(),
            started: Some(fixture::at(-days * 24 * 60)),
            state: (*state).into(),
            maker: (*maker).into(),
        };
        let posture = Posture {
            snapshots: snapshots.map(|s| s.iter().map(one).collect()),
            ..Posture::default()
        };
        run(&CHECK, &subject, &posture)
    }

    #[test]
    fn only_a_whole_snapshot_of_the_last_days_that_is_no_evidence_is_a_backup() {
        assert_eq!(
            checked(Some(&[(6, "completed", "dlm")])).status,
            Status::Pass
        );
        for snapshots in [
            &[][..],
            &[(8, "completed", "aws-backup")],
            &[(1, "error", "dlm")],
            &[(1, "completed", "rebato")],
        ] {
            assert_eq!(
                checked(Some(snapshots)).status,
                Status::Fail,
                "{snapshots:?}"
            );
        }
        assert_eq!(checked(None).status, Status::Unknown);
    }

    #[test]
    fn an_instance_without_volumes_that_were_read_is_unknown() {
        let posture = Posture {
            snapshots: Some(vec![]),
            ..Posture::default()
        };
        let bare = Subject {
            volumes: vec![],
            ..fixture::subject()
        };
        assert_eq!(run(&CHECK, &bare, &posture).status, Status::Unknown);
    }
}
