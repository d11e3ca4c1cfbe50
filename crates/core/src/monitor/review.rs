//! One look at a case: all watches, and what still stands against closing it. Must not read anything itself.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{FlowsSince, Review, close, watches};
use crate::case::{Case, Containment};
use crate::harden::Posture;
use crate::identify::{Finding, Subject};

/// What was read for a look. `None` is "could not be read".
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// When.
    pub at: Timestamp,
    /// The instance as it is now.
    pub subject: Option<&'a Subject>,
    /// GuardDuty's findings about the instance that changed since the case was opened.
    pub findings: Option<&'a [Finding]>,
    /// The flow logs since the containment.
    pub flows: Option<&'a FlowsSince>,
    /// Whether logs are still written.
    pub posture: Option<&'a Posture>,
}

/// Looks at a case again. Flows and drift are watched only where something was contained.
#[must_use]
pub fn review(case: &Case, look: &Look<'_>) -> Review {
    let contained = matches!(
        case.containment,
        Containment::Partial | Containment::Contained | Containment::Verified
    );
    let mut seen = vec![watches::finding_again(case, look)];
    let mut accepted_flows = None;
    let mut leaks = BTreeSet::new();
    if contained {
        accepted_flows = look.flows.and_then(FlowsSince::known);
        leaks.extend(look.flows.iter().flat_map(|flows| &flows.peers));
        seen.push(watches::accepted_flows(look));
        seen.push(watches::drift(case, look));
    }
    seen.push(watches::logging(case, look));
    let missing = close::missing(case, &seen, accepted_flows, look.at);
    Review {
        at: look.at,
        watches: seen,
        accepted_flows,
        leaks,
        missing,
    }
}
