//! The instance and its surroundings in two parallel trips: what can be asked by the instance's id or by a hint, then
//! what the answers made known. Must not know what the subject is used for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aws_sdk_elasticloadbalancingv2::types::{TargetGroup, TargetHealthDescription, TargetTypeEnum};
use aws_sdk_iam::types::InstanceProfile;
use futures::future::OptionFuture;
use futures::{FutureExt as _, StreamExt, join};
use jiff::Timestamp;
use rebato_core::contain::{GroupRole, TAG_ROLE};
use rebato_core::identify::{
    Interface, Profile, ScalingMembership, SecurityGroup, Subject, Target,
};
use rebato_engine::ports::{CloudError, Hints};

use super::gaps::Gaps;
use super::{around, duties, filter, parts, shape};
use crate::connect::AwsCloud;

/// How many target groups, or balancers, are looked into at a time.
pub(super) const SIDE_BY_SIDE: usize = 8;

/// Reads the subject.
pub(crate) async fn subject(
    cloud: &AwsCloud,
    id: &str,
    hints: &Hints,
) -> Result<Subject, CloudError> {
    let read_at = Timestamp::now();
    let hinted = hints.profile_arn.as_deref();
    let first = async {
        join!(
            parts::instance(cloud, id),
            parts::attributes(cloud, id),
            parts::interfaces(cloud, filter("attachment.instance-id", [id.to_owned()])),
            parts::addresses(cloud, id),
            parts::volumes(cloud, id),
            parts::groups_by_id(cloud, hints.groups.clone()),
            parts::own_groups(cloud),
            parts::snapshots(cloud, id),
            parts::profile_association(cloud, id),
            parts::scaling(cloud, id),
            parts::target_groups(cloud),
            OptionFuture::from(hinted.map(|arn| parts::profile(cloud, arn))),
            OptionFuture::from(hinted.map(|arn| parts::users_of_profile(cloud, arn))),
            OptionFuture::from(
                hints
                    .interface
                    .as_deref()
                    .map(|id| parts::auto_public(cloud, id))
            ),
            OptionFuture::from(
                hints
                    .scaling_group
                    .as_deref()
                    .map(|name| parts::scaling_group(cloud, name))
            ),
            health(cloud, hints.target_groups.clone()),
        )
    };
    // On the heap: so many calls side by side would fill a thread's stack.
    let (firsts, near) = join!(
        first.boxed(),
        OptionFuture::from(
            hints
                .around
                .then(|| around::first(cloud, id, hints).boxed())
        )
    );
    let (
        instance,
        attributes,
        interfaces,
        addresses,
        volumes,
        hinted_groups,
        own_groups,
        snapshots,
        association,
        scaling,
        target_groups,
        hinted_profile,
        hinted_users,
        hinted_public,
        hinted_scaling,
        hinted_health,
    ) = firsts;
    let (account, instance) = instance?;
    let mut gaps = Gaps::default();
    let state = shape::state(&instance);

    let addresses = gaps.or_note("addresses", addresses);
    let (interfaces, attached) = match interfaces {
        Ok(read) => (shape::interfaces(&read, &addresses), read),
        Err(error) => {
            gaps.note("interfaces", &error);
            (shape::interfaces_of(&instance, &addresses), Vec::new())
        }
    };
    let volumes = match volumes {
        Ok(read) => shape::volumes(&read, &instance),
        Err(error) => {
            gaps.note("volumes", &error);
            shape::volumes_of(&instance)
        }
    };
    let (termination_protection, stop_protection, shutdown_behavior) = match attributes {
        Ok(read) => read,
        // A terminated instance has none any more.
        Err(_) if state == "terminated" => (None, None, None),
        Err(error) => {
            gaps.note("attributes", &error);
            (None, None, None)
        }
    };
    let association = gaps.or_note("role", association);
    let scaling = gaps.or_note("scaling", scaling);
    let vpc = instance.vpc_id.clone();
    let tags = shape::tags(instance.tags());
    let arn = instance
        .iam_instance_profile()
        .and_then(|p| p.arn())
        .map(str::to_owned);
    let hint_holds = arn.is_some() && arn.as_deref() == hinted;

    // Groups that were hinted and are not on an interface say nothing about the subject.
    let wanted: BTreeSet<String> = interfaces
        .iter()
        .flat_map(|i| i.groups.iter().cloned())
        .collect();
    let mut groups: BTreeMap<String, SecurityGroup> = hinted_groups
        .unwrap_or_default()
        .iter()
        .map(shape::group)
        .filter(|g| wanted.contains(&g.id))
        .map(|g| (g.id.clone(), g))
        .collect();
    let unknown: Vec<String> = wanted
        .into_iter()
        .filter(|g| !groups.contains_key(g))
        .collect();

    let member_of = scaling.as_ref().and_then(|s| s.auto_scaling_group_name());
    let (more_groups, profile, users, scaling_group, targets, auto_public, near) = join!(
        parts::groups_by_id(cloud, unknown),
        async {
            match (&arn, hint_holds, hinted_profile) {
                (None, _, _) => Ok(None),
                (Some(_), true, Some(read)) => read,
                (Some(arn), _, _) => parts::profile(cloud, arn).await,
            }
        },
        async {
            match (&arn, hint_holds, hinted_users) {
                (None, _, _) => Ok(Vec::new()),
                (Some(_), true, Some(read)) => read,
                (Some(arn), _, _) => parts::users_of_profile(cloud, arn).await,
            }
        },
        async {
            match (member_of, hinted_scaling) {
                (Some(name), Some(read)) if hints.scaling_group.as_deref() == Some(name) => read,
                (Some(name), _) => parts::scaling_group(cloud, name).await,
                (None, _) => Ok(None),
            }
        },
        targets(
            cloud,
            id,
            vpc.as_deref(),
            &interfaces,
            target_groups,
            hinted_health
        ),
        async {
            let primary = interfaces.iter().find(|i| i.device_index == 0)?;
            match hinted_public {
                Some(read) if hints.interface.as_ref() == Some(&primary.id) => Some(read),
                _ => Some(parts::auto_public(cloud, &primary.id).await),
            }
        },
        OptionFuture::from(
            near.map(|near| around::second(cloud, near, id, hints, &instance, member_of).boxed())
        ),
    );

    groups.extend(
        gaps.or_note("groups", more_groups)
            .iter()
            .map(shape::group)
            .map(|g| (g.id.clone(), g)),
    );
    let shared_with = gaps.or_note("role", users);
    let role = gaps.or_note("role", profile);
    let mut profile = arn.map(|arn| {
        whole_profile(
            arn,
            association.and_then(|a| a.association_id),
            role,
            shared_with,
            id,
        )
    });
    let group = gaps.or_note("scaling", scaling_group);
    let around = match near {
        Some(both) => {
            let known = around::Known {
                id,
                addresses: &addresses_of(&interfaces),
                instance: &instance,
                tags: &tags,
                interfaces: &attached,
                profile: profile.as_ref(),
                member: scaling.as_ref(),
                group: group.as_ref(),
            };
            let (around, own) = around::whole(cloud, both, &known, &mut gaps).await;
            if let Some(profile) = &mut profile {
                profile.own_policies = own;
            }
            Some(around)
        }
        None => None,
    };
    let scaling = scaling.map(|member| ScalingMembership {
        group: shape::text_of(member.auto_scaling_group_name()),
        lifecycle: shape::text_of(member.lifecycle_state()),
        min: group.as_ref().and_then(|g| g.min_size()),
        desired: group.as_ref().and_then(|g| g.desired_capacity()),
    });
    let targets = gaps.or_note("targets", targets);
    let own_groups = gaps.or_note("groups", own_groups);
    let mut own_snapshots: Vec<_> = gaps
        .or_note("snapshots", snapshots)
        .iter()
        .map(shape::snapshot)
        .collect();
    own_snapshots.sort_by(|a, b| (a.started, &a.id).cmp(&(b.started, &b.id)));
    let mut interfaces = interfaces;
    // Where AWS does not say, `None` stays: the field is for what AWS says.
    if let (Some(primary), Some(Ok(said))) = (
        interfaces.iter_mut().find(|i| i.device_index == 0),
        auto_public,
    ) {
        primary.auto_public = said;
    }

    Ok(Subject {
        read_at,
        instance_id: id.to_owned(),
        name: tags.get("Name").cloned(),
        account,
        region: cloud.region.clone(),
        state,
        instance_type: instance.instance_type().map(|t| t.as_str().to_owned()),
        platform: Some(
            if instance.platform().is_some() {
                "windows"
            } else {
                "linux"
            }
            .to_owned(),
        ),
        image_id: instance.image_id.clone(),
        launched: instance.launch_time().and_then(shape::timestamp),
        key_name: instance.key_name.clone(),
        subnet: instance.subnet_id.clone(),
        zone: instance
            .placement()
            .and_then(|p| p.availability_zone())
            .map(str::to_owned),
        root_device_type: instance.root_device_type().map(|t| t.as_str().to_owned()),
        lifecycle: instance.instance_lifecycle().map(|l| l.as_str().to_owned()),
        managed: instance
            .operator()
            .and_then(|o| o.managed())
            .unwrap_or_default(),
        source_dest_check: instance.source_dest_check(),
        hibernation: instance
            .hibernation_options()
            .and_then(|h| h.configured())
            .unwrap_or_default(),
        metadata: shape::metadata(&instance),
        termination_protection,
        stop_protection,
        shutdown_behavior,
        interfaces,
        volumes,
        groups,
        profile,
        scaling,
        targets,
        tags,
        own_groups: ours(own_groups.iter().map(shape::group), vpc.as_deref()),
        own_snapshots,
        around,
        unread: gaps.0,
        vpc,
    })
}

/// Groups that are Rebato's own in this VPC, by name: the tag alone could be anybody's.
fn ours(
    groups: impl Iterator<Item = SecurityGroup>,
    vpc: Option<&str>,
) -> BTreeMap<String, SecurityGroup> {
    let Some(vpc) = vpc else {
        return BTreeMap::new();
    };
    groups
        .filter(|group| group.vpc.as_deref() == Some(vpc))
        .filter(|group| {
            [GroupRole::Passage, GroupRole::Containment]
                .iter()
                .any(|role| {
                    group.name == role.group_name(vpc)
                        && group
                            .tags
                            .get(TAG_ROLE)
                            .is_some_and(|tag| tag == role.name())
                })
        })
        .map(|group| (group.name.clone(), group))
        .collect()
}

fn whole_profile(
    arn: String,
    association: Option<String>,
    read: Option<InstanceProfile>,
    mut shared_with: Vec<String>,
    id: &str,
) -> Profile {
    shared_with.retain(|user| user != id);
    shared_with.sort();
    let role = read.and_then(|p| p.roles.into_iter().next());
    Profile {
        arn,
        association,
        role: role.as_ref().map(|r| r.role_name.clone()),
        role_arn: role.as_ref().map(|r| r.arn.clone()),
        role_id: role.map(|r| r.role_id),
        shared_with,
        own_policies: None,
    }
}

/// The addresses that the interfaces have within the VPC.
fn addresses_of(interfaces: &[Interface]) -> BTreeSet<IpAddr> {
    let of = |i: &Interface| -> Vec<IpAddr> {
        let private = i.addresses.iter().map(|a| a.private_ip);
        private.chain(i.ipv6.iter().copied()).collect()
    };
    interfaces.iter().flat_map(of).collect()
}

/// What is registered with target groups, by their ARNs.
type Health = BTreeMap<String, Result<Vec<TargetHealthDescription>, CloudError>>;

async fn health(cloud: &AwsCloud, arns: Vec<String>) -> Health {
    futures::stream::iter(arns.into_iter().map(|arn| async move {
        let read = parts::target_health(cloud, &arn).await;
        (arn, read)
    }))
    .buffer_unordered(SIDE_BY_SIDE)
    .collect()
    .await
}

/// Where the instance is registered as a target, by its id or one of its addresses. What is known of a group already is not
/// asked again.
async fn targets(
    cloud: &AwsCloud,
    id: &str,
    vpc: Option<&str>,
    interfaces: &[Interface],
    groups: Result<Vec<TargetGroup>, CloudError>,
    mut known: Health,
) -> Result<Vec<Target>, CloudError> {
    let mut names = BTreeSet::from([id.to_owned()]);
    names.extend(addresses_of(interfaces).iter().map(ToString::to_string));
    let arns: BTreeSet<String> = groups?
        .into_iter()
        .filter(|g| {
            matches!(
                g.target_type(),
                Some(TargetTypeEnum::Instance | TargetTypeEnum::Ip)
            )
        })
        // A group of addresses may lie in another VPC that is peered with ours; one of instances cannot.
        .filter(|g| g.target_type() == Some(&TargetTypeEnum::Ip) || g.vpc_id() == vpc)
        .filter_map(|g| g.target_group_arn)
        .collect();
    // A hinted group that is gone says nothing.
    known.retain(|arn, _| arns.contains(arn));
    let asked = arns.into_iter().filter(|arn| !known.contains_key(arn));
    let asked = health(cloud, asked.collect()).await;
    known.extend(asked);
    let mut targets = Vec::new();
    for (arn, health) in known {
        let health = health?;
        let others = duties::others_healthy(&health, &names);
        for described in health {
            let Some(target) = described.target else {
                continue;
            };
            let Some(name) = target.id.filter(|name| names.contains(name)) else {
                continue;
            };
            targets.push(Target {
                group: arn.clone(),
                id: name,
                port: target.port,
                health: described
                    .target_health
                    .and_then(|h| h.state)
                    .map(|s| s.as_str().to_owned()),
                others_healthy: Some(others),
            });
        }
    }
    targets.sort();
    Ok(targets)
}
