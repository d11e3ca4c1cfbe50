//! Who logged in and who tried to, by address, with the failures that came before each login. Memory is bounded by caps
//! whose overflow is counted. Must not know how a line is read.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::IpAddr;

use crate::auth::{Login, What};
use crate::talks::Place;

/// Addresses in the logins.
const FROMS: usize = 200_000;
/// Users told of an address.
const USERS: usize = 20;
/// Accepted logins told one by one.
const ACCEPTED: usize = 5_000;
/// Failures remembered of an address or a user, to look back from a login.
const REMEMBERED: usize = 64;
/// Seconds to look back.
const LOOK_BACK: i64 = 600;

/// The method of a login that only wtmp tells of.
pub(crate) const WTMP: &str = "wtmp";

/// Logins of one address.
#[derive(Debug)]
pub(crate) struct From {
    pub(crate) ip: Option<IpAddr>,
    pub(crate) place: Place,
    pub(crate) failed: u64,
    pub(crate) pam: u64,
    pub(crate) refused: u64,
    pub(crate) gave_up: u64,
    pub(crate) recorded: u64,
    pub(crate) invalid_lines: u64,
    pub(crate) invalid_failed: u64,
    accepted: u64,
    sessions: u64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    /// Of the failures alone.
    pub(crate) first_failed: Option<i64>,
    pub(crate) last_failed: Option<i64>,
    pub(crate) users: BTreeSet<String>,
}

impl From {
    /// A try leaves lines of sshd and of PAM, or of one of them only, and a record in btmp: the kinds are not added up, and sshd's
    /// own word goes first.
    pub(crate) fn failed(&self) -> u64 {
        let gave_up = if self.invalid() == 0 { self.gave_up } else { 0 };
        [self.failed, self.pam, self.refused, gave_up, self.recorded]
            .into_iter()
            .find(|times| *times > 0)
            .unwrap_or(0)
    }

    /// A login leaves a line of the log and a record in wtmp.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.max(self.sessions)
    }

    pub(crate) fn invalid(&self) -> u64 {
        self.invalid_lines.max(self.invalid_failed)
    }
}

/// An accepted login.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) place: Place,
    pub(crate) at: Option<i64>,
    pub(crate) ip: IpAddr,
    pub(crate) user: String,
    pub(crate) method: String,
    pub(crate) failures_before: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Logins {
    pub(crate) by_from: BTreeMap<String, From>,
    pub(crate) accepted: Vec<Accepted>,
    pub(crate) left_out: u64,
    /// Whether sshd itself told of failures: then PAM's lines with a host's name are the same tries again.
    pub(crate) sshd_tells: bool,
    recent_from: HashMap<IpAddr, VecDeque<(i64, u64)>>,
    recent_user: HashMap<String, VecDeque<(i64, u64)>>,
}

impl Logins {
    /// All that logged in or tried to, each try under one name only.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (&String, &From)> {
        let told_twice = |from: &From| {
            self.sshd_tells
                && from.ip.is_none()
                && from.failed + from.accepted() + from.invalid_lines == 0
        };
        self.by_from
            .iter()
            .filter(move |(_, from)| !told_twice(from))
    }

    /// Counts a login or a try.
    pub(crate) fn add(&mut self, at: Option<i64>, login: Login, place: Place) {
        if !self.by_from.contains_key(&login.from) && self.by_from.len() >= FROMS {
            self.left_out += 1;
            return;
        }
        let from = self
            .by_from
            .entry(login.from.clone())
            .or_insert_with(|| From {
                ip: login.ip,
                place,
                failed: 0,
                pam: 0,
                refused: 0,
                gave_up: 0,
                recorded: 0,
                invalid_lines: 0,
                invalid_failed: 0,
                accepted: 0,
                sessions: 0,
                first: None,
                last: None,
                first_failed: None,
                last_failed: None,
                users: BTreeSet::new(),
            });
        from.first = [from.first, at].into_iter().flatten().min();
        from.last = [from.last, at].into_iter().flatten().max();
        if !login.user.is_empty() && from.users.len() < USERS {
            from.users.insert(login.user.clone());
        }
        let times = login.times.min(1_000_000);
        match login.what {
            What::Failed { invalid } => {
                self.sshd_tells = true;
                from.failed += times;
                from.invalid_failed += if invalid { times } else { 0 };
            }
            What::PamFailed => from.pam += times,
            What::Refused => from.refused += times,
            What::GaveUp => from.gave_up += times,
            What::Recorded => from.recorded += times,
            What::InvalidUser => from.invalid_lines += times,
            What::Accepted { method } => {
                from.accepted += times;
                self.accept(at, login.ip, &login.user, method, place);
                return;
            }
            What::Session => {
                from.sessions += times;
                self.accept(at, login.ip, &login.user, WTMP.to_owned(), place);
                return;
            }
        }
        from.first_failed = [from.first_failed, at].into_iter().flatten().min();
        from.last_failed = [from.last_failed, at].into_iter().flatten().max();
        // One kind of line a try is enough to look back on.
        let counts = match login.what {
            What::Failed { .. } => true,
            What::PamFailed => from.failed == 0,
            What::GaveUp => from.failed + from.pam + from.invalid() == 0,
            What::Recorded => from.failed + from.pam == 0,
            _ => false,
        };
        if let (Some(ip), true) = (login.ip, counts) {
            let at = at.unwrap_or(0);
            remember(self.recent_from.entry(ip).or_default(), at, times);
            if self.recent_user.contains_key(&login.user) || self.recent_user.len() < FROMS {
                remember(self.recent_user.entry(login.user).or_default(), at, times);
            }
        }
    }

    fn accept(
        &mut self,
        at: Option<i64>,
        ip: Option<IpAddr>,
        user: &str,
        method: String,
        place: Place,
    ) {
        let Some(ip) = ip else { return };
        if self.accepted.len() >= ACCEPTED {
            self.left_out += 1;
            return;
        }
        let before = |row: Option<&VecDeque<(i64, u64)>>| -> u64 {
            let when = at.unwrap_or(0);
            row.into_iter()
                .flatten()
                .filter(|(failed, _)| (when - LOOK_BACK..=when).contains(failed))
                .map(|(_, times)| *times)
                .sum()
        };
        let mut failures_before = before(self.recent_from.get(&ip));
        // A key is not guessed; somebody else's failures at the same name say nothing about who holds it.
        if method != "publickey" {
            failures_before = failures_before.max(before(self.recent_user.get(user)));
        }
        self.accepted.push(Accepted {
            place,
            at,
            ip,
            user: user.to_owned(),
            method,
            failures_before,
        });
    }
}

fn remember(row: &mut VecDeque<(i64, u64)>, at: i64, times: u64) {
    if row.len() >= REMEMBERED {
        row.pop_front();
    }
    row.push_back((at, times));
}
