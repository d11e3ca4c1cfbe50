//! EC2 Auto Scaling.

use crate::world::{ApiError, ScalingGroup, ScalingMember, World};

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
    xml.node("LoadBalancerNames", |_| {});
    xml.texts("TargetGroupARNs", "member", &group.target_group_arns);
    xml.text("HealthCheckType", "EC2");
    xml.text("HealthCheckGracePeriod", 300);
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

/// No group is ever refreshed here: launches are not simulated.
fn refreshes(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let name = need(context.params(), "AutoScalingGroupName")?;
    context.world.scaling_group(name)?;
    let none: [&str; 0] = [];
    paged(context, "InstanceRefreshes", none.into(), 100, |_, _| {})
}

fn standby(context: &mut Context<'_>, enter: bool) -> Result<Reply, ApiError> {
    let params = context.params();
    let group = need(params, "AutoScalingGroupName")?.to_owned();
    let ids = params.texts("InstanceIds");
    let activities = if enter {
        let decrement = params.flag("ShouldDecrementDesiredCapacity")?;
        let decrement = decrement.ok_or_else(|| invalid("Value null at 'shouldDecrementDesiredCapacity' failed to satisfy constraint: Member must not be null"))?;
        context.world.enter_standby(&group, &ids, decrement)?
    } else {
        context.world.exit_standby(&group, &ids)?
    };
    let now = context.world.now;
    let verb = if enter {
        "move to Standby"
    } else {
        "move out of Standby"
    };
    let mut xml = Xml::new();
    xml.list(
        "Activities",
        "member",
        activities.iter().enumerate(),
        |xml, (n, description)| {
            xml.text("ActivityId", format!("{}-{n}", context.request_id));
            xml.text("AutoScalingGroupName", &group);
            xml.text("Description", description);
            xml.text(
                "Cause",
                format!(
                    "At {now:.0} an instance was asked to {verb} in response to a user request."
                ),
            );
            xml.time("StartTime", now);
            xml.text("StatusCode", "InProgress");
            xml.text("Progress", 50);
            xml.text("Details", "{}");
        },
    );
    Ok(Reply::Xml(xml))
}

fn update(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let group = need(params, "AutoScalingGroupName")?.to_owned();
    let size = |name| -> Result<Option<i32>, ApiError> {
        let number = params.number(name)?;
        number
            .map(|n| i32::try_from(n).map_err(|_| invalid(&format!("Invalid value for {name}"))))
            .transpose()
    };
    let (min, max, desired) = (size("MinSize")?, size("MaxSize")?, size("DesiredCapacity")?);
    context
        .world
        .update_scaling_group(&group, min, max, desired)?;
    Ok(Reply::empty())
}
