//! Step 2 of the runbook: the logs that show whether an attempt became a breach. Each source by itself; one that cannot
//! be read is a gap and never an error. Must not read what a record says.

mod auth;
mod choice;
mod dns;
mod flows;
mod keys;
mod log_events;
mod metrics;
mod places;
mod trail;

use futures::future::join_all;
use rebato_core::evaluate::{Gap, Source};
use rebato_engine::ports::{CloudError, FindingQuery, LogObject, LogRequest};
use tokio::sync::mpsc::Sender;

use crate::connect::AwsCloud;
use crate::identify;

pub(crate) use flows::all_flow_logs;
pub(crate) use places::read as place;

/// Streams the wanted logs into `out`, the sources side by side, and says what could not be had.
pub(crate) async fn logs(
    cloud: &AwsCloud,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Vec<(Source, Gap)> {
    let read = request.sources.iter().map(|source| async move {
        let gaps = match source {
            Source::FlowLogs => flows::read(cloud, request, out).await,
            Source::Cloudtrail => trail::read(cloud, request, out).await,
            Source::AuthLog => auth::read(cloud, request, out).await,
            Source::Dns => dns::read(cloud, request, out).await,
            Source::Findings => findings(cloud, request, out).await,
            Source::Metrics => metrics::read(cloud, request, out).await,
        };
        let gaps = gaps.unwrap_or_else(|error| {
            vec![Gap::Failed {
                why: error.to_string(),
            }]
        });
        gaps.into_iter()
            .map(|gap| (*source, gap))
            .collect::<Vec<_>>()
    });
    join_all(read).await.concat()
}

/// GuardDuty's findings about the instance that changed in the window.
async fn findings(
    cloud: &AwsCloud,
    request: &LogRequest,
    out: &Sender<LogObject>,
) -> Result<Vec<Gap>, CloudError> {
    if identify::detectors(cloud).await?.is_empty() {
        return Ok(vec![Gap::NotEnabled]);
    }
    let query = FindingQuery::OfInstance {
        instance: request.subject.instance_id.clone(),
        since: request.since,
    };
    let bytes = identify::findings(cloud, &query).await?;
    let piece = LogObject {
        source: Source::Findings,
        name: "guardduty:GetFindings".to_owned(),
        bytes,
        ahead: 0,
    };
    send(out, piece).await;
    Ok(Vec::new())
}

/// Hands a piece on; `false` when nobody listens any more, which ends the reading without being an error.
async fn send(out: &Sender<LogObject>, piece: LogObject) -> bool {
    out.send(piece).await.is_ok()
}
