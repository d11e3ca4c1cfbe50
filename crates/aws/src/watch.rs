//! What stands in CloudWatch, CloudWatch Logs and EventBridge of the objects that watch a case, read in the very form in which
//! they are wanted. Must not judge what is missing or changed.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types as metrics;
use aws_sdk_cloudwatchlogs::types as logs;
use futures::future::join_all;
use rebato_core::contain::{AlarmObject, FilterObject, Limit, RuleObject, WatchObject};
use rebato_core::monitor::{Found, Seen};
use rebato_engine::ports::CloudError;
use serde_json::Value;

use crate::connect::AwsCloud;
use crate::identify::text_of;
use crate::limits::ask;
use crate::pages::pages;

/// Looks for each object by its name.
pub(crate) async fn objects(cloud: &AwsCloud, wanted: &[WatchObject]) -> Vec<Seen> {
    join_all(wanted.iter().map(|object| async move {
        let found = find(cloud, object).await;
        Seen {
            wanted: object.clone(),
            found: found.map_err(|error| error.to_string()),
        }
    }))
    .await
}

/// What bears the name of an object; `None` where nothing does.
pub(crate) async fn find(
    cloud: &AwsCloud,
    wanted: &WatchObject,
) -> Result<Option<Found>, CloudError> {
    let found = match wanted {
        WatchObject::Alarm(alarm) => find_alarm(cloud, &alarm.name).await,
        WatchObject::MetricFilter(filter) => find_filter(cloud, filter).await,
        WatchObject::Rule(rule) => find_rule(cloud, &rule.name).await,
    };
    match found {
        // The log group itself may be gone.
        Err(CloudError::NotFound { .. }) => Ok(None),
        other => other,
    }
}

async fn find_alarm(cloud: &AwsCloud, name: &str) -> Result<Option<Found>, CloudError> {
    let request = cloud
        .read
        .cloudwatch
        .describe_alarms()
        .alarm_names(name)
        .alarm_types(metrics::AlarmType::MetricAlarm);
    let answer = ask!(cloud, "cloudwatch:DescribeAlarms", name, request)?;
    Ok(answer.metric_alarms().first().map(|alarm| Found {
        object: WatchObject::Alarm(alarm_object(alarm)),
        on: alarm.actions_enabled() != Some(false),
        state: alarm.state_value().map(|state| state.as_str().to_owned()),
    }))
}

fn alarm_object(alarm: &metrics::MetricAlarm) -> AlarmObject {
    let usual = usual(alarm);
    let stat = alarm
        .metrics()
        .iter()
        .find_map(metrics::MetricDataQuery::metric_stat);
    let metric = stat.and_then(metrics::MetricStat::metric);
    let dimensions = metric.map_or_else(|| alarm.dimensions(), metrics::Metric::dimensions);
    let dimensions: BTreeMap<String, String> = dimensions
        .iter()
        .map(|dimension| (text_of(dimension.name()), text_of(dimension.value())))
        .collect();
    let one_or_all = |actions: &[String]| (!actions.is_empty()).then(|| actions.join(" "));
    AlarmObject {
        name: text_of(alarm.alarm_name()),
        namespace: text_of(metric.map_or(alarm.namespace(), metrics::Metric::namespace)),
        metric: text_of(metric.map_or(alarm.metric_name(), metrics::Metric::metric_name)),
        dimensions,
        statistic: match (stat, alarm.statistic()) {
            (Some(stat), _) => text_of(stat.stat()),
            (None, Some(statistic)) => statistic.as_str().to_owned(),
            (None, None) => text_of(alarm.extended_statistic()),
        },
        period: stat
            .map_or(alarm.period(), metrics::MetricStat::period)
            .unwrap_or_default(),
        periods: alarm.evaluation_periods().unwrap_or_default(),
        limit: usual.unwrap_or_else(|| limit(alarm)),
        missing: alarm.treat_missing_data().unwrap_or("missing").to_owned(),
        topic: one_or_all(alarm.alarm_actions()),
    }
}

/// The width of the band, where the alarm is on what is usual.
fn usual(alarm: &metrics::MetricAlarm) -> Option<Limit> {
    let band = alarm.threshold_metric_id()?;
    let over = metrics::ComparisonOperator::GreaterThanUpperThreshold;
    let query = alarm
        .metrics()
        .iter()
        .find(|query| query.id() == Some(band))?;
    let inside = query
        .expression()?
        .strip_prefix("ANOMALY_DETECTION_BAND(")?
        .strip_suffix(')')?;
    let width = inside.rsplit(',').next()?.trim().parse().ok()?;
    (alarm.comparison_operator() == Some(&over)).then_some(Limit::AboveUsual(width))
}

fn limit(alarm: &metrics::MetricAlarm) -> Limit {
    let at_least = metrics::ComparisonOperator::GreaterThanOrEqualToThreshold;
    let threshold = alarm.threshold().map(|value| value.to_string());
    let threshold = threshold.unwrap_or_default();
    match (alarm.comparison_operator(), threshold.parse()) {
        (Some(operator), Ok(value)) if *operator == at_least => Limit::AtLeast(value),
        (operator, _) => {
            let operator = operator.map_or("", metrics::ComparisonOperator::as_str);
            Limit::Other(format!("{operator} {threshold}"))
        }
    }
}

async fn find_filter(cloud: &AwsCloud, wanted: &FilterObject) -> Result<Option<Found>, CloudError> {
    let read: Vec<logs::MetricFilter> = pages!(
        cloud,
        "logs:DescribeMetricFilters",
        &wanted.group,
        cloud
            .read
            .logs
            .describe_metric_filters()
            .log_group_name(&wanted.group)
            .filter_name_prefix(&wanted.name)
    )?;
    let ours = read
        .iter()
        .find(|filter| filter.filter_name() == Some(wanted.name.as_str()));
    Ok(ours.map(|filter| {
        let metric = filter.metric_transformations().first();
        Found {
            object: WatchObject::MetricFilter(FilterObject {
                name: wanted.name.clone(),
                group: wanted.group.clone(),
                pattern: text_of(filter.filter_pattern()),
                namespace: text_of(metric.map(logs::MetricTransformation::metric_namespace)),
                metric: text_of(metric.map(logs::MetricTransformation::metric_name)),
            }),
            on: true,
            state: None,
        }
    }))
}

async fn find_rule(cloud: &AwsCloud, name: &str) -> Result<Option<Found>, CloudError> {
    let events = &cloud.read.events;
    let rule = ask!(
        cloud,
        "events:DescribeRule",
        name,
        events.describe_rule().name(name)
    )?;
    let targets = ask!(
        cloud,
        "events:ListTargetsByRule",
        name,
        events.list_targets_by_rule().rule(name)
    )?;
    let arns: Vec<&str> = targets
        .targets()
        .iter()
        .map(|target| target.arn())
        .collect();
    let pattern = rule.event_pattern().unwrap_or_default();
    Ok(Some(Found {
        object: WatchObject::Rule(RuleObject {
            name: name.to_owned(),
            pattern: serde_json::from_str(pattern)
                .unwrap_or_else(|_| Value::String(pattern.to_owned())),
            topic: (!arns.is_empty()).then(|| arns.join(" ")),
        }),
        on: rule.state() == Some(&aws_sdk_eventbridge::types::RuleState::Enabled),
        state: None,
    }))
}
