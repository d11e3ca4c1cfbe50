//! What each act of a player is: whom it calls, what comes of it, and when it has its next turn.
//! Must not know how packets are judged (`traffic`) or logged (`flows`, `authlog`).

use std::sync::Arc;

use jiff::SignedDuration;
use rand::RngExt as _;

use super::{
    authlog::Login,
    model::World,
    players::Player,
    traffic::{Opened, Pace},
};
use crate::scenario::{Act, Gain};

impl World {
    pub(super) fn play(&mut self, index: usize, player: &mut Player) -> Option<SignedDuration> {
        let act = Arc::clone(&player.act);
        match &*act {
            Act::Scan {
                every,
                ports,
                interface,
                ..
            } => {
                let port = *ports.get(player.turns % ports.len().max(1))?;
                let called = self.call_in(index, player, *interface, port, pace(1, 1, 40, 40));
                if let (Some((Opened::Yes(_), login)), 22) = (called, port) {
                    self.log_scan(&player.target, &login);
                }
                Some(player.turn_after(*every, 40))
            }
            Act::SshGuess {
                every,
                users,
                existing,
                interface,
                ..
            } => {
                let user = users.get(player.turns % users.len().max(1))?;
                let exchanges = player.rng.random_range(2..4);
                let pace = pace(2, exchanges, 620, 700);
                if let Some((Opened::Yes(_), login)) =
                    self.call_in(index, player, *interface, 22, pace)
                {
                    let known = existing.contains(user);
                    self.log_failed_login(&player.target, &Login { user, ..login }, known);
                }
                Some(player.turn_after(*every, 35))
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
                    bytes_out: *bytes_out,
                };
                if let Some((Opened::Yes(_), login)) =
                    self.call_in(index, player, *interface, 22, pace)
                {
                    self.log_accepted_login(&player.target, &Login { user, ..login });
                    self.breach(&player.target);
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
                if self.is_held(&player.target) {
                    self.call_out(index, player, *port, pace(1, 2, 380, 300));
                }
                Some(player.turn_after(*every, *jitter))
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
                    bytes_out: *bytes_out,
                };
                if self.is_held(&player.target)
                    && matches!(
                        self.call_out(index, player, *port, pace),
                        Some(Opened::Yes(_))
                    )
                {
                    player.connected = true;
                    return None;
                }
                Some(SignedDuration::from_secs(player.rng.random_range(20..70)))
            }
            Act::Exploit {
                every,
                times,
                port,
                bytes_out,
                gives,
                interface,
                ..
            } => {
                if player.turns >= *times {
                    return None;
                }
                let pace = pace(1, 2, 1400, bytes_out / 2);
                if let Some((Opened::Yes(_), _)) =
                    self.call_in(index, player, *interface, *port, pace)
                {
                    match gives {
                        Gain::Shell => {
                            self.breach(&player.target);
                        }
                        Gain::Credentials => self.ask_for_credentials(&player.target),
                    }
                }
                Some(player.turn_after(*every, 40))
            }
            Act::Linger { every, port, .. } => {
                let called = self.call_in(index, player, 0, *port, pace(30, 4, 120, 400));
                if let (Some((Opened::Yes(_), login)), 22) = (called, *port) {
                    self.log_timeout(&player.target, &login);
                }
                Some(player.turn_after(*every, 40))
            }
            Act::Plant { .. } => {
                self.breach(&player.target);
                None
            }
            Act::Upload { port, bytes, .. } => {
                let exchanges = player.rng.random_range(20..90);
                let each = bytes / u64::from(exchanges);
                let pace = pace(player.rng.random_range(4..20), exchanges, 900, each);
                if self.is_held(&player.target) {
                    self.call_out(index, player, *port, pace);
                    return None;
                }
                Some(player.turn_after(SignedDuration::from_mins(2), 30))
            }
            Act::RoleUse {
                every,
                rest,
                again,
                calls,
                ..
            } => {
                self.refresh_stolen_credentials(&player.target);
                let from = player.remote();
                let call = if player.turns < calls.len() {
                    calls.get(player.turns)
                } else {
                    calls.get((player.turns - calls.len()) % (*again).clamp(1, calls.len().max(1)))
                };
                self.use_stolen_credentials(&player.target, call?, from);
                Some(if player.turns + 1 < calls.len() {
                    player.turn_after(*every, 30)
                } else {
                    player.turn_after(*rest, 30)
                })
            }
            Act::OwnRole {
                every,
                calls,
                others,
                ..
            } => {
                let call = calls.get(player.turns % calls.len().max(1))?;
                if *others {
                    self.use_shared_role(&player.target, call);
                } else {
                    self.use_own_role(&player.target, call);
                }
                Some(player.turn_after(*every, 5))
            }
            Act::AdminSession {
                every,
                user,
                interface,
                ..
            } => {
                let exchanges = player.rng.random_range(15..60);
                let called = self.call_in(
                    index,
                    player,
                    *interface,
                    22,
                    pace(15, exchanges, 700, 4200),
                );
                if let Some((Opened::Yes(_), login)) = called {
                    self.log_key_login(&player.target, &Login { user, ..login });
                }
                Some(player.turn_after(*every, 40))
            }
            Act::Cron { every, .. } => {
                let process = player.rng.random_range(1200..32000);
                self.log_cron(&player.target, process);
                Some(*every)
            }
            Act::Web {
                every,
                port,
                bytes_out,
                balanced,
                interface,
                ..
            } => {
                if !*balanced || self.is_balanced(&player.target, *port) {
                    self.call_in(
                        index,
                        player,
                        *interface,
                        *port,
                        pace(2, 2, 900, bytes_out / 2),
                    );
                }
                Some(player.turn_after(*every, 60))
            }
            Act::CallOut {
                every,
                port,
                bytes_out,
                jitter,
                ..
            } => {
                self.call_out(index, player, *port, pace(2, 2, 2400, bytes_out / 2));
                Some(player.turn_after(*every, *jitter))
            }
        }
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
