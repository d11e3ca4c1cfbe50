//! What surrounds instances and is only ever read here: route tables, DHCP options, Spot requests, the catalogue of
//! types. Most of it is not kept by the world: it follows from what the world keeps.

use crate::world::{ApiError, DhcpOptions, Instance, InstanceState, Subnet, Vpc, World};

use super::super::context::Context;
use super::super::failure::error;
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, listing, tag_set};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeRouteTables", route_tables),
    Operation::read(EC2, "DescribeDhcpOptions", dhcp_options),
    Operation::read(EC2, "DescribeSpotInstanceRequests", spot_requests),
    Operation::read(EC2, "DescribeInstanceTypes", instance_types),
];

/// The hex part of an id, to name what belongs to the thing.
fn tail(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}

/// Each VPC has a main table that leads out, and one for its subnets behind a NAT gateway, if there are any.
fn route_tables(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let known = [
        "association.subnet-id",
        "association.main",
        "route-table-id",
        "vpc-id",
    ];
    let filters = Filters::read(params, &known, true)?;
    let behind = |vpc: &Vpc| -> Vec<&Subnet> {
        world
            .subnets
            .values()
            .filter(|subnet| subnet.vpc_id == vpc.id && subnet.behind_nat)
            .collect()
    };
    let mut tables: Vec<(&Vpc, bool, Vec<&Subnet>)> = Vec::new();
    for vpc in world.vpcs.values() {
        tables.push((vpc, true, Vec::new()));
        let behind = behind(vpc);
        if !behind.is_empty() {
            tables.push((vpc, false, behind));
        }
    }
    let id = |vpc: &Vpc, main: bool| {
        let kind = if main { "a" } else { "b" };
        format!("rtb-{kind}{}", tail(&vpc.id).get(1..).unwrap_or_default())
    };
    tables.retain(|(vpc, main, subnets)| {
        filters.pass(&[].into(), |name| match name {
            "association.subnet-id" => subnets.iter().map(|s| s.id.clone()).collect(),
            "association.main" => vec![main.to_string()],
            "route-table-id" => vec![id(vpc, *main)],
            _ => vec![vpc.id.clone()],
        })
    });
    listing(
        context,
        "routeTableSet",
        tables,
        |xml, (vpc, main, subnets)| {
            let table = id(vpc, main);
            xml.text("routeTableId", &table);
            xml.text("vpcId", &vpc.id);
            xml.text("ownerId", &world.account_id);
            xml.node("routeSet", |xml| {
                xml.node("item", |xml| {
                    xml.text("destinationCidrBlock", vpc.cidr);
                    xml.text("gatewayId", "local");
                    xml.text("state", "active");
                    xml.text("origin", "CreateRouteTable");
                });
                xml.node("item", |xml| {
                    xml.text("destinationCidrBlock", "0.0.0.0/0");
                    if main {
                        xml.text("gatewayId", format!("igw-{}", tail(&vpc.id)));
                        xml.text("state", "active");
                    } else if let Some(id) = subnets.first().and_then(|s| s.nat_interface.as_ref())
                    {
                        to_instance(xml, world, id);
                    } else {
                        xml.text("natGatewayId", format!("nat-{}", tail(&vpc.id)));
                        xml.text("state", "active");
                    }
                    xml.text("origin", "CreateRoute");
                });
            });
            let association = |xml: &mut Xml, subnet: Option<&str>| {
                let named = subnet.unwrap_or(&vpc.id);
                xml.text(
                    "routeTableAssociationId",
                    format!("rtbassoc-{}", tail(named)),
                );
                xml.text("routeTableId", &table);
                xml.maybe("subnetId", subnet);
                xml.text("main", main);
                xml.node("associationState", |xml| xml.text("state", "associated"));
            };
            xml.node("associationSet", |xml| {
                if main {
                    xml.node("item", |xml| association(xml, None));
                }
                for subnet in &subnets {
                    xml.node("item", |xml| association(xml, Some(&subnet.id)));
                }
            });
            xml.node("propagatingVgwSet", |_| {});
            xml.node("tagSet", |_| {});
        },
    )
}

/// The target of a route that leads to an instance; a black hole while that does not run.
fn to_instance(xml: &mut Xml, world: &World, interface_id: &str) {
    let attachment = world
        .interfaces
        .get(interface_id)
        .and_then(|interface| interface.attachment.as_ref());
    let instance = attachment.and_then(|a| world.instances.get(&a.instance_id));
    xml.maybe("instanceId", instance.map(|instance| &instance.id));
    xml.maybe("instanceOwnerId", instance.map(|_| &world.account_id));
    xml.text("networkInterfaceId", interface_id);
    let runs = instance.is_some_and(|instance| instance.state == InstanceState::Running);
    xml.text("state", if runs { "active" } else { "blackhole" });
}

/// Sets of DHCP options.
fn dhcp_options(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let filters = Filters::read(
        params,
        &["dhcp-options-id", "key", "owner-id", "value"],
        true,
    )?;
    let ids = params.texts("DhcpOptionsId");
    if let Some(id) = ids.iter().find(|id| !world.dhcp_options.contains_key(*id)) {
        return Err(error(
            "InvalidDhcpOptionID.NotFound",
            &format!("The dhcpOption ID '{id}' does not exist"),
            400,
        ));
    }
    let pairs = |options: &DhcpOptions| {
        [
            ("domain-name", vec![options.domain_name.clone()]),
            ("domain-name-servers", options.name_servers.clone()),
        ]
    };
    let found: Vec<&DhcpOptions> = world
        .dhcp_options
        .values()
        .filter(|options| ids.is_empty() || ids.contains(&options.id))
        .filter(|options| {
            filters.pass(&options.tags, |name| match name {
                "key" => pairs(options).map(|(key, _)| key.to_owned()).to_vec(),
                "value" => pairs(options)
                    .into_iter()
                    .flat_map(|(_, values)| values)
                    .collect(),
                "owner-id" => vec![world.account_id.clone()],
                _ => vec![options.id.clone()],
            })
        })
        .collect();
    listing(context, "dhcpOptionsSet", found, |xml, options| {
        xml.text("dhcpOptionsId", &options.id);
        xml.text("ownerId", &world.account_id);
        xml.list(
            "dhcpConfigurationSet",
            "item",
            pairs(options),
            |xml, (key, values)| {
                xml.text("key", key);
                xml.list("valueSet", "item", values, |xml, value| {
                    xml.text("value", value);
                });
            },
        );
        tag_set(xml, context, &options.id, &options.tags);
    })
}

/// One-time requests, one for each Spot instance.
fn spot_requests(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let filters = Filters::read(params, &["instance-id", "state"], true)?;
    let found: Vec<&Instance> = context
        .world
        .instances
        .values()
        .filter(|instance| instance.lifecycle.as_deref() == Some("spot"))
        .filter(|instance| {
            filters.pass(&[].into(), |name| match name {
                "instance-id" => vec![instance.id.clone()],
                _ => vec!["active".to_owned()],
            })
        })
        .collect();
    listing(context, "spotInstanceRequestSet", found, |xml, instance| {
        xml.text("spotInstanceRequestId", spot_request(instance));
        xml.text("type", "one-time");
        xml.text("state", "active");
        xml.text("instanceId", &instance.id);
        xml.text("productDescription", "Linux/UNIX");
        xml.text("instanceInterruptionBehavior", "terminate");
        xml.time("createTime", instance.launch_time);
    })
}

/// The id of the request that a Spot instance was launched for.
pub(super) fn spot_request(instance: &Instance) -> String {
    format!(
        "sir-{}",
        tail(&instance.id).chars().take(8).collect::<String>()
    )
}

/// Types by name: those with a `d` after their generation have one disk of instance store.
fn instance_types(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let mut names = params.texts("InstanceType");
    if names.is_empty() {
        names.extend(world.instances.values().map(|i| i.instance_type.clone()));
        names.sort();
        names.dedup();
    }
    listing(context, "instanceTypeSet", names, |xml, name| {
        let family = name.split('.').next().unwrap_or_default();
        let disk = family.ends_with('d');
        xml.text("instanceType", &name);
        xml.text("currentGeneration", true);
        xml.text("bareMetal", false);
        xml.text("hypervisor", "nitro");
        xml.text("instanceStorageSupported", disk);
        if disk {
            xml.node("instanceStorageInfo", |xml| {
                xml.text("totalSizeInGB", 118);
                xml.node("disks", |xml| {
                    xml.node("item", |xml| {
                        xml.text("sizeInGB", 118);
                        xml.text("count", 1);
                        xml.text("type", "ssd");
                    });
                });
                xml.text("nvmeSupport", "required");
                xml.text("encryptionSupport", "required");
            });
        }
        xml.text("hibernationSupported", false);
    })
}
