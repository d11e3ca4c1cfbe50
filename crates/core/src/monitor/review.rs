//! One look at a case: all watches, and what still stands against closing it. Must not read anything itself.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::watches::{
    accepted_flows, alarms, drift, elsewhere, evidence, finding_again, hardening, lists, logging,
    neighbours, role_use,
};
use super::{FlowsSince, Kin, ListState, Review, Seen, close};
use crate::case::{Case, Containment};
use crate::evaluate::Dossier;
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
    /// The findings of the account, or of the organization, that changed since the case was opened.
    pub account: Option<&'a [Finding]>,
    /// Who has what in common with the instance.
    pub kin: Option<&'a Kin>,
    /// The flow logs since the containment.
    pub flows: Option<&'a FlowsSince>,
    /// The trail since the containment.
    pub activity: Option<&'a Dossier>,
    /// The account's threat lists.
    pub lists: Option<&'a [ListState]>,
    /// Whether logs are still written.
    pub posture: Option<&'a Posture>,
    /// What was made to watch the case.
    pub objects: Option<&'a [Seen]>,
}

/// Looks at a case again. Flows and drift are watched only where something was contained.
#[must_use]
pub fn review(case: &Case, look: &Look<'_>) -> Review {
    let contained = matches!(
        case.containment,
        Containment::Partial | Containment::Contained | Containment::Verified
    );
    let mut seen = vec![
        finding_again::watch(case, look),
        elsewhere::watch(case, look),
        neighbours::watch(case, look),
    ];
    let mut accepted = None;
    let mut leaks = BTreeSet::new();
    if contained {
        accepted = look.flows.and_then(FlowsSince::known);
        leaks.extend(look.flows.iter().flat_map(|flows| &flows.peers));
        seen.extend(role_use::watch(case, look));
        seen.push(accepted_flows::watch(look));
        seen.push(drift::watch(case, look));
    }
    seen.extend(hardening::watch(case, look));
    seen.extend(evidence::watch(case, look));
    seen.push(logging::watch(case, look));
    seen.extend(lists::watch(case, look));
    seen.extend(alarms::watch(case, look));
    let missing = close::missing(case, &seen, accepted, look.at);
    Review {
        at: look.at,
        watches: seen,
        accepted_flows: accepted,
        leaks,
        missing,
    }
}
