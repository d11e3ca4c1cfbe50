//! Flow log configurations.

use crate::world::{ApiError, FlowLog, FlowLogRequest};

use super::super::context::Context;
use super::super::failure;
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, Kind, choose, listing, specified_tags, tag_set};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeFlowLogs", describe),
    Operation::write(EC2, "CreateFlowLogs", create),
    Operation::write(EC2, "DeleteFlowLogs", delete),
];

const FLOW_LOG: Kind = Kind {
    prefix: "fl-",
    code: "InvalidFlowLogId",
    noun: "flow log ID",
};

const FILTERS: &[&str] = &[
    "deliver-log-status",
    "flow-log-id",
    "log-destination-type",
    "log-group-name",
    "resource-id",
    "traffic-type",
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let filters = Filters::read(params, FILTERS, true)?;
    let found: Vec<&FlowLog> = choose(
        context,
        &context.world.flow_logs,
        &params.texts("FlowLogId"),
        &FLOW_LOG,
    )?
    .into_iter()
    .filter(|log| {
        filters.pass(
            &context.unseen.tags(&log.id, &log.tags),
            |name| match name {
                "deliver-log-status" => vec!["SUCCESS".to_owned()],
                "flow-log-id" => vec![log.id.clone()],
                "log-destination-type" => vec![log.destination_type.clone()],
                "log-group-name" => log.log_group_name.iter().cloned().collect(),
                "resource-id" => vec![log.resource_id.clone()],
                _ => vec![log.traffic_type.clone()],
            },
        )
    })
    .collect();
    listing(context, "flowLogSet", found, |xml, log| {
        xml.text("flowLogId", &log.id);
        xml.text("flowLogStatus", "ACTIVE");
        xml.text("resourceId", &log.resource_id);
        xml.text("trafficType", &log.traffic_type);
        xml.text("logDestinationType", &log.destination_type);
        if log.log_group_name.is_none() {
            xml.text("logDestination", &log.destination);
        }
        xml.maybe("logGroupName", log.log_group_name.as_ref());
        xml.maybe(
            "deliverLogsPermissionArn",
            log.deliver_logs_permission_arn.as_ref(),
        );
        xml.text("deliverLogsStatus", "SUCCESS");
        xml.text("logFormat", &log.log_format);
        xml.text("maxAggregationInterval", log.max_aggregation_interval);
        xml.time("creationTime", log.creation_time);
        tag_set(xml, context, &log.id, &log.tags);
    })
}

fn create(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let resource_ids = params.texts("ResourceId");
    if resource_ids.is_empty() {
        return Err(failure::missing("ResourceId"));
    }
    let prefix = match params.need("ResourceType")? {
        "VPC" => "vpc-",
        "Subnet" => "subnet-",
        "NetworkInterface" => "eni-",
        other => {
            return Err(failure::invalid(&format!(
                "Value ({other}) for parameter resourceType is invalid."
            )));
        }
    };
    if let Some(id) = resource_ids.iter().find(|id| !id.starts_with(prefix)) {
        return Err(failure::invalid(&format!(
            "The resource '{id}' is not of the given type"
        )));
    }
    let text = |name| params.text(name).map(ToOwned::to_owned);
    let log_group_name = text("LogGroupName");
    let destination = text("LogDestination").unwrap_or_default();
    let destination_type = match text("LogDestinationType") {
        Some(kind) => kind,
        None => "cloud-watch-logs".to_owned(),
    };
    if destination.is_empty() && log_group_name.is_none() {
        return Err(failure::missing("LogDestination"));
    }
    let interval = params.number("MaxAggregationInterval")?.unwrap_or(600);
    let request = FlowLogRequest {
        resource_ids,
        traffic_type: text("TrafficType").unwrap_or_else(|| "ALL".to_owned()),
        destination_type,
        destination,
        log_group_name,
        log_format: text("LogFormat"),
        max_aggregation_interval: i32::try_from(interval).unwrap_or(i32::MAX),
        deliver_logs_permission_arn: text("DeliverLogsPermissionArn"),
        client_token: text("ClientToken"),
        tags: specified_tags(params, "vpc-flow-log")?,
    };
    context.dry_run()?;
    let ids = context.world.create_flow_logs(&request)?;
    let mut xml = Xml::new();
    xml.maybe("clientToken", request.client_token.as_ref());
    xml.texts("flowLogIdSet", "item", &ids);
    xml.node("unsuccessful", |_| {});
    Ok(Reply::Xml(xml))
}

fn delete(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let ids = context.params().texts("FlowLogId");
    if ids.is_empty() {
        return Err(failure::missing("FlowLogId"));
    }
    context.dry_run()?;
    let mut xml = Xml::new();
    let unknown: Vec<&String> = ids
        .iter()
        .filter(|id| !context.world.delete_flow_log(id))
        .collect();
    xml.list("unsuccessful", "item", &unknown, |xml, id| {
        xml.node("error", |xml| {
            xml.text("code", "InvalidFlowLogId.NotFound");
            xml.text(
                "message",
                format!("These flow log ids in the input list are not found: [TotalCount: 1] {id}"),
            );
        });
        xml.text("resourceId", id);
    });
    Ok(Reply::Xml(xml))
}
