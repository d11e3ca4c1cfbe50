//! What groups and network ACLs say about a packet. Facts: EC2 guide "Security group connection tracking".
//! Must not change anything.

use std::net::IpAddr;

use ipnet::IpNet;

use super::model::{GroupRule, Interface, NetworkAcl, Protocol, RulePeer, World};

/// A packet's direction as seen from the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Towards the interface.
    Ingress,
    /// Away from it.
    Egress,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::Ingress => Self::Egress,
            Self::Egress => Self::Ingress,
        }
    }

    /// As flow logs write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// Whether the range is everything of its family.
fn is_everywhere(net: &IpNet) -> bool {
    net.prefix_len() == 0
}

fn rule_protocol_matches(rule: &GroupRule, protocol: Protocol) -> bool {
    rule.protocol == "-1"
        || rule.protocol == protocol.name()
        || rule.protocol == protocol.number().to_string()
}

fn rule_port_matches(rule: &GroupRule, protocol: Protocol, port: u16) -> bool {
    rule.protocol == "-1"
        || protocol == Protocol::Icmp
        || (rule.from_port <= i32::from(port) && i32::from(port) <= rule.to_port)
}

impl World {
    fn rules_of<'a>(
        &'a self,
        interface: &'a Interface,
        direction: Direction,
    ) -> impl Iterator<Item = &'a GroupRule> {
        interface
            .groups
            .iter()
            .filter_map(|id| self.groups.get(id))
            .flat_map(|group| group.rules.iter())
            .filter(move |rule| rule.egress == (direction == Direction::Egress))
    }

    fn peer_matches(&self, peer: &RulePeer, remote: IpAddr) -> bool {
        match peer {
            RulePeer::Cidr(net) => net.contains(&remote),
            RulePeer::Group(id) => self.interfaces.values().any(|other| {
                other.groups.contains(id)
                    && (other
                        .private_addresses
                        .iter()
                        .any(|a| IpAddr::V4(a.ip) == remote)
                        || other
                            .ipv6_addresses
                            .iter()
                            .any(|a| IpAddr::V6(*a) == remote))
            }),
        }
    }

    /// Whether the groups of the interface let a first packet to `port` (the destination's) pass.
    #[must_use]
    pub fn groups_allow(
        &self,
        interface: &Interface,
        direction: Direction,
        protocol: Protocol,
        port: u16,
        remote: IpAddr,
    ) -> bool {
        self.rules_of(interface, direction).any(|rule| {
            rule_protocol_matches(rule, protocol)
                && rule_port_matches(rule, protocol, port)
                && self.peer_matches(&rule.peer, remote)
        })
    }

    /// Whether a flow that starts in `direction` is not tracked: a rule lets it in from everywhere, and the
    /// other direction lets all responses out to everywhere on any port. ICMP is always tracked.
    #[must_use]
    pub fn is_untracked(
        &self,
        interface: &Interface,
        direction: Direction,
        protocol: Protocol,
        port: u16,
        remote: IpAddr,
    ) -> bool {
        if protocol == Protocol::Icmp {
            return false;
        }
        let everywhere = |peer: &RulePeer| matches!(peer, RulePeer::Cidr(net) if is_everywhere(net) && net.contains(&remote));
        let open = self.rules_of(interface, direction).any(|rule| {
            rule_protocol_matches(rule, protocol)
                && rule_port_matches(rule, protocol, port)
                && everywhere(&rule.peer)
        });
        let responses = self.rules_of(interface, direction.reverse()).any(|rule| {
            let all_ports = rule.protocol == "-1" || (rule.from_port <= 0 && rule.to_port >= 65535);
            rule_protocol_matches(rule, protocol) && all_ports && everywhere(&rule.peer)
        });
        open && responses
    }

    /// Whether the network ACL of the subnet lets a packet pass; no ACL at all lets everything pass.
    #[must_use]
    pub fn acl_allows(
        &self,
        subnet_id: &str,
        direction: Direction,
        protocol: Protocol,
        destination_port: u16,
        remote: IpAddr,
    ) -> bool {
        let Some(acl) = self.acl_of(subnet_id) else {
            return true;
        };
        let egress = direction == Direction::Egress;
        acl.entries
            .iter()
            .filter(|entry| entry.egress == egress)
            .filter(|entry| {
                entry.protocol == "-1" || entry.protocol == protocol.number().to_string()
            })
            .filter(|entry| entry.cidr.contains(&remote))
            .filter(|entry| {
                entry
                    .ports
                    .is_none_or(|(from, to)| (from..=to).contains(&destination_port))
            })
            .min_by_key(|entry| entry.rule_number)
            .is_some_and(|entry| entry.allow)
    }

    /// The network ACL of a subnet.
    #[must_use]
    pub fn acl_of(&self, subnet_id: &str) -> Option<&NetworkAcl> {
        self.network_acls.values().find(|acl| {
            acl.associations
                .iter()
                .any(|(_, subnet)| subnet == subnet_id)
        })
    }
}
