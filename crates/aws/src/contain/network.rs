//! Interfaces and addresses. Must not touch an address that stands somewhere else than the step says.

use std::net::IpAddr;

use aws_sdk_ec2::types::{Address, RuleAction};
use aws_types::request_id::RequestId;
use rebato_core::contain::SetAclDeny;
use rebato_core::identify::AclEntry;
use rebato_engine::ports::{CloudError, Performed};

use super::again::{Again, send};
use super::{already, join, performed};
use crate::connect::AwsCloud;
use crate::error::is_not_found;
use crate::identify::acl_entry;
use crate::limits::ask;

/// Replaces the whole set of groups on an interface.
pub(super) async fn set_groups(
    cloud: &AwsCloud,
    again: Again,
    interface: &str,
    mut groups: Vec<String>,
) -> Result<Performed, CloudError> {
    groups.sort();
    let request = cloud
        .write
        .ec2
        .modify_network_interface_attribute()
        .network_interface_id(interface)
        .set_groups(Some(groups));
    let answer = send!(
        cloud,
        again,
        "ec2:ModifyNetworkInterfaceAttribute",
        interface,
        request
    )?;
    Ok(performed(answer.request_id(), Vec::new()))
}

/// Whether AWS gives the interface a public address by itself; `false` takes an automatic one away for ever.
pub(super) async fn set_auto_public(
    cloud: &AwsCloud,
    again: Again,
    interface: &str,
    wanted: bool,
) -> Result<Performed, CloudError> {
    let request = cloud
        .write
        .ec2
        .modify_network_interface_attribute()
        .network_interface_id(interface)
        .associate_public_ip_address(wanted);
    let answer = send!(
        cloud,
        again,
        "ec2:ModifyNetworkInterfaceAttribute",
        interface,
        request
    )?;
    Ok(performed(answer.request_id(), Vec::new()))
}

/// Takes an Elastic IP off by the id of its association, which dies with it: a late repetition cannot detach a newer
/// one. Where the step has no association, as an undo has none, the present one is taken if it stands where it should.
pub(super) async fn disassociate(
    cloud: &AwsCloud,
    again: Again,
    allocation: &str,
    association: Option<&str>,
    place: (&str, IpAddr),
) -> Result<Performed, CloudError> {
    let association = match association {
        Some(known) => known.to_owned(),
        None => match standing(&address(cloud, allocation).await?, place) {
            Standing::Free => return Ok(already(Vec::new())),
            Standing::Here(id) => id,
            Standing::Elsewhere(at) => {
                return Err(elsewhere("ec2:DisassociateAddress", allocation, &at));
            }
        },
    };
    let request = cloud
        .write
        .ec2
        .disassociate_address()
        .association_id(&association);
    match send!(
        cloud,
        again,
        "ec2:DisassociateAddress",
        &association,
        request
    ) {
        Ok(answer) => Ok(performed(answer.request_id(), Vec::new())),
        // Taken at its word only where the address is not seen in that very association.
        Err(error) if is_not_found(&error) => {
            match standing(&address(cloud, allocation).await?, place) {
                Standing::Here(id) if id == association => Err(error),
                _ => Ok(already(Vec::new())),
            }
        }
        Err(error) => Err(error),
    }
}

/// Puts an Elastic IP where the step says, unless it stands somewhere else: that would take it from another machine.
pub(super) async fn associate(
    cloud: &AwsCloud,
    again: Again,
    allocation: &str,
    interface: &str,
    private_ip: IpAddr,
) -> Result<Performed, CloudError> {
    match standing(&address(cloud, allocation).await?, (interface, private_ip)) {
        Standing::Free => {}
        Standing::Here(id) => return Ok(already(vec![id])),
        Standing::Elsewhere(at) => return Err(elsewhere("ec2:AssociateAddress", allocation, &at)),
    }
    let request = cloud
        .write
        .ec2
        .associate_address()
        .allocation_id(allocation)
        .network_interface_id(interface)
        .private_ip_address(private_ip.to_string())
        .allow_reassociation(false);
    let answer = send!(cloud, again, "ec2:AssociateAddress", allocation, request)?;
    let made = answer
        .association_id()
        .map(str::to_owned)
        .into_iter()
        .collect();
    Ok(performed(answer.request_id(), made))
}

async fn address(cloud: &AwsCloud, allocation: &str) -> Result<Address, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeAddresses",
        allocation,
        cloud
            .read
            .ec2
            .describe_addresses()
            .allocation_ids(allocation)
    )?;
    answer
        .addresses
        .unwrap_or_default()
        .into_iter()
        .next()
        .ok_or_else(|| CloudError::NotFound {
            what: allocation.to_owned(),
            code: "InvalidAllocationID.NotFound".to_owned(),
            why: "AWS lists no such Elastic IP".to_owned(),
        })
}

/// Where an Elastic IP stands, seen from a place.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    Free,
    Here(String),
    Elsewhere(String),
}

fn standing(address: &Address, (interface, private_ip): (&str, IpAddr)) -> Standing {
    let Some(association) = address.association_id() else {
        return Standing::Free;
    };
    let on = address.network_interface_id().unwrap_or_default();
    let behind = address.private_ip_address().unwrap_or_default();
    if on == interface && behind == private_ip.to_string() {
        Standing::Here(association.to_owned())
    } else {
        Standing::Elsewhere(format!("{on} {behind}"))
    }
}

fn elsewhere(operation: &str, allocation: &str, at: &str) -> CloudError {
    CloudError::Refused {
        operation: operation.to_owned(),
        code: "Resource.AlreadyAssociated".to_owned(),
        why: format!("{allocation} stands at {at}: somebody moved it"),
    }
}

/// Deny entries in a network ACL, or the same ones away. An entry that is there already, exactly so, is no error; one of
/// somebody else's under the same number is.
pub(super) async fn set_acl_deny(
    cloud: &AwsCloud,
    again: Again,
    deny: &SetAclDeny,
) -> Result<Performed, CloudError> {
    let mut done = Performed::default();
    for entry in &deny.entries {
        let more = if deny.present {
            add_entry(cloud, again, &deny.acl, entry).await?
        } else {
            remove_entry(cloud, again, &deny.acl, entry).await?
        };
        join(&mut done, more);
    }
    Ok(done)
}

async fn add_entry(
    cloud: &AwsCloud,
    again: Again,
    acl: &str,
    entry: &AclEntry,
) -> Result<Performed, CloudError> {
    let request = cloud
        .write
        .ec2
        .create_network_acl_entry()
        .network_acl_id(acl)
        .egress(entry.egress)
        .rule_number(entry.number)
        .protocol(&entry.protocol)
        .rule_action(RuleAction::Deny);
    let request = if entry.cidr.contains(':') {
        request.ipv6_cidr_block(&entry.cidr)
    } else {
        request.cidr_block(&entry.cidr)
    };
    match send!(cloud, again, "ec2:CreateNetworkAclEntry", acl, request) {
        Ok(answer) => Ok(performed(answer.request_id(), Vec::new())),
        Err(CloudError::Refused { code, .. })
            if code == "NetworkAclEntryAlreadyExists"
                && entry_at(cloud, acl, entry).await?.as_ref() == Some(entry) =>
        {
            Ok(already(Vec::new()))
        }
        Err(error) => Err(error),
    }
}

async fn remove_entry(
    cloud: &AwsCloud,
    again: Again,
    acl: &str,
    entry: &AclEntry,
) -> Result<Performed, CloudError> {
    match entry_at(cloud, acl, entry).await? {
        None => return Ok(already(Vec::new())),
        Some(found) if found != *entry => {
            return Err(CloudError::Refused {
                operation: "ec2:DeleteNetworkAclEntry".to_owned(),
                code: "NetworkAclEntryChanged".to_owned(),
                why: format!("rule {} of {acl} is another one now", entry.number),
            });
        }
        Some(_) => {}
    }
    let request = cloud
        .write
        .ec2
        .delete_network_acl_entry()
        .network_acl_id(acl)
        .egress(entry.egress)
        .rule_number(entry.number);
    match send!(cloud, again, "ec2:DeleteNetworkAclEntry", acl, request) {
        Ok(answer) => Ok(performed(answer.request_id(), Vec::new())),
        Err(error) if is_not_found(&error) => Ok(already(Vec::new())),
        Err(error) => Err(error),
    }
}

/// The entry that stands under the same number, in the same direction.
async fn entry_at(
    cloud: &AwsCloud,
    acl: &str,
    wanted: &AclEntry,
) -> Result<Option<AclEntry>, CloudError> {
    let answer = ask!(
        cloud,
        "ec2:DescribeNetworkAcls",
        acl,
        cloud.read.ec2.describe_network_acls().network_acl_ids(acl)
    )?;
    Ok(answer
        .network_acls()
        .iter()
        .flat_map(|found| found.entries())
        .filter_map(acl_entry)
        .find(|e| e.egress == wanted.egress && e.number == wanted.number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_was_moved_is_not_ours_to_take() {
        let here = ("eni-1", "10.0.0.5".parse::<IpAddr>().unwrap());
        assert_eq!(standing(&Address::builder().build(), here), Standing::Free);
        let at = |interface: &str, ip: &str| {
            Address::builder()
                .association_id("eipassoc-1")
                .network_interface_id(interface)
                .private_ip_address(ip)
                .build()
        };
        assert_eq!(
            standing(&at("eni-1", "10.0.0.5"), here),
            Standing::Here("eipassoc-1".into())
        );
        assert!(matches!(
            standing(&at("eni-2", "10.0.0.5"), here),
            Standing::Elsewhere(_)
        ));
        assert!(matches!(
            standing(&at("eni-1", "10.0.0.6"), here),
            Standing::Elsewhere(_)
        ));
    }
}
