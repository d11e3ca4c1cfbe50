//! Who logged in and who tried to, by address, with the failures that came before each login. Memory is bounded by caps
//! whose overflow is counted. Must not know how a line is read.

mod recent;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::auth::{AUDIT, Login, WTMP, What};
use crate::talks::Place;

use recent::Recent;

/// Addresses in the logins.
const FROMS: usize = 200_000;
/// Users told of an address.
const USERS: usize = 20;
/// Accepted logins told one by one.
const ACCEPTED: usize = 5_000;
/// Users told of all addresses together.
const ALL_USERS: usize = 500_000;
/// Logins of an address that are few.
const SELDOM: u64 = 10;

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

    /// A login leaves a line of the log and a record in wtmp or the audit log.
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
    failures_from: u64,
    failures_of: u64,
}

impl Accepted {
    /// Failures from the same address or for the same user in the ten minutes before.
    pub(crate) fn failures_before(&self) -> u64 {
        self.failures_from.max(self.failures_of)
    }

    /// Whether only wtmp or the audit log tells of it.
    pub(crate) fn is_record(&self) -> bool {
        self.method == WTMP || self.method == AUDIT
    }

    /// Counts failures of the same address, or else of the same user. A key is not guessed, and a record does not tell whether it was
    /// one: somebody else's failures at the same name then say nothing about who holds it.
    fn count(&mut self, by_ip: bool, times: u64) {
        if by_ip {
            self.failures_from += times;
        } else if self.method != "publickey" && !self.is_record() {
            self.failures_of += times;
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Logins {
    pub(crate) by_from: BTreeMap<String, From>,
    pub(crate) accepted: Vec<Accepted>,
    pub(crate) left_out: u64,
    /// Whether sshd itself told of failures: then PAM's lines with a host's name are the same tries again.
    pub(crate) sshd_tells: bool,
    recent: Recent,
    users: usize,
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
    pub(crate) fn add(&mut self, at: Option<i64>, login: &Login, place: Place) {
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
        if !login.user.is_empty()
            && from.users.len() < USERS
            && self.users < ALL_USERS
            && from.users.insert(login.user.clone())
        {
            self.users += 1;
        }
        let times = login.times.min(1_000_000);
        match &login.what {
            What::Failed { invalid } => {
                self.sshd_tells = true;
                from.failed += times;
                from.invalid_failed += if *invalid { times } else { 0 };
            }
            What::PamFailed => from.pam += times,
            What::Refused => from.refused += times,
            What::GaveUp => from.gave_up += times,
            What::Recorded => from.recorded += times,
            What::InvalidUser => from.invalid_lines += times,
            What::Accepted { method } => {
                from.accepted += times;
                let seldom = from.accepted <= SELDOM;
                self.accept(at, login, seldom, method, place);
                return;
            }
            What::Session { record } => {
                from.sessions += times;
                let seldom = from.sessions <= SELDOM;
                self.accept(at, login, seldom, record, place);
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
        if let (Some(ip), Some(at), true) = (login.ip, at, counts) {
            self.recent.failed(ip, &login.user, at, times);
            // Files may come in any order: the login that followed may be known already.
            for (n, by_ip) in self.recent.followed(ip, &login.user, at) {
                if let Some(accepted) = self.accepted.get_mut(n) {
                    accepted.count(by_ip, times);
                }
            }
        }
    }

    fn accept(&mut self, at: Option<i64>, login: &Login, seldom: bool, method: &str, place: Place) {
        let Some(ip) = login.ip else { return };
        // Who comes every day does not crowd out who came once.
        let room = if seldom { 4 * ACCEPTED } else { ACCEPTED };
        if self.accepted.len() >= room {
            self.left_out += 1;
            return;
        }
        let (by_ip, by_user) = at.map_or((0, 0), |at| self.recent.before(ip, &login.user, at));
        let mut accepted = Accepted {
            place,
            at,
            ip,
            user: login.user.clone(),
            method: method.to_owned(),
            failures_from: 0,
            failures_of: 0,
        };
        accepted.count(true, by_ip);
        accepted.count(false, by_user);
        if let Some(at) = at {
            let known = self.accepted.len();
            self.recent.accepted(ip, &login.user, at, known);
        }
        self.accepted.push(accepted);
    }
}
