//! CloudWatch: metrics of instances, and metric alarms.

use serde_json::{Value, json};

use crate::world::{ApiError, METRIC_PERIOD, World};

use super::cloudtrail::put;
use super::context::Context;
use super::failure::error;
use super::filters;
use super::json::{number, text, texts, time};
use super::operations::Operation;
use super::reply::Reply;
use super::service::Service;

const CLOUD_WATCH: Service = Service::CloudWatch;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::read(CLOUD_WATCH, "GetMetricData", get_data),
    Operation::read(CLOUD_WATCH, "DescribeAlarms", describe_alarms),
];

fn invalid(message: &str) -> ApiError {
    error("ValidationError", message, 400)
}

/// All alarms, or those that are named, or of one beginning. There are no composite ones.
fn describe_alarms(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let world = &*context.world;
    let body = &context.request.json;
    let (names, kinds) = (texts(body, "AlarmNames"), texts(body, "AlarmTypes"));
    let prefix = text(body, "AlarmNamePrefix");
    if prefix.is_some() && !names.is_empty() {
        return Err(invalid(
            "AlarmNamePrefix and AlarmNames are mutually exclusive",
        ));
    }
    let metric = kinds.is_empty() || kinds.iter().any(|kind| *kind == "MetricAlarm");
    let found = world
        .defences
        .alarms
        .iter()
        .filter(|_| metric)
        .filter(|alarm| names.is_empty() || names.iter().any(|name| **name == alarm.name))
        .filter(|alarm| prefix.is_none_or(|prefix| alarm.name.starts_with(prefix)));
    let (found, next) = filters::page(
        found.collect(),
        number(body, "MaxRecords").or(Some(50)),
        text(body, "NextToken"),
        |_| error("InvalidNextToken", "Invalid token", 400),
    )?;
    let shown: Vec<Value> = found
        .into_iter()
        .map(|alarm| {
            json!({
                "AlarmName": alarm.name,
                "AlarmArn": format!(
                    "arn:aws:cloudwatch:{}:{}:alarm:{}",
                    world.region, world.account_id, alarm.name
                ),
                "ActionsEnabled": alarm.actions_enabled,
                "AlarmActions": alarm.actions,
                "OKActions": [],
                "InsufficientDataActions": [],
                "StateValue": "OK",
                "StateReason": "Threshold not crossed",
                "MetricName": alarm.metric,
                "Namespace": alarm.namespace,
                "Statistic": "Sum",
                "Dimensions": [],
                "Period": METRIC_PERIOD,
                "EvaluationPeriods": 1,
                "Threshold": 1.0,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
            })
        })
        .collect();
    let mut answer = json!({ "MetricAlarms": shown, "CompositeAlarms": [] });
    put(&mut answer, "NextToken", next);
    Ok(Reply::Json(answer))
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
