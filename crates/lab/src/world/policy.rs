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

    /// Whether a VPC has IPv6 addresses.
    #[must_use]
    pub fn speaks_ipv6(&self, vpc_id: &str) -> bool {
        let mut interfaces = self.interfaces.values();
        interfaces.any(|i| i.vpc_id == vpc_id && !i.ipv6_addresses.is_empty())
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        scenario::Scenario,
        world::{AclEntry, Tags},
    };

    fn rule(egress: bool, protocol: &str, ports: (i32, i32), peer: &str) -> GroupRule {
        GroupRule {
            id: String::new(),
            egress,
            protocol: protocol.to_owned(),
            from_port: ports.0,
            to_port: ports.1,
            peer: RulePeer::Cidr(peer.parse().unwrap()),
            description: None,
            tags: Tags::new(),
        }
    }

    /// A world whose target's first interface has one group with exactly these rules.
    fn with_rules(rules: Vec<GroupRule>) -> (World, Interface) {
        let scenario = Scenario::load("attempt").unwrap();
        let mut world = World::new(
            &scenario,
            1,
            "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap(),
        );
        let interface = world
            .interfaces_of(&world.target_instance)
            .next()
            .unwrap()
            .clone();
        let id = world
            .create_security_group(&interface.vpc_id, "test", "test", Tags::new())
            .unwrap();
        world.groups.get_mut(&id).unwrap().rules = rules;
        world.set_interface_groups(&interface.id, &[id]).unwrap();
        let interface = world.interfaces[&interface.id].clone();
        (world, interface)
    }

    const ALL: (i32, i32) = (-1, -1);

    #[test]
    fn a_flow_is_untracked_only_when_both_directions_are_open_to_everybody() {
        let remote: IpAddr = "203.0.113.9".parse().unwrap();
        let untracked = |rules: Vec<GroupRule>, protocol| {
            let (world, interface) = with_rules(rules);
            world.is_untracked(&interface, Direction::Ingress, protocol, 22, remote)
        };
        let ssh = rule(false, "tcp", (22, 22), "0.0.0.0/0");
        let out = rule(true, "-1", ALL, "0.0.0.0/0");
        assert!(untracked(vec![ssh.clone(), out.clone()], Protocol::Tcp));
        assert!(untracked(
            vec![ssh.clone(), rule(true, "tcp", (0, 65535), "0.0.0.0/0")],
            Protocol::Tcp
        ));
        assert!(!untracked(vec![ssh.clone()], Protocol::Tcp), "no way out");
        assert!(
            !untracked(
                vec![ssh.clone(), rule(true, "tcp", (443, 443), "0.0.0.0/0")],
                Protocol::Tcp
            ),
            "not all ports"
        );
        assert!(
            !untracked(
                vec![ssh, rule(true, "-1", ALL, "10.0.0.0/8")],
                Protocol::Tcp
            ),
            "not everywhere"
        );
        assert!(!untracked(
            vec![rule(false, "tcp", (22, 22), "203.0.113.0/24"), out.clone()],
            Protocol::Tcp
        ));
        assert!(
            !untracked(
                vec![rule(false, "-1", ALL, "0.0.0.0/0"), out],
                Protocol::Icmp
            ),
            "ICMP is always tracked"
        );
    }

    #[test]
    fn groups_look_at_direction_protocol_port_and_peer() {
        let (world, interface) = with_rules(vec![rule(false, "tcp", (80, 90), "203.0.113.0/24")]);
        let allow = |direction, protocol, port, remote: &str| {
            world.groups_allow(
                &interface,
                direction,
                protocol,
                port,
                remote.parse().unwrap(),
            )
        };
        assert!(allow(Direction::Ingress, Protocol::Tcp, 85, "203.0.113.7"));
        assert!(!allow(Direction::Ingress, Protocol::Tcp, 91, "203.0.113.7"));
        assert!(!allow(Direction::Ingress, Protocol::Udp, 85, "203.0.113.7"));
        assert!(!allow(Direction::Egress, Protocol::Tcp, 85, "203.0.113.7"));
        assert!(!allow(
            Direction::Ingress,
            Protocol::Tcp,
            85,
            "198.51.100.7"
        ));
    }

    #[test]
    fn a_rule_for_a_group_means_its_members_private_addresses() {
        let (mut world, interface) = with_rules(Vec::new());
        let other = world
            .interfaces
            .values()
            .find(|i| i.id != interface.id)
            .unwrap()
            .clone();
        let own = interface.groups[0].clone();
        let peer = GroupRule {
            peer: RulePeer::Group(other.groups[0].clone()),
            ..rule(false, "-1", ALL, "0.0.0.0/0")
        };
        world.groups.get_mut(&own).unwrap().rules = vec![peer];
        let allow = |remote: IpAddr| {
            world.groups_allow(&interface, Direction::Ingress, Protocol::Tcp, 22, remote)
        };
        assert!(allow(other.private_addresses[0].ip.into()));
        assert!(!allow("10.0.3.3".parse().unwrap()));
    }

    #[test]
    fn the_lowest_matching_entry_of_a_network_acl_decides() {
        let (mut world, interface) = with_rules(Vec::new());
        let acl = world.acl_of(&interface.subnet_id).unwrap().id.clone();
        let deny = AclEntry {
            rule_number: 50,
            protocol: "6".to_owned(),
            allow: false,
            egress: false,
            cidr: "203.0.113.9/32".parse().unwrap(),
            ports: None,
        };
        world.create_acl_entry(&acl, deny.clone()).unwrap();
        let allow = |world: &World, remote: &str| {
            world.acl_allows(
                &interface.subnet_id,
                Direction::Ingress,
                Protocol::Tcp,
                22,
                remote.parse().unwrap(),
            )
        };
        assert!(!allow(&world, "203.0.113.9"));
        assert!(allow(&world, "203.0.113.10"));
        assert_eq!(
            world.create_acl_entry(&acl, deny).unwrap_err().code,
            "NetworkAclEntryAlreadyExists"
        );
        world.delete_acl_entry(&acl, 50, false).unwrap();
        assert!(allow(&world, "203.0.113.9"));
        world.delete_acl_entry(&acl, 100, false).unwrap();
        assert!(
            !allow(&world, "203.0.113.10"),
            "what no entry allows is denied"
        );
    }
}
