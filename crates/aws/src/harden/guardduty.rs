//! GuardDuty in every Region that the account has enabled. A Region that refuses takes nothing from the others. Must not
//! read findings.

use aws_sdk_ec2::types as ec2;
use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::config::Region;
use aws_sdk_guardduty::types::{DetectorStatus, FeatureStatus};
use futures::{StreamExt as _, stream};
use rebato_core::harden::{Detector, DetectorState};
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::limits::ask;

/// How many Regions are asked at once.
const SIDE_BY_SIDE: usize = 8;

pub(super) async fn detectors(cloud: &AwsCloud) -> Result<Vec<Detector>, CloudError> {
    // Without `AllRegions` EC2 names those that are enabled.
    let answer = ask!(
        cloud,
        "ec2:DescribeRegions",
        "Regions",
        cloud.read.ec2.describe_regions()
    )?;
    let mut regions: Vec<String> = answer
        .regions()
        .iter()
        .filter_map(ec2::Region::region_name)
        .map(ToOwned::to_owned)
        .collect();
    regions.sort();
    let read = stream::iter(regions)
        .map(|region| async move {
            let state = match state(cloud, &region).await {
                Ok(state) => state,
                Err(error) => DetectorState::Unread(error.to_string()),
            };
            Detector { region, state }
        })
        .buffered(SIDE_BY_SIDE);
    Ok(read.collect().await)
}

async fn state(cloud: &AwsCloud, region: &str) -> Result<DetectorState, CloudError> {
    let config = cloud.read.guardduty.config().to_builder();
    let client = Client::from_conf(config.region(Region::new(region.to_owned())).build());
    let list = client
        .list_detectors()
        .send()
        .await
        .map_err(|error| cloud_error("guardduty:ListDetectors", region, &error))?;
    let Some(id) = list.detector_ids().first() else {
        return Ok(DetectorState::Off);
    };
    let detector = client
        .get_detector()
        .detector_id(id)
        .send()
        .await
        .map_err(|error| cloud_error("guardduty:GetDetector", region, &error))?;
    if detector.status() != Some(&DetectorStatus::Enabled) {
        return Ok(DetectorState::Off);
    }
    let mut on = Vec::new();
    for feature in detector.features() {
        if feature.status() != Some(&FeatureStatus::Enabled) {
            continue;
        }
        on.extend(feature.name().map(|name| name.as_str().to_owned()));
        let parts = feature.additional_configuration().iter();
        on.extend(
            parts
                .filter(|part| part.status() == Some(&FeatureStatus::Enabled))
                .filter_map(|part| part.name())
                .map(|name| name.as_str().to_owned()),
        );
    }
    on.sort();
    on.dedup();
    Ok(DetectorState::On(on))
}
