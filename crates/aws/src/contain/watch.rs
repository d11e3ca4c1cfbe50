//! Alarms, metric filters and rules made, changed and deleted. Each call looks first: what stands as wanted is left alone, and
//! what is neither as the step finds it nor as it leaves it is somebody else's and not overwritten. Must not choose what is
//! watched.

use aws_sdk_cloudwatch::types as metrics;
use aws_sdk_cloudwatchlogs::types::MetricTransformation;
use aws_sdk_eventbridge::types as events;
use aws_types::request_id::RequestId;
use jiff::Timestamp;
use rebato_core::contain::{
    AlarmObject, FilterObject, Limit, RuleObject, SetWatchObject, TAG_UNTIL, TARGET_ID, WatchObject,
};
use rebato_core::monitor::Found;
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{Marks, already, performed};
use crate::connect::AwsCloud;
use crate::limits::ask;
use crate::watch::find;

/// Brings an object to where the step leaves it.
pub(super) async fn set(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    set: &SetWatchObject,
) -> Result<Performed, CloudError> {
    let Some(object) = set.object() else {
        return Ok(already(Vec::new()));
    };
    let name = object.name();
    let found = find(cloud, object).await?;
    let is = |found: &Found, wanted: Option<&WatchObject>| {
        wanted.is_some_and(|wanted| found.object == *wanted)
    };
    match (&found, &set.to) {
        (None, None) => Ok(already(Vec::new())),
        (Some(found), Some(_)) if found.on && is(found, set.to.as_deref()) => {
            Ok(already(vec![name.to_owned()]))
        }
        (None, Some(to)) => put(cloud, again, marks, to, set.until).await,
        (Some(found), Some(to)) if is(found, set.from.as_deref()) || is_half(&found.object, to) => {
            put(cloud, again, marks, to, set.until).await
        }
        (Some(found), None) if is(found, set.from.as_deref()) || is_half(&found.object, object) => {
            delete(cloud, again, object).await
        }
        (Some(_), _) => Err(CloudError::Refused {
            operation: permission(set).to_owned(),
            code: "Changed".to_owned(),
            why: format!("{name} is not as the plan took it to be: somebody changed it since"),
        }),
    }
}

fn permission(set: &SetWatchObject) -> &'static str {
    let permissions = set.object().map(|o| o.permissions(set.to.is_none()));
    let first = permissions.and_then(|all| all.first().copied());
    first.unwrap_or("cloudwatch:PutMetricAlarm")
}

/// A rule between the two calls that make it or delete it: it has its pattern and no target.
fn is_half(found: &WatchObject, wanted: &WatchObject) -> bool {
    match (found, wanted) {
        (WatchObject::Rule(found), WatchObject::Rule(wanted)) => {
            found.topic.is_none() && found.pattern == wanted.pattern
        }
        _ => false,
    }
}

async fn put(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    to: &WatchObject,
    until: Option<Timestamp>,
) -> Result<Performed, CloudError> {
    let mut tags = marks.pairs();
    tags.extend(until.map(|until| (TAG_UNTIL, until.to_string())));
    match to {
        WatchObject::Alarm(alarm) => put_alarm(cloud, again, &tags, alarm, marks.case).await,
        WatchObject::MetricFilter(filter) => put_filter(cloud, again, filter).await,
        WatchObject::Rule(rule) => put_rule(cloud, again, &tags, rule, marks.case).await,
    }
}

/// What the SDK does not take although it was built here.
fn unfit(what: &str, why: &impl ToString) -> CloudError {
    CloudError::Unfit {
        what: what.to_owned(),
        why: why.to_string(),
    }
}

async fn put_alarm(
    cloud: &AwsCloud,
    again: Again,
    tags: &[(&'static str, String)],
    alarm: &AlarmObject,
    case: &str,
) -> Result<Performed, CloudError> {
    let name = alarm.name.as_str();
    let dimensions: Vec<metrics::Dimension> = alarm
        .dimensions
        .iter()
        .map(|(name, value)| {
            metrics::Dimension::builder()
                .name(name)
                .value(value)
                .build()
        })
        .collect();
    let tag =
        |(key, value): &(&str, String)| metrics::Tag::builder().key(*key).value(value).build();
    let request = cloud
        .write
        .cloudwatch
        .put_metric_alarm()
        .alarm_name(name)
        .alarm_description(format!("Rebato, case {case}"))
        .evaluation_periods(alarm.periods)
        .treat_missing_data(&alarm.missing)
        .actions_enabled(true)
        .set_alarm_actions(Some(alarm.topic.iter().cloned().collect()))
        .set_tags(Some(tags.iter().map(tag).collect()));
    let request = match &alarm.limit {
        Limit::AtLeast(value) => request
            .namespace(&alarm.namespace)
            .metric_name(&alarm.metric)
            .set_dimensions(Some(dimensions))
            .statistic(alarm.statistic.as_str().into())
            .period(alarm.period)
            .threshold(f64::from(*value))
            .comparison_operator(metrics::ComparisonOperator::GreaterThanOrEqualToThreshold),
        Limit::AboveUsual(width) => {
            let metric = metrics::Metric::builder()
                .namespace(&alarm.namespace)
                .metric_name(&alarm.metric)
                .set_dimensions(Some(dimensions))
                .build();
            let stat = metrics::MetricStat::builder()
                .metric(metric)
                .period(alarm.period)
                .stat(&alarm.statistic)
                .build();
            let measured = metrics::MetricDataQuery::builder()
                .id("m1")
                .metric_stat(stat)
                .return_data(true)
                .build();
            let band = metrics::MetricDataQuery::builder()
                .id("usual")
                .expression(format!("ANOMALY_DETECTION_BAND(m1, {width})"))
                .return_data(true)
                .build();
            request
                .metrics(measured)
                .metrics(band)
                .threshold_metric_id("usual")
                .comparison_operator(metrics::ComparisonOperator::GreaterThanUpperThreshold)
        }
        Limit::Other(_) => {
            let why = "somebody else's limit is not made again: make the alarm by hand";
            return Err(unfit(name, &why));
        }
    };
    let answer = send!(cloud, again, "cloudwatch:PutMetricAlarm", name, request)?;
    Ok(performed(answer.request_id(), vec![name.to_owned()]))
}

async fn put_filter(
    cloud: &AwsCloud,
    again: Again,
    filter: &FilterObject,
) -> Result<Performed, CloudError> {
    let name = filter.name.as_str();
    let counted = MetricTransformation::builder()
        .metric_name(&filter.metric)
        .metric_namespace(&filter.namespace)
        .metric_value("1")
        .build()
        .map_err(|error| unfit(name, &error))?;
    let request = cloud
        .write
        .logs
        .put_metric_filter()
        .log_group_name(&filter.group)
        .filter_name(name)
        .filter_pattern(&filter.pattern)
        .metric_transformations(counted);
    let answer = send!(cloud, again, "logs:PutMetricFilter", name, request)?;
    Ok(performed(answer.request_id(), vec![name.to_owned()]))
}

async fn put_rule(
    cloud: &AwsCloud,
    again: Again,
    tags: &[(&'static str, String)],
    rule: &RuleObject,
    case: &str,
) -> Result<Performed, CloudError> {
    let name = rule.name.as_str();
    let tag = |(key, value): &(&str, String)| events::Tag::builder().key(*key).value(value).build();
    let tags: Vec<events::Tag> = tags
        .iter()
        .map(tag)
        .collect::<Result<_, _>>()
        .map_err(|error| unfit(name, &error))?;
    let client = &cloud.write.events;
    let request = client
        .put_rule()
        .name(name)
        .description(format!("Rebato, case {case}"))
        .event_pattern(rule.pattern.to_string())
        .state(events::RuleState::Enabled)
        .set_tags(Some(tags));
    let answer = send!(cloud, again, "events:PutRule", name, request)?;
    let mut done = performed(answer.request_id(), vec![name.to_owned()]);
    if let Some(topic) = &rule.topic {
        let target = events::Target::builder()
            .id(TARGET_ID)
            .arn(topic)
            .build()
            .map_err(|error| unfit(name, &error))?;
        let request = client.put_targets().rule(name).targets(target);
        let answer = send!(cloud, again, "events:PutTargets", name, request)?;
        // An answer without an error may still say that a target was not taken.
        if let Some(entry) = answer.failed_entries().first() {
            return Err(CloudError::Refused {
                operation: "events:PutTargets".to_owned(),
                code: entry.error_code().unwrap_or("FailedEntry").to_owned(),
                why: entry.error_message().unwrap_or_default().to_owned(),
            });
        }
        done.receipt
            .request_ids
            .extend(answer.request_id().map(str::to_owned));
    }
    Ok(done)
}

async fn delete(
    cloud: &AwsCloud,
    again: Again,
    object: &WatchObject,
) -> Result<Performed, CloudError> {
    let name = object.name();
    let deleted = match object {
        WatchObject::Alarm(_) => {
            let request = cloud.write.cloudwatch.delete_alarms().alarm_names(name);
            let sent = send!(cloud, again, "cloudwatch:DeleteAlarms", name, request);
            sent.map(|answer| answer.request_id().map(str::to_owned))
        }
        WatchObject::MetricFilter(filter) => {
            let request = cloud
                .write
                .logs
                .delete_metric_filter()
                .log_group_name(&filter.group)
                .filter_name(name);
            let sent = send!(cloud, again, "logs:DeleteMetricFilter", name, request);
            sent.map(|answer| answer.request_id().map(str::to_owned))
        }
        WatchObject::Rule(_) => delete_rule(cloud, again, name).await,
    };
    match deleted {
        Ok(request_id) => Ok(performed(request_id.as_deref(), Vec::new())),
        // Somebody was faster.
        Err(CloudError::NotFound { .. }) => Ok(already(Vec::new())),
        Err(error) => Err(error),
    }
}

/// A rule goes when its targets are gone.
async fn delete_rule(
    cloud: &AwsCloud,
    again: Again,
    name: &str,
) -> Result<Option<String>, CloudError> {
    let request = cloud.read.events.list_targets_by_rule().rule(name);
    let targets = ask!(cloud, "events:ListTargetsByRule", name, request)?;
    let ids: Vec<String> = targets
        .targets()
        .iter()
        .map(|target| target.id().to_owned())
        .collect();
    let client = &cloud.write.events;
    if !ids.is_empty() {
        let request = client.remove_targets().rule(name).set_ids(Some(ids));
        let answer = send!(cloud, again, "events:RemoveTargets", name, request)?;
        if let Some(entry) = answer.failed_entries().first() {
            return Err(CloudError::Refused {
                operation: "events:RemoveTargets".to_owned(),
                code: entry.error_code().unwrap_or("FailedEntry").to_owned(),
                why: entry.error_message().unwrap_or_default().to_owned(),
            });
        }
    }
    let request = client.delete_rule().name(name);
    let answer = send!(cloud, again, "events:DeleteRule", name, request)?;
    Ok(answer.request_id().map(str::to_owned))
}
