//! From the SDK's types to the domain's. Pure: must not call anything.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aws_sdk_ec2::types as ec2;
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use rebato_core::identify::{
    Address, Elastic, Interface, MetadataOptions, PublicAddress, Rule, SecurityGroup, Snapshot,
    Volume,
};
use rebato_engine::ports::Candidate;

/// A text that AWS always gives; empty where it does not.
pub(crate) fn text_of(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// A time of the SDK in ours.
pub(crate) fn timestamp(time: &DateTime) -> Option<Timestamp> {
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

/// Tags by key.
pub(super) fn tags(tags: &[ec2::Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .filter_map(|tag| Some((tag.key.clone()?, text_of(tag.value()))))
        .collect()
}

/// The state's name as AWS writes it.
pub(super) fn state(instance: &ec2::Instance) -> String {
    text_of(
        instance
            .state()
            .and_then(ec2::InstanceState::name)
            .map(ec2::InstanceStateName::as_str),
    )
}

pub(super) fn candidate(instance: &ec2::Instance) -> Candidate {
    Candidate {
        id: text_of(instance.instance_id()),
        name: tags(instance.tags()).remove("Name"),
        state: state(instance),
        private_ip: ip(instance.private_ip_address()),
        vpc: instance.vpc_id.clone(),
        zone: instance
            .placement()
            .and_then(|p| p.availability_zone.clone()),
        launched: instance.launch_time().and_then(timestamp),
    }
}

pub(super) fn metadata(instance: &ec2::Instance) -> MetadataOptions {
    let options = instance.metadata_options();
    MetadataOptions {
        http_tokens: options
            .and_then(|o| o.http_tokens())
            .map(|t| t.as_str().to_owned()),
        http_endpoint: options
            .and_then(|o| o.http_endpoint())
            .map(|t| t.as_str().to_owned()),
        hop_limit: options.and_then(|o| o.http_put_response_hop_limit()),
    }
}

/// Interfaces by device index, from `DescribeNetworkInterfaces`.
pub(super) fn interfaces(
    read: &[ec2::NetworkInterface],
    elastic: &[ec2::Address],
) -> Vec<Interface> {
    let mut interfaces: Vec<Interface> = read
        .iter()
        .map(|interface| {
            let operated = interface
                .operator()
                .and_then(|o| o.managed())
                .unwrap_or_default();
            Interface {
                id: text_of(interface.network_interface_id()),
                device_index: interface
                    .attachment()
                    .and_then(|a| a.device_index())
                    .unwrap_or_default(),
                vpc: interface.vpc_id.clone(),
                subnet: interface.subnet_id.clone(),
                groups: group_ids(interface.groups()),
                addresses: primary_first(
                    interface
                        .private_ip_addresses()
                        .iter()
                        .filter_map(|private| {
                            let primary = private.primary().unwrap_or_default();
                            // The interface's own association is its primary address's; an answer may have it there alone.
                            let association = private
                                .association()
                                .or_else(|| interface.association().filter(|_| primary));
                            Some(Address {
                                private_ip: ip(private.private_ip_address())?,
                                primary,
                                public: association.and_then(|a| {
                                    let found = ids(a.allocation_id(), a.association_id());
                                    public(a.public_ip(), found, elastic)
                                }),
                            })
                        })
                        .collect(),
                ),
                ipv6: interface
                    .ipv6_addresses()
                    .iter()
                    .filter_map(|a| ip(a.ipv6_address()))
                    .collect(),
                requester_managed: interface.requester_managed().unwrap_or_default() || operated,
                auto_public: None,
            }
        })
        .collect();
    interfaces.sort_by_key(|i| i.device_index);
    interfaces
}

/// The same from `DescribeInstances` alone, for when the interfaces themselves may not be read. Whether somebody else
/// manages an interface cannot be seen there, unless it has an operator.
pub(super) fn interfaces_of(instance: &ec2::Instance, elastic: &[ec2::Address]) -> Vec<Interface> {
    let mut interfaces: Vec<Interface> = instance
        .network_interfaces()
        .iter()
        .map(|interface| Interface {
            id: text_of(interface.network_interface_id()),
            device_index: interface
                .attachment()
                .and_then(|a| a.device_index())
                .unwrap_or_default(),
            vpc: interface.vpc_id.clone(),
            subnet: interface.subnet_id.clone(),
            groups: group_ids(interface.groups()),
            addresses: primary_first(
                interface
                    .private_ip_addresses()
                    .iter()
                    .filter_map(|private| {
                        Some(Address {
                            private_ip: ip(private.private_ip_address())?,
                            primary: private.primary().unwrap_or_default(),
                            public: private
                                .association()
                                .and_then(|a| public(a.public_ip(), None, elastic)),
                        })
                    })
                    .collect(),
            ),
            ipv6: interface
                .ipv6_addresses()
                .iter()
                .filter_map(|a| ip(a.ipv6_address()))
                .collect(),
            requester_managed: interface
                .operator()
                .and_then(|o| o.managed())
                .unwrap_or_default(),
            auto_public: None,
        })
        .collect();
    interfaces.sort_by_key(|i| i.device_index);
    interfaces
}

fn group_ids(groups: &[ec2::GroupIdentifier]) -> Vec<String> {
    let mut ids: Vec<String> = groups.iter().filter_map(|g| g.group_id.clone()).collect();
    ids.sort();
    ids
}

fn primary_first(mut addresses: Vec<Address>) -> Vec<Address> {
    addresses.sort_by_key(|a| !a.primary);
    addresses
}

fn ids(allocation: Option<&str>, association: Option<&str>) -> Option<Elastic> {
    Some(Elastic {
        allocation: allocation?.to_owned(),
        association: association?.to_owned(),
    })
}

/// A public address; the Elastic IP behind it from the association itself, else from the account's list of them.
fn public(
    address: Option<&str>,
    found: Option<Elastic>,
    elastic: &[ec2::Address],
) -> Option<PublicAddress> {
    let shown = address?;
    let listed = || elastic.iter().find(|a| a.public_ip() == Some(shown));
    Some(PublicAddress {
        ip: shown.parse().ok()?,
        elastic: found
            .or_else(|| listed().and_then(|a| ids(a.allocation_id(), a.association_id()))),
    })
}

fn ip(text: Option<&str>) -> Option<IpAddr> {
    text?.parse().ok()
}

/// Volumes by device, with what the instance says about their deletion where the volume does not.
pub(super) fn volumes(read: &[ec2::Volume], instance: &ec2::Instance) -> Vec<Volume> {
    let mapped = volumes_of(instance);
    let mut volumes: Vec<Volume> = read
        .iter()
        .filter_map(|volume| {
            let attachment = volume
                .attachments()
                .iter()
                .find(|a| a.instance_id() == instance.instance_id())?;
            let id = volume.volume_id.clone()?;
            let said = || mapped.iter().find(|m| m.id == id)?.delete_on_termination;
            Some(Volume {
                device: text_of(attachment.device()),
                delete_on_termination: attachment.delete_on_termination().or_else(said),
                id,
                encrypted: volume.encrypted(),
                kms_key: volume.kms_key_id.clone(),
                size_gib: volume.size(),
            })
        })
        .collect();
    volumes.sort_by(|a, b| (&a.device, &a.id).cmp(&(&b.device, &b.id)));
    volumes
}

/// The same from `DescribeInstances` alone, for when the volumes themselves may not be read.
pub(super) fn volumes_of(instance: &ec2::Instance) -> Vec<Volume> {
    let mut volumes: Vec<Volume> = instance
        .block_device_mappings()
        .iter()
        .filter_map(|mapping| {
            let ebs = mapping.ebs()?;
            Some(Volume {
                id: ebs.volume_id.clone()?,
                device: text_of(mapping.device_name()),
                delete_on_termination: ebs.delete_on_termination(),
                encrypted: None,
                kms_key: None,
                size_gib: None,
            })
        })
        .collect();
    volumes.sort_by(|a, b| (&a.device, &a.id).cmp(&(&b.device, &b.id)));
    volumes
}

/// A group with its rules.
pub(crate) fn group(read: &ec2::SecurityGroup) -> SecurityGroup {
    SecurityGroup {
        id: text_of(read.group_id()),
        name: text_of(read.group_name()),
        vpc: read.vpc_id.clone(),
        ingress: rules(read.ip_permissions()),
        egress: rules(read.ip_permissions_egress()),
        tags: tags(read.tags()),
    }
}

/// One rule for each peer, sorted.
fn rules(permissions: &[ec2::IpPermission]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = permissions
        .iter()
        .flat_map(|permission| {
            let peers = permission
                .ip_ranges()
                .iter()
                .filter_map(|r| r.cidr_ip())
                .chain(
                    permission
                        .ipv6_ranges()
                        .iter()
                        .filter_map(|r| r.cidr_ipv6()),
                )
                .chain(
                    permission
                        .prefix_list_ids()
                        .iter()
                        .filter_map(|r| r.prefix_list_id()),
                )
                .chain(
                    permission
                        .user_id_group_pairs()
                        .iter()
                        .filter_map(|r| r.group_id()),
                );
            peers.map(|peer| Rule {
                protocol: text_of(permission.ip_protocol()),
                from_port: permission.from_port(),
                to_port: permission.to_port(),
                peer: peer.to_owned(),
            })
        })
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

/// The way back: one permission a rule.
pub(crate) fn permissions(rules: &[Rule]) -> Vec<ec2::IpPermission> {
    rules
        .iter()
        .map(|rule| {
            let permission = ec2::IpPermission::builder()
                .ip_protocol(&rule.protocol)
                .set_from_port(rule.from_port)
                .set_to_port(rule.to_port);
            let peer = rule.peer.as_str();
            if peer.starts_with("sg-") {
                permission
                    .user_id_group_pairs(ec2::UserIdGroupPair::builder().group_id(peer).build())
            } else if peer.starts_with("pl-") {
                permission
                    .prefix_list_ids(ec2::PrefixListId::builder().prefix_list_id(peer).build())
            } else if peer.contains(':') {
                permission.ipv6_ranges(ec2::Ipv6Range::builder().cidr_ipv6(peer).build())
            } else {
                permission.ip_ranges(ec2::IpRange::builder().cidr_ip(peer).build())
            }
            .build()
        })
        .collect()
}

pub(super) fn snapshot(read: &ec2::Snapshot) -> Snapshot {
    Snapshot {
        id: text_of(read.snapshot_id()),
        volume: text_of(read.volume_id()),
        state: text_of(read.state().map(ec2::SnapshotState::as_str)),
        started: read.start_time().and_then(timestamp),
        tags: tags(read.tags()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: &str, ports: Option<(i32, i32)>, peer: &str) -> Rule {
        Rule {
            protocol: protocol.into(),
            from_port: ports.map(|p| p.0),
            to_port: ports.map(|p| p.1),
            peer: peer.into(),
        }
    }

    #[test]
    fn rules_survive_the_way_there_and_back() {
        let mut all = vec![
            rule("-1", None, "0.0.0.0/0"),
            rule("-1", None, "::/0"),
            rule("tcp", Some((22, 22)), "203.0.113.0/24"),
            rule("udp", Some((53, 53)), "sg-0123456789abcdef0"),
            rule("tcp", Some((443, 443)), "pl-0123456789abcdef0"),
            rule("icmp", Some((-1, -1)), "10.0.0.0/8"),
        ];
        all.sort();
        assert_eq!(rules(&permissions(&all)), all);
    }

    #[test]
    fn an_automatic_address_has_no_elastic_ip_and_an_elastic_one_is_found_in_the_list() {
        let listed = ec2::Address::builder()
            .public_ip("198.51.100.7")
            .allocation_id("eipalloc-1")
            .association_id("eipassoc-1")
            .build();
        let known = public(Some("198.51.100.7"), None, std::slice::from_ref(&listed)).unwrap();
        assert_eq!(known.elastic.unwrap().association, "eipassoc-1");
        let automatic = public(Some("198.51.100.8"), None, &[listed]).unwrap();
        assert_eq!(automatic.elastic, None);
    }

    #[test]
    fn an_address_that_only_the_interface_tells_of_is_the_primary_ones() {
        let private = |ip: &str, primary: bool| {
            ec2::NetworkInterfacePrivateIpAddress::builder()
                .private_ip_address(ip)
                .primary(primary)
                .build()
        };
        let interface = ec2::NetworkInterface::builder()
            .private_ip_addresses(private("10.0.0.9", false))
            .private_ip_addresses(private("10.0.0.8", true))
            .association(
                ec2::NetworkInterfaceAssociation::builder()
                    .public_ip("198.51.100.7")
                    .allocation_id("eipalloc-1")
                    .association_id("eipassoc-1")
                    .build(),
            )
            .build();
        let read = interfaces(&[interface], &[]);
        let public: Vec<_> = read[0].addresses.iter().map(|a| a.public.clone()).collect();
        assert_eq!(
            public[0].clone().unwrap().elastic.unwrap().allocation,
            "eipalloc-1"
        );
        assert_eq!(public[1], None);
    }

    #[test]
    fn the_instance_says_what_the_volume_does_not() {
        let attached = |id: &str, deleted: Option<bool>| {
            let attachment = ec2::VolumeAttachment::builder()
                .instance_id("i-1")
                .set_delete_on_termination(deleted)
                .build();
            ec2::Volume::builder()
                .volume_id(id)
                .attachments(attachment)
                .build()
        };
        let mapped = |id: &str| {
            let ebs = ec2::EbsInstanceBlockDevice::builder()
                .volume_id(id)
                .delete_on_termination(true);
            ec2::InstanceBlockDeviceMapping::builder()
                .ebs(ebs.build())
                .build()
        };
        let instance = ec2::Instance::builder()
            .instance_id("i-1")
            .block_device_mappings(mapped("vol-1"))
            .block_device_mappings(mapped("vol-2"))
            .build();
        let read = volumes(
            &[attached("vol-1", None), attached("vol-2", Some(false))],
            &instance,
        );
        let deleted: Vec<_> = read.iter().map(|v| v.delete_on_termination).collect();
        assert_eq!(deleted, [Some(true), Some(false)]);
    }
}
