//! The policies of the instance's role, with their documents. Must not judge them.

use aws_sdk_iam::types::AttachedPolicy;
use futures::future::join_all;
use futures::{join, try_join};
use rebato_core::harden::RolePolicy;
use rebato_core::identify::Subject;
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::identify::text_of;
use crate::limits::ask;
use crate::pages::pages;

/// All policies of the role; none without a role, and `None` where it is not known which role it is.
pub(super) async fn policies(
    cloud: &AwsCloud,
    subject: &Subject,
) -> Result<Option<Vec<RolePolicy>>, CloudError> {
    let role = match &subject.profile {
        None if subject.unread.iter().any(|u| u.what == "role") => return Ok(None),
        None => return Ok(Some(Vec::new())),
        Some(profile) => match &profile.role {
            Some(role) => role.as_str(),
            None => return Ok(None),
        },
    };
    let (attached, inline) = try_join!(
        async {
            let read: Vec<AttachedPolicy> = pages!(
                cloud,
                "iam:ListAttachedRolePolicies",
                role,
                cloud.read.iam.list_attached_role_policies().role_name(role)
            )?;
            Ok(read)
        },
        async {
            let read: Vec<String> = pages!(
                cloud,
                "iam:ListRolePolicies",
                role,
                cloud.read.iam.list_role_policies().role_name(role)
            )?;
            Ok::<_, CloudError>(read)
        },
    )?;
    let (mut all, mut own) = join!(
        join_all(attached.iter().map(|policy| managed(cloud, policy))),
        join_all(inline.into_iter().map(|name| async move {
            let document = inline_document(cloud, role, &name).await;
            RolePolicy {
                name,
                arn: None,
                document: document.map_err(|error| error.to_string()),
            }
        })),
    );
    all.append(&mut own);
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(all))
}

async fn managed(cloud: &AwsCloud, policy: &AttachedPolicy) -> RolePolicy {
    let arn = text_of(policy.policy_arn());
    let document = managed_document(cloud, &arn).await;
    RolePolicy {
        name: text_of(policy.policy_name()),
        document: document.map_err(|error| error.to_string()),
        arn: Some(arn),
    }
}

/// The document of the version that is in force.
async fn managed_document(cloud: &AwsCloud, arn: &str) -> Result<String, CloudError> {
    let answer = ask!(
        cloud,
        "iam:GetPolicy",
        arn,
        cloud.read.iam.get_policy().policy_arn(arn)
    )?;
    let version = text_of(answer.policy().and_then(|p| p.default_version_id()));
    let answer = ask!(
        cloud,
        "iam:GetPolicyVersion",
        arn,
        cloud
            .read
            .iam
            .get_policy_version()
            .policy_arn(arn)
            .version_id(version)
    )?;
    Ok(decoded(answer.policy_version().and_then(|v| v.document())))
}

async fn inline_document(cloud: &AwsCloud, role: &str, name: &str) -> Result<String, CloudError> {
    let answer = cloud
        .read
        .iam
        .get_role_policy()
        .role_name(role)
        .policy_name(name)
        .send()
        .await
        .map_err(|error| cloud_error("iam:GetRolePolicy", name, &error))?;
    Ok(decoded(Some(answer.policy_document())))
}

/// IAM percent-encodes documents (RFC 3986).
fn decoded(document: Option<&str>) -> String {
    percent_encoding::percent_decode_str(document.unwrap_or_default())
        .decode_utf8_lossy()
        .into_owned()
}
