//! Elastic Load Balancing, version 2.

use crate::world::{ApiError, LoadBalancer, TargetGroup};

use super::context::Context;
use super::failure::error;
use super::filters;
use super::operations::Operation;
use super::params::Params;
use super::reply::Reply;
use super::service::Service;
use super::xml::Xml;

/// Ids with their ports, where a request names them.
type Targets = Vec<(String, Option<u16>)>;

const ELB: Service = Service::Elb;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(ELB, "DescribeTargetGroups", describe_target_groups),
    Operation::read(ELB, "DescribeTargetGroupAttributes", attributes),
    Operation::read(ELB, "DescribeTargetHealth", describe_target_health),
    Operation::read(ELB, "DescribeLoadBalancers", describe_load_balancers),
    Operation::write(ELB, "RegisterTargets", register),
    Operation::write(ELB, "DeregisterTargets", deregister),
];

fn need<'a>(params: &'a Params, name: &str) -> Result<&'a str, ApiError> {
    params
        .text(name)
        .ok_or_else(|| error("ValidationError", &format!("'{name}' is required"), 400))
}

fn paged<T>(
    params: &Params,
    name: &str,
    items: Vec<T>,
    write: impl FnMut(&mut Xml, T),
) -> Result<Reply, ApiError> {
    let bad = |_: &str| error("ValidationError", "Invalid marker", 400);
    let size = params.number("PageSize")?.or(Some(400));
    let (items, next) = filters::page(items, size, params.text("Marker"), bad)?;
    let mut xml = Xml::new();
    xml.list(name, "member", items, write);
    xml.maybe("NextMarker", next);
    Ok(Reply::Xml(xml))
}

fn describe_target_groups(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let params = context.params();
    let (arns, names) = (params.texts("TargetGroupArns"), params.texts("Names"));
    let balancer = params.text("LoadBalancerArn").map(ToOwned::to_owned);
    let known = &world.target_groups;
    for arn in &arns {
        world.target_group(arn)?;
    }
    if names
        .iter()
        .any(|name| !known.values().any(|group| group.name == *name))
    {
        return Err(error(
            "TargetGroupNotFound",
            "One or more target groups not found",
            400,
        ));
    }
    let found: Vec<&TargetGroup> = known
        .values()
        .filter(|group| arns.is_empty() || arns.contains(&group.arn))
        .filter(|group| names.is_empty() || names.contains(&group.name))
        .filter(|group| {
            balancer
                .as_ref()
                .is_none_or(|arn| group.load_balancer_arns.contains(arn))
        })
        .collect();
    paged(params, "TargetGroups", found, |xml, group| {
        xml.text("TargetGroupArn", &group.arn);
        xml.text("TargetGroupName", &group.name);
        xml.text("Protocol", &group.protocol);
        xml.text("Port", group.port);
        xml.text("VpcId", &group.vpc_id);
        xml.text("HealthCheckProtocol", &group.protocol);
        xml.text("HealthCheckPort", "traffic-port");
        xml.text("HealthCheckEnabled", true);
        xml.text("HealthCheckIntervalSeconds", 30);
        xml.text("HealthCheckTimeoutSeconds", 5);
        xml.text("HealthyThresholdCount", 5);
        xml.text("UnhealthyThresholdCount", 2);
        xml.texts("LoadBalancerArns", "member", &group.load_balancer_arns);
        xml.text("TargetType", &group.target_type);
        xml.text("IpAddressType", "ipv4");
    })
}

fn attributes(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    world.target_group(need(context.params(), "TargetGroupArn")?)?;
    let drain = world.settings.drain_takes.as_secs().to_string();
    let known = [
        ("deregistration_delay.timeout_seconds", drain.as_str()),
        ("stickiness.enabled", "false"),
        ("stickiness.type", "lb_cookie"),
        ("slow_start.duration_seconds", "0"),
        ("load_balancing.algorithm.type", "round_robin"),
    ];
    let mut xml = Xml::new();
    xml.list("Attributes", "member", known, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
    Ok(Reply::Xml(xml))
}

fn describe_target_health(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let group = context
        .world
        .target_group(need(params, "TargetGroupArn")?)?;
    let asked = targets(params)?;
    let mut xml = Xml::new();
    xml.node("TargetHealthDescriptions", |xml| {
        let known = group.targets.iter().filter(|target| {
            asked.is_empty()
                || asked.iter().any(|(id, port)| {
                    *id == target.id && port.is_none_or(|port| port == target.port)
                })
        });
        for target in known {
            xml.node("member", |xml| {
                one(xml, &target.id, target.port, &target.state, &target.reason);
            });
        }
        // Asked for but not registered: AWS answers for it all the same.
        for (id, port) in asked
            .iter()
            .filter(|(id, _)| !group.targets.iter().any(|target| target.id == *id))
        {
            xml.node("member", |xml| {
                one(
                    xml,
                    id,
                    port.unwrap_or(group.port),
                    "unused",
                    "Target.NotRegistered",
                );
            });
        }
    });
    Ok(Reply::Xml(xml))
}

fn one(xml: &mut Xml, id: &str, port: u16, state: &str, reason: &str) {
    xml.node("Target", |xml| {
        xml.text("Id", id);
        xml.text("Port", port);
    });
    xml.text("HealthCheckPort", port);
    xml.node("TargetHealth", |xml| {
        xml.text("State", state);
        xml.maybe("Reason", Some(reason).filter(|reason| !reason.is_empty()));
    });
}

fn describe_load_balancers(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let (arns, names) = (params.texts("LoadBalancerArns"), params.texts("Names"));
    let known = &context.world.load_balancers;
    let absent = arns.iter().any(|arn| !known.contains_key(arn))
        || names
            .iter()
            .any(|name| !known.values().any(|balancer| balancer.name == *name));
    if absent {
        return Err(error(
            "LoadBalancerNotFound",
            "One or more load balancers not found",
            400,
        ));
    }
    let found: Vec<&LoadBalancer> = known
        .values()
        .filter(|balancer| arns.is_empty() || arns.contains(&balancer.arn))
        .filter(|balancer| names.is_empty() || names.contains(&balancer.name))
        .collect();
    paged(params, "LoadBalancers", found, |xml, balancer| {
        xml.text("LoadBalancerArn", &balancer.arn);
        xml.text("DNSName", &balancer.dns_name);
        xml.time("CreatedTime", balancer.created_time);
        xml.text("LoadBalancerName", &balancer.name);
        xml.text("Scheme", &balancer.scheme);
        xml.text("VpcId", &balancer.vpc_id);
        xml.node("State", |xml| xml.text("Code", "active"));
        xml.text("Type", &balancer.kind);
        xml.list(
            "AvailabilityZones",
            "member",
            &balancer.zones,
            |xml, (zone, subnet)| {
                xml.text("ZoneName", zone);
                xml.text("SubnetId", subnet);
            },
        );
        xml.texts("SecurityGroups", "member", &balancer.security_groups);
        xml.text("IpAddressType", "ipv4");
    })
}

fn targets(params: &Params) -> Result<Targets, ApiError> {
    params
        .list("Targets")
        .into_iter()
        .map(|target| {
            let port = target.number("Port")?;
            let port = port.map(|port| {
                u16::try_from(port)
                    .map_err(|_| error("ValidationError", "Port is out of range", 400))
            });
            Ok((need(target, "Id")?.to_owned(), port.transpose()?))
        })
        .collect()
}

fn changed(context: &Context<'_>) -> Result<(String, Targets), ApiError> {
    let params = context.params();
    let arn = need(params, "TargetGroupArn")?.to_owned();
    let targets = targets(params)?;
    if targets.is_empty() {
        return Err(error(
            "ValidationError",
            "A list of targets must be specified",
            400,
        ));
    }
    Ok((arn, targets))
}

fn register(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let (arn, targets) = changed(context)?;
    context.world.register_targets(&arn, &targets)?;
    Ok(Reply::empty())
}

fn deregister(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let (arn, targets) = changed(context)?;
    context.world.deregister_targets(&arn, &targets)?;
    Ok(Reply::empty())
}
