//! What is asked of the instance itself and its VPC. Must not judge.

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_sdk_ec2::types as ec2;
use aws_sdk_ssm::types::InstanceInformationStringFilter;
use aws_smithy_types::DateTime;
use jiff::SignedDuration;
use rebato_core::harden::ImdsCalls;
use rebato_core::identify::{SecurityGroup, Subject};
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::{filter, group, groups_by_name};
use crate::limits::ask;
use crate::pages::pages;

/// Days of the metric that tells who still uses the old metadata service (HANDBOOK section 6).
const IMDS_DAYS: u32 = 14;
/// Seconds of a period: that of basic monitoring.
const PERIOD: i32 = 300;

/// The agent's ping status; `None` when the instance is not managed.
pub(super) async fn ssm_ping(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Option<String>, CloudError> {
    let failed = |why: String| CloudError::Refused {
        operation: "ssm:DescribeInstanceInformation".to_owned(),
        code: "InvalidRequest".to_owned(),
        why,
    };
    let filter = InstanceInformationStringFilter::builder()
        .key("InstanceIds")
        .values(instance)
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let answer = cloud
        .read
        .ssm
        .describe_instance_information()
        .filters(filter)
        .send()
        .await
        .map_err(|error| cloud_error("ssm:DescribeInstanceInformation", instance, &error))?;
    let managed = answer.instance_information_list().first();
    Ok(managed
        .and_then(|m| m.ping_status())
        .map(|status| status.as_str().to_owned()))
}

/// The default groups of the VPCs that the instance is in; `None` where no VPC is known.
pub(super) async fn default_groups(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<Option<Vec<SecurityGroup>>, CloudError> {
    let Some(vpc) = &subject.vpc else {
        return Ok(None);
    };
    let read = groups_by_name(cloud, "default", vpc).await?;
    Ok(Some(read.iter().map(group).collect()))
}

/// Other instances that were launched with the same key pair, sorted.
pub(super) async fn key_users(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<Vec<String>, CloudError> {
    let Some(key) = &subject.key_name else {
        return Ok(Vec::new());
    };
    let read: Vec<ec2::Reservation> = pages!(
        cloud,
        "ec2:DescribeInstances",
        key,
        cloud
            .read
            .ec2
            .describe_instances()
            .filters(filter("key-name", [key.clone()]))
    )?;
    let gone = |instance: &ec2::Instance| {
        matches!(
            instance.state().and_then(ec2::InstanceState::name),
            Some(ec2::InstanceStateName::Terminated | ec2::InstanceStateName::ShuttingDown)
        )
    };
    let mut users: Vec<String> = read
        .into_iter()
        .flat_map(|reservation| reservation.instances.unwrap_or_default())
        .filter(|instance| !gone(instance))
        .filter_map(|instance| instance.instance_id)
        .filter(|id| *id != subject.instance_id)
        .collect();
    users.sort();
    Ok(users)
}

/// Whether metrics come every minute.
pub(super) async fn detailed_monitoring(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Option<bool>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeInstances",
        instance,
        cloud.read.ec2.describe_instances().instance_ids(instance)
    )?;
    let state = answer
        .reservations()
        .iter()
        .flat_map(ec2::Reservation::instances)
        .find_map(|found| found.monitoring()?.state().cloned());
    Ok(state.map(|state| {
        matches!(
            state,
            ec2::MonitoringState::Enabled | ec2::MonitoringState::Pending
        )
    }))
}

/// Calls of the metadata service without a token, up to the time at which the subject was read.
pub(super) async fn imds_v1_calls(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<ImdsCalls, CloudError> {
    const OPERATION: &str = "cloudwatch:GetMetricData";
    let instance = subject.instance_id.as_str();
    let until = subject.read_at.as_second();
    let span = SignedDuration::from_hours(24 * i64::from(IMDS_DAYS)).as_secs();
    let dimension = Dimension::builder()
        .name("InstanceId")
        .value(instance)
        .build();
    let metric = Metric::builder()
        .namespace("AWS/EC2")
        .metric_name("MetadataNoToken")
        .dimensions(dimension)
        .build();
    let stat = MetricStat::builder()
        .metric(metric)
        .period(PERIOD)
        .stat("Sum")
        .build();
    let query = MetricDataQuery::builder()
        .id("m0")
        .metric_stat(stat)
        .build();
    let mut pages = cloud
        .read
        .cloudwatch
        .get_metric_data()
        .metric_data_queries(query)
        .start_time(DateTime::from_secs(until - span))
        .end_time(DateTime::from_secs(until))
        .into_paginator()
        .send();
    let mut calls: Option<f64> = None;
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| cloud_error(OPERATION, instance, &error))?;
        for value in page.metric_data_results().iter().flat_map(|r| r.values()) {
            calls = Some(calls.unwrap_or_default() + value);
        }
    }
    Ok(ImdsCalls {
        days: IMDS_DAYS,
        calls: calls.map(whole),
    })
}

/// A count that came as a floating number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of calls: not negative, and far from the limits"
)]
fn whole(count: f64) -> u64 {
    count.clamp(0.0, 1e15).round() as u64
}
