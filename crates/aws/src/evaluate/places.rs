//! Logs in a place of the account: below a prefix of a bucket, or in a log group. Names tell what cannot hold what is wanted, so it
//! is neither listed nor fetched; what is fetched arrives while the scan reads what came before. Must not read what a record says.

use futures::StreamExt;
use jiff::Timestamp;
use rebato_core::evaluate::{Gap, Source};
use rebato_engine::ports::{CloudError, LogObject, PlaceRequest};
use rebato_logs::LogName;
use tokio::sync::mpsc::Sender;

use super::log_events::{Events, Streams, stream};
use super::send;
use crate::connect::AwsCloud;
use crate::s3::{Bucket, Object, Place};

/// Objects that are fetched side by side.
pub(super) const SIDE_BY_SIDE: usize = 8;
/// AWS closes a file of flow logs at 75 MB, one of CloudTrail at 50; a bigger one is no log that AWS wrote.
const LARGEST: usize = 256 * 1024 * 1024;

/// Reads what lies in the place that a person named.
pub(crate) async fn read(
    cloud: &AwsCloud,
    request: &PlaceRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let place = request.place.as_str();
    if let Some(group) = place
        .strip_prefix("logs://")
        .or_else(|| place.contains(":log-group:").then(|| group_name(place)))
    {
        let (group, prefix) = group.split_once(':').unwrap_or((group, ""));
        let streams = match prefix.trim_end_matches('*') {
            "" => Streams::All,
            prefix => Streams::Prefix(prefix.to_owned()),
        };
        let window = request
            .window
            .unwrap_or((Timestamp::UNIX_EPOCH, Timestamp::MAX));
        let events = Events {
            source: request.source,
            group,
            streams,
            window,
            head: None,
            pattern: None,
        };
        stream(cloud, &events, out).await?;
        return Ok(Vec::new());
    }
    let found = place
        .strip_prefix("s3://")
        .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
        .filter(|(bucket, _)| !bucket.is_empty())
        .map(|(bucket, key)| Place {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
        .or_else(|| Place::of_arn(place));
    let Some(found) = found else {
        return Err(CloudError::Refused {
            operation: "reading logs".to_owned(),
            code: "Place".to_owned(),
            why: format!("{place} is neither s3://bucket/prefix nor logs://group"),
        });
    };
    let (account, region) = (request.account.as_deref(), request.region.as_deref());
    let fits = |key: &str| fits(request.source, key, request.window, account, region);
    below(cloud, request.source, &found, &fits, out).await
}

/// Whether what bears this name may hold records of a source, a window, an account, a Region. What names nothing may.
pub(super) fn fits(
    source: Source,
    key: &str,
    window: Option<(Timestamp, Timestamp)>,
    account: Option<&str>,
    region: Option<&str>,
) -> bool {
    let same = |named: Option<&str>, wanted: Option<&str>| {
        named
            .zip(wanted)
            .is_none_or(|(named, wanted)| named == wanted)
    };
    LogName::read(key).is_none_or(|name| {
        name.fits(source, window.map(|w| w.0), window.map(|w| w.1))
            && same(name.account, account)
            && same(name.region, region)
    })
}

/// Fetches every object below a place whose key `fits`; folders that cannot hold one are not entered.
pub(super) async fn below(
    cloud: &AwsCloud,
    source: Source,
    place: &Place,
    fits: &(dyn Fn(&str) -> bool + Sync),
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let bucket = &Bucket::open(cloud, &place.bucket).await;
    let objects = bucket.walk(&place.key, fits).await?;
    fetch(bucket, source, &place.bucket, objects, out).await
}

/// Fetches objects in order, some side by side.
pub(super) async fn fetch(
    bucket: &Bucket,
    source: Source,
    name: &str,
    objects: Vec<Object>,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    let mut ahead: u64 = objects.iter().map(|object| object.bytes).sum();
    let mut fetched = futures::stream::iter(objects.into_iter().map(|object| async move {
        let read = bucket.get(&object.key, LARGEST, None).await;
        (object, read)
    }))
    .buffered(SIDE_BY_SIDE);
    let mut gaps = Vec::new();
    while let Some((object, read)) = fetched.next().await {
        ahead = ahead.saturating_sub(object.bytes);
        let name = format!("s3://{name}/{}", object.key);
        match read {
            Ok((bytes, _)) => {
                let piece = LogObject {
                    source,
                    name,
                    bytes,
                    ahead,
                };
                if !send(out, piece).await {
                    break;
                }
            }
            Err(error) => gaps.push(Gap::Skipped {
                file: name,
                why: error.to_string(),
            }),
        }
    }
    Ok(gaps)
}

/// The name in a log group's ARN, or the name itself.
pub(super) fn group_name(destination: &str) -> &str {
    match destination.split_once(":log-group:") {
        Some((_, name)) => name.trim_end_matches(":*"),
        None => destination,
    }
}

#[cfg(test)]
mod tests {
    use super::group_name;

    #[test]
    fn a_log_group_is_named_by_its_arn_or_itself() {
        assert_eq!(
            group_name("arn:aws:logs:eu-west-1:111122223333:log-group:/vpc/flows:*"),
            "/vpc/flows"
        );
        assert_eq!(group_name("/vpc/flows"), "/vpc/flows");
    }
}
