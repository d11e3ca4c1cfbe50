//! Network interfaces.

use crate::world::{ApiError, Interface, World};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{
    EC2, GROUP, INTERFACE, Public, association, choose, group_set, listing, present, primary,
    private_name, public_name, public_of, tag_set,
};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeNetworkInterfaces", describe),
    Operation::read(EC2, "DescribeNetworkInterfaceAttribute", describe_attribute),
    Operation::write(EC2, "ModifyNetworkInterfaceAttribute", modify),
];

const FILTERS: &[&str] = &[
    "addresses.association.public-ip",
    "addresses.private-ip-address",
    "association.allocation-id",
    "association.association-id",
    "association.public-ip",
    "attachment.attachment-id",
    "attachment.device-index",
    "attachment.instance-id",
    "attachment.status",
    "availability-zone",
    "description",
    "group-id",
    "group-name",
    "interface-type",
    "ipv6-addresses.ipv6-address",
    "mac-address",
    "network-interface-id",
    "owner-id",
    "private-ip-address",
    "requester-managed",
    "source-dest-check",
    "status",
    "subnet-id",
    "vpc-id",
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let filters = Filters::read(params, FILTERS, true)?;
    let found: Vec<&Interface> = choose(
        context,
        &context.world.interfaces,
        &params.texts("NetworkInterfaceId"),
        &INTERFACE,
    )?
    .into_iter()
    .filter(|interface| {
        let tags = context.unseen.tags(&interface.id, &interface.tags);
        filters.pass(&tags, |name| values(context.world, interface, name))
    })
    .collect();
    listing(context, "networkInterfaceSet", found, |xml, interface| {
        let world = &*context.world;
        let address = primary(interface);
        let public = address.and_then(|address| public_of(world, interface, address));
        xml.text("networkInterfaceId", &interface.id);
        xml.text("subnetId", &interface.subnet_id);
        xml.text("vpcId", &interface.vpc_id);
        xml.text("availabilityZone", &interface.availability_zone);
        xml.text("description", &interface.description);
        xml.text("ownerId", &world.account_id);
        xml.text("requesterManaged", interface.requester_managed);
        xml.text("status", status(interface));
        xml.text("macAddress", &interface.mac);
        if let Some(address) = address {
            xml.text("privateIpAddress", address.ip);
            xml.text("privateDnsName", private_name(world, address.ip));
        }
        xml.text("sourceDestCheck", interface.source_dest_check);
        group_set(xml, world, &interface.groups);
        write_attachment(xml, world, interface);
        if let Some(public) = &public {
            association(xml, world, public, true);
            xml.text("publicDnsName", public_name(world, public.ip()));
        }
        xml.list(
            "privateIpAddressesSet",
            "item",
            &interface.private_addresses,
            |xml, address| {
                xml.text("privateIpAddress", address.ip);
                xml.text("privateDnsName", private_name(world, address.ip));
                xml.text("primary", address.primary);
                if let Some(public) = public_of(world, interface, address) {
                    association(xml, world, &public, true);
                }
            },
        );
        xml.list(
            "ipv6AddressesSet",
            "item",
            &interface.ipv6_addresses,
            |xml, ip| {
                xml.text("ipv6Address", ip);
                xml.text("isPrimaryIpv6", false);
            },
        );
        xml.text("interfaceType", &interface.interface_type);
        tag_set(xml, context, &interface.id, &interface.tags);
        xml.text("denyAllIgwTraffic", false);
        xml.node("operator", |xml| xml.text("managed", false));
    })
}

fn write_attachment(xml: &mut Xml, world: &World, interface: &Interface) {
    if let Some(attachment) = &interface.attachment {
        xml.node("attachment", |xml| {
            xml.text("attachmentId", &attachment.id);
            xml.text("instanceId", &attachment.instance_id);
            xml.text("instanceOwnerId", &world.account_id);
            xml.text("deviceIndex", attachment.device_index);
            xml.text("networkCardIndex", 0);
            xml.text("status", "attached");
            xml.time("attachTime", attachment.attach_time);
            xml.text("deleteOnTermination", attachment.delete_on_termination);
        });
    }
}

fn status(interface: &Interface) -> &'static str {
    if interface.attachment.is_some() {
        "in-use"
    } else {
        "available"
    }
}

fn values(world: &World, interface: &Interface, name: &str) -> Vec<String> {
    let one = |value: &str| vec![value.to_owned()];
    let publics = || {
        interface
            .private_addresses
            .iter()
            .filter_map(|address| public_of(world, interface, address))
    };
    let attachment = interface.attachment.iter();
    match name {
        "addresses.association.public-ip" | "association.public-ip" => {
            publics().map(|p| p.ip().to_string()).collect()
        }
        "addresses.private-ip-address" => interface
            .private_addresses
            .iter()
            .map(|a| a.ip.to_string())
            .collect(),
        "association.allocation-id" => publics()
            .filter_map(|p| match p {
                Public::Elastic(address, _) => Some(address.allocation_id.clone()),
                Public::Automatic(_) => None,
            })
            .collect(),
        "association.association-id" => publics()
            .filter_map(|p| match p {
                Public::Elastic(_, id) => Some(id.to_owned()),
                Public::Automatic(_) => None,
            })
            .collect(),
        "attachment.attachment-id" => attachment.map(|a| a.id.clone()).collect(),
        "attachment.device-index" => attachment.map(|a| a.device_index.to_string()).collect(),
        "attachment.instance-id" => attachment.map(|a| a.instance_id.clone()).collect(),
        "attachment.status" => attachment.map(|_| "attached".to_owned()).collect(),
        "availability-zone" => one(&interface.availability_zone),
        "description" => one(&interface.description),
        "group-id" => interface.groups.clone(),
        "group-name" => interface
            .groups
            .iter()
            .filter_map(|id| world.groups.get(id).map(|group| group.name.clone()))
            .collect(),
        "interface-type" => one(&interface.interface_type),
        "ipv6-addresses.ipv6-address" => interface
            .ipv6_addresses
            .iter()
            .map(ToString::to_string)
            .collect(),
        "mac-address" => one(&interface.mac),
        "network-interface-id" => one(&interface.id),
        "owner-id" => one(&world.account_id),
        "private-ip-address" => primary(interface)
            .map(|a| a.ip.to_string())
            .into_iter()
            .collect(),
        "requester-managed" => one(&interface.requester_managed.to_string()),
        "source-dest-check" => one(&interface.source_dest_check.to_string()),
        "status" => one(status(interface)),
        "subnet-id" => one(&interface.subnet_id),
        "vpc-id" => one(&interface.vpc_id),
        _ => Vec::new(),
    }
}

fn describe_attribute(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let id = params.need("NetworkInterfaceId")?;
    present(context, &context.world.interfaces, id, &INTERFACE)?;
    let interface = context.world.interface(id)?;
    let mut xml = Xml::new();
    xml.text("networkInterfaceId", id);
    match params.need("Attribute")? {
        "associatePublicIpAddress" => {
            xml.text("associatePublicIpAddress", interface.associate_public_ip);
        }
        "attachment" => write_attachment(&mut xml, context.world, interface),
        "description" => {
            xml.node("description", |xml| {
                xml.text("value", &interface.description);
            });
        }
        "groupSet" => group_set(&mut xml, context.world, &interface.groups),
        "sourceDestCheck" => {
            xml.node("sourceDestCheck", |xml| {
                xml.text("value", interface.source_dest_check);
            });
        }
        other => {
            return Err(failure::invalid(&format!(
                "Value ({other}) for parameter attribute is invalid. Unknown attribute."
            )));
        }
    }
    Ok(Reply::Xml(xml))
}

/// The one thing that a request changes.
enum Change {
    Groups(Vec<String>),
    SourceDestCheck(bool),
    AssociatePublicIp(bool),
    Description(String),
    DeleteOnTermination(String, bool),
}

fn modify(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let id = params.need("NetworkInterfaceId")?.to_owned();
    let mut changes = Vec::new();
    let groups = params.texts("SecurityGroupId");
    if !groups.is_empty() {
        changes.push(Change::Groups(groups));
    }
    if let Some(check) = params.get("SourceDestCheck") {
        changes.push(Change::SourceDestCheck(
            check
                .flag("Value")?
                .ok_or_else(|| failure::missing("SourceDestCheck.Value"))?,
        ));
    }
    if let Some(associate) = params.flag("AssociatePublicIpAddress")? {
        changes.push(Change::AssociatePublicIp(associate));
    }
    if let Some(text) = params.text("Description.Value") {
        changes.push(Change::Description(text.to_owned()));
    }
    if let Some(attachment) = params.get("Attachment") {
        let value = attachment.flag("DeleteOnTermination")?.unwrap_or_default();
        changes.push(Change::DeleteOnTermination(
            attachment.need("AttachmentId")?.to_owned(),
            value,
        ));
    }
    let (Some(change), None) = (changes.pop(), changes.pop()) else {
        return Err(error(
            "InvalidParameterCombination",
            "Exactly one attribute must be specified in a request",
            400,
        ));
    };
    present(context, &context.world.interfaces, &id, &INTERFACE)?;
    if let Change::Groups(groups) = &change {
        for group in groups {
            present(context, &context.world.groups, group, &GROUP)?;
        }
    }
    context.dry_run()?;
    let world = &mut *context.world;
    match change {
        Change::Groups(groups) => world.set_interface_groups(&id, &groups),
        Change::SourceDestCheck(check) => world.set_source_dest_check(&id, check),
        Change::AssociatePublicIp(associate) => world.set_associate_public_ip(&id, associate),
        Change::Description(text) => world.set_interface_description(&id, &text),
        Change::DeleteOnTermination(attachment, value) => {
            world.set_interface_delete_on_termination(&id, &attachment, value)
        }
    }?;
    Ok(Reply::yes())
}
