//! `accepted-flows`: traffic of what was cut off. Must not read logs.

use crate::monitor::{Look, Watch};

pub(in crate::monitor) const NAME: &str = "accepted-flows";

/// The contained interfaces exchanged packets with anybody.
pub(in crate::monitor) fn watch(look: &Look<'_>) -> Watch {
    let Some(flows) = look.flows else {
        return Watch::unknown(NAME, "no-flow-logs");
    };
    let watch = match (flows.known(), flows.why_unknown()) {
        (None, why) => Watch::unknown(NAME, why.unwrap_or_default()),
        (Some(0), _) => Watch::judged(NAME, Vec::new()),
        (Some(_), _) if flows.evidence.is_empty() => {
            Watch::judged(NAME, vec![flows.accepted.to_string()])
        }
        (Some(_), _) => Watch::judged(NAME, flows.evidence.clone()),
    };
    let watch = watch
        .with("count", &flows.accepted)
        .with("since", &flows.since);
    match flows.until {
        Some(until) => watch.with("until", &until),
        None => watch,
    }
}
