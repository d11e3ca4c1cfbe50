//! Operations on security groups and network ACLs.
//! Must not know the wire; error codes are EC2's own.

use ipnet::{IpNet, Ipv4Net};

use super::model::{
    AclEntry, ApiError, ApiResult, GroupRule, RulePeer, SecurityGroup, Tags, World,
};

impl World {
    /// A group, or `InvalidGroup.NotFound` (`InvalidGroupId.Malformed` for what is no id).
    pub fn group(&self, id: &str) -> ApiResult<&SecurityGroup> {
        self.groups.get(id).ok_or_else(|| {
            if super::ops_tags::looks_like_id("sg", id) {
                ApiError::new(
                    "InvalidGroup.NotFound",
                    format!("The security group '{id}' does not exist"),
                )
            } else {
                ApiError::new(
                    "InvalidGroupId.Malformed",
                    format!("Invalid id: \"{id}\" (expecting \"sg-...\")"),
                )
            }
        })
    }

    /// `CreateSecurityGroup`: the new group lets everything out over IPv4, as in EC2. Answers its id.
    pub fn create_security_group(
        &mut self,
        vpc_id: &str,
        name: &str,
        description: &str,
        tags: Tags,
    ) -> ApiResult<String> {
        if !self.vpcs.contains_key(vpc_id) {
            return Err(ApiError::new(
                "InvalidVpcID.NotFound",
                format!("The vpc ID '{vpc_id}' does not exist"),
            ));
        }
        if name.is_empty() || name.len() > 255 || name.starts_with("sg-") {
            return Err(ApiError::new(
                "InvalidParameterValue",
                format!(
                    "Value ({name}) for parameter GroupName is invalid. Character sets beyond ASCII are not supported, 255 characters at most, no sg- prefix."
                ),
            ));
        }
        if description.is_empty() || description.len() > 255 {
            return Err(ApiError::new(
                "InvalidParameterValue",
                "Value for parameter GroupDescription is invalid.",
            ));
        }
        if self
            .groups
            .values()
            .any(|group| group.vpc_id == vpc_id && group.name == name)
        {
            return Err(ApiError::new(
                "InvalidGroup.Duplicate",
                format!("The security group '{name}' already exists for VPC '{vpc_id}'"),
            ));
        }
        let id = self.ids.ec2("sg");
        let everything = GroupRule {
            id: self.ids.ec2("sgr"),
            egress: true,
            protocol: "-1".to_owned(),
            from_port: -1,
            to_port: -1,
            peer: RulePeer::Cidr(IpNet::V4(Ipv4Net::default())),
            description: None,
            tags: Tags::new(),
        };
        self.groups.insert(
            id.clone(),
            SecurityGroup {
                id: id.clone(),
                name: name.to_owned(),
                description: description.to_owned(),
                vpc_id: vpc_id.to_owned(),
                rules: vec![everything],
                tags,
            },
        );
        Ok(id)
    }

    /// `DeleteSecurityGroup`: refuses while an interface, a load balancer or a rule of another group uses it.
    pub fn delete_security_group(&mut self, id: &str) -> ApiResult<()> {
        let group = self.group(id)?;
        if group.name == "default" {
            return Err(ApiError::new(
                "CannotDelete",
                format!(
                    "the specified group: \"{id}\" name: \"default\" cannot be deleted by a user"
                ),
            ));
        }
        let in_use = self
            .interfaces
            .values()
            .any(|i| i.groups.iter().any(|g| g == id));
        let referred = self.groups.values().any(|other| {
            other.id != id
                && other
                    .rules
                    .iter()
                    .any(|rule| matches!(&rule.peer, RulePeer::Group(peer) if peer == id))
        });
        let balances = self
            .load_balancers
            .values()
            .any(|balancer| balancer.security_groups.iter().any(|g| g == id));
        if in_use || referred || balances {
            return Err(ApiError::new(
                "DependencyViolation",
                format!("resource {id} has a dependent object"),
            ));
        }
        self.groups.remove(id);
        Ok(())
    }

    /// `AuthorizeSecurityGroupIngress` and `…Egress`: all rules or none. Answers the new rules with their ids.
    pub fn authorize_rules(
        &mut self,
        group_id: &str,
        rules: Vec<GroupRule>,
    ) -> ApiResult<Vec<GroupRule>> {
        let group = self.group(group_id)?;
        if rules.is_empty() {
            return Err(ApiError::new(
                "MissingParameter",
                "The request must contain the parameter IpPermissions",
            ));
        }
        for rule in &rules {
            check_rule(rule)?;
            if let RulePeer::Group(peer) = &rule.peer {
                self.group(peer)?;
            }
            if group.rules.iter().any(|old| old.same_permission(rule)) {
                return Err(ApiError::new(
                    "InvalidPermission.Duplicate",
                    format!("the specified rule \"{}\" already exists", describe(rule)),
                ));
            }
        }
        let mut made = Vec::new();
        for mut rule in rules {
            rule.id = self.ids.ec2("sgr");
            made.push(rule);
        }
        if let Some(group) = self.groups.get_mut(group_id) {
            group.rules.extend(made.iter().cloned());
        }
        self.rejudge_flows();
        Ok(made)
    }

    /// `RevokeSecurityGroupIngress` and `…Egress` by permission: all rules or none.
    pub fn revoke_rules(
        &mut self,
        group_id: &str,
        rules: &[GroupRule],
    ) -> ApiResult<Vec<GroupRule>> {
        let group = self.group(group_id)?;
        for rule in rules {
            if !group.rules.iter().any(|old| old.same_permission(rule)) {
                return Err(ApiError::new(
                    "InvalidPermission.NotFound",
                    "The specified rule does not exist in this security group.",
                ));
            }
        }
        Ok(self.remove_rules(group_id, |old| {
            rules.iter().any(|rule| old.same_permission(rule))
        }))
    }

    /// `RevokeSecurityGroupIngress` and `…Egress` by rule id.
    pub fn revoke_rules_by_id(
        &mut self,
        group_id: &str,
        egress: bool,
        ids: &[String],
    ) -> ApiResult<Vec<GroupRule>> {
        let group = self.group(group_id)?;
        for id in ids {
            if !group
                .rules
                .iter()
                .any(|rule| rule.id == *id && rule.egress == egress)
            {
                return Err(ApiError::new(
                    "InvalidSecurityGroupRuleId.NotFound",
                    format!("The security group rule ID '{id}' does not exist"),
                ));
            }
        }
        Ok(self.remove_rules(group_id, |old| ids.contains(&old.id)))
    }

    fn remove_rules(
        &mut self,
        group_id: &str,
        gone: impl Fn(&GroupRule) -> bool,
    ) -> Vec<GroupRule> {
        let Some(group) = self.groups.get_mut(group_id) else {
            return Vec::new();
        };
        let (removed, kept) = std::mem::take(&mut group.rules)
            .into_iter()
            .partition(|rule| gone(rule));
        group.rules = kept;
        self.rejudge_flows();
        removed
    }

    /// `CreateNetworkAclEntry`: `NetworkAclEntryAlreadyExists` when the number is taken in that direction. It decides
    /// about the next packet, of old connections too: nothing is tracked.
    pub fn create_acl_entry(&mut self, acl_id: &str, entry: AclEntry) -> ApiResult<()> {
        let most = self.settings.acl_entries;
        let acl = self
            .network_acls
            .get_mut(acl_id)
            .ok_or_else(|| unknown_acl(acl_id))?;
        if !(1..=32766).contains(&entry.rule_number) {
            return Err(ApiError::new(
                "InvalidParameterValue",
                format!(
                    "Value ({}) for parameter ruleNumber is invalid.",
                    entry.rule_number
                ),
            ));
        }
        if acl
            .entries
            .iter()
            .any(|old| old.rule_number == entry.rule_number && old.egress == entry.egress)
        {
            return Err(ApiError::new(
                "NetworkAclEntryAlreadyExists",
                format!(
                    "The network acl entry identified by {} already exists.",
                    entry.rule_number
                ),
            ));
        }
        let same_way = acl.entries.iter().filter(|old| old.egress == entry.egress);
        if same_way.count() >= most {
            return Err(ApiError::new(
                "NetworkAclEntryLimitExceeded",
                format!("The maximum number of network acl entries has been reached: {most}."),
            ));
        }
        acl.entries.push(entry);
        acl.entries
            .sort_by_key(|entry| (entry.egress, entry.rule_number));
        Ok(())
    }

    /// `DeleteNetworkAclEntry`.
    pub fn delete_acl_entry(
        &mut self,
        acl_id: &str,
        rule_number: u16,
        egress: bool,
    ) -> ApiResult<()> {
        let acl = self
            .network_acls
            .get_mut(acl_id)
            .ok_or_else(|| unknown_acl(acl_id))?;
        let before = acl.entries.len();
        acl.entries
            .retain(|entry| entry.rule_number != rule_number || entry.egress != egress);
        if acl.entries.len() == before {
            return Err(ApiError::new(
                "InvalidNetworkAclEntry.NotFound",
                format!("The network acl entry identified by {rule_number} does not exist."),
            ));
        }
        Ok(())
    }
}

fn unknown_acl(id: &str) -> ApiError {
    ApiError::new(
        "InvalidNetworkAclID.NotFound",
        format!("The networkAcl ID '{id}' does not exist"),
    )
}

fn check_rule(rule: &GroupRule) -> ApiResult<()> {
    let known = matches!(
        rule.protocol.as_str(),
        "tcp" | "udp" | "icmp" | "icmpv6" | "-1"
    ) || rule.protocol.parse::<u8>().is_ok();
    if !known {
        return Err(ApiError::new(
            "InvalidParameterValue",
            format!(
                "Invalid value '{}' for IP protocol. Unknown protocol.",
                rule.protocol
            ),
        ));
    }
    if matches!(rule.protocol.as_str(), "tcp" | "udp")
        && !((0..=65535).contains(&rule.from_port)
            && (rule.from_port..=65535).contains(&rule.to_port))
    {
        return Err(ApiError::new(
            "InvalidParameterValue",
            format!(
                "Invalid TCP/UDP port range ({}:{})",
                rule.from_port, rule.to_port
            ),
        ));
    }
    Ok(())
}

fn describe(rule: &GroupRule) -> String {
    let peer = match &rule.peer {
        RulePeer::Cidr(net) => net.to_string(),
        RulePeer::Group(id) => id.clone(),
    };
    if rule.protocol == "-1" {
        format!("peer: {peer}, ALL, ALLOW")
    } else {
        format!(
            "peer: {peer}, {}, from port: {}, to port: {}, ALLOW",
            rule.protocol.to_uppercase(),
            rule.from_port,
            rule.to_port
        )
    }
}
