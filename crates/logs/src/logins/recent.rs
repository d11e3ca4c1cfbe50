//! Failures shortly before logins, in whatever order they are read. Memory is bounded: of failures only those within reach of the latest
//! are kept. Must not know what a login is.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::IpAddr;

/// Seconds to look back from a login.
const LOOK_BACK: i64 = 600;
/// Failures remembered of one address or user.
const REMEMBERED: usize = 64;
/// Addresses or users whose failures are remembered at a time.
const ROWS: usize = 20_000;

type Row = VecDeque<(i64, u64)>;

#[derive(Debug, Default)]
pub(super) struct Recent {
    from: HashMap<IpAddr, Row>,
    of: HashMap<String, Row>,
    /// Logins by address or user and time, with their numbers.
    accepted_from: BTreeSet<(IpAddr, i64, usize)>,
    accepted_of: BTreeMap<String, BTreeSet<(i64, usize)>>,
    swept: i64,
}

impl Recent {
    /// Remembers failures.
    pub(super) fn failed(&mut self, ip: IpAddr, user: &str, at: i64, times: u64) {
        // What is older than any login to come looks back on.
        if self.from.len().max(self.of.len()) >= ROWS && (at - self.swept).abs() > LOOK_BACK {
            self.swept = at;
            let near = |row: &Row| {
                row.back()
                    .is_some_and(|(last, _)| (last - at).abs() <= LOOK_BACK)
            };
            self.from.retain(|_, row| near(row));
            self.of.retain(|_, row| near(row));
        }
        if self.from.len() < ROWS || self.from.contains_key(&ip) {
            remember(self.from.entry(ip).or_default(), at, times);
        }
        if let Some(row) = self.of.get_mut(user) {
            remember(row, at, times);
        } else if self.of.len() < ROWS {
            remember(self.of.entry(user.to_owned()).or_default(), at, times);
        }
    }

    /// Failures before a login: from its address, and for its user.
    pub(super) fn before(&self, ip: IpAddr, user: &str, at: i64) -> (u64, u64) {
        let sum = |row: Option<&Row>| -> u64 {
            row.into_iter()
                .flatten()
                .filter(|(failed, _)| (at.saturating_sub(LOOK_BACK)..=at).contains(failed))
                .map(|(_, times)| *times)
                .sum()
        };
        (sum(self.from.get(&ip)), sum(self.of.get(user)))
    }

    /// Remembers a login.
    pub(super) fn accepted(&mut self, ip: IpAddr, user: &str, at: i64, number: usize) {
        self.accepted_from.insert((ip, at, number));
        let row = self.accepted_of.entry(user.to_owned()).or_default();
        row.insert((at, number));
    }

    /// Logins already known that a failure came shortly before, and whether it came from the login's address or else for its user.
    pub(super) fn followed(&self, ip: IpAddr, user: &str, at: i64) -> Vec<(usize, bool)> {
        if self.accepted_from.is_empty() {
            return Vec::new();
        }
        // One at the same second was read before the failure, and so came before it.
        let (from, until) = (at.saturating_add(1), at.saturating_add(LOOK_BACK));
        let by_ip = self
            .accepted_from
            .range((ip, from, 0)..=(ip, until, usize::MAX))
            .map(|(_, _, number)| (*number, true));
        let by_user = self
            .accepted_of
            .get(user)
            .into_iter()
            .flat_map(|row| row.range((from, 0)..=(until, usize::MAX)))
            .map(|(_, number)| (*number, false));
        by_ip.chain(by_user).collect()
    }
}

fn remember(row: &mut Row, at: i64, times: u64) {
    if row.len() >= REMEMBERED {
        row.pop_front();
    }
    row.push_back((at, times));
}
