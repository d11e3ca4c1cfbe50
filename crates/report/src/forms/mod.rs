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
use rebato_core::evaluate::{Conversation, Fact, Outcome};
use serde_json::Value;

pub use asff::{NoUpdate, asff};
pub use csv::csv;
pub use ocsf::ocsf;
pub use stix::stix;
pub use template::{TemplateError, from_template};

use crate::clean::clean_and_clip;

/// Characters of a text of strangers in a form: more is no name. Collectors take 65,535 (OCSF 1.3, `string_t`).
const LONGEST: usize = 1024;

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

/// Conversations with these addresses, in the order of the evidence.
fn talks_with<'a>(case: &'a Case, them: &[IpAddr]) -> impl Iterator<Item = &'a Conversation> {
    let evidence = case.dossier.iter().flat_map(|dossier| &dossier.evidence);
    evidence.filter_map(move |item| match &item.fact {
        Fact::Conversation(talk) if them.contains(&talk.remote_ip) => Some(talk),
        _ => None,
    })
}

/// The document as collectors take it: what is not known is left out, for their schemas have no null, and whatever strangers
/// wrote is clean and no longer than a name is.
fn tidy(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, tidy(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(tidy).collect(),
        Value::String(text) => clean_and_clip(&text, LONGEST).into(),
        other => other,
    }
}
