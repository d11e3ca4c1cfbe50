//! VPC Flow Logs from the customer's bucket or log group. GuardDuty's own copy cannot be read by anybody.

use aws_sdk_ec2::types as ec2;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use rebato_core::evaluate::{Gap, Source};
use rebato_core::harden::FlowLogConfig;
use rebato_core::identify::Subject;
use rebato_engine::ports::{CloudError, LogObject, LogRequest};
use rebato_logs::LogName;
use tokio::sync::mpsc::Sender;

use super::choice::{FlowLog, by_preference, everything};
use super::keys::Layout;
use super::log_events::{Events, Streams, stream};
use super::places::{SIDE_BY_SIDE, fetch, fits, group_name};
use crate::connect::AwsCloud;
use crate::identify::{filter, text_of};
use crate::pages::pages;
use crate::s3::{Bucket, Object, Place};

/// An event's time is the beginning of its aggregation, which lasts ten minutes at most.
const AGGREGATION: SignedDuration = SignedDuration::from_mins(10);

/// What of the subject a flow log can watch: its VPCs, subnets and interfaces.
fn resources(subject: &Subject) -> Vec<String> {
    let mut resources: Vec<String> = subject
        .interfaces
        .iter()
        .flat_map(|i| [Some(i.id.clone()), i.subnet.clone(), i.vpc.clone()])
        .chain([subject.vpc.clone(), subject.subnet.clone()])
        .flatten()
        .collect();
    resources.sort();
    resources.dedup();
    resources
}

/// Flow logs that watch the subject's VPC, subnets or interfaces.
pub(crate) async fn flow_logs(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<Vec<FlowLog>, CloudError> {
    let resources = resources(subject);
    if resources.is_empty() {
        return Ok(Vec::new());
    }
    described(cloud, Some(filter("resource-id", resources))).await
}

/// All flow logs of the Region: those that watch the subject, and the others.
pub(crate) async fn all_flow_logs(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<(Vec<FlowLogConfig>, Vec<FlowLogConfig>), CloudError> {
    let resources = resources(subject);
    let all = described(cloud, None).await?;
    let configs = all.into_iter().map(|log| log.config);
    Ok(configs.partition(|log| resources.contains(&log.resource)))
}

async fn described(
    cloud: &AwsCloud,
    filter: Option<ec2::Filter>,
) -> Result<Vec<FlowLog>, CloudError> {
    let read: Vec<ec2::FlowLog> = pages!(
        cloud,
        "ec2:DescribeFlowLogs",
        "flow logs",
        cloud
            .read
            .ec2
            .describe_flow_logs()
            .set_filter(filter.map(|filter| vec![filter]))
    )?;
    Ok(read.iter().map(flow_log).collect())
}

fn flow_log(read: &ec2::FlowLog) -> FlowLog {
    let options = read.destination_options();
    FlowLog {
        config: FlowLogConfig {
            id: text_of(read.flow_log_id()),
            resource: text_of(read.resource_id()),
            traffic: read.traffic_type().map_or("ALL", |t| t.as_str()).to_owned(),
            status: text_of(read.flow_log_status()),
            destination_type: read
                .log_destination_type()
                .map_or("cloud-watch-logs", |t| t.as_str())
                .to_owned(),
            destination: read
                .log_destination
                .clone()
                .or_else(|| read.log_group_name.clone()),
            format: read.log_format.clone(),
            role: read.deliver_logs_permission_arn.clone(),
        },
        hive: options
            .and_then(|o| o.hive_compatible_partitions())
            .unwrap_or_default(),
        parquet: options.and_then(|o| o.file_format())
            == Some(&ec2::DestinationFileFormat::Parquet),
    }
}

/// Reads as few flow logs as show every packet once. One that cannot be read makes room for the next.
pub(super) async fn read(
    cloud: &AwsCloud,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let logs = flow_logs(cloud, &request.subject).await?;
    let logs = by_preference(&logs, &request.subject);
    if logs.is_empty() {
        return Ok(vec![Gap::NotEnabled]);
    }
    let mut unseen = everything(&request.subject);
    let mut gaps = Vec::new();
    for log in logs {
        let sees = log.sees(&request.subject);
        if unseen.is_disjoint(&sees) {
            continue;
        }
        match read_one(cloud, log, request, out).await {
            Ok(missing) => {
                gaps.extend(missing);
                unseen = unseen.difference(&sees).cloned().collect();
            }
            Err(error) => gaps.push(Gap::Failed {
                why: error.to_string(),
            }),
        }
    }
    if unseen.is_empty() {
        // Another log showed what the failed one would have.
        gaps.retain(|gap| !matches!(gap, Gap::Failed { .. }));
    } else if gaps.is_empty() {
        let not_logged = |(interface, kind)| Gap::Skipped {
            file: interface,
            why: format!("no flow log records {kind}"),
        };
        gaps.extend(unseen.into_iter().map(not_logged));
    }
    Ok(gaps)
}

async fn read_one(
    cloud: &AwsCloud,
    log: &FlowLog,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let destination = log.config.destination.as_deref().unwrap_or_default();
    let unread = |code: &str, why: &str| CloudError::Refused {
        operation: "reading flow logs".to_owned(),
        code: code.to_owned(),
        why: format!("{} writes to {destination}: {why}", log.config.id),
    };
    match log.config.destination_type.as_str() {
        "s3" => {
            let place = Place::of_arn(destination)
                .ok_or_else(|| unread("Destination", "this is no bucket's ARN"))?;
            from_bucket(cloud, log, &place, request, out).await
        }
        "cloud-watch-logs" => {
            from_group(cloud, log, group_name(destination), request, out).await?;
            Ok(Vec::new())
        }
        other => Err(unread(
            "Destination",
            &format!("what goes to {other} cannot be read back"),
        )),
    }
}

async fn from_bucket(
    cloud: &AwsCloud,
    log: &FlowLog,
    place: &Place,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let bucket = &Bucket::open(cloud, &place.bucket).await;
    let layout = Layout {
        prefix: &place.key,
        account: &request.subject.account,
        region: &request.subject.region,
        hive: log.hive,
    };
    let window = (request.since, request.until);
    let id = log.config.id.as_str();
    // Another flow log may write into the same folder.
    let fits = |key: &str| {
        fits(Source::FlowLogs, key, Some(window), None, None)
            && LogName::read(key)
                .and_then(|name| name.flow_log)
                .is_none_or(|of| of == id)
    };
    let days = layout.days(request.since, request.until);
    let listed: Vec<Vec<Object>> = futures::stream::iter(days)
        .map(|day| async move { bucket.walk(&day, &fits).await })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let objects = listed.into_iter().flatten().collect();
    fetch(bucket, Source::FlowLogs, &place.bucket, objects, out).await
}

/// The streams of a log group are named after the interfaces. Its events have no header line, so one is made of the
/// flow log's format.
async fn from_group(
    cloud: &AwsCloud,
    log: &FlowLog,
    group: &str,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<(), CloudError> {
    let header = log.config.format.as_deref().map(header);
    let since = request
        .since
        .checked_sub(AGGREGATION)
        .unwrap_or(Timestamp::MIN);
    for interface in &request.subject.interfaces {
        let streams = Streams::Prefix(interface.id.clone());
        let events = Events {
            source: Source::FlowLogs,
            group,
            streams,
            window: (since, request.until),
            head: header.clone(),
            pattern: None,
        };
        if !stream(cloud, &events, out).await? {
            break;
        }
    }
    Ok(())
}

/// `${version} ${account-id}` as the first line of a file has it.
fn header(format: &str) -> String {
    let names = format
        .split_whitespace()
        .map(|word| word.trim_start_matches("${").trim_end_matches('}'));
    names.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_becomes_a_header_line() {
        assert_eq!(
            header("${version} ${account-id} ${tcp-flags}"),
            "version account-id tcp-flags"
        );
    }
}
