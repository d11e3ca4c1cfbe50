//! The rules of security groups one by one: showing, authorising, revoking.

use ipnet::IpNet;

use crate::world::{ApiError, GroupRule, RulePeer, SecurityGroup, Tags, World};

use super::super::context::Context;
use super::super::failure::{self, error};
use super::super::filters::Filters;
use super::super::operations::Operation;
use super::super::params::Params;
use super::super::reply::Reply;
use super::super::xml::Xml;
use super::{EC2, GROUP, choose, listing, present, specified_tags, write_tags};

pub(in super::super) const OPERATIONS: &[Operation] = &[
    Operation::read(EC2, "DescribeSecurityGroupRules", describe),
    Operation::write(EC2, "AuthorizeSecurityGroupIngress", |context| {
        authorize(context, false)
    }),
    Operation::write(EC2, "AuthorizeSecurityGroupEgress", |context| {
        authorize(context, true)
    }),
    Operation::write(EC2, "RevokeSecurityGroupIngress", |context| {
        revoke(context, false)
    }),
    Operation::write(EC2, "RevokeSecurityGroupEgress", |context| {
        revoke(context, true)
    }),
];

fn describe(context: &mut Context<'_>) -> Result<Reply, ApiError> {
    let context = &*context;
    let params = context.params();
    let ids = params.texts("SecurityGroupRuleId");
    let filters = Filters::read(params, &["group-id", "security-group-rule-id"], true)?;
    let groups = choose(context, &context.world.groups, &[], &GROUP)?;
    let all: Vec<(&SecurityGroup, &GroupRule)> = groups
        .into_iter()
        .flat_map(|group| group.rules.iter().map(move |rule| (group, rule)))
        .collect();
    if let Some(id) = ids
        .iter()
        .find(|id| !all.iter().any(|(_, rule)| rule.id == **id))
    {
        return Err(error(
            "InvalidSecurityGroupRuleId.NotFound",
            &format!("The security group rule ID '{id}' does not exist"),
            400,
        ));
    }
    let found: Vec<_> = all
        .into_iter()
        .filter(|(_, rule)| ids.is_empty() || ids.contains(&rule.id))
        .filter(|(group, rule)| {
            filters.pass(&rule.tags, |name| match name {
                "group-id" => vec![group.id.clone()],
                _ => vec![rule.id.clone()],
            })
        })
        .collect();
    listing(
        context,
        "securityGroupRuleSet",
        found,
        |xml, (group, rule)| {
            write(xml, context.world, group, rule);
        },
    )
}

fn write(xml: &mut Xml, world: &World, group: &SecurityGroup, rule: &GroupRule) {
    xml.text("securityGroupRuleId", &rule.id);
    xml.text("groupId", &group.id);
    xml.text("groupOwnerId", &world.account_id);
    xml.text("isEgress", rule.egress);
    xml.text("ipProtocol", &rule.protocol);
    xml.text("fromPort", rule.from_port);
    xml.text("toPort", rule.to_port);
    match &rule.peer {
        RulePeer::Cidr(IpNet::V4(net)) => xml.text("cidrIpv4", net),
        RulePeer::Cidr(IpNet::V6(net)) => xml.text("cidrIpv6", net),
        RulePeer::Group(id) => xml.node("referencedGroupInfo", |xml| {
            xml.text("groupId", id);
            xml.text("userId", &world.account_id);
            xml.text("vpcId", &group.vpc_id);
        }),
    }
    xml.maybe("description", rule.description.as_ref());
    write_tags(xml, &rule.tags);
    xml.text(
        "securityGroupRuleArn",
        format!(
            "arn:aws:ec2:{}:{}:security-group-rule/{}",
            world.region, world.account_id, rule.id
        ),
    );
}

/// The rules that a request describes: `IpPermissions.N`, or the older parameters for a single one.
fn wanted(params: &Params, egress: bool, tags: &Tags) -> Result<Vec<GroupRule>, ApiError> {
    let mut rules = Vec::new();
    for permission in params.list("IpPermissions") {
        one_permission(permission, egress, tags, &mut rules)?;
    }
    if let Some(cidr) = params.text("CidrIp") {
        let (protocol, from_port, to_port) = ports(params)?;
        rules.push(rule(
            egress,
            &protocol,
            from_port,
            to_port,
            RulePeer::Cidr(range(cidr)?),
            None,
            tags,
        ));
    }
    Ok(rules)
}

fn one_permission(
    permission: &Params,
    egress: bool,
    tags: &Tags,
    rules: &mut Vec<GroupRule>,
) -> Result<(), ApiError> {
    let (protocol, from_port, to_port) = ports(permission)?;
    let mut add = |peer, description: Option<&str>| {
        rules.push(rule(
            egress,
            &protocol,
            from_port,
            to_port,
            peer,
            description,
            tags,
        ));
    };
    for (list, field) in [("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")] {
        for item in permission.list(list) {
            add(
                RulePeer::Cidr(range(item.need(field)?)?),
                item.text("Description"),
            );
        }
    }
    for item in permission.list("Groups") {
        add(
            RulePeer::Group(item.need("GroupId")?.to_owned()),
            item.text("Description"),
        );
    }
    Ok(())
}

/// Protocol and ports; names and numbers of a protocol are the same thing, and all protocols have no ports.
fn ports(params: &Params) -> Result<(String, i32, i32), ApiError> {
    let protocol = match params.need("IpProtocol")?.to_ascii_lowercase().as_str() {
        "6" | "tcp" => "tcp".to_owned(),
        "17" | "udp" => "udp".to_owned(),
        "1" | "icmp" => "icmp".to_owned(),
        "58" | "icmpv6" => "icmpv6".to_owned(),
        "-1" | "all" => return Ok(("-1".to_owned(), -1, -1)),
        other if other.parse::<u8>().is_ok() => return Ok((other.to_owned(), -1, -1)),
        other => {
            return Err(failure::invalid(&format!(
                "Invalid value '{other}' for IP protocol. Unknown protocol."
            )));
        }
    };
    let port = |name| -> Result<i32, ApiError> {
        let number = params.number(name)?.ok_or_else(|| failure::missing(name))?;
        i32::try_from(number)
            .ok()
            .filter(|port| (-1..=65_535).contains(port))
            .ok_or_else(|| failure::invalid(&format!("Invalid value '{number}' for {name}")))
    };
    let (from_port, to_port) = (port("FromPort")?, port("ToPort")?);
    if from_port > to_port && !protocol.starts_with("icmp") {
        return Err(failure::invalid(&format!(
            "Invalid TCP/UDP port range ({from_port}:{to_port})"
        )));
    }
    Ok((protocol, from_port, to_port))
}

fn rule(
    egress: bool,
    protocol: &str,
    from_port: i32,
    to_port: i32,
    peer: RulePeer,
    description: Option<&str>,
    tags: &Tags,
) -> GroupRule {
    GroupRule {
        id: String::new(),
        egress,
        protocol: protocol.to_owned(),
        from_port,
        to_port,
        peer,
        description: description.map(ToOwned::to_owned),
        tags: tags.clone(),
    }
}

/// A range in CIDR form, its host bits dropped as EC2 does.
fn range(text: &str) -> Result<IpNet, ApiError> {
    text.parse::<IpNet>()
        .map(|net| net.trunc())
        .map_err(|_| failure::invalid(&format!("CIDR block {text} is malformed")))
}

fn group_id(context: &Context<'_>) -> Result<String, ApiError> {
    let id = context.params().need("GroupId")?.to_owned();
    present(context, &context.world.groups, &id, &GROUP)?;
    Ok(id)
}

fn authorize(context: &mut Context<'_>, egress: bool) -> Result<Reply, ApiError> {
    let id = group_id(context)?;
    let tags = specified_tags(context.params(), "security-group-rule")?;
    let rules = wanted(context.params(), egress, &tags)?;
    if rules.is_empty() {
        return Err(failure::missing("ipPermissions"));
    }
    context.dry_run()?;
    let made = context.world.authorize_rules(&id, rules)?;
    let mut xml = Xml::new();
    xml.text("return", true);
    if let Some(group) = context.world.groups.get(&id) {
        let world = &*context.world;
        xml.list("securityGroupRuleSet", "item", &made, |xml, rule| {
            write(xml, world, group, rule);
        });
    }
    Ok(Reply::Xml(xml))
}

fn revoke(context: &mut Context<'_>, egress: bool) -> Result<Reply, ApiError> {
    let id = group_id(context)?;
    let ids = context.params().texts("SecurityGroupRuleId");
    let rules = wanted(context.params(), egress, &Tags::new())?;
    if ids.is_empty() && rules.is_empty() {
        return Err(failure::missing("ipPermissions"));
    }
    context.dry_run()?;
    let mut gone = context.world.revoke_rules_by_id(&id, egress, &ids)?;
    if !rules.is_empty() {
        gone.append(&mut context.world.revoke_rules(&id, &rules)?);
    }
    let mut xml = Xml::new();
    xml.text("return", true);
    xml.list("revokedSecurityGroupRuleSet", "item", &gone, |xml, rule| {
        xml.text("securityGroupRuleId", &rule.id);
        xml.text("groupId", &id);
        xml.text("isEgress", rule.egress);
        xml.text("ipProtocol", &rule.protocol);
        xml.text("fromPort", rule.from_port);
        xml.text("toPort", rule.to_port);
        match &rule.peer {
            RulePeer::Cidr(IpNet::V4(net)) => xml.text("cidrIpv4", net),
            RulePeer::Cidr(IpNet::V6(net)) => xml.text("cidrIpv6", net),
            RulePeer::Group(group) => xml.text("referencedGroupId", group),
        }
        xml.maybe("description", rule.description.as_ref());
    });
    Ok(Reply::Xml(xml))
}
