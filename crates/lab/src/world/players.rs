//! The people and programs of a scenario: what each does when it has its turn.
//! Must not know how packets are judged (`traffic`) or logged (`flows`, `authlog`).

use std::net::IpAddr;

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
    pub(crate) actor: ActorSpec,
    pub(crate) act: Act,
    /// Number of the actor's host in its range, for an actor that is no crowd.
    pub(crate) host: u64,
    pub(crate) target: String,
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

    fn remote(&mut self) -> IpAddr {
        let host = if self.actor.crowd {
            self.rng.random_range(0..1 << 16)
        } else {
            self.host
        };
        IpAddr::V4(self.actor.host(host))
    }

    fn ephemeral(&mut self) -> u16 {
        self.rng.random_range(32768..60999)
    }

    fn turn_after(&mut self, mean: SignedDuration, percent: u32) -> SignedDuration {
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
            .map(|player| IpAddr::V4(player.actor.host(player.host)))
            .collect();
        all.sort();
        all.dedup();
        all
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

    fn play(&mut self, index: usize, player: &mut Player) -> Option<SignedDuration> {
        match player.act.clone() {
            Act::Scan {
                every,
                ports,
                interface,
                ..
            } => {
                let port = *ports.get(player.turns % ports.len().max(1))?;
                let called = self.call_in(index, player, interface, port, pace(1, 1, 40, 40));
                if let (Some((Opened::Yes(_), login)), 22) = (called, port) {
                    self.log_scan(&player.target, &login);
                }
                Some(player.turn_after(every, 40))
            }
            Act::SshGuess {
                every,
                users,
                existing,
                interface,
                ..
            } => {
                let user = users.get(player.turns % users.len().max(1))?.clone();
                let exchanges = player.rng.random_range(2..4);
                let pace = pace(2, exchanges, 620, 700);
                if let Some((Opened::Yes(_), login)) =
                    self.call_in(index, player, interface, 22, pace)
                {
                    let known = existing.contains(&user);
                    self.log_failed_login(
                        &player.target,
                        &Login {
                            user: &user,
                            ..login
                        },
                        known,
                    );
                }
                Some(player.turn_after(every, 35))
            }
            Act::SshSession {
                user,
                bytes_out,
                interface,
                ..
            } => {
                if player.connected {
                    return None;
                }
                let pace = Pace {
                    every: SignedDuration::from_secs(20),
                    left: None,
                    bytes_in: 900,
                    bytes_out,
                };
                if let Some((Opened::Yes(_), login)) =
                    self.call_in(index, player, interface, 22, pace)
                {
                    self.log_accepted_login(
                        &player.target,
                        &Login {
                            user: &user,
                            ..login
                        },
                    );
                    self.engine.breached = true;
                    player.connected = true;
                    return None;
                }
                Some(SignedDuration::from_secs(player.rng.random_range(20..70)))
            }
            Act::Beacon {
                every,
                jitter,
                port,
                ..
            } => {
                if self.engine.breached {
                    self.call_out(index, player, port, pace(1, 2, 380, 300));
                }
                Some(player.turn_after(every, jitter))
            }
            Act::Tunnel {
                port, bytes_out, ..
            } => {
                if player.connected {
                    return None;
                }
                let pace = Pace {
                    every: SignedDuration::from_secs(30),
                    left: None,
                    bytes_in: 700,
                    bytes_out,
                };
                if self.engine.breached
                    && matches!(
                        self.call_out(index, player, port, pace),
                        Some(Opened::Yes(_))
                    )
                {
                    player.connected = true;
                    return None;
                }
                Some(SignedDuration::from_secs(player.rng.random_range(20..70)))
            }
            Act::RoleUse {
                every,
                rest,
                again,
                calls,
                ..
            } => {
                self.refresh_stolen_credentials(&player.target);
                let IpAddr::V4(from) = player.remote() else {
                    return None;
                };
                let call = if player.turns < calls.len() {
                    calls.get(player.turns)
                } else {
                    calls.get((player.turns - calls.len()) % again.clamp(1, calls.len().max(1)))
                };
                self.use_stolen_credentials(call?, from);
                Some(if player.turns + 1 < calls.len() {
                    player.turn_after(every, 30)
                } else {
                    player.turn_after(rest, 30)
                })
            }
            Act::OwnRole { every, calls, .. } => {
                let call = calls.get(player.turns % calls.len().max(1))?;
                self.use_own_role(&player.target, call);
                Some(player.turn_after(every, 5))
            }
            Act::AdminSession {
                every,
                user,
                interface,
                ..
            } => {
                let exchanges = player.rng.random_range(15..60);
                let called =
                    self.call_in(index, player, interface, 22, pace(15, exchanges, 700, 4200));
                if let Some((Opened::Yes(_), login)) = called {
                    self.log_key_login(
                        &player.target,
                        &Login {
                            user: &user,
                            ..login
                        },
                    );
                }
                Some(player.turn_after(every, 40))
            }
            Act::Cron { every, .. } => {
                let process = player.rng.random_range(1200..32000);
                self.log_cron(&player.target, process);
                Some(every)
            }
            Act::Web {
                every,
                port,
                bytes_out,
                balanced,
                interface,
                ..
            } => {
                let healthy = self
                    .target_groups
                    .values()
                    .flat_map(|group| &group.targets)
                    .any(|target| target.id == player.target && target.state == "healthy");
                if !balanced || healthy {
                    self.call_in(
                        index,
                        player,
                        interface,
                        port,
                        pace(2, 2, 900, bytes_out / 2),
                    );
                }
                Some(player.turn_after(every, 60))
            }
            Act::CallOut {
                every,
                port,
                bytes_out,
                ..
            } => {
                self.call_out(index, player, port, pace(2, 2, 2400, bytes_out / 2));
                Some(player.turn_after(every, 30))
            }
        }
    }

    /// Calls the target from outside: at the interface it aims at if that has a public address, else at any that
    /// has (attackers find it, users follow the name).
    fn call_in(
        &mut self,
        index: usize,
        player: &mut Player,
        interface: u16,
        port: u16,
        pace: Pace,
    ) -> Option<(Opened, Login<'static>)> {
        let remote_ip = player.remote();
        let source_port = player.ephemeral();
        let inside = matches!(remote_ip, IpAddr::V4(ip) if self.vpcs.values().any(|vpc| vpc.cidr.contains(&ip)));
        let reachable = |aim: Option<u16>| {
            self.interfaces_of(&player.target)
                .filter(|i| {
                    aim.is_none_or(|aim| {
                        i.attachment.as_ref().is_some_and(|a| a.device_index == aim)
                    })
                })
                .flat_map(|i| i.private_addresses.iter().map(move |a| (i, a.ip)))
                .find(|(i, ip)| inside || self.public_address_of(i, *ip).is_some())
                .map(|(i, ip)| (i.id.clone(), ip))
        };
        let (interface_id, local_ip) = reachable(Some(interface)).or_else(|| reachable(None))?;
        let opened = self.open(&Wanted {
            interface_id,
            local_ip,
            remote_ip,
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
    fn call_out(
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
            (
                first.id.clone(),
                first.private_addresses.iter().find(|a| a.primary)?.ip,
            )
        };
        Some(self.open(&Wanted {
            interface_id,
            local_ip,
            remote_ip,
            initiated: Direction::Egress,
            port,
            pace,
            hostile: player.actor.hostile,
            player: index,
            source_port,
        }))
    }

    pub(crate) fn is_running(&self, instance_id: &str) -> bool {
        self.instances
            .get(instance_id)
            .is_some_and(|instance| instance.state == InstanceState::Running)
    }
}

fn pace(every_secs: i64, exchanges: u32, bytes_in: u64, bytes_out: u64) -> Pace {
    Pace {
        every: SignedDuration::from_secs(every_secs),
        left: Some(exchanges),
        bytes_in,
        bytes_out,
    }
}
