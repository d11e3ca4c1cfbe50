//! Scaling groups and load balancers: the automatons that would replace or go on feeding a contained instance.

use aws_sdk_elasticloadbalancing::types::Instance as ClassicInstance;
use aws_sdk_elasticloadbalancingv2::types::TargetDescription;
use aws_types::request_id::RequestId;
use rebato_core::contain::{SetBalancer, SetScalingMembership, SetStandby};
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{already, join, performed};
use crate::connect::AwsCloud;
use crate::error::cloud_error;

pub(super) async fn set_minimum(
    cloud: &AwsCloud,
    again: Again,
    group: &str,
    minimum: i32,
) -> Result<Performed, CloudError> {
    let answer = send!(
        cloud,
        again,
        "autoscaling:UpdateAutoScalingGroup",
        group,
        cloud
            .write
            .autoscaling
            .update_auto_scaling_group()
            .auto_scaling_group_name(group)
            .min_size(minimum)
    )?;
    Ok(performed(answer.request_id(), Vec::new()))
}

/// Into or out of standby. AWS refuses what is already so; then the state is looked at and, if it is the wanted one, the
/// step goes on.
pub(super) async fn set_standby(
    cloud: &AwsCloud,
    again: Again,
    to: &SetStandby,
) -> Result<Performed, CloudError> {
    let scaling = &cloud.write.autoscaling;
    let (group, instance) = (to.group.as_str(), to.instance.as_str());
    let sent = if to.standby {
        // The group shrinks with it: nobody starts a replacement from the same template.
        let request = scaling
            .enter_standby()
            .auto_scaling_group_name(group)
            .instance_ids(instance)
            .should_decrement_desired_capacity(true);
        send!(cloud, again, "autoscaling:EnterStandby", instance, request)
            .map(|a| performed(a.request_id(), Vec::new()))
    } else {
        let request = scaling
            .exit_standby()
            .auto_scaling_group_name(group)
            .instance_ids(instance);
        send!(cloud, again, "autoscaling:ExitStandby", instance, request)
            .map(|a| performed(a.request_id(), Vec::new()))
    };
    let mut done = or_so_already(cloud, sent, instance, |state| {
        state.is_some_and(|state| stands(state, to.standby))
    })
    .await?;
    if let Some((_, minimum)) = to.minimum {
        join(&mut done, set_minimum(cloud, again, group, minimum).await?);
    }
    Ok(done)
}

/// AWS refuses what is already so: where the instance is as wanted, or on its way, the refusal is no failure.
async fn or_so_already(
    cloud: &AwsCloud,
    sent: Result<Performed, CloudError>,
    instance: &str,
    is_wanted: impl FnOnce(Option<&str>) -> bool,
) -> Result<Performed, CloudError> {
    let Err(refusal @ CloudError::Refused { .. }) = sent else {
        return sent;
    };
    if is_wanted(lifecycle(cloud, instance).await?.as_deref()) {
        Ok(already(Vec::new()))
    } else {
        Err(refusal)
    }
}

/// The instance's state in its scaling group; `None` where it is in none.
async fn lifecycle(cloud: &AwsCloud, instance: &str) -> Result<Option<String>, CloudError> {
    let answer = cloud
        .read
        .autoscaling
        .describe_auto_scaling_instances()
        .instance_ids(instance)
        .send()
        .await
        .map_err(|error| {
            cloud_error("autoscaling:DescribeAutoScalingInstances", instance, &error)
        })?;
    Ok(answer
        .auto_scaling_instances()
        .first()
        .and_then(|member| member.lifecycle_state())
        .map(str::to_owned))
}

fn stands(lifecycle: &str, standby: bool) -> bool {
    if standby {
        matches!(lifecycle, "Standby" | "EnteringStandby")
    } else {
        lifecycle == "InService" || lifecycle.starts_with("Pending")
    }
}

/// Registered or not: both calls leave what is already so.
pub(super) async fn set_target(
    cloud: &AwsCloud,
    again: Again,
    group: &str,
    id: &str,
    port: Option<i32>,
    registered: bool,
) -> Result<Performed, CloudError> {
    let target = TargetDescription::builder().id(id).set_port(port).build();
    let elb = &cloud.write.elb;
    if registered {
        let request = elb
            .register_targets()
            .target_group_arn(group)
            .targets(target);
        let answer = send!(
            cloud,
            again,
            "elasticloadbalancing:RegisterTargets",
            group,
            request
        )?;
        Ok(performed(answer.request_id(), Vec::new()))
    } else {
        let request = elb
            .deregister_targets()
            .target_group_arn(group)
            .targets(target);
        let answer = send!(
            cloud,
            again,
            "elasticloadbalancing:DeregisterTargets",
            group,
            request
        )?;
        Ok(performed(answer.request_id(), Vec::new()))
    }
}

/// Registered or not with a classic balancer.
pub(super) async fn set_balancer(
    cloud: &AwsCloud,
    again: Again,
    to: &SetBalancer,
) -> Result<Performed, CloudError> {
    let instance = ClassicInstance::builder().instance_id(&to.instance).build();
    let classic = &cloud.write.classic;
    let request_id = if to.registered {
        let request = classic
            .register_instances_with_load_balancer()
            .load_balancer_name(&to.balancer)
            .instances(instance);
        send!(
            cloud,
            again,
            "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
            &to.balancer,
            request
        )?
        .request_id()
        .map(str::to_owned)
    } else {
        let request = classic
            .deregister_instances_from_load_balancer()
            .load_balancer_name(&to.balancer)
            .instances(instance);
        let sent = send!(
            cloud,
            again,
            "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
            &to.balancer,
            request
        );
        match sent {
            // It is not registered: nothing is left to do.
            Err(CloudError::Refused { code, .. }) if code == "InvalidInstance" => None,
            sent => sent?.request_id().map(str::to_owned),
        }
    };
    Ok(performed(request_id.as_deref(), Vec::new()))
}

/// In or out of the group. AWS refuses what is already so: then the state is looked at.
pub(super) async fn set_membership(
    cloud: &AwsCloud,
    again: Again,
    to: &SetScalingMembership,
) -> Result<Performed, CloudError> {
    let scaling = &cloud.write.autoscaling;
    let sent = if to.member {
        let request = scaling
            .attach_instances()
            .auto_scaling_group_name(&to.group)
            .instance_ids(&to.instance);
        send!(
            cloud,
            again,
            "autoscaling:AttachInstances",
            &to.instance,
            request
        )
        .map(|a| performed(a.request_id(), Vec::new()))
    } else {
        // The group shrinks with it, as with standby.
        let request = scaling
            .detach_instances()
            .auto_scaling_group_name(&to.group)
            .instance_ids(&to.instance)
            .should_decrement_desired_capacity(true);
        send!(
            cloud,
            again,
            "autoscaling:DetachInstances",
            &to.instance,
            request
        )
        .map(|a| performed(a.request_id(), Vec::new()))
    };
    let mut done = or_so_already(cloud, sent, &to.instance, |state| {
        state.is_none_or(|state| state.starts_with("Detach")) != to.member
    })
    .await?;
    if let Some((_, minimum)) = to.minimum {
        join(
            &mut done,
            set_minimum(cloud, again, &to.group, minimum).await?,
        );
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::stands;

    #[test]
    fn a_member_on_its_way_counts() {
        assert!(stands("EnteringStandby", true) && !stands("InService", true));
        assert!(stands("Pending:Wait", false) && !stands("Standby", false));
    }
}
