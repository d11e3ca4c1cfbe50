//! Settings of the account and its network that a fix changes: encryption by default, flow logs of our own. Looks first, so
//! that a repetition changes nothing. Must not touch what others made.

use aws_sdk_ec2::types::{
    FlowLog, FlowLogsResourceType, LogDestinationType, ResourceType, TrafficType, UnsuccessfulItem,
};
use aws_types::request_id::RequestId;
use rebato_core::contain::{
    FLOW_LOG_INTERVAL, LogPlace, SetEbsEncryption, SetFlowLog, TAG_CASE, TAG_STEP,
};
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{Marks, already, performed};
use crate::connect::AwsCloud;
use crate::identify::filter;
use crate::limits::ask;
use crate::pages::pages;

pub(super) async fn set_encryption(
    cloud: &AwsCloud,
    again: Again,
    to: &SetEbsEncryption,
) -> Result<Performed, CloudError> {
    let region = to.region.as_str();
    let now = ask!(
        cloud,
        "ec2:GetEbsEncryptionByDefault",
        region,
        cloud.read.ec2.get_ebs_encryption_by_default()
    )?;
    if now.ebs_encryption_by_default() == Some(to.to) {
        return Ok(already(Vec::new()));
    }
    let ec2 = &cloud.write.ec2;
    let (operation, id, is) = if to.to {
        let operation = "ec2:EnableEbsEncryptionByDefault";
        let request = ec2.enable_ebs_encryption_by_default();
        let answer = send!(cloud, again, operation, region, request)?;
        let is = answer.ebs_encryption_by_default();
        (operation, answer.request_id().map(str::to_owned), is)
    } else {
        let operation = "ec2:DisableEbsEncryptionByDefault";
        let request = ec2.disable_ebs_encryption_by_default();
        let answer = send!(cloud, again, operation, region, request)?;
        let is = answer.ebs_encryption_by_default();
        (operation, answer.request_id().map(str::to_owned), is)
    };
    // AWS answers what holds now.
    if is.is_some_and(|is| is != to.to) {
        return Err(CloudError::Refused {
            operation: operation.into(),
            code: "NotApplied".into(),
            why: format!("encryption by default is still {}", to.from),
        });
    }
    Ok(performed(id.as_deref(), Vec::new()))
}

pub(super) async fn set_flow_log(
    cloud: &AwsCloud,
    again: Again,
    marks: &Marks<'_>,
    to: &SetFlowLog,
) -> Result<Performed, CloudError> {
    let ours = of_case(cloud, marks, &to.vpc).await?;
    let id = |log: &FlowLog| log.flow_log_id().map(str::to_owned);
    if !to.present {
        let ids: Vec<String> = ours.iter().filter_map(id).collect();
        if ids.is_empty() {
            return Ok(already(Vec::new()));
        }
        let operation = "ec2:DeleteFlowLogs";
        let request = cloud
            .write
            .ec2
            .delete_flow_logs()
            .set_flow_log_ids(Some(ids));
        let answer = send!(cloud, again, operation, &to.vpc, request)?;
        refused(operation, answer.unsuccessful())?;
        return Ok(performed(answer.request_id(), Vec::new()));
    }
    let marked = |log: &&FlowLog| {
        let mut tags = log.tags().iter();
        tags.any(|tag| tag.key() == Some(TAG_STEP) && tag.value() == Some(&marks.step))
    };
    if let Some(found) = ours.iter().find(marked) {
        return Ok(already(id(found).into_iter().collect()));
    }
    let operation = "ec2:CreateFlowLogs";
    let request = cloud
        .write
        .ec2
        .create_flow_logs()
        .client_token(token(&marks.step))
        .resource_type(FlowLogsResourceType::Vpc)
        .resource_ids(&to.vpc)
        .traffic_type(TrafficType::All)
        .max_aggregation_interval(FLOW_LOG_INTERVAL)
        .log_format(&to.format)
        .tag_specifications(marks.tags(ResourceType::VpcFlowLog, None));
    let request = match &to.place {
        LogPlace::S3 { arn } => request
            .log_destination_type(LogDestinationType::S3)
            .log_destination(arn),
        LogPlace::Group { name, role } => request
            .log_destination_type(LogDestinationType::CloudWatchLogs)
            .log_group_name(name)
            .deliver_logs_permission_arn(role),
    };
    let answer = send!(cloud, again, operation, &to.vpc, request)?;
    refused(operation, answer.unsuccessful())?;
    let made = answer.flow_log_ids().to_vec();
    Ok(performed(answer.request_id(), made))
}

/// A client token is 64 characters at the most.
fn token(mark: &str) -> String {
    mark.chars().take(64).collect()
}

/// Flow logs on the VPC that this case made.
async fn of_case(
    cloud: &AwsCloud,
    marks: &Marks<'_>,
    vpc: &str,
) -> Result<Vec<FlowLog>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeFlowLogs",
        vpc,
        cloud
            .read
            .ec2
            .describe_flow_logs()
            .filter(filter("resource-id", vec![vpc.to_owned()]))
            .filter(filter(
                format!("tag:{TAG_CASE}"),
                vec![marks.case.to_owned()]
            ))
    )
}

/// These calls answer well even where they did nothing, and say so in their answer.
fn refused(operation: &str, unsuccessful: &[UnsuccessfulItem]) -> Result<(), CloudError> {
    let Some(error) = unsuccessful.iter().find_map(UnsuccessfulItem::error) else {
        return Ok(());
    };
    Err(CloudError::Refused {
        operation: operation.into(),
        code: error.code().unwrap_or("Unsuccessful").to_owned(),
        why: error.message().unwrap_or_default().to_owned(),
    })
}
