//! Connections in virtual time: opened against the groups, carried, cut.
//! Must not know who opens them (`players`) nor how records are delivered (`flows`).
//!
//! Simplification: what an instance still sends on a connection whose public address is gone is not recorded.

use std::net::{IpAddr, Ipv4Addr};

use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;

use super::{
    engine::Task,
    flows::FlowKey,
    metrics,
    model::{Endpoint, InstanceState, Protocol, World},
    policy::Direction,
};

/// A connection that lives.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Number, unique in the world.
    pub id: u64,
    /// Interface.
    pub interface_id: String,
    /// Private side.
    pub local: Endpoint,
    /// Remote side.
    pub remote: Endpoint,
    /// Protocol.
    pub protocol: Protocol,
    /// Who opened it: `Ingress` when the remote did.
    pub initiated: Direction,
    /// Whether the interface tracks it, so that it outlives a change of groups.
    pub tracked: bool,
    /// Public address it goes over; none inside the VPC.
    pub public_ip: Option<Ipv4Addr>,
    /// When it was opened.
    pub opened: Timestamp,
    /// Whether the remote side is an attacker in truth.
    pub hostile: bool,
    /// Who is behind the load balancer, where one stands between.
    pub sender: Option<IpAddr>,
    pub(crate) player: usize,
    pub(crate) cut: bool,
    pub(crate) pace: Pace,
}

/// What a connection carries each time it has its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Time to the next exchange.
    pub(crate) every: SignedDuration,
    /// Exchanges left; none for ever.
    pub(crate) left: Option<u32>,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
}

/// A connection that somebody wants to open.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) interface_id: String,
    pub(crate) local_ip: IpAddr,
    pub(crate) remote_ip: IpAddr,
    /// Who is behind the load balancer, where one stands between.
    pub(crate) sender: Option<IpAddr>,
    pub(crate) initiated: Direction,
    /// Port of the side that is called.
    pub(crate) port: u16,
    pub(crate) pace: Pace,
    pub(crate) hostile: bool,
    pub(crate) player: usize,
    /// Port of the side that calls.
    pub(crate) source_port: u16,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opened {
    /// It lives.
    Yes(u64),
    /// Groups or network ACL refused it.
    Refused,
    /// Nothing listens: answered with a reset.
    Closed,
    /// No way between the two.
    NoWay,
}

/// Accepted traffic with an attacker, in truth and not through logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedFlow {
    /// When packets passed.
    pub at: Timestamp,
    /// Interface.
    pub interface_id: String,
    /// Remote address.
    pub remote: IpAddr,
    /// Number of the connection.
    pub connection: u64,
}

const SYN: u8 = 2;
const FIN: u8 = 1;
const RST: u8 = 4;
const SYN_ACK: u8 = 18;

impl World {
    /// The connections that live now.
    pub fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.engine
            .connections
            .values()
            .filter(|connection| !connection.cut)
    }

    /// How many connections carried accepted traffic with one of `remotes` after `since`, in truth.
    #[must_use]
    pub fn accepted_flows_since(&self, since: Timestamp, remotes: &[IpAddr]) -> usize {
        self.engine
            .accepted
            .iter()
            .filter(|flow| flow.at > since && remotes.contains(&flow.remote))
            .map(|flow| flow.connection)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    }

    /// Tries to open a connection and records the first packets as the flow logs would see them.
    pub(crate) fn open(&mut self, wanted: &Wanted) -> Opened {
        let Some(interface) = self.interfaces.get(&wanted.interface_id) else {
            return Opened::NoWay;
        };
        let Some(instance) = interface
            .attachment
            .as_ref()
            .and_then(|a| self.instances.get(&a.instance_id))
        else {
            return Opened::NoWay;
        };
        if instance.state != InstanceState::Running {
            return Opened::NoWay;
        }
        let inside = self.is_inside(wanted.remote_ip);
        // An IPv6 address is its own public address.
        let (public_ip, way) = match wanted.local_ip {
            IpAddr::V4(ip) => {
                let public_ip = self.public_address_of(interface, ip);
                (public_ip, inside || public_ip.is_some())
            }
            IpAddr::V6(_) => (None, true),
        };
        let ingress = wanted.initiated == Direction::Ingress;
        if ingress && !way {
            return Opened::NoWay;
        }
        let protocol = Protocol::Tcp;
        let (local_port, remote_port) = if ingress {
            (wanted.port, wanted.source_port)
        } else {
            (wanted.source_port, wanted.port)
        };
        let allowed = self.groups_allow(
            interface,
            wanted.initiated,
            protocol,
            wanted.port,
            wanted.remote_ip,
        ) && self.acl_allows(
            &interface.subnet_id,
            wanted.initiated,
            protocol,
            wanted.port,
            wanted.remote_ip,
        );
        let reply_allowed = self.acl_allows(
            &interface.subnet_id,
            wanted.initiated.reverse(),
            protocol,
            wanted.source_port,
            wanted.remote_ip,
        );
        let listens = !ingress || instance.listening.contains(&wanted.port);
        let tracked = !self.is_untracked(
            interface,
            wanted.initiated,
            protocol,
            wanted.port,
            wanted.remote_ip,
        );
        let id = self.engine.number();
        let connection = Connection {
            id,
            interface_id: wanted.interface_id.clone(),
            local: Endpoint {
                ip: wanted.local_ip,
                port: local_port,
            },
            remote: Endpoint {
                ip: wanted.remote_ip,
                port: remote_port,
            },
            protocol,
            initiated: wanted.initiated,
            tracked,
            public_ip: if inside { None } else { public_ip },
            opened: self.now,
            hostile: wanted.hostile,
            sender: wanted.sender,
            player: wanted.player,
            cut: false,
            pace: wanted.pace,
        };
        let (there, back) = (wanted.initiated, wanted.initiated.reverse());
        if !allowed {
            self.record(&connection, there, false, 1, 60, SYN);
            return Opened::Refused;
        }
        if !ingress && !way {
            self.record(&connection, there, true, 2, 120, SYN);
            return Opened::NoWay;
        }
        if !reply_allowed {
            self.record(&connection, there, true, 1, 60, SYN);
            self.record(&connection, back, false, 1, 60, SYN_ACK);
            return Opened::Refused;
        }
        if !listens {
            self.record(&connection, there, true, 1, 60, SYN);
            self.record(&connection, back, true, 1, 40, RST);
            self.remember_accepted(&connection);
            return Opened::Closed;
        }
        self.record(&connection, there, true, 2, 112, SYN);
        self.record(&connection, back, true, 1, 60, SYN_ACK);
        self.remember_accepted(&connection);
        self.engine
            .at(self.now + SignedDuration::from_secs(1), Task::Packets(id));
        self.engine.connections.insert(id, connection);
        Opened::Yes(id)
    }

    /// A live connection has its turn: it carries on, ends, or turns out to be cut.
    pub(crate) fn carry(&mut self, id: u64) {
        let Some(mut connection) = self.engine.connections.remove(&id) else {
            return;
        };
        let runs = self
            .interfaces
            .get(&connection.interface_id)
            .and_then(|i| i.attachment.as_ref())
            .and_then(|a| self.instances.get(&a.instance_id))
            .is_some_and(|instance| instance.state == InstanceState::Running);
        if !runs {
            self.lost(connection.player);
            return;
        }
        if connection.cut {
            let (tries_in, tries_out) = (
                self.engine.rng.random_range(2..5),
                self.engine.rng.random_range(1..4),
            );
            self.record(
                &connection,
                Direction::Ingress,
                false,
                tries_in,
                96 * tries_in,
                0,
            );
            self.record(
                &connection,
                Direction::Egress,
                false,
                tries_out,
                88 * tries_out,
                0,
            );
            self.lost(connection.player);
            return;
        }
        for direction in [Direction::Ingress, Direction::Egress] {
            let port = if direction == Direction::Ingress {
                connection.local.port
            } else {
                connection.remote.port
            };
            let subnet = self
                .interfaces
                .get(&connection.interface_id)
                .map(|i| i.subnet_id.clone())
                .unwrap_or_default();
            if !self.acl_allows(
                &subnet,
                direction,
                connection.protocol,
                port,
                connection.remote.ip,
            ) {
                self.record(&connection, direction, false, 3, 288, 0);
                self.lost(connection.player);
                return;
            }
        }
        let last = connection.pace.left == Some(1);
        let flags = if last { FIN } else { 0 };
        for (direction, bytes) in [
            (Direction::Ingress, connection.pace.bytes_in),
            (Direction::Egress, connection.pace.bytes_out),
        ] {
            let spread = bytes / 8 + 1;
            let bytes = bytes - spread / 2 + self.engine.rng.random_range(0..=spread);
            let packets = bytes / 900 + 3;
            self.record(
                &connection,
                direction,
                true,
                packets,
                bytes + packets * 40,
                flags,
            );
        }
        self.remember_accepted(&connection);
        if last {
            self.finished(connection.player);
            return;
        }
        connection.pace.left = connection.pace.left.map(|left| left - 1);
        let wait = jittered(connection.pace.every, 25, &mut self.engine.rng);
        self.engine.at(self.now + wait, Task::Packets(id));
        self.engine.connections.insert(id, connection);
    }

    /// After a change of groups or rules: untracked flows that the rules now refuse die at once, tracked ones live
    /// on; a tracked one may become untracked when everything is open (unproven in AWS, hence a setting).
    pub(crate) fn rejudge_flows(&mut self) {
        let open_unties = self.settings.tracked_becomes_untracked_under_open_group;
        let verdicts: Vec<(u64, bool, bool)> = self
            .engine
            .connections
            .values()
            .filter(|connection| !connection.cut)
            .filter_map(|c| {
                let interface = self.interfaces.get(&c.interface_id)?;
                let port = if c.initiated == Direction::Ingress {
                    c.local.port
                } else {
                    c.remote.port
                };
                let untracked =
                    self.is_untracked(interface, c.initiated, c.protocol, port, c.remote.ip);
                let verdict = if c.tracked {
                    (c.id, false, !(untracked && open_unties))
                } else {
                    (
                        c.id,
                        !self.groups_allow(interface, c.initiated, c.protocol, port, c.remote.ip),
                        !untracked,
                    )
                };
                Some(verdict)
            })
            .collect();
        for (id, cut, tracked) in verdicts {
            if let Some(connection) = self.engine.connections.get_mut(&id) {
                connection.cut = cut;
                connection.tracked = tracked;
            }
        }
    }

    /// A public address left its interface: every flow over it ends there and then.
    pub(crate) fn public_address_lost(&mut self, public_ip: Ipv4Addr) {
        let lost: Vec<(u64, usize)> = self
            .engine
            .connections
            .values()
            .filter(|connection| connection.public_ip == Some(public_ip))
            .map(|connection| (connection.id, connection.player))
            .collect();
        for (id, player) in lost {
            self.engine.connections.remove(&id);
            self.lost(player);
        }
    }

    /// Whether an address is in one of the account's VPCs.
    pub(super) fn is_inside(&self, ip: IpAddr) -> bool {
        matches!(ip, IpAddr::V4(ip) if self.vpcs.values().any(|vpc| vpc.cidr.contains(&ip)))
    }

    fn remember_accepted(&mut self, connection: &Connection) {
        if connection.hostile {
            self.engine.accepted.push(AcceptedFlow {
                at: self.now,
                interface_id: connection.interface_id.clone(),
                remote: connection.remote.ip,
                connection: connection.id,
            });
        }
    }

    fn record(
        &mut self,
        c: &Connection,
        direction: Direction,
        accepted: bool,
        packets: u64,
        bytes: u64,
        flags: u8,
    ) {
        let (src, dst) = if direction == Direction::Ingress {
            (c.remote, c.local)
        } else {
            (c.local, c.remote)
        };
        let key = FlowKey {
            window: self.engine.windows.start_of(self.now.as_second()),
            interface_id: c.interface_id.clone(),
            src,
            dst,
            protocol: c.protocol,
            direction,
            accepted,
        };
        let at = self.now.as_second();
        if accepted {
            metrics::count(
                &mut self.engine.meters,
                &c.interface_id,
                at,
                direction,
                packets,
                bytes,
            );
        }
        self.engine.windows.add(key, at, packets, bytes, flags, c);
    }
}

/// A duration give or take `percent`.
pub(crate) fn jittered(
    mean: SignedDuration,
    percent: u32,
    rng: &mut impl rand::Rng,
) -> SignedDuration {
    let millis = i64::try_from(mean.as_millis())
        .unwrap_or(i64::MAX / 4)
        .max(1);
    let spread = millis.saturating_mul(i64::from(percent)) / 100;
    SignedDuration::from_millis((millis - spread + rng.random_range(0..=2 * spread)).max(1))
}
