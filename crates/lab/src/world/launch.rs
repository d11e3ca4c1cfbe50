//! How a scaling group gets a new member: launched like those it had at the start, under names of its own.
//! Must not know why.

use std::net::Ipv4Addr;

use super::{
    build_instances::mac_address,
    engine::Task,
    model::{
        Attachment, BlockDevice, Instance, InstanceState, Interface, PrivateAddress, Tags, Volume,
        World,
    },
};

/// What a launch template holds: an instance to be like, with its primary interface, its root volume and its profile.
#[derive(Debug, Clone)]
pub(crate) struct LaunchModel {
    pub(crate) instance: Instance,
    pub(crate) interface: Interface,
    pub(crate) root: Volume,
    pub(crate) profile: Option<String>,
}

impl LaunchModel {
    /// What a member is launched with: the instance to be like, its primary interface and its root volume.
    pub(crate) fn parts(&self) -> (&Instance, &Interface, &Volume) {
        (&self.instance, &self.interface, &self.root)
    }
}

impl World {
    /// An instance as it is now, to launch others like it.
    pub(super) fn launch_model(&self, id: &str) -> Option<LaunchModel> {
        let instance = self.instances.get(id)?.clone();
        let root = instance
            .block_devices
            .iter()
            .find(|device| device.device_name == instance.root_device_name)?;
        Some(LaunchModel {
            interface: self.interfaces_of(id).next()?.clone(),
            root: self.volumes.get(&root.volume_id)?.clone(),
            profile: self.profile_of(id).map(|found| found.profile.clone()),
            instance,
        })
    }

    /// Launches one member; it is in service after it has started.
    pub(crate) fn launch_member(&mut self, group: &str) {
        let Some(held) = self.scaling_groups.get(group) else {
            return;
        };
        let Some(model) = held.launches.clone() else {
            return;
        };
        // The zone with the fewest members, as the service balances them.
        let subnet = held
            .vpc_zone_identifier
            .split(',')
            .filter_map(|id| self.subnets.get(id))
            .min_by_key(|subnet| {
                let zone = &subnet.availability_zone;
                let members = held.instances.values();
                members.filter(|m| m.availability_zone == *zone).count()
            });
        let Some(subnet) = subnet.cloned() else {
            return;
        };
        let Some(ip) = self.free_address(&subnet.id) else {
            return;
        };
        let (id, volume, now) = (self.ids.ec2("i"), self.ids.ec2("vol"), self.now);
        self.volumes.insert(
            volume.clone(),
            Volume {
                id: volume.clone(),
                availability_zone: subnet.availability_zone.clone(),
                create_time: now,
                instance_id: Some(id.clone()),
                tags: Tags::new(),
                ..model.root
            },
        );
        let public = subnet
            .map_public_ip_on_launch
            .then(|| self.fresh_public_address());
        let eni = self.ids.ec2("eni");
        let interface = Interface {
            id: eni.clone(),
            subnet_id: subnet.id.clone(),
            availability_zone: subnet.availability_zone.clone(),
            mac: mac_address(&self.ids.hex(10)),
            private_addresses: vec![PrivateAddress {
                ip,
                primary: true,
                auto_public: public,
            }],
            ipv6_addresses: Vec::new(),
            attachment: Some(Attachment {
                id: self.ids.ec2("eni-attach"),
                instance_id: id.clone(),
                device_index: 0,
                attach_time: now,
                delete_on_termination: true,
            }),
            tags: Tags::new(),
            ..model.interface
        };
        self.interfaces.insert(eni, interface);
        let instance = Instance {
            id: id.clone(),
            reservation_id: self.ids.ec2("r"),
            launch_time: now,
            state: InstanceState::Pending,
            subnet_id: subnet.id.clone(),
            availability_zone: subnet.availability_zone,
            block_devices: vec![BlockDevice {
                device_name: model.instance.root_device_name.clone(),
                volume_id: volume,
                delete_on_termination: true,
                attach_time: now,
            }],
            ..model.instance
        };
        self.instances.insert(id.clone(), instance);
        if let Some(profile) = &model.profile {
            self.give_profile(&id, profile, now);
        }
        self.engine.at(
            now + self.settings.start_takes,
            Task::Instance {
                id: id.clone(),
                to: InstanceState::Running,
            },
        );
        self.take_in(group, &id);
        let takes = self.settings.start_takes + self.settings.scaling_takes;
        self.member_reaches(group, &id, "InService", takes);
        // The instance was made a moment ago: it is valid.
        let _ = self.join_balancers(group, &id);
        self.log_activity(
            group,
            &format!("Launching a new EC2 instance: {id}"),
            "an instance was started in response to a difference between desired and actual capacity.",
        );
    }

    /// The lowest private address of a subnet that nobody has; AWS keeps the first four for itself.
    fn free_address(&self, subnet_id: &str) -> Option<Ipv4Addr> {
        let subnet = self.subnets.get(subnet_id)?;
        subnet.cidr.hosts().skip(9).find(|candidate| {
            !self
                .interfaces
                .values()
                .flat_map(|interface| &interface.private_addresses)
                .any(|address| address.ip == *candidate)
        })
    }
}
