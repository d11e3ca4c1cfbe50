//! Who else holds the role of the instance, and what of its credentials stays alive. Must not know how sessions are denied.

use super::View;
use crate::contain::Sessions;
use crate::contain::{Note, Severity};
use crate::identify::Orchestrator;

pub(super) fn notes(view: &View<'_>, notes: &mut Vec<Note>) {
    use Severity::{Info, Warning};
    let Some(profile) = &view.subject.profile else {
        return;
    };
    let role = profile.role.clone().unwrap_or_else(|| profile.arn.clone());
    let facts = view.around.role.as_ref();
    let denies = view.profile.denies();
    // Only a denial by time reaches the others.
    let reach = if denies == Some(Sessions::TokenTime) {
        Warning
    } else {
        Info
    };
    let role_arg = || ("role", role.clone());
    if !profile.shared_with.is_empty() {
        let args = [role_arg(), ("instances", profile.shared_with.join(", "))];
        notes.push(Note::new(reach, "shared_role", args));
    }
    let changes = denies.is_some() || view.profile.asks("instance_profile");
    if let Some(facts) = facts.filter(|f| changes && !f.other_users.is_empty()) {
        let args = [role_arg(), ("instances", facts.other_users.join(", "))];
        notes.push(Note::new(reach, "role_other_users", args));
    }
    let node = view.around.orchestration.iter().any(|o| {
        matches!(
            o.kind,
            Orchestrator::Eks | Orchestrator::Karpenter | Orchestrator::Ecs
        )
    });
    if node && changes {
        notes.push(Note::new(reach, "node_role_shared", [role_arg()]));
    }
    if denies.is_some() {
        if facts.is_some_and(|f| f.service_linked) {
            notes.push(Note::new(Warning, "role_service_linked", [role_arg()]));
        } else if profile.role.is_none() || profile.role_id.is_none() {
            notes.push(Note::new(Warning, "role_unread", [role_arg()]));
        }
        if facts.is_some_and(|f| f.revoked_before()) {
            notes.push(Note::new(Info, "revoked_before", [role_arg()]));
        }
    } else {
        notes.push(Note::new(Warning, "role_sessions_live", [role_arg()]));
    }
    if view.profile.asks("instance_profile") {
        let args = [view.instance(), role_arg()];
        notes.push(Note::new(Warning, "instance_profile_off", args));
    }
}
