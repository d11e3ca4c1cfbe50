//! Who keeps the instance alive, who sends it traffic, and who depends on it. Must not know how it leaves their hands.

use std::collections::BTreeMap;

use super::{View, few};
use crate::contain::{Measure, ScalingWay};
use crate::contain::{Note, Severity};
use crate::identify::{DutyKind, Orchestration, Orchestrator, orchestration};

pub(super) fn notes(view: &View<'_>, notes: &mut Vec<Note>) {
    scaling(view, notes);
    balancers(view, notes);
    let said;
    let members: &[Orchestration] = if view.subject.around.is_some() {
        &view.around.orchestration
    } else {
        said = orchestration(&view.subject.tags);
        &said
    };
    for member in members {
        if let Some((severity, code)) = node(member.kind) {
            let args = [("name", member.name.clone().unwrap_or_default())];
            notes.push(Note::new(severity, code, args));
        }
    }
    for duty in &view.around.duties {
        let (severity, code) = match duty.kind {
            DutyKind::Dns => (Severity::Refusal, "duty_dns"),
            DutyKind::Route => (Severity::Refusal, "duty_route"),
            DutyKind::Ntp => (Severity::Warning, "duty_ntp"),
            DutyKind::Netbios => (Severity::Warning, "duty_netbios"),
        };
        notes.push(Note::new(severity, code, [("of", duty.of.clone())]));
    }
}

/// What to say of a member of something that has its own way of taking hosts out (HANDBOOK 3.3, 3.5).
const fn node(kind: Orchestrator) -> Option<(Severity, &'static str)> {
    use Severity::{Refusal, Warning};
    match kind {
        Orchestrator::Eks => Some((Refusal, "eks_node")),
        Orchestrator::Karpenter => Some((Warning, "karpenter_node")),
        Orchestrator::Ecs => Some((Refusal, "ecs_node")),
        Orchestrator::Beanstalk => Some((Refusal, "beanstalk_node")),
        Orchestrator::Batch => Some((Refusal, "batch_node")),
        Orchestrator::Emr => Some((Refusal, "emr_node")),
        Orchestrator::Fleet | Orchestrator::SpotFleet => Some((Warning, "fleet_replacement")),
        Orchestrator::Mgn => Some((Warning, "mgn_server")),
        // A stack does not watch its instances.
        Orchestrator::CloudFormation => None,
    }
}

fn scaling(view: &View<'_>, notes: &mut Vec<Note>) {
    use Severity::{Info, Warning};
    let Some(member) = &view.subject.scaling else {
        return;
    };
    let group = || ("group", member.group.clone());
    notes.push(Note::new(Warning, "scaling_replacement", [group()]));
    if let Some(template) = &view.around.launch_template {
        let args = [group(), ("template", template.id.clone())];
        notes.push(Note::new(Warning, "scaling_template", args));
    }
    if let Some(others) = member.desired.and_then(|d| u32::try_from(d - 1).ok()) {
        let args = [group(), ("others", few(others))];
        notes.push(Note::new(Info, "scaling_members", args));
    }
    if let Some(refresh) = view.around.scaling.as_ref().and_then(|s| s.refresh.clone()) {
        let args = [group(), ("refresh", refresh)];
        notes.push(Note::new(Warning, "scaling_refresh", args));
    }
    let way = view.profile.find(|m| match m {
        Measure::Scaling { how } => Some(*how),
        _ => None,
    });
    if way == Some(ScalingWay::Detach) {
        notes.push(Note::new(Warning, "scaling_detached", [group()]));
    }
    if way.is_some()
        && let (Some(min), Some(desired)) = (member.min, member.desired)
        && min >= desired
        && desired > 0
    {
        let args = [
            group(),
            ("from", min.to_string()),
            ("to", (desired - 1).to_string()),
        ];
        notes.push(Note::new(Warning, "scaling_minimum_lowered", args));
    }
}

fn balancers(view: &View<'_>, notes: &mut Vec<Note>) {
    use Severity::{Info, Warning};
    let mut left: BTreeMap<&str, Option<u32>> = BTreeMap::new();
    let mut groups: Vec<&str> = Vec::new();
    for target in &view.subject.targets {
        let name = target_group_name(&target.group);
        if !groups.contains(&name) {
            groups.push(name);
        }
        left.insert(name, target.others_healthy);
    }
    groups.sort_unstable();
    if !groups.is_empty() {
        let args = [("groups", groups.join(", "))];
        notes.push(Note::new(Warning, "behind_load_balancer", args));
    }
    let classic = &view.around.balancers;
    if !classic.is_empty() {
        let args = [("balancers", classic.join(", "))];
        notes.push(Note::new(Warning, "behind_classic_balancer", args));
    }
    for name in classic {
        let healthy = view.around.balancers_healthy.get(name).copied();
        left.insert(name, healthy);
    }
    for (group, others) in left {
        let group = ("group", group.to_owned());
        match others {
            // Not known is not none.
            None => {}
            Some(0) => notes.push(Note::new(Warning, "last_healthy_target", [group])),
            Some(others) => {
                let args = [group, ("others", few(others))];
                notes.push(Note::new(Info, "targets_left", args));
            }
        }
    }
}

fn target_group_name(arn: &str) -> &str {
    // arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID
    arn.split('/').nth(1).unwrap_or(arn)
}
