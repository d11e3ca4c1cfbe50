//! CloudWatch: metrics of instances.

use serde_json::{Value, json};

use crate::world::{ApiError, METRIC_PERIOD, World};

use super::context::Context;
use super::failure::error;
use super::json::{number, text, time};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const CLOUD_WATCH: Service = Service::CloudWatch;

pub(super) const OPERATIONS: &[Operation] =
    &[Operation::read(CLOUD_WATCH, "GetMetricData", get_data)];

fn invalid(message: &str) -> ApiError {
    error("ValidationError", message, 400)
}

fn get_data(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let (from, to) = (time(body, "StartTime")?, time(body, "EndTime")?);
    let (Some(from), Some(to)) = (from, to) else {
        return Err(invalid("The parameters StartTime and EndTime are required"));
    };
    if from >= to {
        return Err(invalid(
            "The parameter StartTime must be less than the parameter EndTime",
        ));
    }
    let queries = body
        .get("MetricDataQueries")
        .and_then(Value::as_array)
        .ok_or_else(|| invalid("The parameter MetricDataQueries is required"))?;
    let results = queries
        .iter()
        .map(|query| result(world, query, (from.as_second(), to.as_second())))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Reply::Json(
        json!({ "MetricDataResults": results, "Messages": [] }),
    ))
}

fn result(world: &World, query: &Value, window: (i64, i64)) -> Result<Value, ApiError> {
    let none = Value::Null;
    let stat = query
        .get("MetricStat")
        .ok_or_else(|| invalid("Only queries with a MetricStat are answered here"))?;
    let metric = stat.get("Metric").unwrap_or(&none);
    let name = text(metric, "MetricName").unwrap_or_default();
    let instance = metric
        .get("Dimensions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find(|dimension| text(dimension, "Name") == Some("InstanceId"))
        .and_then(|dimension| text(dimension, "Value"))
        .unwrap_or_default();
    if number(stat, "Period") != Some(METRIC_PERIOD) {
        return Err(invalid(
            "This account has basic monitoring: a Period of 300",
        ));
    }
    let ours = text(metric, "Namespace") == Some("AWS/EC2");
    let (times, values): (Vec<i64>, Vec<f64>) = world
        .metric(
            instance,
            name,
            text(stat, "Stat").unwrap_or_default(),
            window,
        )
        .into_iter()
        .filter(|_| ours)
        // Newest first, as AWS answers when nothing else is asked for.
        .rev()
        .unzip();
    Ok(json!({
        "Id": text(query, "Id"),
        "Label": text(query, "Label").unwrap_or(name),
        "Timestamps": times,
        "Values": values,
        "StatusCode": "Complete",
    }))
}
