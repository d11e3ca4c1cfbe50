//! The trails that record this Region. Must not read their records.

use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, ReadWriteType};
use futures::future::join_all;
use futures::join;
use rebato_core::harden::Trail;
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::text_of;

/// The trails, and why the status or the selectors of one could not be read. Both may be known to the organization's own
/// account alone.
pub(super) struct Trails {
    pub(super) trails: Vec<Trail>,
    pub(super) status: Option<CloudError>,
    pub(super) selectors: Option<CloudError>,
}

pub(super) async fn trails(cloud: &AwsCloud) -> Result<Trails, CloudError> {
    let client = &cloud.read.cloudtrail;
    let answer = client
        .describe_trails()
        .send()
        .await
        .map_err(|error| cloud_error("cloudtrail:DescribeTrails", "trails", &error))?;
    let read = join_all(answer.trail_list().iter().map(|trail| async move {
        let name = text_of(trail.trail_arn().or_else(|| trail.name()));
        let (status, selectors) = join!(
            async {
                let sent = client.get_trail_status().name(&name).send().await;
                sent.map_err(|error| cloud_error("cloudtrail:GetTrailStatus", &name, &error))
            },
            async {
                let sent = client.get_event_selectors().trail_name(&name).send().await;
                sent.map_err(|error| cloud_error("cloudtrail:GetEventSelectors", &name, &error))
            },
        );
        let trail = Trail {
            name: text_of(trail.name()),
            logging: status.as_ref().ok().and_then(|status| status.is_logging()),
            multi_region: trail.is_multi_region_trail().unwrap_or_default(),
            validation: trail.log_file_validation_enabled().unwrap_or_default(),
            kms_key: trail.kms_key_id().map(Into::into),
            log_group: trail.cloud_watch_logs_log_group_arn().map(Into::into),
            management_events: selectors.as_ref().ok().map(records_management),
        };
        (trail, status.err(), selectors.err())
    }))
    .await;
    let mut all = Trails {
        trails: Vec::new(),
        status: None,
        selectors: None,
    };
    for (trail, status, selectors) in read {
        all.trails.push(trail);
        all.status = all.status.or(status);
        all.selectors = all.selectors.or(selectors);
    }
    all.trails.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// Whether both what reads and what changes is recorded (CloudTrail.1). An advanced selector of management events that
/// names `readOnly` records one half.
fn records_management(read: &GetEventSelectorsOutput) -> bool {
    let basic = read.event_selectors().iter().any(|selector| {
        selector.include_management_events() == Some(true)
            && selector.read_write_type() == Some(&ReadWriteType::All)
    });
    basic || read.advanced_event_selectors().iter().any(whole)
}

fn whole(selector: &AdvancedEventSelector) -> bool {
    let fields = selector.field_selectors();
    let management = fields.iter().any(|field| {
        field.field() == "eventCategory" && field.equals().iter().any(|v| v == "Management")
    });
    management && !fields.iter().any(|field| field.field() == "readOnly")
}
