//! The instance's metrics in CloudWatch, in the shape that the AWS command line prints, so that a file of its making reads the
//! same. Must not judge what is much.

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use jiff::{SignedDuration, Timestamp};
use rebato_core::evaluate::{Gap, Source};
use rebato_engine::ports::{CloudError, LogObject, LogRequest};
use serde_json::{Value, json};
use tokio::sync::mpsc::Sender;

use super::send;
use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::timestamp;

/// What is asked for: metric and statistic. All are basic monitoring, which every instance has.
const METRICS: [(&str, &str); 4] = [
    ("CPUUtilization", "Average"),
    ("NetworkIn", "Sum"),
    ("NetworkOut", "Sum"),
    ("NetworkPacketsOut", "Sum"),
];
/// Seconds of a period: that of basic monitoring.
const PERIOD: i32 = 300;
/// How long before the window metrics are read, to know what is usual at an hour of the week.
const USUAL: SignedDuration = SignedDuration::from_hours(24 * 14);

pub(super) async fn read(
    cloud: &AwsCloud,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    const OPERATION: &str = "cloudwatch:GetMetricData";
    let instance = request.subject.instance_id.as_str();
    let since = request.since.checked_sub(USUAL).unwrap_or(Timestamp::MIN);
    let queries = METRICS.iter().enumerate().map(|(n, (name, statistic))| {
        let dimension = Dimension::builder()
            .name("InstanceId")
            .value(instance)
            .build();
        let metric = Metric::builder()
            .namespace("AWS/EC2")
            .metric_name(*name)
            .dimensions(dimension)
            .build();
        let stat = MetricStat::builder()
            .metric(metric)
            .period(PERIOD)
            .stat(*statistic)
            .build();
        MetricDataQuery::builder()
            .id(format!("m{n}"))
            .label(format!("{name} {statistic}"))
            .metric_stat(stat)
            .build()
    });
    let mut pages = cloud
        .read
        .cloudwatch
        .get_metric_data()
        .set_metric_data_queries(Some(queries.collect()))
        .start_time(DateTime::from_secs(since.as_second()))
        .end_time(DateTime::from_secs(request.until.as_second()))
        .into_paginator()
        .send();
    let mut results: Vec<Value> = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| cloud_error(OPERATION, instance, &error))?;
        results.extend(page.metric_data_results().iter().map(|result| {
            let times = result.timestamps().iter().filter_map(timestamp);
            json!({
                "Id": result.id(),
                "Label": result.label(),
                "Timestamps": times.collect::<Vec<_>>(),
                "Values": result.values(),
            })
        }));
    }
    let piece = LogObject {
        source: Source::Metrics,
        name: OPERATION.to_owned(),
        bytes: json!({ "MetricDataResults": results })
            .to_string()
            .into_bytes(),
        ahead: 0,
    };
    send(out, piece).await;
    Ok(Vec::new())
}
