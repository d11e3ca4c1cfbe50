//! What a person should know before approving: what may break, what is lost, what forbids it. One file a topic. Must not
//! decide: a refusal is overridden by a person or stands.

mod around;
mod host;
mod network;
mod role;

pub(super) use host::cannot_stop;

use super::{Note, Profile, Severity};
use crate::case::Case;
use crate::evaluate::Outcome;
use crate::identify::{Neighbourhood, Subject};

/// The tag that forbids containment, with any value but `false`.
pub const TAG_NEVER: &str = "rebato:never-contain";

/// Every code that a containment plan and the release planner can use; the catalogues have words for each under `note-`.
pub const NOTES: [&str; 76] = [
    "acl_denies_neighbours",
    "acl_full",
    "acl_unknown",
    "already_contained",
    "auto_address_lost",
    "batch_node",
    "beanstalk_node",
    "behind_classic_balancer",
    "behind_load_balancer",
    "capacity_block_lost",
    "capacity_reservation",
    "container_interface",
    "dedicated_host",
    "domain_controller",
    "drifted",
    "duty_dns",
    "duty_netbios",
    "duty_ntp",
    "duty_route",
    "ecs_node",
    "eks_node",
    "emr_node",
    "fleet_replacement",
    "group_repair",
    "hibernation_off",
    "instance_missing",
    "instance_profile_off",
    "instance_store_lost",
    "instance_store_root",
    "instance_terminated",
    "interface_forwards",
    "ipv6_present",
    "karpenter_node",
    "last_healthy_target",
    "managed_instance",
    "managed_interface",
    "marketplace_product",
    "memory_kept",
    "memory_lost",
    "metadata_off",
    "mgn_server",
    "never_contain_tag",
    "no_volumes",
    "node_role_shared",
    "not_back_address",
    "not_back_memory",
    "not_running",
    "own_host",
    "passage_exposure",
    "residual_paths",
    "residual_tracked",
    "revoked_before",
    "role_other_users",
    "role_service_linked",
    "role_sessions_live",
    "role_unread",
    "sample_finding",
    "scaling_detached",
    "scaling_members",
    "scaling_minimum_lowered",
    "scaling_refresh",
    "scaling_replacement",
    "scaling_template",
    "shared_role",
    "snapshots_locked",
    "snapshots_shared",
    "source_dest_check_off",
    "spot_instance",
    "spot_one_time",
    "spot_persistent",
    "stop_protection_on",
    "stop_without_os",
    "targets_left",
    "tracked_flows_live",
    "unread_part",
    "verdict_not_breach",
];

/// What the notes are taken from.
struct View<'a> {
    case: &'a Case,
    subject: &'a Subject,
    around: &'a Neighbourhood,
    profile: &'a Profile,
    /// The plan stops the instance.
    stops: bool,
}

impl View<'_> {
    fn instance(&self) -> (&'static str, String) {
        ("instance", self.subject.instance_id.clone())
    }
}

/// A count as a note says it: exact up to two, as a plan whose notes change is another plan, and a count that goes from
/// seven to six is no reason to approve again.
fn few(count: u32) -> String {
    count.min(3).to_string()
}

pub(super) fn notes(
    case: &Case,
    subject: &Subject,
    profile: &Profile,
    own_instance: Option<&str>,
) -> Vec<Note> {
    let none = Neighbourhood::default();
    let view = View {
        case,
        subject,
        around: subject.around.as_ref().unwrap_or(&none),
        profile,
        stops: profile.stops().is_some()
            && subject.state == "running"
            && cannot_stop(subject).is_none(),
    };
    let mut notes = Vec::new();
    always(&view, own_instance, &mut notes);
    if profile.asks("snapshots") && subject.volumes.is_empty() {
        notes.push(Note::new(
            Severity::Warning,
            "no_volumes",
            [view.instance()],
        ));
    }
    // What only takes evidence breaks nothing.
    if profile.measures.iter().any(|asked| asked.measure.cuts()) {
        host::notes(&view, &mut notes);
        role::notes(&view, &mut notes);
        around::notes(&view, &mut notes);
        network::notes(&view, &mut notes);
    }
    host::evidence(&view, &mut notes);
    notes
}

/// What is said whatever the profile asks.
fn always(view: &View<'_>, own_instance: Option<&str>, notes: &mut Vec<Note>) {
    use Severity::{Info, Refusal, Warning};
    let (case, subject) = (view.case, view.subject);
    if case.finding.sample {
        notes.push(Note::new(Refusal, "sample_finding", []));
    }
    match subject.state.as_str() {
        "terminated" | "shutting-down" => {
            notes.push(Note::new(Refusal, "instance_terminated", [view.instance()]));
        }
        "running" => {}
        state => notes.push(Note::new(
            Info,
            "not_running",
            [view.instance(), ("state", state.into())],
        )),
    }
    if own_instance == Some(subject.instance_id.as_str()) {
        notes.push(Note::new(Refusal, "own_host", [view.instance()]));
    }
    if subject
        .tags
        .get(TAG_NEVER)
        .is_some_and(|v| !v.eq_ignore_ascii_case("false"))
    {
        let args = [("tag", TAG_NEVER.into())];
        notes.push(Note::new(Refusal, "never_contain_tag", args));
    }
    if subject.managed {
        notes.push(Note::new(Refusal, "managed_instance", [view.instance()]));
    }
    if let Some(verdict) = &case.verdict
        && !matches!(verdict.outcome, Outcome::Succeeded | Outcome::Likely)
    {
        let args = [("outcome", verdict.outcome.name().into())];
        notes.push(Note::new(Warning, "verdict_not_breach", args));
    }
    for unread in &subject.unread {
        let args = [("part", unread.what.clone()), ("why", unread.why.clone())];
        notes.push(Note::new(Warning, "unread_part", args));
    }
}
