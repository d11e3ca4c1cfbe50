//! Evidence that a step leaves in the account and that its answer does not name whole. Must not know how the calls are made.

use rebato_core::case::{Custody, Held, MALWARE_SCAN, Receipt, SNAPSHOT_LOCK, SNAPSHOT_SHARE};
use rebato_core::contain::Action;

use crate::ports::Made;

/// The locks and shares that a step has put on snapshots, and the scans that it began of them; of a snapshot or a copy, the
/// receipt has the id. `receipt` is what the step's call answered.
pub(crate) fn held(action: &Action, made: &Made, receipt: &Receipt) -> Vec<Held> {
    let on_snapshots = |what: &str, state: &str, copies: bool| {
        let of = made.snapshots_of(copies).iter();
        of.map(|snapshot| one(what, snapshot, snapshot, Some(state)))
            .collect()
    };
    match action {
        Action::LockSnapshots(lock) => on_snapshots(SNAPSHOT_LOCK, lock.mode.name(), lock.copies),
        Action::ShareSnapshots(share) => on_snapshots(SNAPSHOT_SHARE, &share.account, share.copies),
        // One scan a snapshot, answered in their order.
        Action::ScanSnapshots(_) => made
            .snapshots
            .iter()
            .zip(&receipt.made)
            .map(|(snapshot, scan)| one(MALWARE_SCAN, scan, snapshot, None))
            .collect(),
        _ => Vec::new(),
    }
}

fn one(what: &str, id: &str, origin: &str, state: Option<&str>) -> Held {
    Held {
        what: what.into(),
        id: id.into(),
        origin: origin.into(),
        size: None,
        state: state.map(str::to_owned),
        custody: Custody::default(),
    }
}

#[cfg(test)]
mod tests {
    use rebato_core::contain::{LockMode, LockSnapshots, ScanSnapshots, ShareSnapshots};

    use super::*;

    fn told(action: &Action, answered: &[&str]) -> Vec<[String; 4]> {
        let made = Made {
            snapshots: vec!["snap-1".into(), "snap-2".into()],
            copies: vec!["snap-3".into()],
            ..Made::default()
        };
        let receipt = Receipt {
            made: answered.iter().map(|id| (*id).to_owned()).collect(),
            ..Receipt::default()
        };
        held(action, &made, &receipt)
            .into_iter()
            .map(|h| [h.what, h.id, h.origin, h.state.unwrap_or_default()])
            .collect()
    }

    #[test]
    fn locks_shares_and_scans_are_artefacts_of_each_snapshot() {
        let lock = |copies| {
            Action::LockSnapshots(LockSnapshots {
                instance: "i-0abc".into(),
                mode: LockMode::Governance,
                days: 30,
                copies,
            })
        };
        let row = |cells: [&str; 4]| cells.map(str::to_owned);
        let locked = |id| row(["snapshot_lock", id, id, "governance"]);
        assert_eq!(told(&lock(false), &[]), ["snap-1", "snap-2"].map(locked));
        assert_eq!(told(&lock(true), &[]), ["snap-3"].map(locked));
        let share = Action::ShareSnapshots(ShareSnapshots {
            instance: "i-0abc".into(),
            account: "111122223333".into(),
            copies: true,
        });
        let shared = row(["snapshot_share", "snap-3", "snap-3", "111122223333"]);
        assert_eq!(told(&share, &[]), [shared]);
        let scan = Action::ScanSnapshots(ScanSnapshots {
            instance: "i-0abc".into(),
        });
        assert_eq!(
            told(&scan, &["scan-a", "scan-b"]),
            [
                row(["malware_scan", "scan-a", "snap-1", ""]),
                row(["malware_scan", "scan-b", "snap-2", ""]),
            ]
        );
    }
}
