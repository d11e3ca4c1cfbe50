//! CloudWatch's metric filters and alarms of this Region. Must not judge what they are for.

use aws_sdk_cloudwatch::types::AlarmType;
use aws_sdk_cloudwatchlogs::types as logs;
use rebato_core::harden::{Alarm, MetricFilter};
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::text_of;
use crate::pages::pages;

/// Metric filters of all log groups.
pub(super) async fn metric_filters(cloud: &AwsCloud) -> Result<Vec<MetricFilter>, CloudError> {
    let read: Vec<logs::MetricFilter> = pages!(
        cloud,
        "logs:DescribeMetricFilters",
        "metric filters",
        cloud.read.logs.describe_metric_filters()
    )?;
    let of = |filter: &logs::MetricFilter| MetricFilter {
        group: text_of(filter.log_group_name()),
        name: text_of(filter.filter_name()),
        pattern: text_of(filter.filter_pattern()),
        metrics: filter
            .metric_transformations()
            .iter()
            .map(|metric| {
                (
                    metric.metric_namespace().to_owned(),
                    metric.metric_name().to_owned(),
                )
            })
            .collect(),
    };
    Ok(read.iter().map(of).collect())
}

/// Alarms on one metric each.
pub(super) async fn alarms(cloud: &AwsCloud) -> Result<Vec<Alarm>, CloudError> {
    const OPERATION: &str = "cloudwatch:DescribeAlarms";
    cloud.limits.turn(OPERATION).await?;
    let mut pages = cloud
        .read
        .cloudwatch
        .describe_alarms()
        .alarm_types(AlarmType::MetricAlarm)
        .into_paginator()
        .send();
    let mut alarms = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| cloud_error(OPERATION, "alarms", &error))?;
        for alarm in page.metric_alarms() {
            let (Some(namespace), Some(metric)) = (alarm.namespace(), alarm.metric_name()) else {
                continue;
            };
            let tells = alarm.actions_enabled() == Some(true) && !alarm.alarm_actions().is_empty();
            alarms.push(Alarm {
                name: text_of(alarm.alarm_name()),
                namespace: namespace.to_owned(),
                metric: metric.to_owned(),
                tells,
            });
        }
    }
    Ok(alarms)
}
