//! Events of CloudWatch Logs as lines of text. Must not know what the lines say.

use std::collections::BTreeMap;

use aws_sdk_cloudwatchlogs::operation::filter_log_events::builders::FilterLogEventsFluentBuilder;
use jiff::Timestamp;
use rebato_core::evaluate::Source;
use rebato_engine::ports::{CloudError, LogObject};
use tokio::sync::mpsc::Sender;

use super::send;
use crate::connect::AwsCloud;
use crate::error::cloud_error;

/// Which streams of a group.
pub(super) enum Streams {
    /// All.
    All,
    /// By name, at most a hundred.
    Named(Vec<String>),
    /// By the beginning of their names.
    Prefix(String),
}

/// Which events of a group.
pub(super) struct Events<'a> {
    pub(super) source: Source,
    pub(super) group: &'a str,
    pub(super) streams: Streams,
    /// From and until.
    pub(super) window: (Timestamp, Timestamp),
    /// A line that opens each piece.
    pub(super) head: Option<String>,
    /// A filter pattern of CloudWatch Logs.
    pub(super) pattern: Option<String>,
}

/// Sends the events, a page at a time and each stream by itself, one event a line. `false` when nobody listens any more.
pub(super) async fn stream(
    cloud: &AwsCloud,
    events: &Events<'_>,
    out: &Sender<LogObject>,
) -> Result<bool, CloudError> {
    let (since, until) = events.window;
    let group = events.group;
    let request = cloud
        .read
        .logs
        .filter_log_events()
        .log_group_name(group)
        .set_filter_pattern(events.pattern.clone())
        .start_time(since.as_millisecond().max(0))
        // AWS leaves out events at the end of the range itself.
        .end_time(until.as_millisecond().saturating_add(1));
    let request: FilterLogEventsFluentBuilder = match &events.streams {
        Streams::All => request,
        Streams::Named(names) => request.set_log_stream_names(Some(names.clone())),
        Streams::Prefix(prefix) => request.log_stream_name_prefix(prefix),
    };
    let mut pages = request.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| cloud_error("logs:FilterLogEvents", group, &error))?;
        let mut pieces: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for event in page.events() {
            let (Some(stream), Some(message)) = (event.log_stream_name(), event.message()) else {
                continue;
            };
            let piece = pieces.entry(stream.to_owned()).or_insert_with(|| {
                events
                    .head
                    .as_ref()
                    .map(|head| format!("{head}\n").into_bytes())
                    .unwrap_or_default()
            });
            piece.extend_from_slice(message.trim_end().as_bytes());
            piece.push(b'\n');
        }
        for (stream, bytes) in pieces {
            let piece = LogObject {
                source: events.source,
                name: format!("logs://{group}:{stream}"),
                bytes,
                ahead: 0,
            };
            if !send(out, piece).await {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
