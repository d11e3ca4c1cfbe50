//! CloudWatch Logs: metric filters.

use serde_json::{Value, json};

use crate::world::{ApiError, MetricFilter};

use super::cloudtrail::put;
use super::context::Context;
use super::failure::error;
use super::filters;
use super::json::{number, text};
use super::logs::{bad_token, group, invalid};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const LOGS: Service = Service::Logs;
/// Longest pattern, in characters.
const LONGEST: usize = 1024;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(LOGS, "DescribeMetricFilters", describe),
    Operation::write(LOGS, "PutMetricFilter", put_filter),
    Operation::write(LOGS, "DeleteMetricFilter", delete),
];

/// The metric filters of one group, or of all.
fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let of = match text(body, "logGroupName") {
        Some(_) => Some(group(world, body)?.0),
        None => None,
    };
    let prefix = text(body, "filterNamePrefix");
    let found = world
        .defences
        .metric_filters
        .iter()
        .filter(|filter| of.as_ref().is_none_or(|of| *of == filter.group))
        .filter(|filter| prefix.is_none_or(|prefix| filter.name.starts_with(prefix)));
    let (found, next) = filters::page(
        found.collect(),
        number(body, "limit").or(Some(50)),
        text(body, "nextToken"),
        bad_token,
    )?;
    let shown: Vec<Value> = found
        .into_iter()
        .map(|filter| {
            json!({
                "filterName": filter.name,
                "filterPattern": filter.pattern,
                "logGroupName": filter.group,
                "metricTransformations": [{
                    "metricName": filter.metric,
                    "metricNamespace": filter.namespace,
                    "metricValue": "1",
                }],
            })
        })
        .collect();
    let mut answer = json!({ "metricFilters": shown });
    put(&mut answer, "nextToken", next);
    Ok(Reply::Json(answer))
}

fn put_filter(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let group = group(context.world, body)?.0;
    let name = text(body, "filterName").unwrap_or_default();
    if name.is_empty() || name.contains([':', '*']) {
        return Err(invalid("filterName is none"));
    }
    let pattern = text(body, "filterPattern").unwrap_or_default();
    if pattern.chars().count() > LONGEST {
        return Err(invalid("filterPattern is too long"));
    }
    let balanced = |open: char, close: char| pattern.starts_with(open) == pattern.ends_with(close);
    if !balanced('[', ']') || !balanced('{', '}') {
        return Err(invalid("Invalid character(s) in term"));
    }
    let all = body.get("metricTransformations").and_then(Value::as_array);
    let Some([transformation]) = all.map(Vec::as_slice) else {
        return Err(invalid("exactly one metricTransformation is required"));
    };
    let said = |field: &str| text(transformation, field).map(ToOwned::to_owned);
    let (Some(metric), Some(namespace), Some(value)) = (
        said("metricName"),
        said("metricNamespace"),
        said("metricValue"),
    ) else {
        return Err(invalid("a metricTransformation lacks a field"));
    };
    if value != "1" {
        return Err(invalid("Only filters that count are known here"));
    }
    let filter = MetricFilter {
        group,
        name: name.to_owned(),
        pattern: pattern.to_owned(),
        namespace,
        metric,
        counted: Vec::new(),
    };
    context.world.put_metric_filter(filter);
    Ok(Reply::Json(Value::Null))
}

fn delete(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let body = &context.request.json;
    let group = group(context.world, body)?.0;
    let name = text(body, "filterName").unwrap_or_default();
    let filters = &mut context.world.defences.metric_filters;
    let before = filters.len();
    filters.retain(|filter| filter.group != group || filter.name != name);
    if filters.len() == before {
        return Err(error(
            "ResourceNotFoundException",
            "The specified metric filter does not exist.",
            400,
        ));
    }
    Ok(Reply::Json(Value::Null))
}
