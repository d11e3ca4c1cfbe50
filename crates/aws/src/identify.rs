//! Step 1 of the runbook: who we are, which instance is meant, what it is now, and what GuardDuty says.
//! Must not judge what it reads.

mod around;
mod duties;
mod findings;
mod gaps;
mod near;
mod nearby;
mod parts;
mod remains;
mod role;
mod shape;
mod subject;

use rebato_core::monitor::Kinship;
use rebato_engine::ports::{Candidate, CloudError, Identity, InstanceQuery};

use crate::connect::AwsCloud;
use crate::error::{cloud_error, is_not_found};

pub(crate) use findings::{detector, detectors, findings};
pub(crate) use nearby::acl_entry;
pub(crate) use parts::{filter, groups_by_id, groups_by_name, profile_association, target_health};
pub(crate) use remains::remains;
pub(crate) use shape::{group, permissions, text_of, timestamp};
pub(crate) use subject::subject;

/// Who we are.
pub(crate) async fn whoami(cloud: &AwsCloud) -> Result<Identity, CloudError> {
    let answer = cloud
        .read
        .sts
        .get_caller_identity()
        .send()
        .await
        .map_err(|error| cloud_error("sts:GetCallerIdentity", "the caller", &error))?;
    Ok(Identity {
        account: text_of(answer.account()),
        arn: text_of(answer.arn()),
        region: cloud.region.clone(),
    })
}

/// Instances that fit a query, sorted by id. An address is looked up on the interfaces, where secondary, IPv6 and
/// Elastic addresses are found as well.
pub(crate) async fn find(
    cloud: &AwsCloud,
    query: &InstanceQuery,
) -> Result<Vec<Candidate>, CloudError> {
    let found = match query {
        InstanceQuery::Id(id) => match parts::instance(cloud, id).await {
            Ok(found) => vec![found.1],
            Err(error) if is_not_found(&error) => Vec::new(),
            Err(error) => return Err(error),
        },
        InstanceQuery::Name(name) => {
            // A filter takes * and ? for more than themselves and \ for an escape. What it finds too much is left out here.
            let pattern = name.replace('\\', "?");
            let mut found = parts::instances(cloud, filter("tag:Name", [pattern])).await?;
            found.retain(|instance| {
                instance
                    .tags()
                    .iter()
                    .any(|tag| tag.key() == Some("Name") && tag.value() == Some(name.as_str()))
            });
            found
        }
        InstanceQuery::Address(ip) => {
            let ids = parts::instances_with_address(cloud, *ip).await?;
            if ids.is_empty() {
                Vec::new()
            } else {
                parts::instances(cloud, filter("instance-id", ids)).await?
            }
        }
        InstanceQuery::Kin(kin, of) => {
            let name = match kin {
                Kinship::Group => "network-interface.group-id",
                Kinship::Image => "image-id",
                Kinship::Key => "key-name",
                Kinship::Role => "iam-instance-profile.arn",
            };
            parts::instances(cloud, filter(name, [of.clone()])).await?
        }
    };
    let mut candidates: Vec<Candidate> = found.iter().map(shape::candidate).collect();
    candidates.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(candidates)
}
