//! Security groups and their rules. Must not touch a group of the same name that is not Rebato's.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::ResourceType;
use aws_types::request_id::RequestId;
use rebato_core::contain::{GroupRole, TAG_ROLE};
use rebato_core::identify::Rule;
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, again, send};
use super::{Marks, already, performed};
use crate::connect::AwsCloud;
use crate::error::is_not_found;
use crate::identify::{group, groups_by_id, groups_by_name, permissions};

/// Makes one of Rebato's own groups, or adopts the one that is there: the name is derived, so another run or another
/// case may have made it.
pub(super) async fn create(
    cloud: &AwsCloud,
    when: Again,
    marks: &Marks<'_>,
    role: GroupRole,
    vpc: &str,
) -> Result<Performed, CloudError> {
    let name = role.group_name(vpc);
    let request = cloud
        .write
        .ec2
        .create_security_group()
        .group_name(&name)
        .vpc_id(vpc)
        .description(format!(
            "Rebato: {} group of instances under investigation",
            role.name()
        ))
        .tag_specifications(marks.tags(ResourceType::SecurityGroup, Some(role)));
    match send!(cloud, when, "ec2:CreateSecurityGroup", &name, request) {
        Ok(answer) => {
            let made = answer.group_id().map(str::to_owned).into_iter().collect();
            Ok(performed(answer.request_id(), made))
        }
        Err(CloudError::Refused { code, .. }) if code == "InvalidGroup.Duplicate" => {
            adopt(cloud, role, &name, vpc).await
        }
        Err(error) => Err(error),
    }
}

/// The group of that name, if it carries our mark. It may have been made a moment ago and not be listed yet.
async fn adopt(
    cloud: &AwsCloud,
    role: GroupRole,
    name: &str,
    vpc: &str,
) -> Result<Performed, CloudError> {
    let found = again(Again::WhenThrottledOrGroupUnseen, || async move {
        groups_by_name(cloud, name, vpc)
            .await?
            .into_iter()
            .next()
            .ok_or_else(|| CloudError::NotFound {
                what: name.to_owned(),
                code: "InvalidGroup.NotFound".to_owned(),
                why: "AWS says that it exists and does not list it".to_owned(),
            })
    })
    .await?;
    let found = group(&found);
    if found
        .tags
        .get(TAG_ROLE)
        .is_none_or(|tag| tag != role.name())
    {
        return Err(CloudError::Refused {
            operation: "ec2:CreateSecurityGroup".to_owned(),
            code: "InvalidGroup.Duplicate".to_owned(),
            why: format!(
                "{} bears the name {name} without the tag {TAG_ROLE}: it is somebody else's",
                found.id
            ),
        });
    }
    Ok(already(vec![found.id]))
}

/// What a call on rules is about.
#[derive(Clone, Copy)]
enum Change {
    AuthorizeIngress,
    AuthorizeEgress,
    RevokeIngress,
    RevokeEgress,
}

pub(super) async fn authorize_ingress(
    cloud: &AwsCloud,
    when: Again,
    id: &str,
    rules: &[Rule],
) -> Result<Performed, CloudError> {
    ensure(cloud, when, Change::AuthorizeIngress, id, rules).await
}

pub(super) async fn authorize_egress(
    cloud: &AwsCloud,
    when: Again,
    id: &str,
    rules: &[Rule],
) -> Result<Performed, CloudError> {
    ensure(cloud, when, Change::AuthorizeEgress, id, rules).await
}

pub(super) async fn revoke_ingress(
    cloud: &AwsCloud,
    when: Again,
    id: &str,
    rules: &[Rule],
) -> Result<Performed, CloudError> {
    ensure(cloud, when, Change::RevokeIngress, id, rules).await
}

pub(super) async fn revoke_egress(
    cloud: &AwsCloud,
    when: Again,
    id: &str,
    rules: &[Rule],
) -> Result<Performed, CloudError> {
    ensure(cloud, when, Change::RevokeEgress, id, rules).await
}

/// Sends the change. Where AWS says that a part of it is already so, it has done none of it: the group is looked at, and
/// what is left is sent once more.
async fn ensure(
    cloud: &AwsCloud,
    when: Again,
    change: Change,
    id: &str,
    rules: &[Rule],
) -> Result<Performed, CloudError> {
    if rules.is_empty() {
        return Ok(Performed::default());
    }
    match send(cloud, when, change, id, rules).await {
        Err(error) if already_so(&error) => {
            let left = left(cloud, change, id, rules).await?;
            if left.is_empty() {
                return Ok(already(Vec::new()));
            }
            if left.len() == rules.len() {
                return Err(error);
            }
            send(cloud, when, change, id, &left).await
        }
        other => other,
    }
}

fn already_so(error: &CloudError) -> bool {
    matches!(
        error.code(),
        "InvalidPermission.Duplicate" | "InvalidPermission.NotFound"
    )
}

/// The part of the rules that does not stand as wanted yet.
async fn left(
    cloud: &AwsCloud,
    change: Change,
    id: &str,
    rules: &[Rule],
) -> Result<Vec<Rule>, CloudError> {
    let read = groups_by_id(cloud, vec![id.to_owned()]).await?;
    let Some(read) = read.first().map(group) else {
        return Err(CloudError::NotFound {
            what: id.to_owned(),
            code: "InvalidGroup.NotFound".to_owned(),
            why: "AWS does not list it".to_owned(),
        });
    };
    let (standing, wanted) = match change {
        Change::AuthorizeIngress => (read.ingress, true),
        Change::RevokeIngress => (read.ingress, false),
        Change::AuthorizeEgress => (read.egress, true),
        Change::RevokeEgress => (read.egress, false),
    };
    let standing: BTreeSet<Rule> = standing.into_iter().collect();
    Ok(rules
        .iter()
        .filter(|rule| standing.contains(rule) != wanted)
        .cloned()
        .collect())
}

async fn send(
    cloud: &AwsCloud,
    when: Again,
    change: Change,
    id: &str,
    rules: &[Rule],
) -> Result<Performed, CloudError> {
    let ec2 = &cloud.write.ec2;
    let rules = Some(permissions(rules));
    let request_id = match change {
        Change::AuthorizeIngress => {
            let request = ec2
                .authorize_security_group_ingress()
                .group_id(id)
                .set_ip_permissions(rules);
            send!(
                cloud,
                when,
                "ec2:AuthorizeSecurityGroupIngress",
                id,
                request
            )?
            .request_id()
            .map(str::to_owned)
        }
        Change::AuthorizeEgress => {
            let request = ec2
                .authorize_security_group_egress()
                .group_id(id)
                .set_ip_permissions(rules);
            send!(cloud, when, "ec2:AuthorizeSecurityGroupEgress", id, request)?
                .request_id()
                .map(str::to_owned)
        }
        Change::RevokeIngress => {
            let request = ec2
                .revoke_security_group_ingress()
                .group_id(id)
                .set_ip_permissions(rules);
            send!(cloud, when, "ec2:RevokeSecurityGroupIngress", id, request)?
                .request_id()
                .map(str::to_owned)
        }
        Change::RevokeEgress => {
            let request = ec2
                .revoke_security_group_egress()
                .group_id(id)
                .set_ip_permissions(rules);
            send!(cloud, when, "ec2:RevokeSecurityGroupEgress", id, request)?
                .request_id()
                .map(str::to_owned)
        }
    };
    Ok(performed(request_id.as_deref(), Vec::new()))
}

/// Deletes one of our groups. Where an interface or a rule still uses it, it stays, and that is no failure: it lets nothing
/// through.
pub(super) async fn delete(
    cloud: &AwsCloud,
    when: Again,
    group: &str,
) -> Result<Performed, CloudError> {
    let request = cloud.write.ec2.delete_security_group().group_id(group);
    match send!(cloud, when, "ec2:DeleteSecurityGroup", group, request) {
        Ok(answer) => Ok(performed(answer.request_id(), Vec::new())),
        Err(CloudError::Refused { code, .. }) if code == "DependencyViolation" => {
            Ok(Performed::default())
        }
        Err(error) if is_not_found(&error) => Ok(already(Vec::new())),
        Err(error) => Err(error),
    }
}
