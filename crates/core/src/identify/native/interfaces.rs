//! The network interfaces of the instance as the finding shows them: none, one or several. Must not know actions beyond their
//! local side.

use super::action::Act;
use super::reader::Reader;
use crate::identify::FindingInterface;
use crate::identify::json::{Node, get, list, text};

pub(super) fn read(reader: &mut Reader, details: &Node<'_>, act: &Act) -> Vec<FindingInterface> {
    let mut out: Vec<FindingInterface> = Vec::new();
    reader.each(details, "networkInterfaces", |reader, raw| {
        out.push(one(reader, raw));
    });
    if out.is_empty()
        && (act.local_interface.is_some() || (act.local_ip.is_some() && details.is_object()))
    {
        let (private_ips, ipv6) = act
            .local_ip
            .into_iter()
            .partition(std::net::IpAddr::is_ipv4);
        out.push(FindingInterface {
            id: act.local_interface.clone(),
            private_ips,
            ipv6,
            ..FindingInterface::default()
        });
    }
    if let [only] = out.as_mut_slice()
        && only.id.is_none()
    {
        only.id.clone_from(&act.local_interface);
    }
    out
}

/// An interface of `instanceDetails` or of a sequence's resources; those spell two members differently.
pub(super) fn one(reader: &mut Reader, raw: &Node<'_>) -> FindingInterface {
    let mut private_ips = Vec::new();
    private_ips.extend(reader.ip(raw, &["privateIpAddress"]));
    reader.each(raw, "privateIpAddresses", |reader, entry| {
        if let Some(ip) = reader.ip(entry, &["privateIpAddress"])
            && !private_ips.contains(&ip)
        {
            private_ips.push(ip);
        }
    });
    FindingInterface {
        id: text(get(raw, "networkInterfaceId")),
        private_ips,
        public_ip: reader.ip(raw, &["publicIp"]),
        ipv6: reader.ips(raw, "ipv6Addresses"),
        vpc: text(get(raw, "vpcId")),
        subnet: text(get(raw, "subnetId")).or_else(|| text(get(raw, "subNetId"))),
        security_groups: list(get(raw, "securityGroups"))
            .iter()
            .filter_map(|group| text(get(group, "groupId")))
            .collect(),
    }
}
