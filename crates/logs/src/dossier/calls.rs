//! API calls as facts. Must not judge what a fact means.

use rebato_core::evaluate::{Fact, Source};

use super::{KEPT, LeftOut, Pieces, leave_out};
use crate::Answers;
use crate::coverage::stamp;

impl Answers {
    pub(super) fn call_facts(&self, facts: &mut Pieces, left_out: &mut LeftOut) {
        // Calls that change something say more than those that read.
        let mut kept = self.calls.sorted();
        kept.sort_by_key(|(key, calls)| (key.read_only == Some(true), calls.first));
        for (key, calls) in kept.iter().take(2 * KEPT) {
            let fact = Fact::ApiCall {
                event: key.event.clone(),
                service: key.service.clone(),
                source_ip: key.source_ip.clone(),
                principal: key.principal.clone(),
                session_of: key.session_of.clone(),
                region: key.region.clone(),
                error: key.error.clone(),
                read_only: key.read_only,
                delivery: key.delivery.clone(),
                detail: key.detail.clone(),
                count: calls.count,
                first: calls.first.and_then(stamp),
                last: calls.last.and_then(stamp),
            };
            facts.push((
                Source::Cloudtrail,
                calls.first.and_then(stamp),
                self.record(calls.place, calls.id.clone()),
                fact,
            ));
        }
        let rest = u64::try_from(kept.len().saturating_sub(2 * KEPT)).unwrap_or(u64::MAX)
            + self.calls_left_out;
        leave_out(left_out, Source::Cloudtrail, "api_call", rest);
    }
}
