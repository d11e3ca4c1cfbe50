//! What becomes of the host itself: what a stop loses, where it was put, what it is for. Must not know the network.

use super::View;
use crate::contain::{LockMode, Measure, StopHow};
use crate::contain::{Note, Severity};
use crate::identify::Subject;

/// Why the instance cannot be stopped, as a note's code (HANDBOOK 3.5).
pub(in crate::contain) fn cannot_stop(subject: &Subject) -> Option<&'static str> {
    if subject.root_device_type.as_deref() == Some("instance-store") {
        return Some("instance_store_root");
    }
    if subject.lifecycle.as_deref() != Some("spot") {
        return None;
    }
    let request = subject.around.as_ref().and_then(|a| a.spot.as_ref());
    let kind = request.and_then(|r| r.kind.as_deref());
    let on_interruption = request.and_then(|r| r.on_interruption.as_deref());
    match (kind, on_interruption) {
        (Some("persistent"), Some("stop" | "hibernate")) => None,
        (Some("one-time"), _) => Some("spot_one_time"),
        // Which kind it is the instance itself does not say.
        _ => Some("spot_instance"),
    }
}

pub(super) fn notes(view: &View<'_>, notes: &mut Vec<Note>) {
    use Severity::{Info, Refusal, Warning};
    let mut say = |severity, code, args| notes.push(Note::new::<1>(severity, code, args));
    let subject = view.subject;
    if let Some(way) = view.profile.stops() {
        if let Some(code) = cannot_stop(subject) {
            say(Warning, code, [view.instance()]);
        } else if subject.lifecycle.as_deref() == Some("spot") {
            say(Info, "spot_persistent", [view.instance()]);
        }
        if view.stops {
            stop(view, way, notes);
        }
    }
    if subject.source_dest_check == Some(false) {
        notes.push(Note::new(
            Refusal,
            "source_dest_check_off",
            [view.instance()],
        ));
    }
    if is_domain_controller(subject) {
        notes.push(Note::new(Refusal, "domain_controller", [view.instance()]));
    }
    for (id, _) in view
        .around
        .products
        .iter()
        .filter(|(_, k)| k == "marketplace")
    {
        let args = [("product", id.clone())];
        notes.push(Note::new(Warning, "marketplace_product", args));
    }
    if view.profile.asks("metadata") {
        notes.push(Note::new(Warning, "metadata_off", [view.instance()]));
    }
}

/// What is lost by a stop.
fn stop(view: &View<'_>, way: StopHow, notes: &mut Vec<Note>) {
    use Severity::{Info, Refusal, Warning};
    let subject = view.subject;
    let mut say = |severity, code, args| notes.push(Note::new::<1>(severity, code, args));
    match (way, subject.hibernation) {
        (StopHow::Hibernate, true) => say(Info, "memory_kept", [view.instance()]),
        (StopHow::Hibernate, false) => {
            say(Warning, "hibernation_off", [view.instance()]);
            say(Info, "memory_lost", [view.instance()]);
        }
        (_, could) => {
            let severity = if could { Warning } else { Info };
            say(severity, "memory_lost", [view.instance()]);
        }
    }
    if way == StopHow::SkipOs {
        say(Warning, "stop_without_os", [view.instance()]);
    }
    if subject.stop_protection == Some(true) {
        say(Info, "stop_protection_on", [view.instance()]);
    }
    if let Some(gib) = view.around.instance_store_gib.filter(|gib| *gib > 0) {
        say(Refusal, "instance_store_lost", [("gib", gib.to_string())]);
    }
    let placement = &view.around.placement;
    if let Some(host) = &placement.host {
        say(Refusal, "dedicated_host", [("host", host.clone())]);
    }
    if let Some(block) = &placement.capacity_block {
        say(Refusal, "capacity_block_lost", [("block", block.clone())]);
    }
    if let Some(reservation) = &placement.capacity_reservation {
        let args = [("reservation", reservation.clone())];
        say(Warning, "capacity_reservation", args);
    }
}

/// What leaves the account or binds it for long.
pub(super) fn evidence(view: &View<'_>, notes: &mut Vec<Note>) {
    for asked in &view.profile.measures {
        match &asked.measure {
            Measure::ShareSnapshots { account } => {
                let args = [("account", account.clone())];
                notes.push(Note::new(Severity::Warning, "snapshots_shared", args));
            }
            Measure::LockSnapshots { days, mode } => {
                let (severity, mode) = match mode {
                    LockMode::Governance => (Severity::Info, "governance"),
                    LockMode::Compliance => (Severity::Warning, "compliance"),
                };
                let args = [("days", days.to_string()), ("mode", mode.into())];
                notes.push(Note::new(severity, "snapshots_locked", args));
            }
            _ => {}
        }
    }
}

/// Whether a tag says that the instance is a domain controller. Anybody who may tag can say so: it only makes a person look.
fn is_domain_controller(subject: &Subject) -> bool {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    subject.tags.iter().any(|(key, value)| {
        let value = plain(value);
        match plain(key).as_str() {
            "domaincontroller" => value != "false" && value != "no",
            "role" | "serverrole" | "function" | "type" | "service" => {
                matches!(
                    value.as_str(),
                    "dc" | "domaincontroller" | "activedirectory"
                )
            }
            _ => false,
        }
    })
}
