//! Login records of the host, where an agent sends them to CloudWatch Logs. Must not read what a line says.

use futures::future::try_join_all;
use rebato_core::evaluate::{Gap, Source};
use rebato_engine::ports::{CloudError, LogObject, LogRequest};
use tokio::sync::mpsc::Sender;

use super::log_events::{Events, Streams, stream};
use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::pages::pages;

/// Parts of the names that groups with login records have; AWS finds them by substring, letter for letter.
const PATTERNS: [&str; 7] = [
    "auth", "secure", "sshd", "messages", "syslog", "journal", "Security",
];

/// Last parts of the names that are meant. `authorizer` of some function is not.
const NAMES: [&str; 10] = [
    "auth", "auth.log", "authlog", "secure", "sshd", "ssh", "messages", "syslog", "journal",
    "Security",
];

/// How many streams one call takes.
const STREAMS: usize = 100;
/// How many pages of streams are looked through for the instance's, the latest first.
const PAGES: usize = 10;

pub(super) async fn read(
    cloud: &AwsCloud,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let instance = request.subject.instance_id.as_str();
    let found = try_join_all(PATTERNS.map(|pattern| groups(cloud, pattern))).await?;
    let mut groups: Vec<String> = found
        .into_iter()
        .flatten()
        .filter(|name| is_login_log(name))
        .collect();
    groups.sort();
    groups.dedup();
    let mut any = false;
    let mut gaps = Vec::new();
    for group in groups {
        let streams = match streams(cloud, &group, instance).await {
            Ok(streams) => streams,
            Err(error) => {
                gaps.push(Gap::Failed {
                    why: error.to_string(),
                });
                continue;
            }
        };
        for some in streams.chunks(STREAMS) {
            any = true;
            let events = Events {
                source: Source::AuthLog,
                group: &group,
                streams: Streams::Named(some.to_vec()),
                window: (request.since, request.until),
                head: None,
                pattern: None,
            };
            match stream(cloud, &events, out).await {
                Ok(true) => {}
                Ok(false) => return Ok(gaps),
                Err(error) => gaps.push(Gap::Failed {
                    why: error.to_string(),
                }),
            }
        }
    }
    if !any && gaps.is_empty() {
        gaps.push(Gap::NotGiven);
    }
    Ok(gaps)
}

/// Names of log groups that contain a text.
async fn groups(cloud: &AwsCloud, pattern: &str) -> Result<Vec<String>, CloudError> {
    let found: Vec<_> = pages!(
        cloud,
        "logs:DescribeLogGroups",
        pattern,
        cloud
            .read
            .logs
            .describe_log_groups()
            .log_group_name_pattern(pattern)
    )?;
    Ok(found
        .into_iter()
        .filter_map(|group| group.log_group_name)
        .collect())
}

fn is_login_log(group: &str) -> bool {
    let last = group
        .rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(group);
    NAMES.contains(&last)
        || last
            .split(['.', '-', '_', ' '])
            .any(|word| matches!(word, "auth" | "authlog" | "secure" | "sshd" | "syslog"))
}

/// Streams of the instance: named after it, as the agent does by default, or with its id somewhere in the name.
async fn streams(cloud: &AwsCloud, group: &str, instance: &str) -> Result<Vec<String>, CloudError> {
    let request = cloud.read.logs.describe_log_streams().log_group_name(group);
    let named: Vec<_> = pages!(
        cloud,
        "logs:DescribeLogStreams",
        group,
        request.clone().log_stream_name_prefix(instance)
    )?;
    let mut names: Vec<String> = named
        .into_iter()
        .filter_map(|stream| stream.log_stream_name)
        .collect();
    if names.is_empty() {
        let mut pages = request
            .order_by(aws_sdk_cloudwatchlogs::types::OrderBy::LastEventTime)
            .descending(true)
            .into_paginator()
            .send();
        for _ in 0..PAGES {
            let Some(page) = pages.next().await else {
                break;
            };
            let page =
                page.map_err(|error| cloud_error("logs:DescribeLogStreams", group, &error))?;
            let streams = page.log_streams.unwrap_or_default().into_iter();
            names.extend(
                streams
                    .filter_map(|s| s.log_stream_name)
                    .filter(|name| name.contains(instance)),
            );
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::is_login_log;

    #[test]
    fn login_logs_are_told_by_the_last_part_of_their_name() {
        for name in [
            "/var/log/auth.log",
            "/var/log/secure",
            "prod/messages",
            "sshd",
            "web-auth",
            "/ec2/syslog/",
        ] {
            assert!(is_login_log(name), "{name}");
        }
        for name in [
            "/aws/lambda/authorizer",
            "/aws/apigateway/author-service",
            "/app/oauth",
            "secured-content",
        ] {
            assert!(!is_login_log(name), "{name}");
        }
    }
}
