//! Logins as facts. Must not judge what a fact means.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rebato_core::evaluate::{Fact, Source};

use super::{KEPT, LeftOut, Pieces, leave_out};
use crate::Answers;
use crate::coverage::stamp;

/// Seconds between a line of the log and the record of the same login elsewhere.
const MOMENT: i64 = 60;

impl Answers {
    pub(super) fn login_facts(
        &self,
        suspects: &BTreeSet<IpAddr>,
        facts: &mut Pieces,
        left_out: &mut LeftOut,
    ) {
        let mut rest = self.logins.left_out;
        let mut failed: Vec<_> = self
            .logins
            .shown()
            .map(|(_, from)| from)
            .filter(|from| from.failed().max(from.invalid()) > 0)
            .collect();
        failed.sort_by_key(|from| {
            (
                from.ip.is_none_or(|ip| !suspects.contains(&ip)),
                std::cmp::Reverse(from.failed()),
            )
        });
        for (n, from) in failed.iter().enumerate() {
            let Some(ip) = from.ip.filter(|_| n < KEPT) else {
                rest += 1;
                continue;
            };
            let fact = Fact::LoginFailed {
                ip,
                users: from.users.iter().cloned().collect(),
                count: from.failed().max(from.invalid()),
                first: from.first_failed.and_then(stamp),
                last: from.last_failed.and_then(stamp),
            };
            facts.push((
                Source::AuthLog,
                from.first_failed.and_then(stamp),
                self.record(from.place, None),
                fact,
            ));
        }
        // Of many logins by the same person from the same place the one after the most failures is told, and how many there were.
        let mut accepted: BTreeMap<(IpAddr, &str, &str), (usize, u64)> = BTreeMap::new();
        let told_by_log: BTreeSet<(IpAddr, &str, i64)> = self
            .logins
            .accepted
            .iter()
            .filter(|login| !login.is_record())
            .filter_map(|login| Some((login.ip, login.user.as_str(), login.at?)))
            .collect();
        for (n, login) in self.logins.accepted.iter().enumerate() {
            // A login that the log tells of stands in wtmp or the audit log a moment later.
            let around = login.at.map(|at| {
                (login.ip, login.user.as_str(), at - MOMENT)
                    ..=(login.ip, login.user.as_str(), at + MOMENT)
            });
            if login.is_record()
                && around.is_some_and(|around| told_by_log.range(around).next().is_some())
            {
                continue;
            }
            let told = accepted
                .entry((login.ip, login.user.as_str(), login.method.as_str()))
                .or_insert((n, 0));
            told.1 += 1;
            if self
                .logins
                .accepted
                .get(told.0)
                .is_some_and(|best| best.failures_before() < login.failures_before())
            {
                told.0 = n;
            }
        }
        let mut accepted: Vec<_> = accepted.into_iter().collect();
        accepted.sort_by_key(|((ip, ..), _)| !suspects.contains(ip));
        rest += u64::try_from(accepted.len().saturating_sub(KEPT)).unwrap_or(u64::MAX);
        for (_, (n, count)) in accepted.into_iter().take(KEPT) {
            let Some(login) = self.logins.accepted.get(n) else {
                continue;
            };
            let fact = Fact::LoginAccepted {
                ip: login.ip,
                user: login.user.clone(),
                method: login.method.clone(),
                failures_before: login.failures_before(),
                count,
            };
            facts.push((
                Source::AuthLog,
                login.at.and_then(stamp),
                self.record(login.place, None),
                fact,
            ));
        }
        leave_out(left_out, Source::AuthLog, "login_failed", rest);
    }
}
