//! The people and programs of a scenario: what each does when it has its turn.
//! Must not know how packets are judged (`traffic`) or logged (`flows`, `authlog`).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    authlog::Login,
    engine::Task,
    model::{InstanceState, World},
    policy::Direction,
    traffic::{Opened, Pace, Wanted, jittered},
};
use crate::scenario::{Act, ActorSpec};

/// One act of one actor, with its own randomness so that no other player and no client changes it.
#[derive(Debug, Clone)]
pub(crate) struct Player {
    pub(crate) actor: Arc<ActorSpec>,
    pub(crate) act: Arc<Act>,
    /// Number of the actor's host in its range, for an actor that is no crowd.
    pub(crate) host: u64,
    pub(crate) target: Arc<str>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) rng: ChaCha8Rng,
    /// Turns taken.
    pub(crate) turns: usize,
    /// Whether a long connection of this player lives.
    pub(crate) connected: bool,
}

impl Player {
    pub(crate) fn rng(seed: u64, index: usize) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(100 + u64::try_from(index).unwrap_or(0));
        rng
    }

    /// Where it calls from, or is called at.
    pub(super) fn remote(&mut self) -> IpAddr {
        let host = if self.actor.crowd {
            self.rng.random_range(0..1 << 16)
        } else {
            self.host
        };
        self.actor.host(host)
    }

    fn ephemeral(&mut self) -> u16 {
        self.rng.random_range(32768..60999)
    }

    pub(super) fn turn_after(&mut self, mean: SignedDuration, percent: u32) -> SignedDuration {
        jittered(mean, percent, &mut self.rng)
    }
}

impl World {
    /// The addresses of those who are attackers in truth.
    #[must_use]
    pub fn attacker_addresses(&self) -> Vec<IpAddr> {
        let mut all: Vec<IpAddr> = self
            .engine
            .players
            .iter()
            .filter(|player| player.actor.hostile)
            .map(|player| player.actor.host(player.host))
            .collect();
        all.sort();
        all.dedup();
        all
    }

    /// Whether somebody got in or took credentials, in truth.
    #[must_use]
    pub fn is_breached(&self) -> bool {
        !self.engine.breached.is_empty() || !self.engine.stolen.is_empty()
    }

    /// Whether an attacker has had a shell on this instance.
    pub(super) fn is_held(&self, instance_id: &str) -> bool {
        self.engine.breached.contains(instance_id)
    }

    /// A player has its turn and says when it has the next.
    pub(crate) fn turn(&mut self, index: usize) {
        let Some(mut player) = self.engine.players.get(index).cloned() else {
            return;
        };
        if player.until.is_some_and(|until| self.now >= until) {
            return;
        }
        let wait = self.play(index, &mut player);
        player.turns += 1;
        if let Some(slot) = self.engine.players.get_mut(index) {
            *slot = player;
        }
        if let Some(wait) = wait {
            self.engine.at(self.now + wait, Task::Turn(index));
        }
    }

    /// A connection of a player is gone; who holds long ones tries again, for ever.
    pub(crate) fn lost(&mut self, index: usize) {
        let now = self.now;
        if let Some(player) = self.engine.players.get_mut(index)
            && player.connected
        {
            player.connected = false;
            let wait = SignedDuration::from_secs(player.rng.random_range(15..60));
            self.engine.at(now + wait, Task::Turn(index));
        }
    }

    /// A connection of a player has ended by itself.
    pub(crate) fn finished(&mut self, index: usize) {
        if let Some(player) = self.engine.players.get_mut(index) {
            player.connected = false;
        }
    }

    /// Calls the target from outside: at the interface it aims at if that has a public address, else at any that
    /// has (attackers find it, users follow the name).
    pub(super) fn call_in(
        &mut self,
        index: usize,
        player: &mut Player,
        interface: u16,
        port: u16,
        pace: Pace,
    ) -> Option<(Opened, Login<'static>)> {
        let sender = player.remote();
        let source_port = player.ephemeral();
        let balancer = player
            .actor
            .through_balancer
            .then(|| self.balancer_address(source_port));
        let remote_ip = balancer.unwrap_or(sender);
        let (interface_id, local_ip) =
            self.reachable(&player.target, Some(interface), remote_ip)
                .or_else(|| self.reachable(&player.target, None, remote_ip))?;
        let opened = self.open(&Wanted {
            interface_id,
            local_ip,
            remote_ip,
            sender: balancer.is_some().then_some(sender),
            initiated: Direction::Ingress,
            port,
            pace,
            hostile: player.actor.hostile,
            player: index,
            source_port,
        });
        let process = player.rng.random_range(1200..32000);
        Some((
            opened,
            Login {
                user: "",
                from: remote_ip,
                port: source_port,
                process,
            },
        ))
    }

    /// The target calls the actor, over its primary interface.
    pub(super) fn call_out(
        &mut self,
        index: usize,
        player: &mut Player,
        port: u16,
        pace: Pace,
    ) -> Option<Opened> {
        let remote_ip = player.remote();
        let source_port = player.ephemeral();
        let (interface_id, local_ip) = {
            let first = self.interfaces_of(&player.target).next()?;
            let local = match remote_ip {
                IpAddr::V4(_) => first
                    .private_addresses
                    .iter()
                    .find(|a| a.primary)?
                    .ip
                    .into(),
                IpAddr::V6(_) => IpAddr::V6(*first.ipv6_addresses.first()?),
            };
            (first.id.clone(), local)
        };
        if let Some(domain) = &player.actor.domain {
            self.log_query(&player.target, domain, &[remote_ip]);
        }
        Some(self.open(&Wanted {
            interface_id,
            local_ip,
            remote_ip,
            sender: None,
            initiated: Direction::Egress,
            port,
            pace,
            hostile: player.actor.hostile,
            player: index,
            source_port,
        }))
    }

    /// An interface with this device index, or any, and its address that can be called from there.
    fn reachable(
        &self,
        instance_id: &str,
        index: Option<u16>,
        remote: IpAddr,
    ) -> Option<(String, IpAddr)> {
        let inside = self.is_inside(remote);
        self.interfaces_of(instance_id)
            .filter(|i| {
                index.is_none_or(|index| {
                    i.attachment
                        .as_ref()
                        .is_some_and(|a| a.device_index == index)
                })
            })
            .find_map(|i| {
                let local = match remote {
                    IpAddr::V4(_) => i
                        .private_addresses
                        .iter()
                        .find(|a| inside || self.public_address_of(i, a.ip).is_some())
                        .map(|a| IpAddr::V4(a.ip)),
                    IpAddr::V6(_) => i.ipv6_addresses.first().copied().map(IpAddr::V6),
                };
                Some((i.id.clone(), local?))
            })
    }

    /// One of the balancer's own addresses; those who call through it are spread over them.
    fn balancer_address(&self, n: u16) -> IpAddr {
        let third = if n.is_multiple_of(2) { 8 } else { 9 };
        IpAddr::V4(Ipv4Addr::new(10, 0, third, 5))
    }

    pub(crate) fn is_running(&self, instance_id: &str) -> bool {
        self.instances
            .get(instance_id)
            .is_some_and(|instance| instance.state == InstanceState::Running)
    }
}
