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

pub(super) const OPERATIONS: &[Operation] = &[Operation::read(
    Service::ElbClassic,
    "DescribeLoadBalancers",
    describe,
)];

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
