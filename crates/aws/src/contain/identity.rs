//! The instance's identity: its profile, and what sessions of its role may do. Must not touch a policy that is not the
//! case's own.

use aws_sdk_ec2::types::IamInstanceProfileSpecification;
use aws_types::request_id::RequestId;
use rebato_core::contain::{DenySessions, SetInstanceProfile};
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{already, performed};
use crate::connect::AwsCloud;
use crate::error::is_not_found;
use crate::identify::profile_association;

/// The profile off, replaced or put back. The association's id dies with it, so the present one is asked for; where
/// another profile stands than the step found, it is left alone.
pub(super) async fn set_profile(
    cloud: &AwsCloud,
    again: Again,
    to: &SetInstanceProfile,
) -> Result<Performed, CloudError> {
    let ec2 = &cloud.write.ec2;
    let instance = to.instance.as_str();
    let found = profile_association(cloud, instance).await?;
    let stands = found
        .as_ref()
        .and_then(|a| a.iam_instance_profile()?.arn())
        .map(str::to_owned);
    if stands == to.to {
        return Ok(already(Vec::new()));
    }
    if stands != to.from {
        return Err(CloudError::Refused {
            operation: "ec2:ReplaceIamInstanceProfileAssociation".to_owned(),
            code: "ProfileChanged".to_owned(),
            why: format!(
                "{instance} has {} now: somebody changed it",
                stands.as_deref().unwrap_or("no profile")
            ),
        });
    }
    let association = found.and_then(|a| a.association_id).unwrap_or_default();
    let profile = |arn: &str| IamInstanceProfileSpecification::builder().arn(arn).build();
    let request_id = match (&to.from, &to.to) {
        (None, Some(arn)) => {
            let request = ec2
                .associate_iam_instance_profile()
                .instance_id(instance)
                .iam_instance_profile(profile(arn));
            send!(
                cloud,
                again,
                "ec2:AssociateIamInstanceProfile",
                instance,
                request
            )?
            .request_id()
            .map(str::to_owned)
        }
        (_, Some(arn)) => {
            let request = ec2
                .replace_iam_instance_profile_association()
                .association_id(&association)
                .iam_instance_profile(profile(arn));
            send!(
                cloud,
                again,
                "ec2:ReplaceIamInstanceProfileAssociation",
                instance,
                request
            )?
            .request_id()
            .map(str::to_owned)
        }
        (_, None) => {
            let request = ec2
                .disassociate_iam_instance_profile()
                .association_id(&association);
            send!(
                cloud,
                again,
                "ec2:DisassociateIamInstanceProfile",
                instance,
                request
            )?
            .request_id()
            .map(str::to_owned)
        }
    };
    Ok(performed(request_id.as_deref(), Vec::new()))
}

/// Puts or takes away the case's own inline policy; its name is no one else's, and putting it again changes nothing.
pub(super) async fn deny_sessions(
    cloud: &AwsCloud,
    again: Again,
    deny: &DenySessions,
) -> Result<Performed, CloudError> {
    let iam = &cloud.write.iam;
    if deny.denied {
        let request = iam
            .put_role_policy()
            .role_name(&deny.role)
            .policy_name(&deny.policy)
            .policy_document(&deny.document);
        let answer = send!(cloud, again, "iam:PutRolePolicy", &deny.role, request)?;
        return Ok(performed(answer.request_id(), Vec::new()));
    }
    let request = iam
        .delete_role_policy()
        .role_name(&deny.role)
        .policy_name(&deny.policy);
    match send!(cloud, again, "iam:DeleteRolePolicy", &deny.role, request) {
        Ok(answer) => Ok(performed(answer.request_id(), Vec::new())),
        // IAM shows a policy late as well: gone is what cannot be read.
        Err(error) if is_not_found(&error) && !is_there(cloud, deny).await => {
            Ok(already(Vec::new()))
        }
        Err(error) => Err(error),
    }
}

async fn is_there(cloud: &AwsCloud, deny: &DenySessions) -> bool {
    let iam = &cloud.read.iam;
    let request = iam
        .get_role_policy()
        .role_name(&deny.role)
        .policy_name(&deny.policy);
    request.send().await.is_ok()
}
