//! The single reads that a subject is made of: one function a call, all pages of it. Must not know how they are put
//! together.

use std::net::IpAddr;

use aws_sdk_autoscaling::types::{AutoScalingGroup, AutoScalingInstanceDetails};
use aws_sdk_ec2::types as ec2;
use aws_sdk_ec2::types::{InstanceAttributeName, NetworkInterfaceAttribute};
use aws_sdk_elasticloadbalancingv2::types::{TargetGroup, TargetHealthDescription};
use aws_sdk_iam::types::InstanceProfile;
use futures::try_join;
use rebato_core::contain::{GroupRole, TAG_INSTANCE, TAG_ROLE};
use rebato_engine::ports::CloudError;

use crate::connect::AwsCloud;
use crate::error::cloud_error;
use crate::limits::ask;
use crate::pages::pages;

/// An EC2 filter.
pub(crate) fn filter(
    name: impl Into<String>,
    values: impl IntoIterator<Item = String>,
) -> ec2::Filter {
    ec2::Filter::builder()
        .name(name)
        .set_values(Some(values.into_iter().collect()))
        .build()
}

/// The instance and the account that owns it.
pub(super) async fn instance(
    cloud: &AwsCloud,
    id: &str,
) -> Result<(String, ec2::Instance), CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeInstances",
        id,
        cloud.read.ec2.describe_instances().instance_ids(id)
    )?;
    for reservation in answer.reservations.unwrap_or_default() {
        let owner = reservation.owner_id.unwrap_or_default();
        for instance in reservation.instances.unwrap_or_default() {
            if instance.instance_id() == Some(id) {
                return Ok((owner, instance));
            }
        }
    }
    Err(CloudError::NotFound {
        what: id.to_owned(),
        code: "InvalidInstanceID.NotFound".to_owned(),
        why: format!("no instance {id} in {}", cloud.region),
    })
}

/// All instances that pass a filter.
pub(super) async fn instances(
    cloud: &AwsCloud,
    filter: ec2::Filter,
) -> Result<Vec<ec2::Instance>, CloudError> {
    let reservations: Vec<ec2::Reservation> = pages!(
        cloud,
        "ec2:DescribeInstances",
        "instances",
        cloud.read.ec2.describe_instances().filters(filter)
    )?;
    Ok(reservations
        .into_iter()
        .flat_map(|r| r.instances.unwrap_or_default())
        .collect())
}

/// Ids of the instances that an address leads to.
pub(super) async fn instances_with_address(
    cloud: &AwsCloud,
    ip: IpAddr,
) -> Result<Vec<String>, CloudError> {
    let by = |name: &'static str| interfaces(cloud, filter(name, [ip.to_string()]));
    let found = match ip {
        IpAddr::V6(_) => by("ipv6-addresses.ipv6-address").await?,
        IpAddr::V4(_) => {
            let (mut private, public) = try_join!(
                by("addresses.private-ip-address"),
                by("addresses.association.public-ip")
            )?;
            private.extend(public);
            private
        }
    };
    let mut ids: Vec<String> = found
        .into_iter()
        .filter_map(|i| i.attachment.and_then(|attachment| attachment.instance_id))
        .collect();
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// `DisableApiTermination`, `DisableApiStop` and what a shutdown from inside does: one attribute a call.
pub(super) async fn attributes(
    cloud: &AwsCloud,
    id: &str,
) -> Result<(Option<bool>, Option<bool>, Option<String>), CloudError> {
    let ask = |name: InstanceAttributeName| async move {
        ask!(
            cloud,
            "ec2:DescribeInstanceAttribute",
            id,
            cloud
                .read
                .ec2
                .describe_instance_attribute()
                .instance_id(id)
                .attribute(name)
        )
    };
    let (termination, stop, shutdown) = try_join!(
        ask(InstanceAttributeName::DisableApiTermination),
        ask(InstanceAttributeName::DisableApiStop),
        ask(InstanceAttributeName::InstanceInitiatedShutdownBehavior),
    )?;
    Ok((
        termination.disable_api_termination.and_then(|a| a.value),
        stop.disable_api_stop.and_then(|a| a.value),
        shutdown
            .instance_initiated_shutdown_behavior
            .and_then(|a| a.value),
    ))
}

/// All interfaces that pass a filter.
pub(super) async fn interfaces(
    cloud: &AwsCloud,
    filter: ec2::Filter,
) -> Result<Vec<ec2::NetworkInterface>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeNetworkInterfaces",
        "interfaces",
        cloud.read.ec2.describe_network_interfaces().filters(filter)
    )
}

/// Whether AWS gives an interface a public address by itself; `None` where AWS does not say.
pub(super) async fn auto_public(
    cloud: &AwsCloud,
    interface: &str,
) -> Result<Option<bool>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeNetworkInterfaceAttribute",
        interface,
        cloud
            .read
            .ec2
            .describe_network_interface_attribute()
            .network_interface_id(interface)
            .attribute(NetworkInterfaceAttribute::AssociatePublicIpAddress)
    )?;
    Ok(answer.associate_public_ip_address)
}

/// Elastic IPs of an instance.
pub(super) async fn addresses(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Vec<ec2::Address>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeAddresses",
        instance,
        cloud
            .read
            .ec2
            .describe_addresses()
            .filters(filter("instance-id", [instance.to_owned()]))
    )?;
    Ok(answer.addresses.unwrap_or_default())
}

/// Volumes attached to an instance.
pub(super) async fn volumes(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Vec<ec2::Volume>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeVolumes",
        instance,
        cloud
            .read
            .ec2
            .describe_volumes()
            .filters(filter("attachment.instance-id", [instance.to_owned()]))
    )
}

/// Security groups by id. A filter rather than a list of ids: a group that is gone is then missing, not an error.
pub(crate) async fn groups_by_id(
    cloud: &AwsCloud,
    ids: Vec<String>,
) -> Result<Vec<ec2::SecurityGroup>, CloudError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    groups(cloud, vec![filter("group-id", ids)]).await
}

/// Security groups of one name in one VPC: at most one.
pub(crate) async fn groups_by_name(
    cloud: &AwsCloud,
    name: &str,
    vpc: &str,
) -> Result<Vec<ec2::SecurityGroup>, CloudError> {
    groups(
        cloud,
        vec![
            filter("group-name", [name.to_owned()]),
            filter("vpc-id", [vpc.to_owned()]),
        ],
    )
    .await
}

/// Rebato's own groups in all VPCs of the Region.
pub(super) async fn own_groups(cloud: &AwsCloud) -> Result<Vec<ec2::SecurityGroup>, CloudError> {
    let roles = [GroupRole::Passage, GroupRole::Containment].map(|role| role.name().to_owned());
    groups(cloud, vec![filter(format!("tag:{TAG_ROLE}"), roles)]).await
}

async fn groups(
    cloud: &AwsCloud,
    filters: Vec<ec2::Filter>,
) -> Result<Vec<ec2::SecurityGroup>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeSecurityGroups",
        "security groups",
        cloud
            .read
            .ec2
            .describe_security_groups()
            .set_filters(Some(filters))
    )
}

/// Snapshots that carry our mark for an instance.
pub(super) async fn snapshots(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Vec<ec2::Snapshot>, CloudError> {
    pages!(
        cloud,
        "ec2:DescribeSnapshots",
        instance,
        cloud
            .read
            .ec2
            .describe_snapshots()
            .owner_ids("self")
            .filters(filter(format!("tag:{TAG_INSTANCE}"), [instance.to_owned()]))
    )
}

/// The association of an instance with its profile, if there is one.
pub(crate) async fn profile_association(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Option<ec2::IamInstanceProfileAssociation>, CloudError> {
    let found: Vec<ec2::IamInstanceProfileAssociation> = pages!(
        cloud,
        "ec2:DescribeIamInstanceProfileAssociations",
        instance,
        cloud
            .read
            .ec2
            .describe_iam_instance_profile_associations()
            .filters(filter("instance-id", [instance.to_owned()]))
    )?;
    Ok(found.into_iter().find(|a| {
        matches!(
            a.state(),
            Some(
                ec2::IamInstanceProfileAssociationState::Associated
                    | ec2::IamInstanceProfileAssociationState::Associating
            )
        )
    }))
}

/// Instances that use a profile now. A terminated instance keeps naming its profile for an hour and is left out.
pub(super) async fn users_of_profile(
    cloud: &AwsCloud,
    arn: &str,
) -> Result<Vec<String>, CloudError> {
    let found = instances(cloud, filter("iam-instance-profile.arn", [arn.to_owned()])).await?;
    let gone = |instance: &ec2::Instance| {
        matches!(
            instance.state().and_then(ec2::InstanceState::name),
            Some(ec2::InstanceStateName::Terminated | ec2::InstanceStateName::ShuttingDown)
        )
    };
    Ok(found
        .into_iter()
        .filter(|i| !gone(i))
        .filter_map(|i| i.instance_id)
        .collect())
}

/// A profile with its role, by the profile's ARN.
pub(super) async fn profile(
    cloud: &AwsCloud,
    arn: &str,
) -> Result<Option<InstanceProfile>, CloudError> {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let answer = cloud
        .read
        .iam
        .get_instance_profile()
        .instance_profile_name(name)
        .send()
        .await
        .map_err(|error| cloud_error("iam:GetInstanceProfile", name, &error))?;
    Ok(answer.instance_profile)
}

/// The instance's membership in a scaling group.
pub(super) async fn scaling(
    cloud: &AwsCloud,
    instance: &str,
) -> Result<Option<AutoScalingInstanceDetails>, CloudError> {
    let answer = cloud
        .read
        .autoscaling
        .describe_auto_scaling_instances()
        .instance_ids(instance)
        .send()
        .await
        .map_err(|error| {
            cloud_error("autoscaling:DescribeAutoScalingInstances", instance, &error)
        })?;
    Ok(answer
        .auto_scaling_instances
        .unwrap_or_default()
        .into_iter()
        .next())
}

/// A scaling group.
pub(super) async fn scaling_group(
    cloud: &AwsCloud,
    name: &str,
) -> Result<Option<AutoScalingGroup>, CloudError> {
    let answer = cloud
        .read
        .autoscaling
        .describe_auto_scaling_groups()
        .auto_scaling_group_names(name)
        .send()
        .await
        .map_err(|error| cloud_error("autoscaling:DescribeAutoScalingGroups", name, &error))?;
    Ok(answer
        .auto_scaling_groups
        .unwrap_or_default()
        .into_iter()
        .next())
}

/// All target groups of the Region.
pub(super) async fn target_groups(cloud: &AwsCloud) -> Result<Vec<TargetGroup>, CloudError> {
    pages!(
        cloud,
        "elasticloadbalancing:DescribeTargetGroups",
        "target groups",
        cloud.read.elb.describe_target_groups()
    )
}

/// What is registered with a target group.
pub(crate) async fn target_health(
    cloud: &AwsCloud,
    arn: &str,
) -> Result<Vec<TargetHealthDescription>, CloudError> {
    let answer = cloud
        .read
        .elb
        .describe_target_health()
        .target_group_arn(arn)
        .send()
        .await
        .map_err(|error| cloud_error("elasticloadbalancing:DescribeTargetHealth", arn, &error))?;
    Ok(answer.target_health_descriptions.unwrap_or_default())
}
