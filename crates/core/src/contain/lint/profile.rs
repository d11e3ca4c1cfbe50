//! What is dangerous in a profile: an order that loses evidence or leaves a door open, and what cannot be undone unless its
//! author said so. Must not know any instance.

use super::Fault;
use crate::contain::{Accept, Asked, BUILT_IN, LockMode, Measure, Profile, ScalingWay, Sessions};

/// What is dangerous in a profile, in the order of its measures; nothing where it may be used.
#[must_use]
pub fn lint(profile: &Profile) -> Vec<Fault> {
    let mut faults = Vec::new();
    if profile.measures.is_empty() {
        faults.push(Fault::new("empty", "", []));
    }
    // A plan bears the profile's name: that of a built-in one must not mean something else.
    if BUILT_IN.contains(&profile.name.as_str())
        && Profile::built_in(&profile.name).as_ref() != Some(profile)
    {
        let args = [("name", profile.name.clone())];
        faults.push(Fault::new("name_taken", "", args));
    }
    for (place, asked) in profile.measures.iter().enumerate() {
        let before = profile.measures.get(..place).unwrap_or_default();
        let after = profile.measures.get(place + 1..).unwrap_or_default();
        order(&asked.measure, before, after, &mut faults);
        for (code, accept) in dangers(&asked.measure, after) {
            if !asked.accept.contains(&accept) {
                faults.push(Fault::new(code, asked.measure.name(), []));
            }
        }
    }
    faults
}

fn has(measures: &[Asked], name: &str) -> bool {
    measures.iter().any(|asked| asked.measure.name() == name)
}

/// What is wrong with the place of a measure among the others.
fn order(measure: &Measure, before: &[Asked], after: &[Asked], faults: &mut Vec<Fault>) {
    let name = measure.name();
    let mut fault = |code| faults.push(Fault::new(code, name, []));
    if has(before, name) {
        fault("twice");
    }
    // It may take hours: whoever waits for it is not to be reached meanwhile.
    if measure.cuts() && has(before, "wait_snapshots") {
        fault("cut_after_wait");
    }
    match measure {
        Measure::Stop { .. } if !has(before, "snapshots") => fault("stop_without_snapshots"),
        Measure::Isolate { .. } if has(before, "stop") => fault("isolate_after_stop"),
        Measure::WaitSnapshots if !has(before, "snapshots") => fault("needs_snapshots"),
        Measure::CopySnapshots { .. }
        | Measure::ShareSnapshots { .. }
        | Measure::LockSnapshots { .. }
        | Measure::ScanSnapshots => {
            if !has(before, "snapshots") {
                fault("needs_snapshots");
            } else if !has(before, "wait_snapshots") {
                fault("needs_wait");
            }
        }
        _ => {}
    }
    if let Measure::ShareSnapshots { account } = measure {
        if account.bytes().all(|b| b.is_ascii_digit()) {
            // What AWS's own key encrypts nobody else can read, and a copy leaves the evidence as it is (HANDBOOK 3.8).
            let copied = before
                .iter()
                .any(|a| matches!(&a.measure, Measure::CopySnapshots { .. }));
            if !copied {
                fault("share_needs_key");
            }
        } else {
            fault("share_everyone");
        }
    }
    // What is captured needs a host that is up and that an agent on it can still speak for.
    if matches!(
        measure,
        Measure::Metadata | Measure::InstanceProfile { .. } | Measure::Stop { .. }
    ) && let Some(late) = ["console", "snapshots"]
        .into_iter()
        .find(|evidence| has(after, evidence))
    {
        let args = [("evidence", late.to_owned())];
        faults.push(Fault::new("blind_before_evidence", name, args));
    }
}

/// The dangers that the author of a profile has to take on by name.
fn dangers(measure: &Measure, after: &[Asked]) -> Vec<(&'static str, Accept)> {
    match measure {
        Measure::Addresses => {
            let early = has(after, "isolate")
                .then_some(("addresses_before_isolate", Accept::BeforeIsolate));
            [("irreversible", Accept::Irreversible)]
                .into_iter()
                .chain(early)
                .collect()
        }
        Measure::Stop { .. }
        | Measure::LockSnapshots {
            mode: LockMode::Compliance,
            ..
        } => vec![("irreversible", Accept::Irreversible)],
        Measure::Scaling {
            how: ScalingWay::Detach,
        } => vec![("detach_for_good", Accept::Irreversible)],
        Measure::Sessions {
            deny: Sessions::TokenTime,
        } => vec![("shared_role", Accept::SharedRole)],
        _ => Vec::new(),
    }
}
