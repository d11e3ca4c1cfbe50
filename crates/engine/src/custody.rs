//! Evidence that a step leaves in the account and that its answer does not name. Must not know how the calls are made.

use rebato_core::case::{Custody, Held, SNAPSHOT_LOCK};
use rebato_core::contain::Action;

use crate::ports::Made;

/// The locks that a step has put on snapshots; of a snapshot or a copy, the receipt has the id.
pub(crate) fn held(action: &Action, made: &Made) -> Vec<Held> {
    let Action::LockSnapshots(lock) = action else {
        return Vec::new();
    };
    made.snapshots_of(lock.copies)
        .iter()
        .map(|snapshot| Held {
            what: SNAPSHOT_LOCK.into(),
            id: snapshot.clone(),
            origin: snapshot.clone(),
            size: None,
            state: Some(lock.mode.name().into()),
            custody: Custody::default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rebato_core::contain::{LockMode, LockSnapshots};

    use super::*;

    #[test]
    fn a_lock_is_an_artefact_of_each_snapshot_that_it_is_on() {
        let made = Made {
            snapshots: vec!["snap-1".into()],
            copies: vec!["snap-2".into(), "snap-3".into()],
            ..Made::default()
        };
        for (copies, wanted) in [(false, vec!["snap-1"]), (true, vec!["snap-2", "snap-3"])] {
            let lock = Action::LockSnapshots(LockSnapshots {
                instance: "i-0abc".into(),
                mode: LockMode::Governance,
                days: 30,
                copies,
            });
            let held = held(&lock, &made);
            let ids: Vec<&str> = held.iter().map(|held| held.id.as_str()).collect();
            assert_eq!(ids, wanted);
            assert!(
                held.iter()
                    .all(|h| h.state.as_deref() == Some("governance"))
            );
        }
    }
}
