//! What GuardDuty is told about a finding. Each call sets a value: a second one changes nothing. Must not suppress.

use aws_sdk_guardduty::types::Feedback;
use aws_types::request_id::RequestId;
use rebato_core::contain::{ArchiveFinding, RateFinding};
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::performed;
use crate::connect::AwsCloud;
use crate::identify::detector;

pub(super) async fn archive(
    cloud: &AwsCloud,
    again: Again,
    to: &ArchiveFinding,
) -> Result<Performed, CloudError> {
    let detector = detector(cloud).await?;
    let guardduty = &cloud.write.guardduty;
    let id = to.finding.as_str();
    let request_id = if to.archived {
        let request = guardduty
            .archive_findings()
            .detector_id(detector)
            .finding_ids(id);
        send!(cloud, again, "guardduty:ArchiveFindings", id, request)?
            .request_id()
            .map(str::to_owned)
    } else {
        let request = guardduty
            .unarchive_findings()
            .detector_id(detector)
            .finding_ids(id);
        send!(cloud, again, "guardduty:UnarchiveFindings", id, request)?
            .request_id()
            .map(str::to_owned)
    };
    Ok(performed(request_id.as_deref(), Vec::new()))
}

pub(super) async fn rate(
    cloud: &AwsCloud,
    again: Again,
    rate: &RateFinding,
) -> Result<Performed, CloudError> {
    let feedback = if rate.useful {
        Feedback::Useful
    } else {
        Feedback::NotUseful
    };
    let request = cloud
        .write
        .guardduty
        .update_findings_feedback()
        .detector_id(detector(cloud).await?)
        .finding_ids(&rate.finding)
        .feedback(feedback);
    let answer = send!(
        cloud,
        again,
        "guardduty:UpdateFindingsFeedback",
        &rate.finding,
        request
    )?;
    Ok(performed(answer.request_id(), Vec::new()))
}
