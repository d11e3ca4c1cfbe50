//! VPCs, subnets and network ACLs.

use ipnet::IpNet;

use crate::world::{AclEntry, ApiError, NetworkAcl, Subnet, Vpc};

use super::super::context::Context;
use super::super::failure;
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::params::Params;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, Kind, choose, listing, present, tag_set};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeVpcs", describe_vpcs),
    Operation::read(EC2, "DescribeSubnets", describe_subnets),
    Operation::read(EC2, "DescribeNetworkAcls", describe_acls),
    Operation::write(EC2, "CreateNetworkAclEntry", create_acl_entry),
    Operation::write(EC2, "DeleteNetworkAclEntry", delete_acl_entry),
];

const VPC: Kind = Kind {
    prefix: "vpc-",
    code: "InvalidVpcID",
    noun: "vpc ID",
};
const SUBNET: Kind = Kind {
    prefix: "subnet-",
    code: "InvalidSubnetID",
    noun: "subnet ID",
};
const ACL: Kind = Kind {
    prefix: "acl-",
    code: "InvalidNetworkAclID",
    noun: "networkAcl ID",
};

fn describe_vpcs(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let filters = Filters::read(
        params,
        &[
            "cidr",
            "dhcp-options-id",
            "is-default",
            "owner-id",
            "state",
            "vpc-id",
        ],
        true,
    )?;
    let found: Vec<&Vpc> = choose(context, &world.vpcs, &params.texts("VpcId"), &VPC)?
        .into_iter()
        .filter(|vpc| {
            filters.pass(
                &context.unseen.tags(&vpc.id, &vpc.tags),
                |name| match name {
                    "cidr" => vec![vpc.cidr.to_string()],
                    "dhcp-options-id" => vec![vpc.dhcp_options_id.clone()],
                    "is-default" => vec![vpc.is_default.to_string()],
                    "owner-id" => vec![world.account_id.clone()],
                    "state" => vec!["available".to_owned()],
                    _ => vec![vpc.id.clone()],
                },
            )
        })
        .collect();
    listing(context, "vpcSet", found, |xml, vpc| {
        xml.text("vpcId", &vpc.id);
        xml.text("ownerId", &world.account_id);
        xml.text("state", "available");
        xml.text("cidrBlock", vpc.cidr);
        xml.text("dhcpOptionsId", &vpc.dhcp_options_id);
        xml.text("instanceTenancy", "default");
        xml.text("isDefault", vpc.is_default);
        tag_set(xml, context, &vpc.id, &vpc.tags);
    })
}

const SUBNET_FILTERS: &[&str] = &[
    "availability-zone",
    "availability-zone-id",
    "cidr",
    "map-public-ip-on-launch",
    "owner-id",
    "state",
    "subnet-id",
    "vpc-id",
];

fn describe_subnets(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let filters = Filters::read(params, SUBNET_FILTERS, true)?;
    let found: Vec<&Subnet> = choose(context, &world.subnets, &params.texts("SubnetId"), &SUBNET)?
        .into_iter()
        .filter(|subnet| {
            filters.pass(
                &context.unseen.tags(&subnet.id, &subnet.tags),
                |name| match name {
                    "availability-zone" => vec![subnet.availability_zone.clone()],
                    "availability-zone-id" => vec![subnet.availability_zone_id.clone()],
                    "cidr" => vec![subnet.cidr.to_string()],
                    "map-public-ip-on-launch" => vec![subnet.map_public_ip_on_launch.to_string()],
                    "owner-id" => vec![world.account_id.clone()],
                    "state" => vec!["available".to_owned()],
                    "subnet-id" => vec![subnet.id.clone()],
                    _ => vec![subnet.vpc_id.clone()],
                },
            )
        })
        .collect();
    listing(context, "subnetSet", found, |xml, subnet| {
        // AWS keeps five addresses of each subnet for itself.
        let used = world
            .interfaces
            .values()
            .filter(|interface| interface.subnet_id == subnet.id);
        let used: usize = used
            .map(|interface| interface.private_addresses.len())
            .sum::<usize>()
            + 5;
        let size = 1_usize << (32 - subnet.cidr.prefix_len()).min(31);
        xml.text("subnetId", &subnet.id);
        xml.text(
            "subnetArn",
            format!(
                "arn:aws:ec2:{}:{}:subnet/{}",
                world.region, world.account_id, subnet.id
            ),
        );
        xml.text("ownerId", &world.account_id);
        xml.text("state", "available");
        xml.text("vpcId", &subnet.vpc_id);
        xml.text("cidrBlock", subnet.cidr);
        xml.text("availableIpAddressCount", size.saturating_sub(used));
        xml.text("availabilityZone", &subnet.availability_zone);
        xml.text("availabilityZoneId", &subnet.availability_zone_id);
        xml.text("defaultForAz", false);
        xml.text("mapPublicIpOnLaunch", subnet.map_public_ip_on_launch);
        xml.text("assignIpv6AddressOnCreation", false);
        tag_set(xml, context, &subnet.id, &subnet.tags);
    })
}

const ACL_FILTERS: &[&str] = &[
    "association.association-id",
    "association.network-acl-id",
    "association.subnet-id",
    "default",
    "network-acl-id",
    "owner-id",
    "vpc-id",
];

fn describe_acls(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let world = &*context.world;
    let params = context.params();
    let filters = Filters::read(params, ACL_FILTERS, true)?;
    let found: Vec<&NetworkAcl> = choose(
        context,
        &world.network_acls,
        &params.texts("NetworkAclId"),
        &ACL,
    )?
    .into_iter()
    .filter(|acl| {
        filters.pass(
            &context.unseen.tags(&acl.id, &acl.tags),
            |name| match name {
                "association.association-id" => {
                    acl.associations.iter().map(|(id, _)| id.clone()).collect()
                }
                "association.subnet-id" => acl
                    .associations
                    .iter()
                    .map(|(_, subnet)| subnet.clone())
                    .collect(),
                "default" => vec![acl.is_default.to_string()],
                "owner-id" => vec![world.account_id.clone()],
                "vpc-id" => vec![acl.vpc_id.clone()],
                _ => vec![acl.id.clone()],
            },
        )
    })
    .collect();
    listing(context, "networkAclSet", found, |xml, acl| {
        xml.text("networkAclId", &acl.id);
        xml.text("vpcId", &acl.vpc_id);
        xml.text("ownerId", &world.account_id);
        xml.text("default", acl.is_default);
        xml.node("entrySet", |xml| {
            for entry in &acl.entries {
                xml.node("item", |xml| write_entry(xml, entry));
            }
            for egress in [false, true] {
                xml.node("item", |xml| last_entry(xml, egress, 32767));
                if world.speaks_ipv6(&acl.vpc_id) {
                    xml.node("item", |xml| last_entry(xml, egress, 32768));
                }
            }
        });
        xml.list(
            "associationSet",
            "item",
            &acl.associations,
            |xml, (id, subnet)| {
                xml.text("networkAclAssociationId", id);
                xml.text("networkAclId", &acl.id);
                xml.text("subnetId", subnet);
            },
        );
        tag_set(xml, context, &acl.id, &acl.tags);
    })
}

fn write_entry(xml: &mut Xml, entry: &AclEntry) {
    xml.text("ruleNumber", entry.rule_number);
    xml.text("protocol", &entry.protocol);
    xml.text("ruleAction", if entry.allow { "allow" } else { "deny" });
    xml.text("egress", entry.egress);
    match entry.cidr {
        IpNet::V4(net) => xml.text("cidrBlock", net),
        IpNet::V6(net) => xml.text("ipv6CidrBlock", net),
    }
    if let Some((from, to)) = entry.ports {
        xml.node("portRange", |xml| {
            xml.text("from", from);
            xml.text("to", to);
        });
    }
}

/// The entry that ends each ACL and cannot be changed: everything else is denied; 32767 over IPv4, 32768 over IPv6.
fn last_entry(xml: &mut Xml, egress: bool, number: u16) {
    xml.text("ruleNumber", number);
    xml.text("protocol", "-1");
    xml.text("ruleAction", "deny");
    xml.text("egress", egress);
    if number == 32767 {
        xml.text("cidrBlock", "0.0.0.0/0");
    } else {
        xml.text("ipv6CidrBlock", "::/0");
    }
}

fn rule_number(params: &Params) -> Result<u16, ApiError> {
    let number = params
        .number("RuleNumber")?
        .ok_or_else(|| failure::missing("RuleNumber"))?;
    u16::try_from(number)
        .ok()
        .filter(|number| (1..=32766).contains(number))
        .ok_or_else(|| {
            failure::invalid(&format!(
                "Value ({number}) for parameter ruleNumber is invalid."
            ))
        })
}

fn egress(params: &Params) -> Result<bool, ApiError> {
    params
        .flag("Egress")?
        .ok_or_else(|| failure::missing("Egress"))
}

/// The range of an entry, of the family that its parameter is for.
fn peer(params: &Params) -> Result<IpNet, ApiError> {
    let text = |name| params.text(name).filter(|text| !text.is_empty());
    let (text, ipv6) = match (text("CidrBlock"), text("Ipv6CidrBlock")) {
        (Some(cidr), None) => (cidr, false),
        (None, Some(cidr)) => (cidr, true),
        (None, None) => return Err(failure::missing("CidrBlock")),
        (Some(_), Some(_)) => {
            return Err(failure::error(
                "InvalidParameterCombination",
                "Only one of cidrBlock and ipv6CidrBlock may be specified",
                400,
            ));
        }
    };
    text.parse::<IpNet>()
        .ok()
        .filter(|net| matches!(net, IpNet::V6(_)) == ipv6)
        .map(|net| net.trunc())
        .ok_or_else(|| failure::invalid(&format!("CIDR block {text} is malformed")))
}

fn create_acl_entry(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let id = params.need("NetworkAclId")?.to_owned();
    let allow = match params.need("RuleAction")? {
        "allow" => true,
        "deny" => false,
        other => {
            return Err(failure::invalid(&format!(
                "Value ({other}) for parameter ruleAction is invalid."
            )));
        }
    };
    let cidr = peer(params)?;
    let protocol = match params.need("Protocol")?.to_ascii_lowercase().as_str() {
        "tcp" => "6".to_owned(),
        "udp" => "17".to_owned(),
        "icmp" => "1".to_owned(),
        "all" => "-1".to_owned(),
        other => other.to_owned(),
    };
    let ports = match params.get("PortRange") {
        None => None,
        Some(range) => {
            let port = |name| {
                range
                    .number(name)
                    .map(|port| port.and_then(|port| u16::try_from(port).ok()))
            };
            match (port("From")?, port("To")?) {
                (Some(from), Some(to)) if from <= to => Some((from, to)),
                _ => return Err(failure::invalid("Invalid port range")),
            }
        }
    };
    if ports.is_none() && matches!(protocol.as_str(), "6" | "17") {
        return Err(failure::missing("portRange"));
    }
    let entry = AclEntry {
        rule_number: rule_number(params)?,
        protocol,
        allow,
        egress: egress(params)?,
        cidr,
        ports,
    };
    present(context, &context.world.network_acls, &id, &ACL)?;
    context.dry_run()?;
    context.world.create_acl_entry(&id, entry)?;
    Ok(Reply::yes())
}

fn delete_acl_entry(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let id = params.need("NetworkAclId")?.to_owned();
    let (number, egress) = (rule_number(params)?, egress(params)?);
    present(context, &context.world.network_acls, &id, &ACL)?;
    context.dry_run()?;
    context.world.delete_acl_entry(&id, number, egress)?;
    Ok(Reply::yes())
}
