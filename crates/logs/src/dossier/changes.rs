//! Changes of the guest as facts. Must not judge what a fact means.

use std::collections::BTreeMap;

use rebato_core::evaluate::{Fact, Gap, Source};

use super::{KEPT, Pieces};
use crate::Answers;
use crate::coverage::stamp;

impl Answers {
    pub(super) fn change_facts(
        &self,
        facts: &mut Pieces,
        left_out: &mut BTreeMap<Source, Vec<Gap>>,
    ) {
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
        if rest > 0 {
            left_out
                .entry(Source::AuthLog)
                .or_default()
                .push(Gap::LeftOut {
                    kind: "host_change".into(),
                    facts: rest,
                });
        }
    }
}
