//! What becomes of traffic: what is lost with an address, what stays open, and what no group filters. Must not know how
//! interfaces are moved.

use std::collections::BTreeSet;

use super::View;
use crate::contain::Measure;
use crate::contain::planner::acl_full;
use crate::contain::standing::exposed;
use crate::contain::{GroupRole, Note, Severity, is_pristine};
use crate::identify::Interface;

pub(super) fn notes(view: &View<'_>, notes: &mut Vec<Note>) {
    use Severity::{Info, Warning};
    for interface in &view.subject.interfaces {
        interface_notes(view, interface, notes);
    }
    acl(view, notes);
    let isolates = view.profile.find(|m| match m {
        Measure::Isolate { passage } => Some(*passage),
        _ => None,
    });
    let Some(passage) = isolates else {
        return;
    };
    groups(view, notes);
    if exposed(view.subject).is_empty() {
        notes.push(Note::new(Info, "already_contained", []));
    } else if passage {
        notes.push(Note::new(Info, "passage_exposure", []));
    } else if !view.stops {
        notes.push(Note::new(Warning, "tracked_flows_live", []));
    }
    // A host that is down speaks to nobody.
    if !view.stops && view.subject.state == "running" {
        notes.push(Note::new(Info, "residual_paths", []));
        let behind = !view.subject.targets.is_empty() || !view.around.balancers.is_empty();
        let nat = view
            .around
            .exposure
            .iter()
            .any(|e| e.internet_gateway == Some(false));
        if behind || nat {
            notes.push(Note::new(Info, "residual_tracked", []));
        }
    }
}

fn interface_notes(view: &View<'_>, interface: &Interface, notes: &mut Vec<Note>) {
    use Severity::{Info, Refusal, Warning};
    let id = || ("interface", interface.id.clone());
    let facts = view.around.interfaces.get(&interface.id);
    if interface.requester_managed {
        notes.push(Note::new(Warning, "managed_interface", [id()]));
    }
    if let Some(kind) = facts
        .and_then(|f| f.kind.clone())
        .filter(|kind| kind == "trunk" || kind == "branch")
    {
        notes.push(Note::new(
            Warning,
            "container_interface",
            [id(), ("kind", kind)],
        ));
    }
    // The instance's own setting is that of its primary interface.
    if interface.device_index > 0 && facts.is_some_and(|f| f.source_dest_check == Some(false)) {
        notes.push(Note::new(Refusal, "interface_forwards", [id()]));
    }
    if !interface.ipv6.is_empty() {
        notes.push(Note::new(Info, "ipv6_present", [id()]));
    }
    if !view.profile.asks("addresses") && !view.stops {
        return;
    }
    for public in interface
        .addresses
        .iter()
        .filter_map(|a| a.public.as_ref())
        .filter(|p| p.elastic.is_none())
    {
        let args = [("ip", public.ip.to_string()), id()];
        notes.push(Note::new(Warning, "auto_address_lost", args));
    }
}

fn acl(view: &View<'_>, notes: &mut Vec<Note>) {
    if !view.profile.asks("acl") {
        return;
    }
    let subnets: BTreeSet<&String> = view
        .subject
        .interfaces
        .iter()
        .filter_map(|i| i.subnet.as_ref())
        .collect();
    for subnet in subnets {
        let known = view
            .around
            .exposure
            .iter()
            .any(|e| &e.subnet == subnet && e.acl.is_some());
        let code = if known {
            "acl_denies_neighbours"
        } else {
            "acl_unknown"
        };
        let args = [("subnet", subnet.clone())];
        notes.push(Note::new(Severity::Warning, code, args));
    }
    for (acl, left) in acl_full(view.case, view.subject) {
        let args = [("acl", acl), ("left", left.to_string())];
        notes.push(Note::new(Severity::Warning, "acl_full", args));
    }
}

fn groups(view: &View<'_>, notes: &mut Vec<Note>) {
    let vpcs: BTreeSet<&String> = view
        .subject
        .interfaces
        .iter()
        .filter_map(|i| i.vpc.as_ref())
        .collect();
    for vpc in vpcs {
        for role in [GroupRole::Passage, GroupRole::Containment] {
            if let Some(group) = view
                .subject
                .own_groups
                .get(&role.group_name(vpc))
                .filter(|g| !is_pristine(g, role))
            {
                let args = [("group", group.id.clone()), ("name", group.name.clone())];
                notes.push(Note::new(Severity::Warning, "group_repair", args));
            }
        }
    }
}
