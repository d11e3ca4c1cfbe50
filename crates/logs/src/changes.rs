//! Changes of the guest, folded by kind, account, doer and hour. Memory is bounded by a cap whose overflow is counted.
//! Must not know how a record is read.

use std::collections::BTreeMap;

use crate::auth::Change;
use crate::talks::Place;

/// Groups of changes.
const GROUPS: usize = 5_000;
/// Seconds within which the same change is told once.
const HOUR: i64 = 3_600;

/// Changes of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangeKey {
    /// People who become root are many, and say the least.
    everyday: bool,
    hour: Option<i64>,
    pub(crate) kind: &'static str,
    pub(crate) about: String,
    pub(crate) by: Option<String>,
}

/// What is told of them.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) place: Place,
    pub(crate) detail: String,
    pub(crate) count: u64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

#[derive(Debug, Default)]
pub(crate) struct Changes {
    groups: BTreeMap<ChangeKey, Told>,
    pub(crate) left_out: u64,
}

impl Changes {
    /// Counts a change.
    pub(crate) fn add(&mut self, at: Option<i64>, change: Change, place: Place) {
        let key = ChangeKey {
            everyday: change.kind == "became_root",
            hour: at.map(|at| at.div_euclid(HOUR)),
            kind: change.kind,
            about: change.about,
            by: change.by,
        };
        if self.groups.len() >= GROUPS && !self.groups.contains_key(&key) {
            self.left_out += 1;
            return;
        }
        let told = self.groups.entry(key).or_insert_with(|| Told {
            place,
            detail: change.detail,
            count: 0,
            first: at,
            last: at,
        });
        told.count += 1;
        told.first = [told.first, at].into_iter().flatten().min();
        told.last = [told.last, at].into_iter().flatten().max();
    }

    /// All, those that say most first.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&ChangeKey, &Told)> {
        self.groups.iter()
    }
}
