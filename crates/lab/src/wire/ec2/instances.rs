//! Instances as the describing operations show them, and their consoles.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::world::{ApiError, Instance, InstanceState, World};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{
    EC2, INSTANCE, choose, instance_xml, interfaces_of, listing, present, primary, private_name,
    public_name, public_of, state,
};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeInstances", describe),
    Operation::read(EC2, "DescribeInstanceStatus", status),
    Operation::read(EC2, "GetConsoleOutput", console_output),
    Operation::read(EC2, "GetConsoleScreenshot", console_screenshot),
];

const FILTERS: &[&str] = &[
    "architecture",
    "availability-zone",
    "block-device-mapping.volume-id",
    "dns-name",
    "iam-instance-profile.arn",
    "iam-instance-profile.id",
    "image-id",
    "instance-id",
    "instance-lifecycle",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "instance.group-name",
    "ip-address",
    "key-name",
    "network-interface.group-id",
    "network-interface.network-interface-id",
    "network-interface.addresses.private-ip-address",
    "network-interface.addresses.association.public-ip",
    "network-interface.association.public-ip",
    "owner-id",
    "private-dns-name",
    "private-ip-address",
    "reservation-id",
    "root-device-type",
    "subnet-id",
    "vpc-id",
];

/// A console picture: one grey pixel, as JPEG. The lab has no screens.
const SCREEN: &str = "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==";

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let ids = params.texts("InstanceId");
    let size = params.number("MaxResults")?;
    if size.is_some() && !ids.is_empty() {
        return Err(error(
            "InvalidParameterCombination",
            "The parameter instancesSet cannot be used with the parameter maxResults",
            400,
        ));
    }
    if size.is_some_and(|size| !(5..=1000).contains(&size)) {
        return Err(failure::invalid(
            "Value for parameter maxResults must be between 5 and 1000",
        ));
    }
    let filters = Filters::read(params, FILTERS, true)?;
    let found: Vec<&Instance> = choose(context, &context.world.instances, &ids, &INSTANCE)?
        .into_iter()
        .filter(|instance| {
            let tags = context.unseen.tags(&instance.id, &instance.tags);
            filters.pass(&tags, |name| values(context.world, instance, name))
        })
        .collect();
    listing(context, "reservationSet", found, |xml, instance| {
        xml.text("reservationId", &instance.reservation_id);
        xml.text("ownerId", &context.world.account_id);
        xml.node("groupSet", |_| {});
        xml.node("instancesSet", |xml| {
            xml.node("item", |xml| instance_xml::write(xml, context, instance));
        });
    })
}

fn values(world: &World, instance: &Instance, name: &str) -> Vec<String> {
    let interfaces = interfaces_of(world, &instance.id);
    let first = interfaces.first().copied();
    let address = first.and_then(primary);
    let public = first.zip(address).and_then(|(i, a)| public_of(world, i, a));
    let one = |value: &str| vec![value.to_owned()];
    match name {
        "architecture" => one(&instance.architecture),
        "availability-zone" => one(&instance.availability_zone),
        "block-device-mapping.volume-id" => instance
            .block_devices
            .iter()
            .map(|d| d.volume_id.clone())
            .collect(),
        "dns-name" => public.iter().map(|p| public_name(world, p.ip())).collect(),
        "iam-instance-profile.arn" => instance_xml::profile_of(world, &instance.id)
            .map(|p| p.arn.clone())
            .into_iter()
            .collect(),
        "iam-instance-profile.id" => instance_xml::profile_of(world, &instance.id)
            .map(|p| p.id.clone())
            .into_iter()
            .collect(),
        "image-id" => one(&instance.image_id),
        "instance-id" => one(&instance.id),
        "instance-lifecycle" => instance.lifecycle.iter().cloned().collect(),
        "instance-state-code" => one(&instance.state.code().to_string()),
        "instance-state-name" => one(instance.state.name()),
        "instance-type" => one(&instance.instance_type),
        "instance.group-id" => first.map(|i| i.groups.clone()).unwrap_or_default(),
        "instance.group-name" => first
            .iter()
            .flat_map(|i| &i.groups)
            .filter_map(|id| world.groups.get(id).map(|group| group.name.clone()))
            .collect(),
        "ip-address" => public.iter().map(|p| p.ip().to_string()).collect(),
        "key-name" => instance.key_name.iter().cloned().collect(),
        "network-interface.group-id" => interfaces.iter().flat_map(|i| i.groups.clone()).collect(),
        "network-interface.network-interface-id" => {
            interfaces.iter().map(|i| i.id.clone()).collect()
        }
        "network-interface.addresses.private-ip-address" => interfaces
            .iter()
            .flat_map(|i| i.private_addresses.iter().map(|a| a.ip.to_string()))
            .collect(),
        "network-interface.addresses.association.public-ip"
        | "network-interface.association.public-ip" => interfaces
            .iter()
            .flat_map(|i| {
                i.private_addresses
                    .iter()
                    .filter_map(|a| public_of(world, i, a))
            })
            .map(|p| p.ip().to_string())
            .collect(),
        "owner-id" => one(&world.account_id),
        "private-dns-name" => address.iter().map(|a| private_name(world, a.ip)).collect(),
        "private-ip-address" => address.iter().map(|a| a.ip.to_string()).collect(),
        "reservation-id" => one(&instance.reservation_id),
        "root-device-type" => one(&instance.root_device_type),
        "subnet-id" => one(&instance.subnet_id),
        "vpc-id" => one(&instance.vpc_id),
        _ => Vec::new(),
    }
}

fn status(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let all = params.flag("IncludeAllInstances")? == Some(true);
    let filters = Filters::read(
        params,
        &[
            "availability-zone",
            "instance-state-code",
            "instance-state-name",
        ],
        false,
    )?;
    let found: Vec<&Instance> = choose(
        context,
        &context.world.instances,
        &params.texts("InstanceId"),
        &INSTANCE,
    )?
    .into_iter()
    .filter(|instance| all || instance.state == InstanceState::Running)
    .filter(|instance| filters.pass(&instance.tags, |name| values(context.world, instance, name)))
    .collect();
    listing(context, "instanceStatusSet", found, |xml, instance| {
        let (status, check) = match instance.state {
            InstanceState::Running => ("ok", Some("passed")),
            InstanceState::Pending => ("initializing", Some("initializing")),
            _ => ("not-applicable", None),
        };
        xml.text("instanceId", &instance.id);
        xml.text("availabilityZone", &instance.availability_zone);
        state(xml, "instanceState", instance.state);
        for name in ["systemStatus", "instanceStatus"] {
            xml.node(name, |xml| {
                xml.text("status", status);
                if let Some(check) = check {
                    xml.list("details", "item", ["reachability"], |xml, name| {
                        xml.text("name", name);
                        xml.text("status", check);
                    });
                }
            });
        }
        xml.node("operator", |xml| xml.text("managed", false));
    })
}

fn console_output(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let instance = one(context)?;
    let mut xml = Xml::new();
    xml.text("instanceId", &instance.id);
    xml.time("timestamp", context.world.now);
    xml.text("output", STANDARD.encode(&instance.console_output));
    Ok(Reply::Xml(xml))
}

fn console_screenshot(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let instance = one(context)?;
    if instance.state != InstanceState::Running {
        return Err(error(
            "IncorrectInstanceState",
            &format!(
                "The instance '{}' must be in the 'running' state for this operation.",
                instance.id
            ),
            400,
        ));
    }
    let mut xml = Xml::new();
    xml.text("instanceId", &instance.id);
    xml.text("imageData", SCREEN);
    Ok(Reply::Xml(xml))
}

fn one<'a>(context: &'a Context<'_>) -> Result<&'a Instance, ApiError> {
    let id = context.params().need("InstanceId")?;
    present(context, &context.world.instances, id, &INSTANCE)?;
    context
        .world
        .instances
        .get(id)
        .ok_or_else(|| INSTANCE.not_found(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_a_jpeg() {
        let bytes = STANDARD.decode(SCREEN).unwrap();
        assert!(bytes.starts_with(&[0xff, 0xd8]) && bytes.ends_with(&[0xff, 0xd9]));
    }
}
