//! An instance as `DescribeInstances` shows it.

use crate::world::{GuestSystem, Instance, Interface, MetadataOptions, World};

use super::super::context::Context;
use super::super::xml::Xml;
use super::surroundings::spot_request;
use super::{
    association, group_set, interfaces_of, primary, private_name, public_name, public_of, state,
    tag_set,
};

/// The fields of one instance.
pub(super) fn write(xml: &mut Xml, context: &Context<'_>, instance: &Instance) {
    let world = &*context.world;
    let interfaces = interfaces_of(world, &instance.id);
    let first = interfaces.first().copied();
    let address = first.and_then(primary);
    xml.text("instanceId", &instance.id);
    xml.text("imageId", &instance.image_id);
    state(xml, "instanceState", instance.state);
    xml.text(
        "privateDnsName",
        address.map_or_else(String::new, |a| private_name(world, a.ip)),
    );
    let public = first
        .zip(address)
        .and_then(|(interface, a)| public_of(world, interface, a));
    xml.text(
        "dnsName",
        public
            .as_ref()
            .map_or_else(String::new, |p| public_name(world, p.ip())),
    );
    xml.text("reason", &instance.state_transition_reason);
    xml.maybe("keyName", instance.key_name.as_ref());
    xml.text("amiLaunchIndex", 0);
    xml.node("productCodes", |_| {});
    xml.text("instanceType", &instance.instance_type);
    xml.time("launchTime", instance.launch_time);
    xml.node("placement", |xml| {
        xml.text("availabilityZone", &instance.availability_zone);
        let zone_id = world
            .subnets
            .get(&instance.subnet_id)
            .map(|subnet| &subnet.availability_zone_id);
        xml.maybe("availabilityZoneId", zone_id);
        xml.text("groupName", "");
        xml.text("tenancy", "default");
    });
    xml.node("monitoring", |xml| {
        xml.text(
            "state",
            if instance.monitoring {
                "enabled"
            } else {
                "disabled"
            },
        );
    });
    xml.text("subnetId", &instance.subnet_id);
    xml.text("vpcId", &instance.vpc_id);
    xml.maybe("privateIpAddress", address.map(|a| a.ip));
    xml.maybe("ipAddress", public.as_ref().map(super::Public::ip));
    xml.text(
        "sourceDestCheck",
        first.is_none_or(|interface| interface.source_dest_check),
    );
    group_set(
        xml,
        world,
        first.map_or(&[], |interface| interface.groups.as_slice()),
    );
    let windows = world
        .managed_instances
        .get(&instance.id)
        .is_some_and(|managed| managed.guest.spec.system == GuestSystem::Windows);
    if windows {
        xml.text("platform", "windows");
        xml.text("platformDetails", "Windows");
    } else {
        xml.text("platformDetails", "Linux/UNIX");
    }
    if let Some((code, message)) = &instance.state_reason {
        xml.node("stateReason", |xml| {
            xml.text("code", code);
            xml.text("message", message);
        });
    }
    xml.text("architecture", &instance.architecture);
    xml.text("rootDeviceType", &instance.root_device_type);
    xml.text("rootDeviceName", &instance.root_device_name);
    block_devices(xml, instance);
    xml.text("virtualizationType", "hvm");
    xml.text("clientToken", "");
    tag_set(xml, context, &instance.id, &instance.tags);
    xml.text("hypervisor", "xen");
    if let Some(lifecycle) = &instance.lifecycle {
        xml.text("instanceLifecycle", lifecycle);
        if lifecycle == "spot" {
            xml.text("spotInstanceRequestId", spot_request(instance));
        }
    }
    xml.list(
        "networkInterfaceSet",
        "item",
        interfaces,
        |xml, interface| write_interface(xml, world, interface),
    );
    if let Some(profile) = profile_of(world, &instance.id) {
        xml.node("iamInstanceProfile", |xml| {
            xml.text("arn", &profile.arn);
            xml.text("id", &profile.id);
        });
    }
    xml.text("ebsOptimized", instance.ebs_optimized);
    xml.text("enaSupport", true);
    xml.node("cpuOptions", |xml| {
        xml.text("coreCount", 1);
        xml.text("threadsPerCore", 2);
    });
    xml.node("capacityReservationSpecification", |xml| {
        xml.text("capacityReservationPreference", "open");
    });
    xml.node("hibernationOptions", |xml| {
        xml.text("configured", instance.hibernation);
    });
    metadata_options(xml, "metadataOptions", &instance.metadata_options);
    xml.node("enclaveOptions", |xml| xml.text("enabled", false));
    xml.text("usageOperation", "RunInstances");
    xml.node("maintenanceOptions", |xml| {
        xml.text("autoRecovery", "default");
    });
    xml.node("operator", |xml| xml.text("managed", false));
}

/// The options of the metadata service.
pub(super) fn metadata_options(xml: &mut Xml, name: &str, options: &MetadataOptions) {
    xml.node(name, |xml| {
        xml.text("state", &options.state);
        xml.text("httpTokens", &options.http_tokens);
        xml.text("httpPutResponseHopLimit", options.hop_limit);
        xml.text("httpEndpoint", &options.http_endpoint);
        xml.text("httpProtocolIpv6", "disabled");
        xml.text("instanceMetadataTags", &options.instance_metadata_tags);
    });
}

/// `blockDeviceMapping`.
pub(super) fn block_devices(xml: &mut Xml, instance: &Instance) {
    xml.list(
        "blockDeviceMapping",
        "item",
        &instance.block_devices,
        |xml, device| {
            xml.text("deviceName", &device.device_name);
            xml.node("ebs", |xml| {
                xml.text("volumeId", &device.volume_id);
                xml.text("status", "attached");
                xml.time("attachTime", device.attach_time);
                xml.text("deleteOnTermination", device.delete_on_termination);
            });
        },
    );
}

/// The profile that is associated with an instance now.
pub(super) fn profile_of<'w>(
    world: &'w World,
    instance_id: &str,
) -> Option<&'w crate::world::InstanceProfile> {
    world
        .profile_associations
        .values()
        .find(|association| {
            association.instance_id == instance_id && association.state == "associated"
        })
        .and_then(|association| world.instance_profiles.get(&association.profile))
}

fn write_interface(xml: &mut Xml, world: &World, interface: &Interface) {
    xml.text("networkInterfaceId", &interface.id);
    xml.text("subnetId", &interface.subnet_id);
    xml.text("vpcId", &interface.vpc_id);
    xml.text("description", &interface.description);
    xml.text("ownerId", &world.account_id);
    xml.text("status", "in-use");
    xml.text("macAddress", &interface.mac);
    if let Some(address) = primary(interface) {
        xml.text("privateIpAddress", address.ip);
        xml.text("privateDnsName", private_name(world, address.ip));
        if let Some(public) = public_of(world, interface, address) {
            association(xml, world, &public, false);
        }
    }
    xml.text("sourceDestCheck", interface.source_dest_check);
    group_set(xml, world, &interface.groups);
    if let Some(attachment) = &interface.attachment {
        xml.node("attachment", |xml| {
            xml.text("attachmentId", &attachment.id);
            xml.text("deviceIndex", attachment.device_index);
            xml.text("status", "attached");
            xml.time("attachTime", attachment.attach_time);
            xml.text("deleteOnTermination", attachment.delete_on_termination);
            xml.text("networkCardIndex", 0);
        });
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
                association(xml, world, &public, false);
            }
        },
    );
    xml.list(
        "ipv6AddressesSet",
        "item",
        &interface.ipv6_addresses,
        |xml, ip| xml.text("ipv6Address", ip),
    );
    xml.text("interfaceType", &interface.interface_type);
    xml.node("operator", |xml| xml.text("managed", false));
}
