//! Route 53 Resolver: where the queries of a VPC are logged.

use serde_json::{Value, json};

use crate::world::{ApiError, DNS_LOG_GROUP, World};

use super::context::Context;
use super::failure::error;
use super::json::text;
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const RESOLVER: Service = Service::Resolver;
/// The one configuration that an account with query logs has.
const CONFIG: &str = "rqlc-0a1b2c3d4e5f60718";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(
        RESOLVER,
        "ListResolverQueryLogConfigAssociations",
        associations,
    ),
    Operation::read(RESOLVER, "GetResolverQueryLogConfig", config),
];

fn logs(world: &World) -> bool {
    world.log_groups.contains_key(DNS_LOG_GROUP)
}

fn associations(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let filters = context.request.json.get("Filters");
    let wanted: Vec<&str> = filters
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|filter| text(filter, "Name") == Some("ResourceId"))
        .filter_map(|filter| filter.get("Values")?.as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let found: Vec<Value> = world
        .vpcs
        .keys()
        .filter(|_| logs(world))
        .filter(|vpc| filters.is_none() || wanted.contains(&vpc.as_str()))
        .map(|vpc| {
            json!({
                "Id": format!("rqlca-{}", vpc.trim_start_matches("vpc-")),
                "ResolverQueryLogConfigId": CONFIG,
                "ResourceId": vpc,
                "Status": "ACTIVE",
                "Error": "NONE",
                "ErrorMessage": "",
            })
        })
        .collect();
    let count = found.len();
    Ok(Reply::Json(json!({
        "ResolverQueryLogConfigAssociations": found,
        "TotalCount": count,
        "TotalFilteredCount": count,
    })))
}

fn config(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let id = text(&context.request.json, "ResolverQueryLogConfigId").unwrap_or_default();
    if id != CONFIG || !logs(world) {
        return Err(error(
            "ResourceNotFoundException",
            &format!("[RSLVR-01601] The specified query logging configuration doesn't exist: {id}"),
            400,
        ));
    }
    let (region, account) = (&world.region, &world.account_id);
    Ok(Reply::Json(json!({
        "ResolverQueryLogConfig": {
            "Id": CONFIG,
            "Arn": format!("arn:aws:route53resolver:{region}:{account}:resolver-query-log-config/{CONFIG}"),
            "OwnerId": account,
            "Status": "CREATED",
            "ShareStatus": "NOT_SHARED",
            "AssociationCount": world.vpcs.len(),
            "Name": "queries",
            "DestinationArn": format!("arn:aws:logs:{region}:{account}:log-group:{DNS_LOG_GROUP}:*"),
        }
    })))
}
