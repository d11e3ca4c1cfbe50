//! CloudTrail by `LookupEvents`: what was done to the instance, and what was done with its role (a role's session on an
//! instance bears the instance's id). Management events of 90 days, one Region, two calls a second.

use std::collections::BTreeMap;

use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
use aws_smithy_types::DateTime;
use futures::try_join;
use jiff::Timestamp;
use rebato_core::evaluate::{Gap, Source};
use rebato_engine::ports::{CloudError, LogObject, LogRequest};
use tokio::sync::mpsc::Sender;

use super::send;
use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::timestamp;

/// As IAM names it.
const OPERATION: &str = "cloudtrail:LookupEvents";
/// Pages of fifty that one lookup may take: at two calls a second, a minute at most.
const PAGES: usize = 100;

/// Events by time and id: an event that both lookups found is there once.
type Events = BTreeMap<(Timestamp, String), String>;

pub(super) async fn read(
    cloud: &AwsCloud,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let (on, by) = try_join!(
        lookup(cloud, LookupAttributeKey::ResourceName, request),
        lookup(cloud, LookupAttributeKey::Username, request),
    )?;
    let gaps = [on.1, by.1].into_iter().flatten().collect();
    let mut events = on.0;
    events.extend(by.0);
    let mut lines = Vec::new();
    for event in events.into_values() {
        lines.extend_from_slice(one_line(&event).as_bytes());
        lines.push(b'\n');
    }
    let piece = LogObject {
        source: Source::Cloudtrail,
        name: OPERATION.to_owned(),
        bytes: lines,
        ahead: 0,
    };
    send(out, piece).await;
    Ok(gaps)
}

/// CloudTrail writes an event in one line, but JSON may be broken anywhere outside of its texts.
fn one_line(event: &str) -> String {
    event.replace(['\r', '\n'], " ")
}

/// All events with the instance's id in one attribute, and a gap when there are more than can be fetched. AWS gives the
/// newest first, so it is the oldest that are missing.
async fn lookup(
    cloud: &AwsCloud,
    key: LookupAttributeKey,
    request: &LogRequest,
) -> Result<(Events, Option<Gap>), CloudError> {
    let instance = request.subject.instance_id.as_str();
    let failed = |why: String| CloudError::Refused {
        operation: OPERATION.to_owned(),
        code: "InvalidRequest".to_owned(),
        why,
    };
    let attribute = LookupAttribute::builder()
        .attribute_key(key)
        .attribute_value(instance)
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let mut pages = cloud
        .read
        .cloudtrail
        .lookup_events()
        .lookup_attributes(attribute)
        .start_time(DateTime::from_secs(request.since.as_second()))
        .end_time(DateTime::from_secs(
            request.until.as_second().saturating_add(1),
        ))
        .max_results(50)
        .into_paginator()
        .send();
    let mut events = Events::new();
    for _ in 0..PAGES {
        let page = cloud.limits.call(OPERATION, async {
            let page = pages.next().await.transpose();
            page.map_err(|error| cloud_error(OPERATION, instance, &error))
        });
        let Some(page) = page.await? else {
            return Ok((events, None));
        };
        for event in page.events.unwrap_or_default() {
            let time = event
                .event_time
                .as_ref()
                .and_then(timestamp)
                .unwrap_or(Timestamp::UNIX_EPOCH);
            if let (Some(id), Some(record)) = (event.event_id, event.cloud_trail_event) {
                events.insert((time, id), record);
            }
        }
    }
    let from = events.first_key_value().map(|((time, _), _)| *time);
    Ok((
        events,
        Some(Gap::Window {
            from,
            until: Some(request.until),
        }),
    ))
}
