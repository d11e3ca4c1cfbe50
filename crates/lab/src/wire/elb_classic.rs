//! Elastic Load Balancing, the classic one: the same signing name as version 2, told apart by the version of the API.

use crate::world::{ApiError, ClassicBalancer};

use super::context::Context;
use super::failure::error;
use super::filters;
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;
use super::xml::Xml;

/// The version that a request for a classic load balancer names.
pub(super) const VERSION: &str = "2012-06-01";

const CLASSIC: Service = Service::ElbClassic;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(CLASSIC, "DescribeLoadBalancers", describe),
    Operation::read(CLASSIC, "DescribeInstanceHealth", health),
    Operation::write(CLASSIC, "RegisterInstancesWithLoadBalancer", |context| {
        let (name, ids) = changed(context)?;
        Ok(left(&context.world.register_with_classic(&name, &ids)?))
    }),
    Operation::write(CLASSIC, "DeregisterInstancesFromLoadBalancer", |context| {
        let (name, ids) = changed(context)?;
        Ok(left(&context.world.deregister_from_classic(&name, &ids)?))
    }),
];

/// The balancer and the instances that a request names.
fn named(context: &Context<'_>) -> Result<(String, Vec<String>), ApiError> {
    let params = context.params();
    let name = params.text("LoadBalancerName").ok_or_else(|| {
        error(
            "ValidationError",
            "1 validation error detected: Value null at 'loadBalancerName' failed to satisfy constraint: Member must not be null",
            400,
        )
    })?;
    let ids = params.list("Instances").into_iter();
    let ids = ids.filter_map(|item| item.text("InstanceId"));
    Ok((name.to_owned(), ids.map(ToOwned::to_owned).collect()))
}

fn changed(context: &Context<'_>) -> Result<(String, Vec<String>), ApiError> {
    let (name, ids) = named(context)?;
    if ids.is_empty() {
        return Err(error(
            "ValidationError",
            "At least one instance is required",
            400,
        ));
    }
    Ok((name, ids))
}

fn left(ids: &[String]) -> Reply {
    let mut xml = Xml::new();
    xml.list("Instances", "member", ids, |xml, id| {
        xml.text("InstanceId", id);
    });
    Reply::Xml(xml)
}

fn health(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let (name, ids) = named(context)?;
    let found = context.world.classic_health(&name, &ids)?;
    let mut xml = Xml::new();
    xml.list(
        "InstanceStates",
        "member",
        &found,
        |xml, [id, state, reason, description]| {
            xml.text("InstanceId", id);
            xml.text("State", state);
            xml.text("ReasonCode", reason);
            xml.text("Description", description);
        },
    );
    Ok(Reply::Xml(xml))
}

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let params = context.params();
    let names = params.texts("LoadBalancerNames");
    let known = &world.classic_balancers;
    if let Some(name) = names.iter().find(|name| !known.contains_key(*name)) {
        return Err(error(
            "LoadBalancerNotFound",
            &format!("There is no ACTIVE Load Balancer named '{name}'"),
            400,
        ));
    }
    let found: Vec<&ClassicBalancer> = known
        .values()
        .filter(|balancer| names.is_empty() || names.contains(&balancer.name))
        .collect();
    let bad = |_: &str| error("ValidationError", "Invalid marker", 400);
    let size = params.number("PageSize")?.or(Some(400));
    let (found, next) = filters::page(found, size, params.text("Marker"), bad)?;
    let mut xml = Xml::new();
    xml.list(
        "LoadBalancerDescriptions",
        "member",
        found,
        |xml, balancer| {
            xml.text("LoadBalancerName", &balancer.name);
            xml.text(
                "DNSName",
                format!("{}-1.{}.elb.amazonaws.com", balancer.name, world.region),
            );
            xml.text("VPCId", &balancer.vpc_id);
            xml.list("Instances", "member", &balancer.instances, |xml, id| {
                xml.text("InstanceId", id);
            });
            xml.text("Scheme", "internal");
            xml.time("CreatedTime", balancer.created_time);
        },
    );
    xml.maybe("NextMarker", next);
    Ok(Reply::Xml(xml))
}
