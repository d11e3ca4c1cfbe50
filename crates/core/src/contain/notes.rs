//! What a person should know before approving: what may break, what is lost, what forbids it. Must not decide: a refusal
//! is overridden by a person or stands.

use std::collections::BTreeSet;

use super::{GroupRole, Note, Profile, Severity, is_pristine};
use crate::case::Case;
use crate::evaluate::Outcome;
use crate::identify::Subject;

/// The tag that forbids containment, with any value but `false`.
pub const TAG_NEVER: &str = "rebato:never-contain";

/// Every code that a containment plan and the release planner can use; the catalogues have words for each under `note-`.
pub const NOTES: [&str; 27] = [
    "already_contained",
    "auto_address_lost",
    "behind_load_balancer",
    "drifted",
    "ecs_node",
    "eks_node",
    "group_repair",
    "instance_missing",
    "instance_store_root",
    "instance_terminated",
    "ipv6_present",
    "managed_instance",
    "managed_interface",
    "memory_lost",
    "never_contain_tag",
    "no_volumes",
    "not_running",
    "own_host",
    "passage_exposure",
    "sample_finding",
    "scaling_minimum_lowered",
    "scaling_replacement",
    "shared_role",
    "source_dest_check_off",
    "spot_instance",
    "unread_part",
    "verdict_not_breach",
];

/// Why the instance cannot be stopped, as a note's code.
pub(super) fn cannot_stop(subject: &Subject) -> Option<&'static str> {
    if subject.root_device_type.as_deref() == Some("instance-store") {
        return Some("instance_store_root");
    }
    if subject.lifecycle.as_deref() == Some("spot") {
        // A one-time Spot request cannot be stopped, and which kind it is the instance does not say.
        return Some("spot_instance");
    }
    None
}

pub(super) fn notes(
    case: &Case,
    subject: &Subject,
    profile: Profile,
    own_instance: Option<&str>,
) -> Vec<Note> {
    use Severity::{Info, Refusal, Warning};
    let mut notes = Vec::new();
    let instance = || ("instance", subject.instance_id.clone());
    if case.finding.sample {
        notes.push(Note::new(Refusal, "sample_finding", []));
    }
    match subject.state.as_str() {
        "terminated" | "shutting-down" => {
            notes.push(Note::new(Refusal, "instance_terminated", [instance()]));
        }
        "running" => {}
        state => notes.push(Note::new(
            Info,
            "not_running",
            [instance(), ("state", state.into())],
        )),
    }
    if own_instance == Some(subject.instance_id.as_str()) {
        notes.push(Note::new(Refusal, "own_host", [instance()]));
    }
    if subject
        .tags
        .get(TAG_NEVER)
        .is_some_and(|v| !v.eq_ignore_ascii_case("false"))
    {
        notes.push(Note::new(
            Refusal,
            "never_contain_tag",
            [("tag", TAG_NEVER.into())],
        ));
    }
    if subject.managed {
        notes.push(Note::new(Refusal, "managed_instance", [instance()]));
    }
    if let Some(verdict) = &case.verdict
        && !matches!(verdict.outcome, Outcome::Succeeded | Outcome::Likely)
    {
        notes.push(Note::new(
            Warning,
            "verdict_not_breach",
            [("outcome", verdict.outcome.name().into())],
        ));
    }
    for unread in &subject.unread {
        notes.push(Note::new(
            Warning,
            "unread_part",
            [("part", unread.what.clone()), ("why", unread.why.clone())],
        ));
    }
    if profile == Profile::Observe {
        return notes;
    }
    if let Some(code) = cannot_stop(subject).filter(|_| profile == Profile::Runbook) {
        notes.push(Note::new(Warning, code, [instance()]));
    } else if profile == Profile::Runbook && subject.state == "running" {
        notes.push(Note::new(
            if subject.hibernation { Warning } else { Info },
            "memory_lost",
            [instance()],
        ));
    }
    if subject.volumes.is_empty() {
        notes.push(Note::new(Warning, "no_volumes", [instance()]));
    }
    if let Some(profile) = subject
        .profile
        .as_ref()
        .filter(|p| !p.shared_with.is_empty())
    {
        let role = profile.role.clone().unwrap_or_else(|| profile.arn.clone());
        let instances = profile.shared_with.join(", ");
        notes.push(Note::new(
            Info,
            "shared_role",
            [("role", role), ("instances", instances)],
        ));
    }
    if let Some(scaling) = &subject.scaling {
        notes.push(Note::new(
            Warning,
            "scaling_replacement",
            [("group", scaling.group.clone())],
        ));
        if let (Some(min), Some(desired)) = (scaling.min, scaling.desired)
            && min >= desired
            && desired > 0
        {
            let args = [
                ("group", scaling.group.clone()),
                ("from", min.to_string()),
                ("to", (desired - 1).to_string()),
            ];
            notes.push(Note::new(Warning, "scaling_minimum_lowered", args));
        }
    }
    let behind: BTreeSet<&str> = subject.targets.iter().map(|t| t.group.as_str()).collect();
    if !behind.is_empty() {
        let groups = behind
            .iter()
            .map(|arn| target_group_name(arn))
            .collect::<Vec<_>>()
            .join(", ");
        notes.push(Note::new(
            Warning,
            "behind_load_balancer",
            [("groups", groups)],
        ));
    }
    if subject.source_dest_check == Some(false) {
        notes.push(Note::new(Warning, "source_dest_check_off", [instance()]));
    }
    let tagged = |prefix: &str| subject.tags.keys().any(|k| k.starts_with(prefix));
    if tagged("kubernetes.io/cluster/") || tagged("eks:") || tagged("aws:eks:") {
        notes.push(Note::new(Warning, "eks_node", [instance()]));
    }
    if tagged("aws:ecs:") {
        notes.push(Note::new(Warning, "ecs_node", [instance()]));
    }
    network(subject, &mut notes);
    notes
}

fn network(subject: &Subject, notes: &mut Vec<Note>) {
    use Severity::{Info, Warning};
    for interface in &subject.interfaces {
        let id = || ("interface", interface.id.clone());
        if interface.requester_managed {
            notes.push(Note::new(Warning, "managed_interface", [id()]));
        }
        if !interface.ipv6.is_empty() {
            notes.push(Note::new(Info, "ipv6_present", [id()]));
        }
        for public in interface
            .addresses
            .iter()
            .filter_map(|a| a.public.as_ref())
            .filter(|p| p.elastic.is_none())
        {
            notes.push(Note::new(
                Warning,
                "auto_address_lost",
                [("ip", public.ip.to_string()), id()],
            ));
        }
    }
    let vpcs: BTreeSet<&String> = subject
        .interfaces
        .iter()
        .filter_map(|i| i.vpc.as_ref())
        .collect();
    for vpc in vpcs {
        for role in [GroupRole::Passage, GroupRole::Containment] {
            if let Some(group) = subject
                .own_groups
                .get(&role.group_name(vpc))
                .filter(|g| !is_pristine(g, role))
            {
                notes.push(Note::new(
                    Warning,
                    "group_repair",
                    [("group", group.id.clone()), ("name", group.name.clone())],
                ));
            }
        }
    }
    if super::standing::exposed(subject).is_empty() {
        notes.push(Note::new(Info, "already_contained", []));
    } else {
        notes.push(Note::new(Info, "passage_exposure", []));
    }
}

fn target_group_name(arn: &str) -> String {
    // arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID
    arn.split('/').nth(1).unwrap_or(arn).to_owned()
}
