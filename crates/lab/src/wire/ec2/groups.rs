//! Security groups.

use std::collections::BTreeMap;

use crate::world::{ApiError, GroupRule, RulePeer, SecurityGroup, World};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, GROUP, choose, listing, present, specified_tags, tag_set, write_tags};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeSecurityGroups", describe),
    Operation::write(EC2, "CreateSecurityGroup", create),
    Operation::write(EC2, "DeleteSecurityGroup", delete),
];

const FILTERS: &[&str] = &[
    "description",
    "egress.ip-permission.cidr",
    "egress.ip-permission.from-port",
    "egress.ip-permission.group-id",
    "egress.ip-permission.ipv6-cidr",
    "egress.ip-permission.protocol",
    "egress.ip-permission.to-port",
    "group-id",
    "group-name",
    "ip-permission.cidr",
    "ip-permission.from-port",
    "ip-permission.group-id",
    "ip-permission.ipv6-cidr",
    "ip-permission.protocol",
    "ip-permission.to-port",
    "owner-id",
    "vpc-id",
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let names = params.texts("GroupName");
    let filters = Filters::read(params, FILTERS, true)?;
    let groups = choose(
        context,
        &context.world.groups,
        &params.texts("GroupId"),
        &GROUP,
    )?;
    if let Some(name) = names
        .iter()
        .find(|name| !groups.iter().any(|group| group.name == **name))
    {
        return Err(GROUP.not_found(name));
    }
    let found: Vec<&SecurityGroup> = groups
        .into_iter()
        .filter(|group| names.is_empty() || names.contains(&group.name))
        .filter(|group| {
            let tags = context.unseen.tags(&group.id, &group.tags);
            filters.pass(&tags, |name| values(context.world, group, name))
        })
        .collect();
    listing(context, "securityGroupInfo", found, |xml, group| {
        let world = &*context.world;
        xml.text("ownerId", &world.account_id);
        xml.text("groupId", &group.id);
        xml.text("groupName", &group.name);
        xml.text("groupDescription", &group.description);
        xml.text("vpcId", &group.vpc_id);
        xml.text("securityGroupArn", arn(world, &group.id));
        permissions(xml, world, "ipPermissions", &group.rules, false);
        permissions(xml, world, "ipPermissionsEgress", &group.rules, true);
        tag_set(xml, context, &group.id, &group.tags);
    })
}

fn arn(world: &World, id: &str) -> String {
    format!(
        "arn:aws:ec2:{}:{}:security-group/{id}",
        world.region, world.account_id
    )
}

/// Rules of one direction, gathered by protocol and ports as this answer shows them.
pub(super) fn permissions(
    xml: &mut Xml,
    world: &World,
    name: &str,
    rules: &[GroupRule],
    egress: bool,
) {
    let mut gathered: BTreeMap<(&str, i32, i32), Vec<&GroupRule>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.egress == egress) {
        gathered
            .entry((&rule.protocol, rule.from_port, rule.to_port))
            .or_default()
            .push(rule);
    }
    xml.list(
        name,
        "item",
        gathered,
        |xml, ((protocol, from, to), rules)| {
            xml.text("ipProtocol", protocol);
            if protocol != "-1" {
                xml.text("fromPort", from);
                xml.text("toPort", to);
            }
            let peers = |wanted: fn(&RulePeer) -> bool| {
                rules.iter().copied().filter(move |rule| wanted(&rule.peer))
            };
            xml.list(
                "groups",
                "item",
                peers(|peer| matches!(peer, RulePeer::Group(_))),
                |xml, rule| {
                    if let RulePeer::Group(id) = &rule.peer {
                        xml.text("userId", &world.account_id);
                        xml.text("groupId", id);
                    }
                    xml.maybe("description", rule.description.as_ref());
                },
            );
            xml.list(
                "ipRanges",
                "item",
                peers(|peer| matches!(peer, RulePeer::Cidr(ipnet::IpNet::V4(_)))),
                |xml, rule| {
                    cidr(xml, "cidrIp", rule);
                },
            );
            xml.list(
                "ipv6Ranges",
                "item",
                peers(|peer| matches!(peer, RulePeer::Cidr(ipnet::IpNet::V6(_)))),
                |xml, rule| {
                    cidr(xml, "cidrIpv6", rule);
                },
            );
            xml.node("prefixListIds", |_| {});
        },
    );
}

fn cidr(xml: &mut Xml, name: &str, rule: &GroupRule) {
    if let RulePeer::Cidr(net) = &rule.peer {
        xml.text(name, net);
    }
    xml.maybe("description", rule.description.as_ref());
}

fn values(world: &World, group: &SecurityGroup, name: &str) -> Vec<String> {
    let (name, egress) = match name.strip_prefix("egress.") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let rules = group.rules.iter().filter(|rule| rule.egress == egress);
    match name {
        "description" => vec![group.description.clone()],
        "group-id" => vec![group.id.clone()],
        "group-name" => vec![group.name.clone()],
        "owner-id" => vec![world.account_id.clone()],
        "vpc-id" => vec![group.vpc_id.clone()],
        "ip-permission.protocol" => rules.map(|rule| rule.protocol.clone()).collect(),
        "ip-permission.from-port" => rules.map(|rule| rule.from_port.to_string()).collect(),
        "ip-permission.to-port" => rules.map(|rule| rule.to_port.to_string()).collect(),
        "ip-permission.cidr" => rules
            .filter_map(|rule| match &rule.peer {
                RulePeer::Cidr(net @ ipnet::IpNet::V4(_)) => Some(net.to_string()),
                _ => None,
            })
            .collect(),
        "ip-permission.ipv6-cidr" => rules
            .filter_map(|rule| match &rule.peer {
                RulePeer::Cidr(net @ ipnet::IpNet::V6(_)) => Some(net.to_string()),
                _ => None,
            })
            .collect(),
        "ip-permission.group-id" => rules
            .filter_map(|rule| match &rule.peer {
                RulePeer::Group(id) => Some(id.clone()),
                RulePeer::Cidr(_) => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn create(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let params = context.params();
    let name = params.need("GroupName")?.to_owned();
    let description = params.need("GroupDescription")?.to_owned();
    if name.starts_with("sg-") {
        return Err(failure::invalid(
            "Group names may not be in the format 'sg-*'",
        ));
    }
    let tags = specified_tags(params, "security-group")?;
    let vpc_id = match params.text("VpcId") {
        Some(id) => id.to_owned(),
        None => context
            .world
            .vpcs
            .values()
            .find(|vpc| vpc.is_default)
            .map(|vpc| vpc.id.clone())
            .ok_or_else(|| error("VPCIdNotSpecified", "No default VPC for this user", 400))?,
    };
    if !context.world.vpcs.contains_key(&vpc_id) {
        return Err(error(
            "InvalidVpcID.NotFound",
            &format!("The vpc ID '{vpc_id}' does not exist"),
            400,
        ));
    }
    context.dry_run()?;
    let id = context
        .world
        .create_security_group(&vpc_id, &name, &description, tags.clone())?;
    context.unseen.made(&id);
    let mut xml = Xml::new();
    xml.text("return", true);
    xml.text("groupId", &id);
    write_tags(&mut xml, &tags);
    xml.text("securityGroupArn", arn(context.world, &id));
    Ok(Reply::Xml(xml))
}

fn delete(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let id = context.params().need("GroupId")?.to_owned();
    present(context, &context.world.groups, &id, &GROUP)?;
    context.dry_run()?;
    context.world.delete_security_group(&id)?;
    let mut xml = Xml::new();
    xml.text("return", true);
    xml.text("groupId", &id);
    Ok(Reply::Xml(xml))
}
