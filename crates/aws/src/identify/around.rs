//! The neighbourhood of an instance, in the same trips as the subject: what an id or a hint can ask for, then what the
//! first answers made known. A third trip only for a role whose name is not its profile's, or that has other profiles.
//! Must not know what the facts are used for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aws_sdk_autoscaling::types::{AutoScalingGroup, AutoScalingInstanceDetails, InstanceRefresh};
use aws_sdk_ec2::types as ec2;
use aws_sdk_elasticloadbalancing::types::LoadBalancerDescription;
use futures::future::OptionFuture;
use futures::{StreamExt as _, join, stream};
use rebato_core::identify::{
    Duty, Exposure, InterfaceFacts, Neighbourhood, Profile, ScalingFacts, launch_template,
    orchestration, owner,
};
use rebato_engine::ports::{CloudError, Hints};

use super::gaps::Gaps;
use super::role::{self, Policies, RoleReads, likely_role, role_reads};
use super::subject::SIDE_BY_SIDE;
use super::{duties, near, nearby};
use crate::connect::AwsCloud;

pub(super) type Read<T> = Result<T, CloudError>;

/// The answers of the first trip.
pub(super) struct First {
    balancers: Read<Vec<LoadBalancerDescription>>,
    spot: Read<Vec<ec2::SpotInstanceRequest>>,
    keys: Read<Vec<ec2::KeyPairInfo>>,
    dhcp: Read<(Vec<ec2::Vpc>, Vec<ec2::DhcpOptions>)>,
    acls: Option<Read<Vec<ec2::NetworkAcl>>>,
    routes: Option<Read<Vec<ec2::RouteTable>>>,
    image: Option<Read<Option<ec2::Image>>>,
    store: Option<Read<Option<i64>>>,
    role: Option<RoleReads>,
    health: Health,
    refresh: Option<Read<Option<InstanceRefresh>>>,
}

/// How many others each classic balancer has in service, by name.
type Health = BTreeMap<String, Read<u32>>;

async fn health(cloud: &AwsCloud, id: &str, balancers: Vec<String>) -> Health {
    stream::iter(balancers.into_iter().map(|name| async move {
        let read = near::classic_health(cloud, &name).await;
        let others = read.map(|members| duties::others_in_service(&members, id));
        (name, others)
    }))
    .buffer_unordered(SIDE_BY_SIDE)
    .collect()
    .await
}

/// What can be asked for before the instance is known.
pub(super) async fn first(cloud: &AwsCloud, id: &str, hints: &Hints) -> First {
    let (vpc, image) = (hints.vpc.as_deref(), hints.image.as_deref());
    let kind = hints.instance_type.as_deref();
    let role = hints.profile_arn.as_deref().map(likely_role);
    let group = hints.scaling_group.as_deref();
    let (balancers, spot, keys, dhcp, acls, routes, image, store, role, health, refresh) = join!(
        near::classic_balancers(cloud),
        near::spot_requests(cloud, id),
        near::key_pairs(cloud),
        near::dhcp(cloud),
        OptionFuture::from(vpc.map(|vpc| near::acls(cloud, vpc))),
        OptionFuture::from(vpc.map(|vpc| near::route_tables(cloud, vpc))),
        OptionFuture::from(image.map(|image| near::image(cloud, image))),
        OptionFuture::from(kind.map(|kind| near::instance_store(cloud, kind))),
        OptionFuture::from(role.map(|role| role_reads(cloud, role, hints.policy.as_deref()))),
        health(cloud, id, hints.balancers.clone()),
        OptionFuture::from(group.map(|group| near::refresh(cloud, group))),
    );
    First {
        balancers,
        spot,
        keys,
        dhcp,
        acls,
        routes,
        image,
        store,
        role,
        health,
        refresh,
    }
}

/// The answers of both trips.
pub(super) struct Both {
    first: First,
    policy: Option<String>,
}

/// What the instance itself made known, where the first trip did not have it already.
pub(super) async fn second(
    cloud: &AwsCloud,
    mut first: First,
    id: &str,
    hints: &Hints,
    instance: &ec2::Instance,
    group: Option<&str>,
) -> Both {
    let vpc = instance.vpc_id();
    let image = instance.image_id();
    let kind = instance.instance_type().map(ec2::InstanceType::as_str);
    let role = instance
        .iam_instance_profile()
        .and_then(ec2::IamInstanceProfile::arn)
        .map(likely_role);
    // A hint that does not hold says nothing.
    if vpc != hints.vpc.as_deref() {
        (first.acls, first.routes) = (None, None);
    }
    if image != hints.image.as_deref() {
        first.image = None;
    }
    if kind != hints.instance_type.as_deref() {
        first.store = None;
    }
    if role != first.role.as_ref().map(|r| r.name.as_str()) {
        first.role = None;
    }
    if group != hints.scaling_group.as_deref() {
        first.refresh = None;
    }
    let holding = match &first.balancers {
        Ok(read) => duties::holding(read, id),
        Err(_) => Vec::new(),
    };
    first.health.retain(|name, _| holding.contains(name));
    let unasked = holding
        .into_iter()
        .filter(|name| !first.health.contains_key(name));
    let (more_health, acls, routes, image, store, role, refresh) = join!(
        health(cloud, id, unasked.collect()),
        OptionFuture::from(
            vpc.filter(|_| first.acls.is_none())
                .map(|vpc| near::acls(cloud, vpc))
        ),
        OptionFuture::from(
            vpc.filter(|_| first.routes.is_none())
                .map(|vpc| near::route_tables(cloud, vpc))
        ),
        OptionFuture::from(
            image
                .filter(|_| first.image.is_none())
                .map(|image| near::image(cloud, image))
        ),
        OptionFuture::from(
            kind.filter(|_| first.store.is_none())
                .map(|kind| near::instance_store(cloud, kind))
        ),
        OptionFuture::from(role.filter(|_| first.role.is_none()).map(|role| role_reads(
            cloud,
            role,
            hints.policy.as_deref()
        ))),
        OptionFuture::from(
            group
                .filter(|_| first.refresh.is_none())
                .map(|group| near::refresh(cloud, group))
        ),
    );
    first.health.extend(more_health);
    Both {
        first: First {
            acls: first.acls.or(acls),
            routes: first.routes.or(routes),
            image: first.image.or(image),
            store: first.store.or(store),
            role: first.role.or(role),
            refresh: first.refresh.or(refresh),
            ..first
        },
        policy: hints.policy.clone(),
    }
}

/// What the subject's own reads made known.
pub(super) struct Known<'a> {
    pub(super) id: &'a str,
    pub(super) addresses: &'a BTreeSet<IpAddr>,
    pub(super) instance: &'a ec2::Instance,
    pub(super) tags: &'a BTreeMap<String, String>,
    pub(super) interfaces: &'a [ec2::NetworkInterface],
    pub(super) profile: Option<&'a Profile>,
    pub(super) member: Option<&'a AutoScalingInstanceDetails>,
    pub(super) group: Option<&'a AutoScalingGroup>,
}

/// Puts the neighbourhood together.
pub(super) async fn whole(
    cloud: &AwsCloud,
    both: Both,
    known: &Known<'_>,
    gaps: &mut Gaps,
) -> (Neighbourhood, Option<Policies>) {
    let Both { first, policy } = both;
    let instance = known.instance;
    let is_spot = instance.instance_lifecycle() == Some(&ec2::InstanceLifecycleType::Spot);
    let reads = match known.profile {
        Some(profile) => role::role_of(cloud, first.role, profile, policy.as_deref()).await,
        None => None,
    };
    let (role, own) = match known.profile.zip(reads) {
        Some((profile, reads)) => role::role_facts(cloud, reads, profile, known.id, gaps).await,
        None => (None, None),
    };
    let balancers = duties::holding(&gaps.or_note("balancers", first.balancers), known.id);
    let mut balancers_healthy = BTreeMap::new();
    for (name, others) in first.health {
        match others {
            Ok(others) => _ = balancers_healthy.insert(name, others),
            Err(error) => gaps.note("balancers", &error),
        }
    }
    let spot = match first.spot {
        Err(_) if !is_spot => None,
        read => nearby::spot(&gaps.or_note("spot", read), instance),
    };
    let image = instance.image_id().and_then(|id| match first.image? {
        Ok(read) => Some(nearby::image(id, read.as_ref())),
        Err(error) => {
            gaps.note("image", &error);
            None
        }
    });
    let key = instance.key_name().and_then(|name| match first.keys {
        Ok(read) => Some(nearby::key(name, &read)),
        Err(error) => {
            gaps.note("key_pair", &error);
            None
        }
    });
    let acls = gaps.or_note("network_acls", first.acls.unwrap_or(Ok(Vec::new())));
    let routes = match first.routes {
        Some(Ok(read)) => Some(read),
        Some(Err(error)) => {
            gaps.note("routes", &error);
            None
        }
        None => None,
    };
    let duties = duties(
        &gaps.or_note("dhcp_options", first.dhcp),
        routes.as_deref().unwrap_or_default(),
        known,
    );
    let refresh = gaps.or_note("refresh", first.refresh.unwrap_or(Ok(None)));
    let around = Neighbourhood {
        balancers,
        balancers_healthy,
        orchestration: orchestration(known.tags),
        launch_template: launch_template(known.tags),
        owner: owner(known.tags),
        operator: instance
            .operator()
            .and_then(|o| o.principal())
            .map(str::to_owned),
        spot,
        placement: nearby::placement(instance),
        instance_store_gib: gaps.or_note("instance_store", first.store.unwrap_or(Ok(None))),
        products: nearby::products(instance),
        interfaces: facts_of(known.interfaces),
        exposure: exposure(instance, known.interfaces, &acls, routes.as_deref()),
        role,
        key,
        image,
        scaling: known
            .member
            .map(|member| scaling_facts(member, known.group, refresh)),
        duties,
    };
    (around, own)
}

fn facts_of(read: &[ec2::NetworkInterface]) -> BTreeMap<String, InterfaceFacts> {
    read.iter()
        .filter_map(|interface| {
            Some((
                interface.network_interface_id.clone()?,
                nearby::interface(interface),
            ))
        })
        .collect()
}

/// What the network relies on the instance for, sorted.
fn duties(
    (vpcs, options): &(Vec<ec2::Vpc>, Vec<ec2::DhcpOptions>),
    routes: &[ec2::RouteTable],
    known: &Known<'_>,
) -> Vec<Duty> {
    let vpc = known.instance.vpc_id().unwrap_or_default();
    let interfaces = known.instance.network_interfaces().iter();
    let interfaces = interfaces
        .filter_map(|i| i.network_interface_id())
        .collect();
    let mut found = duties::served(vpc, vpcs, options, known.addresses);
    found.extend(duties::routed(routes, known.id, &interfaces));
    found.sort();
    found.dedup();
    found
}

/// One entry a subnet of the interfaces; where those could not be read, of the instance.
fn exposure(
    instance: &ec2::Instance,
    interfaces: &[ec2::NetworkInterface],
    acls: &[ec2::NetworkAcl],
    routes: Option<&[ec2::RouteTable]>,
) -> Vec<Exposure> {
    let mut subnets: Vec<&str> = interfaces.iter().filter_map(|i| i.subnet_id()).collect();
    subnets.extend(instance.subnet_id());
    subnets.sort_unstable();
    subnets.dedup();
    subnets
        .into_iter()
        .map(|subnet| Exposure {
            subnet: subnet.to_owned(),
            internet_gateway: routes.and_then(|tables| nearby::leads_out(subnet, tables)),
            acl: nearby::acl(subnet, acls),
        })
        .collect()
}

fn scaling_facts(
    member: &AutoScalingInstanceDetails,
    group: Option<&AutoScalingGroup>,
    refresh: Option<InstanceRefresh>,
) -> ScalingFacts {
    let mut suspended: Vec<String> = group
        .map(AutoScalingGroup::suspended_processes)
        .unwrap_or_default()
        .iter()
        .filter_map(|process| process.process_name.clone())
        .collect();
    suspended.sort();
    ScalingFacts {
        max: group.and_then(AutoScalingGroup::max_size),
        target_groups: group
            .map(|g| g.target_group_arns().to_vec())
            .unwrap_or_default(),
        health_check: group
            .and_then(AutoScalingGroup::health_check_type)
            .map(str::to_owned),
        protected: member.protected_from_scale_in(),
        suspended,
        refresh: refresh.and_then(|refresh| refresh.instance_refresh_id),
    }
}
