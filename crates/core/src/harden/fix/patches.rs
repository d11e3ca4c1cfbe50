//! The fix of what a patch scan missed: a scan where there is none of late, else the installation. Must not know what a
//! patch mends.

use super::{Basis, Fix, NoFix, failed, heard};
use crate::contain::{Action, Note, Patching, RunPatches, Severity};

pub(super) fn patches(check: &str, basis: &Basis<'_>) -> Result<Fix, NoFix> {
    heard(basis)?;
    let instance = &basis.subject.instance_id;
    let what = match failed(check, basis) {
        Err(NoFix::Unread(why)) if why == "never-scanned" || why == "scan-too-old" => {
            Patching::Scan
        }
        Err(other) => return Err(other),
        Ok(_) if basis.wishes.reboot => Patching::InstallAndReboot,
        Ok(result) => {
            let waits = |setting: &str| setting == "pending-reboot";
            let short = &result.shortfalls;
            if !short.is_empty() && short.iter().all(|short| waits(&short.setting)) {
                return Err(NoFix::OnlyReboot);
            }
            Patching::Install
        }
    };
    let on = || ("instance", instance.clone());
    let warn = |code| Note::new(Severity::Warning, code, [on()]);
    let notes = match what {
        Patching::Scan => Vec::new(),
        Patching::Install => vec![warn("patches_stay"), warn("patches_wait_for_reboot")],
        Patching::InstallAndReboot => vec![warn("patches_stay"), warn("patches_reboot")],
    };
    Ok(Fix {
        actions: vec![Action::RunPatches(RunPatches {
            instance: instance.clone(),
            what,
        })],
        notes,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Wishes;
    use super::super::tests::wished;
    use super::*;
    use crate::contain::{Keep, Undo};
    use crate::harden::{PatchState, Posture};
    use crate::monitor::fixture;

    fn made(patches: Option<PatchState>, ping: &str, reboot: bool) -> Result<Patching, NoFix> {
        let posture = Posture {
            patches: Some(patches),
            ssm_ping: Some(Some(ping.into())),
            ..Posture::default()
        };
        let wishes = Wishes {
            reboot,
            ..Wishes::default()
        };
        let fix = wished("patch-state", &fixture::subject(), &posture, None, &wishes)?;
        let Some(Action::RunPatches(run)) = fix.actions.first() else {
            panic!("{fix:?}");
        };
        let undo = match run.what {
            Patching::Scan => Keep::NothingChanged,
            _ => Keep::Patches,
        };
        let kept = fix.actions.first().map(|action| action.undo());
        assert_eq!(kept, Some(Undo::Keep(undo)));
        assert_eq!(fix.notes.is_empty(), run.what == Patching::Scan);
        Ok(run.what)
    }

    #[test]
    fn first_a_look_then_the_patches() {
        let read_at = fixture::subject().read_at;
        let state = |missing, pending_reboot| PatchState {
            missing,
            pending_reboot,
            scanned: Some(read_at),
            ..PatchState::default()
        };
        let old = PatchState {
            scanned: None,
            ..state(0, 0)
        };
        for (patches, reboot, wanted) in [
            (None, false, Ok(Patching::Scan)),
            (Some(old), false, Ok(Patching::Scan)),
            (Some(state(3, 0)), false, Ok(Patching::Install)),
            (Some(state(3, 1)), true, Ok(Patching::InstallAndReboot)),
            (Some(state(0, 2)), false, Err(NoFix::OnlyReboot)),
            (Some(state(0, 2)), true, Ok(Patching::InstallAndReboot)),
            (Some(state(0, 0)), true, Err(NoFix::Nothing)),
        ] {
            assert_eq!(
                made(patches.clone(), "Online", reboot),
                wanted,
                "{patches:?}"
            );
        }
        assert_eq!(
            made(None, "ConnectionLost", false),
            Err(NoFix::AgentOffline)
        );
    }
}
