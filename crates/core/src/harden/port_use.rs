//! Who used which port of the instance lately, as its flow logs tell: closing a port is a question of who would lose
//! access. Must not know how flow logs are read.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the flow logs of a time say of the instance's ports. A port that is not here was used by nobody only if the
/// logs are complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortsUsed {
    /// The logs speak from here.
    pub since: Timestamp,
    /// To here.
    pub until: Timestamp,
    /// Whether every flow of that time was read.
    pub complete: bool,
    /// Why not, as codes of gaps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<String>,
    /// The ports that somebody reached, in their order.
    pub ports: Vec<PortUse>,
}

/// Who reached one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortUse {
    /// The port on the instance.
    pub port: u16,
    /// IANA protocol number, 6 for TCP and 17 for UDP.
    pub protocol: u8,
    /// How many addresses reached it; at least so many where the logs are not complete.
    pub peers: u64,
    /// The first few of them, those with the most bytes first.
    pub first: Vec<PortPeer>,
}

/// An address that reached a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortPeer {
    /// Its address.
    pub ip: IpAddr,
    /// Flow records that were accepted, both directions.
    pub flows: u64,
    /// Bytes in both directions.
    pub bytes: u64,
    /// When it was last seen.
    pub last: Timestamp,
}
