//! Changes of the guest as facts. Must not judge what a fact means.

use rebato_core::evaluate::{Fact, Source};

use super::{KEPT, LeftOut, Pieces, leave_out};
use crate::Answers;
use crate::coverage::stamp;

impl Answers {
    pub(super) fn change_facts(&self, facts: &mut Pieces, left_out: &mut LeftOut) {
        let mut rest = self.changes.left_out;
        for (n, (key, told)) in self.changes.shown().enumerate() {
            if n >= KEPT {
                rest += 1;
                continue;
            }
            let fact = Fact::HostChange {
                change: key.kind.to_owned(),
                about: key.about.clone(),
                by: key.by.clone(),
                detail: told.detail.clone(),
                count: told.count,
            };
            facts.push((
                Source::AuthLog,
                told.first.and_then(stamp),
                self.record(told.place, None),
                fact,
            ));
        }
        leave_out(left_out, Source::AuthLog, "host_change", rest);
    }
}
