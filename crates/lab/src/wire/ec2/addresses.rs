//! Elastic IP addresses.

use crate::world::{AddressTarget, ApiError, ElasticIp, World};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, INSTANCE, INTERFACE, listing, present, tag_set};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeAddresses", describe),
    Operation::write(EC2, "AssociateAddress", associate),
    Operation::write(EC2, "DisassociateAddress", disassociate),
];

const FILTERS: &[&str] = &[
    "allocation-id",
    "association-id",
    "instance-id",
    "network-border-group",
    "network-interface-id",
    "network-interface-owner-id",
    "private-ip-address",
    "public-ip",
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let allocations = params.texts("AllocationId");
    let ips = params.texts("PublicIp");
    let known = &context.world.addresses;
    if let Some(id) = allocations.iter().find(|id| !known.contains_key(*id)) {
        return Err(error(
            "InvalidAllocationID.NotFound",
            &format!("The allocation ID '{id}' does not exist"),
            400,
        ));
    }
    if let Some(ip) = ips.iter().find(|ip| {
        !known
            .values()
            .any(|address| address.public_ip.to_string() == **ip)
    }) {
        return Err(error(
            "InvalidAddress.NotFound",
            &format!("Address '{ip}' not found."),
            400,
        ));
    }
    let filters = Filters::read(params, FILTERS, true)?;
    let found: Vec<&ElasticIp> = known
        .values()
        .filter(|address| allocations.is_empty() || allocations.contains(&address.allocation_id))
        .filter(|address| ips.is_empty() || ips.contains(&address.public_ip.to_string()))
        .filter(|address| {
            let tags = context.unseen.tags(&address.allocation_id, &address.tags);
            filters.pass(&tags, |name| values(context.world, address, name))
        })
        .collect();
    listing(context, "addressesSet", found, |xml, address| {
        let world = &*context.world;
        xml.text("publicIp", address.public_ip);
        xml.text("allocationId", &address.allocation_id);
        xml.text("domain", "vpc");
        if let Some(association) = &address.association {
            xml.maybe("instanceId", association.instance_id.as_ref());
            xml.text("associationId", &association.id);
            xml.text("networkInterfaceId", &association.interface_id);
            xml.text("networkInterfaceOwnerId", &world.account_id);
            xml.text("privateIpAddress", association.private_ip);
        }
        tag_set(xml, context, &address.allocation_id, &address.tags);
        xml.text("publicIpv4Pool", "amazon");
        xml.text("networkBorderGroup", &world.region);
    })
}

fn values(world: &World, address: &ElasticIp, name: &str) -> Vec<String> {
    let association = address.association.iter();
    match name {
        "allocation-id" => vec![address.allocation_id.clone()],
        "association-id" => association.map(|a| a.id.clone()).collect(),
        "instance-id" => association.filter_map(|a| a.instance_id.clone()).collect(),
        "network-border-group" => vec![world.region.clone()],
        "network-interface-id" => association.map(|a| a.interface_id.clone()).collect(),
        "network-interface-owner-id" => association.map(|_| world.account_id.clone()).collect(),
        "private-ip-address" => association.map(|a| a.private_ip.to_string()).collect(),
        "public-ip" => vec![address.public_ip.to_string()],
        _ => Vec::new(),
    }
}

fn associate(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let allocation_id = match (params.text("AllocationId"), params.text("PublicIp")) {
        (Some(id), _) => id.to_owned(),
        (None, Some(ip)) => by_public_ip(context.world, ip)?.allocation_id.clone(),
        (None, None) => return Err(failure::missing("AllocationId")),
    };
    let text = |name| {
        params
            .text(name)
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned)
    };
    let private_ip = text("PrivateIpAddress")
        .map(|ip| {
            ip.parse().map_err(|_| {
                failure::invalid(&format!("Invalid value '{ip}' for PrivateIpAddress"))
            })
        })
        .transpose()?;
    let target = AddressTarget {
        instance_id: text("InstanceId"),
        interface_id: text("NetworkInterfaceId"),
        private_ip,
        allow_reassociation: params.flag("AllowReassociation")?.unwrap_or(true),
    };
    context.world.address(&allocation_id)?;
    if let Some(id) = &target.interface_id {
        present(context, &context.world.interfaces, id, &INTERFACE)?;
    } else if let Some(id) = &target.instance_id {
        present(context, &context.world.instances, id, &INSTANCE)?;
    } else {
        return Err(error(
            "MissingParameter",
            "Either instance ID or network interface id must be specified",
            400,
        ));
    }
    context.dry_run()?;
    let association_id = context.world.associate_address(&allocation_id, &target)?;
    let mut xml = Xml::new();
    xml.text("return", true);
    xml.text("associationId", association_id);
    Ok(Reply::Xml(xml))
}

fn disassociate(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let association_id = match (params.text("AssociationId"), params.text("PublicIp")) {
        (Some(id), _) => Some(id.to_owned()),
        (None, Some(ip)) => by_public_ip(context.world, ip)?
            .association
            .as_ref()
            .map(|a| a.id.clone()),
        (None, None) => return Err(failure::missing("AssociationId")),
    };
    context.dry_run()?;
    if let Some(id) = association_id {
        context.world.disassociate_address(&id)?;
    }
    Ok(Reply::yes())
}

fn by_public_ip<'w>(world: &'w World, ip: &str) -> Result<&'w ElasticIp, ApiError> {
    world
        .addresses
        .values()
        .find(|address| address.public_ip.to_string() == ip)
        .ok_or_else(|| {
            error(
                "InvalidAddress.NotFound",
                &format!("Address '{ip}' not found."),
                400,
            )
        })
}
