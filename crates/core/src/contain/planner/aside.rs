//! Out of the scaling group's and the load balancers' hands, before health checks act on an isolated instance. Must not know
//! who else they hold.

use super::builder::refs;
use super::{Builder, View};
use crate::contain::{
    Action, Measure, ScalingWay, SetBalancer, SetScalingMembership, SetScalingMinimum, SetStandby,
    SetTarget,
};

pub(super) fn steps(steps: &mut Builder, view: &View<'_>) {
    let way = view.profile.find(|measure| match measure {
        Measure::Scaling { how } => Some(*how),
        _ => None,
    });
    if let Some(way) = way {
        scaling(steps, view, way);
    }
    if !view.profile.asks("targets") {
        return;
    }
    for target in &view.subject.targets {
        if target.health.as_deref() != Some("draining") {
            let action = SetTarget {
                group: target.group.clone(),
                id: target.id.clone(),
                port: target.port,
                registered: false,
            };
            steps.add(action, &[], &[]);
        }
    }
    for balancer in view.subject.around.iter().flat_map(|a| &a.balancers) {
        let action = SetBalancer {
            balancer: balancer.clone(),
            instance: view.subject.instance_id.clone(),
            registered: false,
        };
        steps.add(action, &[], &[]);
    }
}

fn scaling(steps: &mut Builder, view: &View<'_>, way: ScalingWay) {
    let Some(scaling) = view
        .subject
        .scaling
        .as_ref()
        .filter(|s| s.lifecycle == "InService")
    else {
        return;
    };
    // Either way takes one off the wanted size, which AWS refuses below the minimum.
    let mut needs = Vec::new();
    if let (Some(min), Some(desired)) = (scaling.min, scaling.desired)
        && min >= desired
        && desired > 0
    {
        let action = SetScalingMinimum {
            group: scaling.group.clone(),
            from: min,
            to: desired - 1,
        };
        needs.push(steps.add(action, &[], &[]));
    }
    let (group, instance) = (scaling.group.clone(), view.subject.instance_id.clone());
    let action: Action = match way {
        ScalingWay::Standby => SetStandby {
            group,
            instance,
            standby: true,
            minimum: None,
        }
        .into(),
        ScalingWay::Detach => SetScalingMembership {
            group,
            instance,
            member: false,
            minimum: None,
        }
        .into(),
    };
    steps.add(action, &refs(&needs), &[]);
}
