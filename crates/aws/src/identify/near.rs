//! The single reads that a neighbourhood is made of: one function a call, all pages of it. Must not know how they are put
//! together.

use aws_sdk_autoscaling::types::{InstanceRefresh, InstanceRefreshStatus};
use aws_sdk_ec2::types as ec2;
use aws_sdk_elasticloadbalancing::types::{InstanceState, LoadBalancerDescription};
use aws_sdk_iam::types::InstanceProfile;
use futures::try_join;
use rebato_engine::ports::CloudError;

use super::parts::filter;
use crate::connect::AwsCloud;
use crate::error::{cloud_error, is_not_found};
use crate::limits::ask;
use crate::pages::pages;

/// All classic load balancers of the Region: they cannot be asked for by an instance.
pub(super) async fn classic_balancers(
    cloud: &AwsCloud,
) -> Result<Vec<LoadBalancerDescription>, CloudError> {
    pages!(
        cloud,
        "elasticloadbalancing:DescribeLoadBalancers",
        "classic load balancers",
        cloud.read.classic.describe_load_balancers()
    )
}

/// The states of all instances of a classic load balancer: the answer has no pages.
pub(super) async fn classic_health(
    cloud: &AwsCloud,
    name: &str,
) -> Result<Vec<InstanceState>, CloudError> {
    let answer = cloud
        .read
        .classic
        .describe_instance_health()
        .load_balancer_name(name)
        .send()
        .await
        .map_err(|error| {
            cloud_error("elasticloadbalancing:DescribeInstanceHealth", name, &error)
        })?;
    Ok(answer.instance_states.unwrap_or_default())
}

/// All VPCs of the Region and all sets of DHCP options: a VPC has only the id of its set, so that asking for the one would
/// be a trip more.
pub(super) async fn dhcp(
    cloud: &AwsCloud,
) -> Result<(Vec<ec2::Vpc>, Vec<ec2::DhcpOptions>), CloudError> {
    let ec2 = &cloud.read.ec2;
    try_join!(
        async { pages!(cloud, "ec2:DescribeVpcs", "VPCs", ec2.describe_vpcs()) },
        async {
            pages!(
                cloud,
                "ec2:DescribeDhcpOptions",
                "DHCP options",
                ec2.describe_dhcp_options()
            )
        },
    )
}

/// The Spot requests that an instance was launched for.
pub(super) async fn spot_requests(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Vec<ec2::SpotInstanceRequest>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeSpotInstanceRequests",
        instance,
        cloud
            .read
            .ec2
            .describe_spot_instance_requests()
            .filters(filter("instance-id", [instance.to_owned()]))
    )
}

/// All network ACLs of a VPC.
pub(super) async fn acls(cloud: &AwsCloud, vpc: &str) -> Result<Vec<ec2::NetworkAcl>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeNetworkAcls",
        vpc,
        cloud
            .read
            .ec2
            .describe_network_acls()
            .filters(filter("vpc-id", [vpc.to_owned()]))
    )
}

/// All route tables of a VPC, the main one among them.
pub(super) async fn route_tables(
    cloud: &AwsCloud,
    vpc: &str,
) -> Result<Vec<ec2::RouteTable>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeRouteTables",
        vpc,
        cloud
            .read
            .ec2
            .describe_route_tables()
            .filters(filter("vpc-id", [vpc.to_owned()]))
    )
}

/// All key pairs of the Region: the answer has no pages, and the name is not known before the instance is.
pub(super) async fn key_pairs(cloud: &AwsCloud) -> Result<Vec<ec2::KeyPairInfo>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeKeyPairs",
        "key pairs",
        cloud.read.ec2.describe_key_pairs()
    )?;
    Ok(answer.key_pairs.unwrap_or_default())
}

/// An image; `None` when it is gone or not shown to this account. Deprecated ones are shown.
pub(super) async fn image(cloud: &AwsCloud, id: &str) -> Result<Option<ec2::Image>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeImages",
        id,
        cloud
            .read
            .ec2
            .describe_images()
            .image_ids(id)
            .include_deprecated(true)
    );
    match answer {
        Ok(answer) => Ok(answer.images.unwrap_or_default().into_iter().next()),
        Err(error) if is_not_found(&error) || error.code().contains("Unavailable") => Ok(None),
        Err(error) => Err(error),
    }
}

/// GiB of instance store that a type has: 0 where it has none.
pub(super) async fn instance_store(
    cloud: &AwsCloud,
    kind: &str,
) -> Result<Option<i64>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeInstanceTypes",
        kind,
        cloud
            .read
            .ec2
            .describe_instance_types()
            .instance_types(ec2::InstanceType::from(kind))
    )?;
    Ok(answer.instance_types().first().map(|described| {
        described
            .instance_storage_info()
            .and_then(ec2::InstanceStorageInfo::total_size_in_gb)
            .unwrap_or_default()
    }))
}

/// All profiles of a role.
pub(super) async fn profiles_of_role(
    cloud: &AwsCloud,
    role: &str,
) -> Result<Vec<InstanceProfile>, CloudError> {
    pages!(
        cloud,
        "iam:ListInstanceProfilesForRole",
        role,
        cloud
            .read
            .iam
            .list_instance_profiles_for_role()
            .role_name(role)
    )
}

/// How many managed policies are attached to a role.
pub(super) async fn attached_policies(cloud: &AwsCloud, role: &str) -> Result<usize, CloudError> {
    let attached: Vec<_> = pages!(
        cloud,
        "iam:ListAttachedRolePolicies",
        role,
        cloud.read.iam.list_attached_role_policies().role_name(role)
    )?;
    Ok(attached.len())
}

/// Names of a role's inline policies.
pub(super) async fn inline_policies(
    cloud: &AwsCloud,
    role: &str,
) -> Result<Vec<String>, CloudError> {
    pages!(
        cloud,
        "iam:ListRolePolicies",
        role,
        cloud.read.iam.list_role_policies().role_name(role)
    )
}

/// The document of an inline policy, `None` where the role has none of that name.
pub(super) async fn inline_policy(
    cloud: &AwsCloud,
    role: &str,
    policy: &str,
) -> Result<Option<String>, CloudError> {
    let answer = cloud
        .read
        .iam
        .get_role_policy()
        .role_name(role)
        .policy_name(policy)
        .send()
        .await
        .map_err(|error| cloud_error("iam:GetRolePolicy", policy, &error));
    match answer {
        // IAM percent-encodes documents (RFC 3986).
        Ok(answer) => Ok(Some(
            percent_encoding::percent_decode_str(answer.policy_document())
                .decode_utf8_lossy()
                .into_owned(),
        )),
        Err(error) if is_not_found(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The instance refresh of a scaling group that has not ended. The newest come first, so one page tells.
pub(super) async fn refresh(
    cloud: &AwsCloud,
    group: &str,
) -> Result<Option<InstanceRefresh>, CloudError> {
    let answer = cloud
        .read
        .autoscaling
        .describe_instance_refreshes()
        .auto_scaling_group_name(group)
        .send()
        .await
        .map_err(|error| cloud_error("autoscaling:DescribeInstanceRefreshes", group, &error))?;
    let over = |refresh: &InstanceRefresh| {
        matches!(
            refresh.status(),
            Some(
                InstanceRefreshStatus::Successful
                    | InstanceRefreshStatus::Failed
                    | InstanceRefreshStatus::Cancelled
                    | InstanceRefreshStatus::RollbackSuccessful
                    | InstanceRefreshStatus::RollbackFailed
            )
        )
    };
    Ok(answer
        .instance_refreshes
        .unwrap_or_default()
        .into_iter()
        .find(|refresh| !over(refresh)))
}
