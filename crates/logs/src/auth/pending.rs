//! Tries whose outcome a later message of the same process tells: keys that did not fit, methods of PAM that were tried before one that
//! did, refusals that do not say whose. Memory is bounded. Must not know how a message is read.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use super::line::{Login, Said, What};

/// Tries kept waiting; beyond, the oldest are decided as if nothing followed.
const WAITING: usize = 4_096;
/// Seconds after which nothing follows any more: sshd's `LoginGraceTime`.
const GRACE: i64 = 120;

/// A login with its time and place.
pub(super) type Found = (Option<i64>, Login, u64);

#[derive(Debug)]
struct Waiting {
    kind: Kind,
    at: Option<i64>,
    line: u64,
    /// Nothing where the message did not say whose try it was.
    login: Option<Login>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Counts when the connection ends without login.
    Key,
    /// Counts unless the same process lets the same user in.
    Pam,
    /// An opened connection: whose the process is.
    Opened,
}

#[derive(Debug, Default)]
pub(super) struct Pending {
    /// By process.
    waiting: HashMap<String, Vec<Waiting>>,
    /// Processes in the order in which their tries came, with their times.
    order: VecDeque<(Option<i64>, String)>,
}

impl Pending {
    /// Takes what a process said; `out` gets what is decided by it.
    pub(super) fn take(
        &mut self,
        process: Option<&str>,
        said: Said,
        at: Option<i64>,
        line: u64,
        out: &mut Vec<Found>,
    ) {
        self.expire(at, out);
        let Some(process) = process else {
            if let Said::Login(login) = said {
                out.push((at, login, line));
            }
            return;
        };
        let wait = |kind, login| Waiting {
            kind,
            at,
            line,
            login,
        };
        match said {
            Said::Login(login) => match login.what {
                What::PamFailed if login.times == 1 => {
                    // Another user's try decides the ones before.
                    self.release(process, out, |held| !same_user(held, &login.user));
                    self.push(process, wait(Kind::Pam, Some(login)), out);
                }
                What::Accepted { .. } => {
                    self.release(process, out, |held| !same_user(held, &login.user));
                    self.waiting.remove(process);
                    out.push((at, login, line));
                }
                _ => {
                    self.release(process, out, |_| true);
                    out.push((at, login, line));
                }
            },
            Said::Key(login) => self.push(process, wait(Kind::Key, Some(login)), out),
            Said::Opened(ip) => {
                self.waiting.remove(process);
                let login = Login::new("", &ip.to_string(), What::GaveUp, 1);
                self.push(process, wait(Kind::Opened, login), out);
            }
            Said::Cut => match self.address(process) {
                Some((ip, user)) => self.ended(process, ip, &user, (at, line), out),
                None => self.push(process, wait(Kind::Key, None), out),
            },
            Said::Ended(ip) => {
                let tried = self.of(process).find(|held| held.kind != Kind::Opened);
                if let Some(held) = tried {
                    let user = held
                        .login
                        .as_ref()
                        .map_or_else(String::new, |login| login.user.clone());
                    self.ended(process, ip, &user, (at, line), out);
                }
            }
        }
    }

    /// Everything that still waits, at the end of a file.
    pub(super) fn finish(&mut self, out: &mut Vec<Found>) {
        while let Some((_, process)) = self.order.pop_front() {
            self.end(&process, out);
        }
    }

    /// A connection ended without login after some try: one failure, besides what PAM says.
    fn ended(
        &mut self,
        process: &str,
        ip: IpAddr,
        user: &str,
        (at, line): (Option<i64>, u64),
        out: &mut Vec<Found>,
    ) {
        let before = out.len();
        self.release(process, out, |_| true);
        self.waiting.remove(process);
        if out.len() == before
            && let Some(login) = Login::new(user, &ip.to_string(), What::GaveUp, 1)
        {
            out.push((at, login, line));
        }
    }

    /// PAM's tries of a process that count now; its keys are told by the message at hand.
    fn release(&mut self, process: &str, out: &mut Vec<Found>, counts: impl Fn(&Login) -> bool) {
        let Some(held) = self.waiting.get_mut(process) else {
            return;
        };
        let now =
            |held: &mut Waiting| held.kind == Kind::Pam && held.login.as_ref().is_some_and(&counts);
        for held in held.extract_if(.., now) {
            decide(held, out);
        }
    }

    fn of(&self, process: &str) -> impl Iterator<Item = &Waiting> {
        self.waiting.get(process).into_iter().flatten()
    }

    fn address(&self, process: &str) -> Option<(IpAddr, String)> {
        self.of(process)
            .filter_map(|held| held.login.as_ref())
            .find_map(|login| Some((login.ip?, login.user.clone())))
    }

    fn push(&mut self, process: &str, waiting: Waiting, out: &mut Vec<Found>) {
        if self.order.len() >= WAITING
            && let Some((_, oldest)) = self.order.pop_front()
        {
            self.end(&oldest, out);
        }
        self.order.push_back((waiting.at, process.to_owned()));
        let held = self.waiting.entry(process.to_owned()).or_default();
        held.push(waiting);
    }

    fn expire(&mut self, now: Option<i64>, out: &mut Vec<Found>) {
        let Some(now) = now else { return };
        while let Some((_, process)) = self
            .order
            .pop_front_if(|(at, _)| at.is_some_and(|at| at.saturating_add(GRACE) < now))
        {
            self.end(&process, out);
        }
    }

    /// What waits of a process is decided as if nothing followed.
    fn end(&mut self, process: &str, out: &mut Vec<Found>) {
        for held in self.waiting.remove(process).into_iter().flatten() {
            decide(held, out);
        }
    }
}

/// Nothing followed: PAM's word stands, a key that did not fit may belong to somebody who is still trying.
fn decide(held: Waiting, out: &mut Vec<Found>) {
    if held.kind == Kind::Pam
        && let Some(login) = held.login
    {
        out.push((held.at, login, held.line));
    }
}

fn same_user(held: &Login, user: &str) -> bool {
    held.user == user || held.user.is_empty()
}
