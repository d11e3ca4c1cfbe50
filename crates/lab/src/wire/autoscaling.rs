//! EC2 Auto Scaling.

use crate::world::{ApiError, ScalingActivity, ScalingChange, ScalingGroup, ScalingMember, World};

use super::context::Context;
use super::failure::error;
use super::filters;
use super::operations::Operation;
use super::params::Params;
use super::reply::Reply;
use super::service::Service;
use super::xml::Xml;

const AUTO_SCALING: Service = Service::AutoScaling;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(
        AUTO_SCALING,
        "DescribeAutoScalingInstances",
        describe_instances,
    ),
    Operation::read(AUTO_SCALING, "DescribeAutoScalingGroups", describe_groups),
    Operation::read(AUTO_SCALING, "DescribeInstanceRefreshes", refreshes),
    Operation::write(AUTO_SCALING, "EnterStandby", |context| {
        standby(context, true)
    }),
    Operation::write(AUTO_SCALING, "ExitStandby", |context| {
        standby(context, false)
    }),
    Operation::read(AUTO_SCALING, "DescribeScalingActivities", activities),
    Operation::write(AUTO_SCALING, "DetachInstances", detach),
    Operation::write(AUTO_SCALING, "AttachInstances", attach),
    Operation::write(AUTO_SCALING, "UpdateAutoScalingGroup", update),
];

fn invalid(message: &str) -> ApiError {
    error("ValidationError", message, 400)
}

fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, ApiError> {
    params.text(name).ok_or_else(|| {
        invalid(&format!("1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"))
    })
}

fn paged<T>(
    context: &Context<'_>,
    name: &str,
    items: Vec<T>,
    most: i64,
    write: impl FnMut(&mut Xml, T),
) -> Result<Reply, ApiError> {
    let params = context.params();
    let size = params.number("MaxRecords")?.unwrap_or(most).min(most);
    let bad = |_: &str| error("InvalidNextToken", "The NextToken value is not valid.", 400);
    let (items, next) = filters::page(items, Some(size), params.text("NextToken"), bad)?;
    let mut xml = Xml::new();
    xml.list(name, "member", items, write);
    xml.maybe("NextToken", next);
    Ok(Reply::Xml(xml))
}

fn write_member(
    xml: &mut Xml,
    world: &World,
    group: &ScalingGroup,
    id: &str,
    member: &ScalingMember,
) {
    xml.text("InstanceId", id);
    xml.text("InstanceType", &member.instance_type);
    xml.text("AvailabilityZone", &member.availability_zone);
    xml.text("LifecycleState", &member.lifecycle_state);
    xml.maybe(
        "ImageId",
        world.instances.get(id).map(|instance| &instance.image_id),
    );
    xml.text("ProtectedFromScaleIn", member.protected_from_scale_in);
    write_template(xml, group);
}

fn write_template(xml: &mut Xml, group: &ScalingGroup) {
    let (id, name, version) = &group.launch_template;
    xml.node("LaunchTemplate", |xml| {
        xml.text("LaunchTemplateId", id);
        xml.text("LaunchTemplateName", name);
        xml.text("Version", version);
    });
}

fn describe_instances(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let ids = context.params().texts("InstanceIds");
    let found: Vec<(&ScalingGroup, &String, &ScalingMember)> = world
        .scaling_groups
        .values()
        .flat_map(|group| {
            group
                .instances
                .iter()
                .map(move |(id, member)| (group, id, member))
        })
        .filter(|(_, id, _)| ids.is_empty() || ids.contains(id))
        .collect();
    paged(
        context,
        "AutoScalingInstances",
        found,
        50,
        |xml, (group, id, member)| {
            write_member(xml, world, group, id, member);
            xml.text("AutoScalingGroupName", &group.name);
            // Upper case here, mixed case in DescribeAutoScalingGroups: as AWS answers.
            xml.text("HealthStatus", member.health_status.to_uppercase());
        },
    )
}

fn describe_groups(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let params = context.params();
    let names = params.texts("AutoScalingGroupNames");
    let mut wanted = Vec::new();
    for filter in params.list("Filters") {
        let name = need(filter, "Name")?.to_owned();
        if name != "tag-key" && name != "tag-value" && !name.starts_with("tag:") {
            return Err(invalid(&format!(
                "Filter type {name} is not correct. Allowed Filter types are: tag-key tag-value tag:<tag_name>"
            )));
        }
        wanted.push((name, filter.texts("Values")));
    }
    let fits = |group: &ScalingGroup| {
        wanted
            .iter()
            .all(|(name, values)| match name.strip_prefix("tag:") {
                Some(key) => group
                    .tags
                    .get(key)
                    .is_some_and(|value| values.contains(value)),
                None if name == "tag-key" => group.tags.keys().any(|key| values.contains(key)),
                None => group.tags.values().any(|value| values.contains(value)),
            })
    };
    let found: Vec<&ScalingGroup> = world
        .scaling_groups
        .values()
        .filter(|group| names.is_empty() || names.contains(&group.name))
        .filter(|group| fits(group))
        .collect();
    paged(context, "AutoScalingGroups", found, 100, |xml, group| {
        write_group(xml, world, group);
    })
}

fn write_group(xml: &mut Xml, world: &World, group: &ScalingGroup) {
    xml.text("AutoScalingGroupName", &group.name);
    xml.text("AutoScalingGroupARN", &group.arn);
    write_template(xml, group);
    xml.text("MinSize", group.min_size);
    xml.text("MaxSize", group.max_size);
    xml.text("DesiredCapacity", group.desired_capacity);
    xml.text("DefaultCooldown", 300);
    xml.texts("AvailabilityZones", "member", &group.availability_zones);
    xml.texts("LoadBalancerNames", "member", &group.classic_balancers);
    xml.texts("TargetGroupARNs", "member", &group.target_group_arns);
    xml.text("HealthCheckType", &group.health_check_type);
    xml.text("HealthCheckGracePeriod", group.health_check_grace);
    xml.list(
        "Instances",
        "member",
        &group.instances,
        |xml, (id, member)| {
            write_member(xml, world, group, id, member);
            xml.text("HealthStatus", &member.health_status);
        },
    );
    xml.time("CreatedTime", group.created_time);
    xml.node("SuspendedProcesses", |_| {});
    xml.text("VPCZoneIdentifier", &group.vpc_zone_identifier);
    xml.node("EnabledMetrics", |_| {});
    xml.list("Tags", "member", &group.tags, |xml, (key, value)| {
        xml.text("ResourceId", &group.name);
        xml.text("ResourceType", "auto-scaling-group");
        xml.text("Key", key);
        xml.text("Value", value);
        xml.text("PropagateAtLaunch", true);
    });
    xml.texts("TerminationPolicies", "member", ["Default"]);
    xml.text("NewInstancesProtectedFromScaleIn", false);
}

/// No group is ever refreshed here.
fn refreshes(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let name = need(context.params(), "AutoScalingGroupName")?;
    context.world.scaling_group(name)?;
    let none: [&str; 0] = [];
    paged(context, "InstanceRefreshes", none.into(), 100, |_, _| {})
}

/// The members that a request names, all at once, and whether the capacity goes down with them.
fn members(params: &Params) -> Result<(String, Vec<String>), ApiError> {
    let group = need(params, "AutoScalingGroupName")?.to_owned();
    Ok((group, params.texts("InstanceIds")))
}

fn decrement(params: &Params) -> Result<bool, ApiError> {
    need(params, "ShouldDecrementDesiredCapacity")?;
    Ok(params.flag("ShouldDecrementDesiredCapacity")? == Some(true))
}

fn standby(context: &mut Context<'_>, enter: bool) -> Result<Reply, ApiError> {
    let (group, ids) = members(context.params())?;
    let done = if enter {
        let decrement = decrement(context.params())?;
        context.world.enter_standby(&group, &ids, decrement)?
    } else {
        context.world.exit_standby(&group, &ids)?
    };
    Ok(answered(context, &done))
}

fn detach(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let (group, ids) = members(context.params())?;
    let decrement = decrement(context.params())?;
    let done = context.world.detach_instances(&group, &ids, decrement)?;
    Ok(answered(context, &done))
}

fn attach(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let (group, ids) = members(context.params())?;
    context.world.attach_instances(&group, &ids)?;
    Ok(Reply::empty())
}

fn answered(context: &Context<'_>, done: &[ScalingActivity]) -> Reply {
    let mut xml = Xml::new();
    xml.list("Activities", "member", done, |xml, activity| {
        write_activity(xml, context.world, activity);
    });
    Reply::Xml(xml)
}

fn write_activity(xml: &mut Xml, world: &World, activity: &ScalingActivity) {
    let done = activity.end <= world.now;
    xml.text("ActivityId", &activity.id);
    xml.text("AutoScalingGroupName", &activity.group);
    xml.text("Description", &activity.description);
    xml.text("Cause", &activity.cause);
    xml.time("StartTime", activity.start);
    if done {
        xml.time("EndTime", activity.end);
    }
    xml.text("StatusCode", if done { "Successful" } else { "InProgress" });
    xml.text("Progress", if done { 100 } else { 50 });
    xml.text("Details", "{}");
}

fn activities(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let params = context.params();
    let wanted = params.texts("ActivityIds");
    let name = params.text("AutoScalingGroupName");
    if let Some(name) = name {
        world.scaling_group(name)?;
    }
    let mut found: Vec<&ScalingActivity> = world
        .scaling_groups
        .values()
        .filter(|group| name.is_none_or(|name| name == group.name))
        .flat_map(|group| &group.activities)
        .filter(|activity| wanted.is_empty() || wanted.contains(&activity.id))
        .collect();
    found.reverse();
    found.sort_by_key(|activity| std::cmp::Reverse(activity.start));
    paged(context, "Activities", found, 100, |xml, activity| {
        write_activity(xml, world, activity);
    })
}

fn update(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let group = need(params, "AutoScalingGroupName")?.to_owned();
    let number = |name| -> Result<Option<i32>, ApiError> {
        let number = params.number(name)?;
        number
            .map(|n| i32::try_from(n).map_err(|_| invalid(&format!("Invalid value for {name}"))))
            .transpose()
    };
    let change = ScalingChange {
        min: number("MinSize")?,
        max: number("MaxSize")?,
        desired: number("DesiredCapacity")?,
        health_check_type: params.text("HealthCheckType").map(ToOwned::to_owned),
        health_check_grace: number("HealthCheckGracePeriod")?,
    };
    context.world.update_scaling_group(&group, &change)?;
    Ok(Reply::empty())
}
