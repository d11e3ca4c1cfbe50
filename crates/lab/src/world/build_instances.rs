//! The instances of the account with their volumes, interfaces and addresses.
//! Must not know what happens later.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};

use super::guest::{GuestHost, GuestSpec, GuestSystem};
use super::{
    build_network::{Network, name_tag},
    model::*,
};
use crate::scenario::Scenario;

/// What makes an instance differ from another.
pub(super) struct Plan<'a> {
    pub(super) name: &'a str,
    pub(super) instance_type: &'a str,
    pub(super) subnet: &'a str,
    pub(super) interfaces: u16,
    pub(super) automatic_address: bool,
    pub(super) volumes: u16,
    pub(super) imds_v1: bool,
    pub(super) listening: Vec<u16>,
    pub(super) ipv6: bool,
    pub(super) second_address_on: Option<u16>,
    pub(super) ipv6_only_on: Option<u16>,
    /// From which device index on interfaces are in which other subnet.
    pub(super) elsewhere: Option<(u16, &'a str)>,
    pub(super) stop_protection: bool,
    /// Last byte of its addresses.
    pub(super) host: u8,
    pub(super) launched: Timestamp,
}

impl World {
    /// Makes the target, a neighbour, and their roles. Answers the target's id.
    pub(super) fn build_instances(
        &mut self,
        scenario: &Scenario,
        network: &Network,
        long_ago: Timestamp,
    ) -> String {
        let spec = &scenario.target;
        let image = self.ids.ec2("ami");
        self.images.insert(
            image.clone(),
            Image {
                id: image.clone(),
                name: "acme-base-24.04-2026.09".to_owned(),
                description: "Acme base image, Ubuntu 24.04 LTS".to_owned(),
                owner_id: self.account_id.clone(),
                creation_date: long_ago,
            },
        );
        let key = self.ids.ec2("key");
        let print: Vec<String> = (0..20).map(|_| self.ids.hex(2)).collect();
        let pair = KeyPair {
            id: key.clone(),
            name: "ops-2024".to_owned(),
            fingerprint: print.join(":"),
            key_type: "rsa".to_owned(),
            create_time: long_ago - SignedDuration::from_hours(24 * 500),
            tags: Tags::new(),
        };
        self.key_pairs.insert(key, pair);
        self.add_role("shop-app", long_ago);
        self.add_role("worker-app", long_ago);
        let target = self.add_instance(
            &Plan {
                name: &spec.name,
                instance_type: &spec.instance_type,
                subnet: &network.first,
                interfaces: spec.interfaces,
                automatic_address: spec.automatic_address,
                volumes: spec.volumes,
                imds_v1: spec.imds_v1,
                listening: spec.listening.clone(),
                ipv6: spec.ipv6,
                second_address_on: spec.second_address_on,
                ipv6_only_on: spec.ipv6_only_on,
                elsewhere: spec.second_subnet_from.zip(network.service_a.as_deref()),
                stop_protection: spec.stop_protection,
                host: 23,
                launched: long_ago + SignedDuration::from_hours(31),
            },
            network,
            &image,
        );
        let neighbour = self.add_instance(
            &Plan {
                name: "worker-1",
                instance_type: "m6i.large",
                subnet: &network.second,
                interfaces: 1,
                automatic_address: false,
                volumes: 1,
                imds_v1: false,
                listening: vec![22],
                ipv6: spec.ipv6,
                second_address_on: None,
                ipv6_only_on: None,
                elsewhere: None,
                stop_protection: false,
                host: 41,
                launched: long_ago + SignedDuration::from_hours(52),
            },
            network,
            &image,
        );
        let now = self.now;
        if let Some(managed) = self.managed_instances.get_mut(&target) {
            managed.guest = GuestHost::new(spec.guest, now);
            if spec.guest.system == GuestSystem::Windows {
                "Microsoft Windows Server 2022 Datacenter".clone_into(&mut managed.platform_name);
                "10.0.20348".clone_into(&mut managed.platform_version);
            }
        }
        self.give_profile(&target, "shop-app", long_ago);
        self.give_profile(
            &neighbour,
            if spec.shared_role {
                "shop-app"
            } else {
                "worker-app"
            },
            long_ago,
        );
        if let Some(instance) = self.instances.get_mut(&target) {
            instance.needs_imds_v1 = spec.needs_imds_v1;
        }
        for index in spec.elastic_ip_on.iter().chain(&spec.elastic_ip_also_on) {
            self.give_elastic_ip(&target, *index);
        }
        target
    }

    /// Puts a new Elastic IP on the last private address of the interface with this device index.
    pub(super) fn give_elastic_ip(&mut self, target: &str, index: u16) {
        let allocation_id = self.ids.ec2("eipalloc");
        let public_ip = self.fresh_public_address();
        let place = self
            .interfaces_of(target)
            .find(|i| {
                i.attachment
                    .as_ref()
                    .is_some_and(|a| a.device_index == index)
            })
            .and_then(|i| Some((i.id.clone(), i.private_addresses.last()?.ip)));
        let association = place.map(|(interface_id, private_ip)| EipAssociation {
            id: self.ids.ec2("eipassoc"),
            interface_id,
            private_ip,
            instance_id: Some(target.to_owned()),
        });
        // An Elastic IP takes the place of an automatic address on the same private one.
        if let Some(association) = &association
            && let Some(interface) = self.interfaces.get_mut(&association.interface_id)
        {
            for address in interface
                .private_addresses
                .iter_mut()
                .filter(|a| a.ip == association.private_ip)
            {
                address.auto_public = None;
            }
        }
        let eip = ElasticIp {
            allocation_id: allocation_id.clone(),
            public_ip,
            association,
            tags: name_tag("service"),
        };
        self.addresses.insert(allocation_id, eip);
    }

    pub(super) fn add_instance(
        &mut self,
        plan: &Plan<'_>,
        network: &Network,
        image: &str,
    ) -> String {
        let id = self.ids.ec2("i");
        let zone = self.subnets.get(plan.subnet);
        let zone = zone
            .map(|s| s.availability_zone.clone())
            .unwrap_or_default();
        let third = self.third_byte(plan.subnet);
        let block_devices = self.add_volumes(plan, &id, &zone);
        let mut tags = name_tag(plan.name);
        tags.insert("owner".to_owned(), "shop-team".to_owned());
        tags.insert("environment".to_owned(), "production".to_owned());
        let instance = Instance {
            id: id.clone(),
            reservation_id: self.ids.ec2("r"),
            image_id: image.to_owned(),
            instance_type: plan.instance_type.to_owned(),
            key_name: Some("ops-2024".to_owned()),
            launch_time: plan.launched,
            state: InstanceState::Running,
            state_transition_reason: String::new(),
            state_reason: None,
            vpc_id: network.vpc.clone(),
            subnet_id: plan.subnet.to_owned(),
            availability_zone: zone.clone(),
            architecture: "x86_64".to_owned(),
            root_device_type: "ebs".to_owned(),
            root_device_name: "/dev/sda1".to_owned(),
            block_devices,
            tags,
            metadata_options: MetadataOptions {
                state: "applied".to_owned(),
                http_tokens: if plan.imds_v1 { "optional" } else { "required" }.to_owned(),
                hop_limit: 2,
                http_endpoint: "enabled".to_owned(),
                instance_metadata_tags: "disabled".to_owned(),
            },
            metadata_served: true,
            needs_imds_v1: false,
            hibernation: false,
            disable_api_termination: false,
            disable_api_stop: plan.stop_protection,
            shutdown_behavior: "stop".to_owned(),
            lifecycle: None,
            ebs_optimized: true,
            monitoring: false,
            user_data: None,
            console_output: format!(
                "[    0.000000] Linux version 6.8.0-1015-aws\n[    5.120944] cloud-init: host {}\nUbuntu 24.04 LTS ip-10-0-{third}-{} ttyS0\n",
                plan.name, plan.host
            ),
            listening: plan.listening.clone(),
        };
        self.instances.insert(id.clone(), instance);
        self.add_interfaces(plan, network, &id, &zone);
        self.managed_instances.insert(
            id.clone(),
            ManagedInstance {
                ping_status: "Online".to_owned(),
                last_ping: self.now,
                agent_version: "3.3.1611.0".to_owned(),
                platform_name: "Ubuntu".to_owned(),
                platform_version: "24.04".to_owned(),
                guest: GuestHost::new(GuestSpec::default(), self.now),
            },
        );
        id
    }

    /// What tells the subnets of the VPC apart.
    fn third_byte(&self, subnet: &str) -> u8 {
        self.subnets
            .get(subnet)
            .map_or(0, |s| s.cidr.network().octets()[2])
    }

    fn add_volumes(&mut self, plan: &Plan<'_>, instance_id: &str, zone: &str) -> Vec<BlockDevice> {
        let mut block_devices = Vec::new();
        for n in 0..plan.volumes {
            let root = n == 0;
            let volume_id = self.ids.ec2("vol");
            let volume = Volume {
                id: volume_id.clone(),
                size: if root { 30 } else { 200 },
                volume_type: "gp3".to_owned(),
                availability_zone: zone.to_owned(),
                state: "in-use".to_owned(),
                encrypted: false,
                kms_key_id: None,
                snapshot_id: if root {
                    self.ids.ec2("snap")
                } else {
                    String::new()
                },
                iops: 3000,
                create_time: plan.launched,
                instance_id: Some(instance_id.to_owned()),
                tags: name_tag(&format!(
                    "{}-{}",
                    plan.name,
                    if root { "root" } else { "data" }
                )),
            };
            self.volumes.insert(volume_id.clone(), volume);
            let letter = char::from(b'e'.saturating_add(u8::try_from(n).unwrap_or(0)));
            block_devices.push(BlockDevice {
                device_name: if root {
                    "/dev/sda1".to_owned()
                } else {
                    format!("/dev/sd{letter}")
                },
                volume_id,
                delete_on_termination: root,
                attach_time: plan.launched,
            });
        }
        block_devices
    }

    fn add_interfaces(
        &mut self,
        plan: &Plan<'_>,
        network: &Network,
        instance_id: &str,
        zone: &str,
    ) {
        for index in 0..plan.interfaces.max(1) {
            let first = index == 0;
            let subnet = match plan.elsewhere {
                Some((from, other)) if index >= from => other,
                _ => plan.subnet,
            };
            let third = self.third_byte(subnet);
            let host = plan
                .host
                .saturating_add(u8::try_from(index).unwrap_or(0).saturating_mul(10));
            let auto_public =
                (first && plan.automatic_address).then(|| self.fresh_public_address());
            let mut private_addresses = vec![PrivateAddress {
                ip: Ipv4Addr::new(10, 0, third, host),
                primary: true,
                auto_public,
            }];
            if plan.second_address_on == Some(index) {
                private_addresses.push(PrivateAddress {
                    ip: Ipv4Addr::new(10, 0, third, host.saturating_add(100)),
                    primary: false,
                    auto_public: None,
                });
            }
            let eni = self.ids.ec2("eni");
            let mac = self.ids.hex(10);
            let mut groups = vec![network.service.clone()];
            if first {
                groups.push(network.watch.clone());
            }
            let interface = Interface {
                id: eni.clone(),
                vpc_id: network.vpc.clone(),
                subnet_id: subnet.to_owned(),
                availability_zone: zone.to_owned(),
                description: if first {
                    String::new()
                } else {
                    "service".to_owned()
                },
                mac: mac_address(&mac),
                private_addresses,
                ipv6_addresses: if plan.ipv6 && plan.ipv6_only_on.is_none_or(|only| only == index) {
                    let last = u16::from(host);
                    vec![Ipv6Addr::new(
                        0x2001,
                        0xdb8,
                        0x1200,
                        third.into(),
                        0,
                        0,
                        0,
                        last,
                    )]
                } else {
                    Vec::new()
                },
                groups,
                source_dest_check: true,
                associate_public_ip: first && plan.automatic_address,
                requester_managed: false,
                interface_type: "interface".to_owned(),
                attachment: Some(Attachment {
                    id: self.ids.ec2("eni-attach"),
                    instance_id: instance_id.to_owned(),
                    device_index: index,
                    attach_time: if first {
                        plan.launched
                    } else {
                        plan.launched + SignedDuration::from_hours(3)
                    },
                    delete_on_termination: first,
                }),
                tags: Tags::new(),
            };
            self.interfaces.insert(eni, interface);
        }
    }
}

/// Twelve digits, the first of a locally administered address.
pub(super) fn mac_address(hex: &str) -> String {
    let mut mac = String::from("02");
    for (n, digit) in hex.chars().enumerate() {
        if n % 2 == 0 {
            mac.push(':');
        }
        mac.push(digit);
    }
    mac
}
