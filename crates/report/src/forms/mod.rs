//! A case in the forms that other programs read: evidence as CSV, the case as OCSF events, an update for Security Hub, a STIX
//! bundle, and whatever a user's own template makes of it. Must not judge, and must not send anything anywhere.

mod asff;
mod csv;
mod ocsf;
mod stix;
mod template;

use std::collections::BTreeSet;
use std::net::IpAddr;

use rebato_core::case::Case;
use rebato_core::evaluate::{Fact, Outcome};

pub use asff::{NoUpdate, asff};
pub use csv::csv;
pub use ocsf::ocsf;
pub use stix::stix;
pub use template::{TemplateError, from_template};

/// The address of a stranger that a fact is about, and the port that served, where there is one of each.
fn remote(fact: &Fact) -> (Option<IpAddr>, Option<u16>) {
    match fact {
        Fact::Conversation(talk) => (Some(talk.remote_ip), talk.port),
        Fact::Beacon { ip, port, .. } => (Some(*ip), Some(*port)),
        Fact::Scan { ip, .. }
        | Fact::OutboundVolume { ip, .. }
        | Fact::LoginFailed { ip, .. }
        | Fact::LoginAccepted { ip, .. }
        | Fact::ThreatMatch { ip, .. } => (Some(*ip), None),
        Fact::Sweep { port, .. } => (None, *port),
        Fact::ApiCall { source_ip, .. } => (source_ip.parse().ok(), None),
        Fact::Alert { remote, .. } => match remote.as_slice() {
            [only] => (Some(*only), None),
            _ => (None, None),
        },
        Fact::Lookup { .. }
        | Fact::Metric { .. }
        | Fact::HostChange { .. }
        | Fact::OtherFinding { .. } => (None, None),
    }
}

/// Whether a verdict says that there was an attack, whatever came of it.
const fn is_attack(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Succeeded | Outcome::Likely | Outcome::Attempted | Outcome::Blocked => true,
        Outcome::Benign | Outcome::Inconclusive => false,
    }
}

/// Ids of ATT&CK techniques that the verdict names, in order.
fn techniques(case: &Case) -> BTreeSet<&str> {
    let reasons = case.verdict.iter().flat_map(|verdict| &verdict.reasons);
    reasons
        .flat_map(|reason| reason.attack.iter().map(String::as_str))
        .collect()
}

/// How sure the verdict is, 0 to 100: what its score says for an attack, and against one where it was none.
fn confidence(case: &Case) -> Option<u8> {
    let verdict = case.verdict.as_ref()?;
    u8::try_from(verdict.score.clamp(0, 100)).ok()
}
