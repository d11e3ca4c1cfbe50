//! Step 5 of the runbook: what the checks need to know of the account beyond the subject. What cannot be read is noted,
//! never an error. Must not judge.

use aws_sdk_ssm::types::InstanceInformationStringFilter;
use futures::future::join_all;
use futures::join;
use rebato_core::harden::{Posture, Trail};
use rebato_core::identify::{Subject, Unread};
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::evaluate::{FlowLog, flow_logs};
use crate::identify::text_of;
use crate::limits::ask;

/// Reads the posture in one parallel trip, and one more for the trails' status.
pub(crate) async fn posture(cloud: &AwsCloud, subject: &Subject) -> Posture {
    let (flows, ping, encryption, trails) = join!(
        flow_logs(cloud, subject),
        ssm_ping(cloud, &subject.instance_id),
        ebs_encryption(cloud),
        trails(cloud),
    );
    let mut unread = Vec::new();
    let mut note = |what: &str, error: &CloudError| {
        unread.push(Unread {
            what: what.to_owned(),
            why: error.to_string(),
        });
    };
    let flows = flows.map_err(|error| note("flow_logs", &error)).ok();
    let ssm_ping = ping.map_err(|error| note("ssm", &error)).ok();
    let ebs_encryption_default = encryption
        .map_err(|error| note("ebs_encryption_default", &error))
        .ok()
        .flatten();
    let trails = match trails {
        Ok((trails, failed)) => {
            if let Some(error) = failed {
                note("trail_status", &error);
            }
            Some(trails)
        }
        Err(error) => {
            note("trails", &error);
            None
        }
    };
    Posture {
        flow_logs: flows.map(|logs| logs.into_iter().map(|log: FlowLog| log.config).collect()),
        ssm_ping,
        ebs_encryption_default,
        trails,
        ports_used: None,
        unread,
    }
}

/// The agent's ping status; `None` when the instance is not managed.
async fn ssm_ping(cloud: &AwsCloud, instance: &str) -> Result<Option<String>, CloudError> {
    let failed = |why: String| CloudError::Refused {
        operation: "ssm:DescribeInstanceInformation".to_owned(),
        code: "InvalidRequest".to_owned(),
        why,
    };
    let filter = InstanceInformationStringFilter::builder()
        .key("InstanceIds")
        .values(instance)
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let answer = cloud
        .read
        .ssm
        .describe_instance_information()
        .filters(filter)
        .send()
        .await
        .map_err(|error| cloud_error("ssm:DescribeInstanceInformation", instance, &error))?;
    let managed = answer.instance_information_list().first();
    Ok(managed
        .and_then(|m| m.ping_status())
        .map(|status| status.as_str().to_owned()))
}

async fn ebs_encryption(cloud: &AwsCloud) -> Result<Option<bool>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:GetEbsEncryptionByDefault",
        "EBS encryption",
        cloud.read.ec2.get_ebs_encryption_by_default()
    )?;
    Ok(answer.ebs_encryption_by_default())
}

/// Trails that record this Region, and why the status of one could not be read. Whether a trail is logging may be known to
/// the organization's own account alone.
async fn trails(cloud: &AwsCloud) -> Result<(Vec<Trail>, Option<CloudError>), CloudError> {
    let client = &cloud.read.cloudtrail;
    let answer = client
        .describe_trails()
        .send()
        .await
        .map_err(|error| cloud_error("cloudtrail:DescribeTrails", "trails", &error))?;
    let read = join_all(answer.trail_list().iter().map(|trail| async move {
        let name = text_of(trail.trail_arn().or_else(|| trail.name()));
        let status = client
            .get_trail_status()
            .name(&name)
            .send()
            .await
            .map_err(|error| cloud_error("cloudtrail:GetTrailStatus", &name, &error));
        let (logging, failed) = match status {
            Ok(status) => (status.is_logging(), None),
            Err(error) => (None, Some(error)),
        };
        let trail = Trail {
            name: text_of(trail.name()),
            logging,
            multi_region: trail.is_multi_region_trail().unwrap_or_default(),
            validation: trail.log_file_validation_enabled().unwrap_or_default(),
            kms_key: trail.kms_key_id().map(Into::into),
            log_group: trail.cloud_watch_logs_log_group_arn().map(Into::into),
            management_events: None,
        };
        (trail, failed)
    }))
    .await;
    let (mut trails, failed): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    trails.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((trails, failed.into_iter().flatten().next()))
}
