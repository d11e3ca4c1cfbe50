//! The network part of the model: VPC, subnets, ACLs, groups, interfaces, Elastic IPs, flow logs.
//! Must not know how traffic is judged (`policy`) or moved (`traffic`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;

use super::model::Tags;

/// A VPC.
#[derive(Debug, Clone)]
pub struct Vpc {
    /// `vpc-…`.
    pub id: String,
    /// IPv4 range.
    pub cidr: Ipv4Net,
    /// Whether it is the account's default.
    pub is_default: bool,
    /// DHCP options, `dopt-…`.
    pub dhcp_options_id: String,
    /// Tags.
    pub tags: Tags,
}

/// A set of DHCP options.
#[derive(Debug, Clone)]
pub struct DhcpOptions {
    /// `dopt-…`.
    pub id: String,
    /// `domain-name`.
    pub domain_name: String,
    /// `domain-name-servers`: addresses, or `AmazonProvidedDNS` for the VPC's own resolver.
    pub name_servers: Vec<String>,
    /// Tags.
    pub tags: Tags,
}

/// A subnet.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// `subnet-…`.
    pub id: String,
    /// VPC.
    pub vpc_id: String,
    /// IPv4 range.
    pub cidr: Ipv4Net,
    /// Zone name, for example `eu-west-1a`.
    pub availability_zone: String,
    /// Zone id, for example `euw1-az1`.
    pub availability_zone_id: String,
    /// Whether its default route goes to a NAT gateway instead of an internet gateway.
    pub behind_nat: bool,
    /// The interface of a NAT instance that stands in the place of that gateway.
    pub nat_interface: Option<String>,
    /// Whether launched instances get a public address.
    pub map_public_ip_on_launch: bool,
    /// Tags.
    pub tags: Tags,
}

/// A network ACL: stateless and subnet-wide.
#[derive(Debug, Clone)]
pub struct NetworkAcl {
    /// `acl-…`.
    pub id: String,
    /// VPC.
    pub vpc_id: String,
    /// Whether it is the VPC's default.
    pub is_default: bool,
    /// Associated subnets as (association id, subnet id).
    pub associations: Vec<(String, String)>,
    /// Entries, the implicit `32767` deny not among them.
    pub entries: Vec<AclEntry>,
    /// Tags.
    pub tags: Tags,
}

/// One entry of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclEntry {
    /// 1 to 32766; the lowest that matches decides.
    pub rule_number: u16,
    /// Protocol number as text, `-1` for all.
    pub protocol: String,
    /// `true` for allow.
    pub allow: bool,
    /// Outbound.
    pub egress: bool,
    /// Peer range.
    pub cidr: IpNet,
    /// Destination port range; none for all.
    pub ports: Option<(u16, u16)>,
}

/// A security group.
#[derive(Debug, Clone)]
pub struct SecurityGroup {
    /// `sg-…`.
    pub id: String,
    /// Name, unique in its VPC.
    pub name: String,
    /// Description.
    pub description: String,
    /// VPC.
    pub vpc_id: String,
    /// Rules of both directions.
    pub rules: Vec<GroupRule>,
    /// Tags.
    pub tags: Tags,
}

/// One rule of a security group: one peer, as `DescribeSecurityGroupRules` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRule {
    /// `sgr-…`; empty in a rule that is only asked for.
    pub id: String,
    /// Outbound.
    pub egress: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or a number.
    pub protocol: String,
    /// First port (ICMP type); -1 when the protocol is `-1`.
    pub from_port: i32,
    /// Last port (ICMP code); -1 when the protocol is `-1`.
    pub to_port: i32,
    /// Who is meant.
    pub peer: RulePeer,
    /// Description.
    pub description: Option<String>,
    /// Tags.
    pub tags: Tags,
}

impl GroupRule {
    /// Whether both say the same; ids, descriptions and tags do not count, as in EC2.
    #[must_use]
    pub fn same_permission(&self, other: &Self) -> bool {
        self.egress == other.egress
            && self.protocol == other.protocol
            && self.from_port == other.from_port
            && self.to_port == other.to_port
            && self.peer == other.peer
    }
}

/// The peer of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulePeer {
    /// A range of either family.
    Cidr(IpNet),
    /// The members of a group.
    Group(String),
}

/// A network interface. Its Elastic IP, if any, is in [`super::model::World::addresses`].
#[derive(Debug, Clone)]
pub struct Interface {
    /// `eni-…`.
    pub id: String,
    /// VPC.
    pub vpc_id: String,
    /// Subnet.
    pub subnet_id: String,
    /// Zone name.
    pub availability_zone: String,
    /// Description.
    pub description: String,
    /// MAC address.
    pub mac: String,
    /// Private IPv4 addresses, the primary first.
    pub private_addresses: Vec<PrivateAddress>,
    /// IPv6 addresses.
    pub ipv6_addresses: Vec<Ipv6Addr>,
    /// Groups, at least one.
    pub groups: Vec<String>,
    /// Source/destination check.
    pub source_dest_check: bool,
    /// `AssociatePublicIpAddress`: whether EC2 gives the interface an automatic public address when it may.
    pub associate_public_ip: bool,
    /// Made by another AWS service, not modifiable.
    pub requester_managed: bool,
    /// `interface`, `nat_gateway`, …
    pub interface_type: String,
    /// Attachment.
    pub attachment: Option<Attachment>,
    /// Tags.
    pub tags: Tags,
}

/// One private IPv4 address of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateAddress {
    /// Address.
    pub ip: Ipv4Addr,
    /// Whether it is the primary.
    pub primary: bool,
    /// Automatic public address (owner `amazon`), if it has one. Never together with an Elastic IP.
    pub auto_public: Option<Ipv4Addr>,
}

/// The attachment of an interface to an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// `eni-attach-…`.
    pub id: String,
    /// Instance.
    pub instance_id: String,
    /// Device index: 0 is the primary interface.
    pub device_index: u16,
    /// When.
    pub attach_time: Timestamp,
    /// Whether the interface dies with the instance.
    pub delete_on_termination: bool,
}

/// An Elastic IP.
#[derive(Debug, Clone)]
pub struct ElasticIp {
    /// `eipalloc-…`.
    pub allocation_id: String,
    /// Address.
    pub public_ip: Ipv4Addr,
    /// Where it is associated.
    pub association: Option<EipAssociation>,
    /// Tags.
    pub tags: Tags,
}

/// The association of an Elastic IP with a private address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EipAssociation {
    /// `eipassoc-…`.
    pub id: String,
    /// Interface.
    pub interface_id: String,
    /// Private address.
    pub private_ip: Ipv4Addr,
    /// Instance the interface is attached to.
    pub instance_id: Option<String>,
}

/// A flow log configuration.
#[derive(Debug, Clone)]
pub struct FlowLog {
    /// `fl-…`.
    pub id: String,
    /// VPC, subnet or interface.
    pub resource_id: String,
    /// `ALL`, `ACCEPT` or `REJECT`.
    pub traffic_type: String,
    /// `s3` or `cloud-watch-logs`.
    pub destination_type: String,
    /// Bucket ARN (with optional prefix) for `s3`.
    pub destination: String,
    /// Log group for `cloud-watch-logs`.
    pub log_group_name: Option<String>,
    /// Format with `${field}` names.
    pub log_format: String,
    /// Seconds.
    pub max_aggregation_interval: i32,
    /// When it was made; traffic before is not in it.
    pub creation_time: Timestamp,
    /// Role that delivers to CloudWatch Logs.
    pub deliver_logs_permission_arn: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A transport protocol by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// 1.
    Icmp,
    /// 6.
    Tcp,
    /// 17.
    Udp,
}

impl Protocol {
    /// IANA number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Icmp => 1,
            Self::Tcp => 6,
            Self::Udp => 17,
        }
    }

    /// Name as security groups write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Icmp => "icmp",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// One side of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Address.
    pub ip: IpAddr,
    /// Port.
    pub port: u16,
}
