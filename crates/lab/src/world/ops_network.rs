//! Operations on interfaces and addresses, and the rules of automatic public addresses.
//! Facts: EC2 guide "Amazon EC2 instance IP addressing". Must not know the wire.

use std::net::Ipv4Addr;

use super::model::{ApiError, ApiResult, EipAssociation, InstanceState, Interface, World};

/// Where `AssociateAddress` is to put an Elastic IP.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressTarget {
    /// Instance, meaning its only interface.
    pub instance_id: Option<String>,
    /// Interface.
    pub interface_id: Option<String>,
    /// Private address; the primary if none is given.
    pub private_ip: Option<Ipv4Addr>,
    /// `AllowReassociation`; EC2's default is true for a VPC.
    pub allow_reassociation: bool,
}

impl World {
    /// The interfaces of an instance by device index.
    pub fn interfaces_of(&self, instance_id: &str) -> impl Iterator<Item = &Interface> {
        let mut found: Vec<&Interface> = self
            .interfaces
            .values()
            .filter(|i| {
                i.attachment
                    .as_ref()
                    .is_some_and(|a| a.instance_id == instance_id)
            })
            .collect();
        found.sort_by_key(|i| i.attachment.as_ref().map(|a| a.device_index));
        found.into_iter()
    }

    /// An interface, or `InvalidNetworkInterfaceID.NotFound`.
    pub fn interface(&self, id: &str) -> ApiResult<&Interface> {
        self.interfaces.get(id).ok_or_else(|| {
            ApiError::new(
                "InvalidNetworkInterfaceID.NotFound",
                format!("The networkInterface ID '{id}' does not exist"),
            )
        })
    }

    /// The public address behind a private one now: the Elastic IP, else the automatic address.
    #[must_use]
    pub fn public_address_of(
        &self,
        interface: &Interface,
        private_ip: Ipv4Addr,
    ) -> Option<Ipv4Addr> {
        self.elastic_ip_of(interface, private_ip)
            .map(|eip| eip.public_ip)
            .or_else(|| {
                interface
                    .private_addresses
                    .iter()
                    .find(|a| a.ip == private_ip)
                    .and_then(|a| a.auto_public)
            })
    }

    /// The Elastic IP on a private address.
    #[must_use]
    pub fn elastic_ip_of(
        &self,
        interface: &Interface,
        private_ip: Ipv4Addr,
    ) -> Option<&super::model::ElasticIp> {
        self.addresses.values().find(|eip| {
            eip.association
                .as_ref()
                .is_some_and(|a| a.interface_id == interface.id && a.private_ip == private_ip)
        })
    }

    /// `ModifyNetworkInterfaceAttribute` with `SecurityGroupId.N`: replaces the whole set.
    pub fn set_interface_groups(&mut self, interface_id: &str, groups: &[String]) -> ApiResult<()> {
        let interface = self.modifiable(interface_id)?;
        let vpc_id = interface.vpc_id.clone();
        if groups.is_empty() {
            return Err(ApiError::new(
                "InvalidParameterValue",
                "You must specify at least one security group for a network interface",
            ));
        }
        let mut set = Vec::new();
        for id in groups {
            let group = self.group(id)?;
            if group.vpc_id != vpc_id {
                return Err(ApiError::new(
                    "InvalidGroup.NotFound",
                    format!("The security group '{id}' does not exist in VPC '{vpc_id}'"),
                ));
            }
            if !set.contains(id) {
                set.push(id.clone());
            }
        }
        if set.len() > 5 {
            return Err(ApiError::new(
                "SecurityGroupsPerInterfaceLimitExceeded",
                "You have exceeded the maximum number of security groups allowed per network interface.",
            ));
        }
        if let Some(interface) = self.interfaces.get_mut(interface_id) {
            interface.groups = set;
        }
        self.rejudge_flows();
        Ok(())
    }

    /// `ModifyNetworkInterfaceAttribute` with `SourceDestCheck`.
    pub fn set_source_dest_check(&mut self, interface_id: &str, check: bool) -> ApiResult<()> {
        self.modifiable(interface_id)?;
        if let Some(interface) = self.interfaces.get_mut(interface_id) {
            interface.source_dest_check = check;
        }
        Ok(())
    }

    /// `ModifyNetworkInterfaceAttribute` with `Attachment.DeleteOnTermination`.
    pub fn set_interface_delete_on_termination(
        &mut self,
        interface_id: &str,
        attachment_id: &str,
        value: bool,
    ) -> ApiResult<()> {
        self.modifiable(interface_id)?;
        match self
            .interfaces
            .get_mut(interface_id)
            .and_then(|i| i.attachment.as_mut())
        {
            Some(attachment) if attachment.id == attachment_id => {
                attachment.delete_on_termination = value;
                Ok(())
            }
            _ => Err(ApiError::new(
                "InvalidAttachmentID.NotFound",
                format!("The attachment ID '{attachment_id}' does not exist"),
            )),
        }
    }

    /// `ModifyNetworkInterfaceAttribute` with `Description`.
    pub fn set_interface_description(
        &mut self,
        interface_id: &str,
        description: &str,
    ) -> ApiResult<()> {
        self.modifiable(interface_id)?;
        if let Some(interface) = self.interfaces.get_mut(interface_id) {
            description.clone_into(&mut interface.description);
        }
        Ok(())
    }

    /// `ModifyNetworkInterfaceAttribute` with `AssociatePublicIpAddress`: applies to eth0 only. False drops the
    /// automatic address at once; true gives one if the primary address has no public address.
    pub fn set_associate_public_ip(
        &mut self,
        interface_id: &str,
        associate: bool,
    ) -> ApiResult<()> {
        let interface = self.modifiable(interface_id)?;
        let instance_id = match &interface.attachment {
            Some(attachment) if attachment.device_index == 0 => attachment.instance_id.clone(),
            _ => {
                return Err(ApiError::new(
                    "InvalidParameterCombination",
                    "AssociatePublicIpAddress can be modified only for the primary network interface of an instance.",
                ));
            }
        };
        if let Some(interface) = self.interfaces.get_mut(interface_id) {
            interface.associate_public_ip = associate;
        }
        if associate {
            if self
                .instances
                .get(&instance_id)
                .is_some_and(|i| i.state == InstanceState::Running)
            {
                self.assign_automatic_address(&instance_id);
            }
        } else {
            self.drop_automatic_address(interface_id);
        }
        Ok(())
    }

    /// `AssociateAddress`: idempotent. An address that is elsewhere is taken from there unless reassociation is
    /// refused (`Resource.AlreadyAssociated`); an automatic address on the target is released for good.
    pub fn associate_address(
        &mut self,
        allocation_id: &str,
        target: &AddressTarget,
    ) -> ApiResult<String> {
        let current = self.address(allocation_id)?.association.clone();
        let interface_id = match (&target.interface_id, &target.instance_id) {
            (Some(id), _) => self.interface(id)?.id.clone(),
            (None, Some(instance_id)) => {
                self.instance(instance_id)?;
                let mut interfaces = self.interfaces_of(instance_id);
                match (interfaces.next(), interfaces.next()) {
                    (Some(only), None) => only.id.clone(),
                    _ => {
                        return Err(ApiError::new(
                            "InvalidInstanceID",
                            format!(
                                "There are multiple interfaces attached to instance '{instance_id}'. Please specify an interface ID for the operation instead."
                            ),
                        ));
                    }
                }
            }
            (None, None) => {
                return Err(ApiError::new(
                    "MissingParameter",
                    "Either instance ID or network interface ID must be specified",
                ));
            }
        };
        let interface = self.interface(&interface_id)?;
        let instance_id = interface.attachment.as_ref().map(|a| a.instance_id.clone());
        let wanted = match target.private_ip {
            Some(ip) => interface.private_addresses.iter().find(|a| a.ip == ip).map(|a| a.ip).ok_or_else(|| {
                ApiError::new(
                    "InvalidParameterValue",
                    format!("Invalid value '{ip}' for PrivateIpAddress. The address is not assigned to {interface_id}"),
                )
            })?,
            None => interface.private_addresses.iter().find(|a| a.primary).map(|a| a.ip).ok_or_else(|| {
                ApiError::new("InvalidParameterValue", format!("{interface_id} has no primary private address"))
            })?,
        };
        let on_target = self
            .addresses
            .values()
            .find(|eip| {
                eip.association
                    .as_ref()
                    .is_some_and(|a| a.interface_id == interface_id && a.private_ip == wanted)
            })
            .map(|eip| eip.allocation_id.clone());
        if let Some(current) = &current
            && on_target.as_deref() == Some(allocation_id)
        {
            return Ok(current.id.clone());
        }
        if !target.allow_reassociation && (current.is_some() || on_target.is_some()) {
            let what = if current.is_some() {
                allocation_id
            } else {
                interface_id.as_str()
            };
            return Err(ApiError::new(
                "Resource.AlreadyAssociated",
                format!(
                    "resource {what} is already associated with associate-id {}",
                    current.map_or_else(String::new, |a| a.id)
                ),
            ));
        }
        for other in [Some(allocation_id.to_owned()), on_target]
            .into_iter()
            .flatten()
        {
            if let Some(eip) = self.addresses.get_mut(&other)
                && let Some(left) = eip.association.take()
            {
                let public_ip = eip.public_ip;
                self.public_address_lost(public_ip);
                if left.interface_id != interface_id
                    && let Some(instance) = left.instance_id
                {
                    self.assign_automatic_address(&instance);
                }
            }
        }
        let released = self
            .interfaces
            .get_mut(&interface_id)
            .and_then(|i| i.private_addresses.iter_mut().find(|a| a.ip == wanted))
            .and_then(|a| a.auto_public.take());
        if let Some(public_ip) = released {
            self.public_address_lost(public_ip);
        }
        let id = self.ids.ec2("eipassoc");
        let association = EipAssociation {
            id: id.clone(),
            interface_id,
            private_ip: wanted,
            instance_id,
        };
        if let Some(eip) = self.addresses.get_mut(allocation_id) {
            eip.association = Some(association);
        }
        Ok(id)
    }

    /// `DisassociateAddress` by association id: no error when it is already gone. Flows over the address are cut;
    /// an instance with one interface and the automatic address flag then gets a new public address.
    pub fn disassociate_address(&mut self, association_id: &str) -> ApiResult<()> {
        if !super::ops_tags::looks_like_id("eipassoc", association_id) {
            return Err(ApiError::new(
                "InvalidAssociationID.Malformed",
                format!("Invalid id: \"{association_id}\" (expecting \"eipassoc-...\")"),
            ));
        }
        let Some(eip) = self.addresses.values_mut().find(|eip| {
            eip.association
                .as_ref()
                .is_some_and(|a| a.id == association_id)
        }) else {
            return Ok(());
        };
        let public_ip = eip.public_ip;
        let instance_id = eip.association.take().and_then(|a| a.instance_id);
        self.public_address_lost(public_ip);
        if let Some(instance_id) = instance_id {
            self.assign_automatic_address(&instance_id);
        }
        Ok(())
    }

    /// An Elastic IP, or `InvalidAllocationID.NotFound`.
    pub fn address(&self, allocation_id: &str) -> ApiResult<&super::model::ElasticIp> {
        self.addresses.get(allocation_id).ok_or_else(|| {
            ApiError::new(
                "InvalidAllocationID.NotFound",
                format!("The allocation ID '{allocation_id}' does not exist"),
            )
        })
    }

    /// Gives the primary interface of an instance an automatic public address where EC2 would: the flag is set, the
    /// instance has exactly one interface, runs (or starts), and neither the primary address nor a secondary one
    /// has a public address already.
    pub(crate) fn assign_automatic_address(&mut self, instance_id: &str) {
        let state = self.instances.get(instance_id).map(|i| i.state);
        if !matches!(state, Some(InstanceState::Running | InstanceState::Pending)) {
            return;
        }
        let only = {
            let mut interfaces = self.interfaces_of(instance_id);
            match (interfaces.next(), interfaces.next()) {
                (Some(only), None) => only.clone(),
                _ => return,
            }
        };
        let has_public = only
            .private_addresses
            .iter()
            .any(|a| self.public_address_of(&only, a.ip).is_some());
        if !only.associate_public_ip || has_public {
            return;
        }
        let id = only.id;
        let fresh = self.fresh_public_address();
        if let Some(primary) = self
            .interfaces
            .get_mut(&id)
            .and_then(|i| i.private_addresses.iter_mut().find(|a| a.primary))
        {
            primary.auto_public = Some(fresh);
        }
    }

    /// Releases the automatic public address of an interface, for good.
    pub(crate) fn drop_automatic_address(&mut self, interface_id: &str) {
        let lost: Vec<Ipv4Addr> = self
            .interfaces
            .get_mut(interface_id)
            .map(|i| {
                i.private_addresses
                    .iter_mut()
                    .filter_map(|a| a.auto_public.take())
                    .collect()
            })
            .unwrap_or_default();
        for public_ip in lost {
            self.public_address_lost(public_ip);
        }
    }

    /// A public address that nobody in the account has.
    pub(crate) fn fresh_public_address(&mut self) -> Ipv4Addr {
        loop {
            let host = u8::try_from(self.ids.number() % 148).unwrap_or(0) + 2;
            let candidate = Ipv4Addr::new(192, 0, 2, host);
            let taken = self
                .addresses
                .values()
                .any(|eip| eip.public_ip == candidate)
                || self.interfaces.values().any(|i| {
                    i.private_addresses
                        .iter()
                        .any(|a| a.auto_public == Some(candidate))
                });
            if !taken {
                return candidate;
            }
        }
    }

    fn modifiable(&self, interface_id: &str) -> ApiResult<&Interface> {
        let interface = self.interface(interface_id)?;
        if interface.requester_managed {
            return Err(ApiError::new(
                "OperationNotPermitted",
                format!("You do not have permission to modify the managed network interface {interface_id}"),
            )
            .with_status(403));
        }
        Ok(interface)
    }
}
