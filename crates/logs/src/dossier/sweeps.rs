//! The instance reaching for many others: one port on many hosts, many ports of a host, or a few neighbours on ports for
//! administration that it had not talked to before. Must not judge what a fact means.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rebato_core::evaluate::{Fact, Source};
use rebato_core::is_private;

use super::Pieces;
use crate::Answers;
use crate::coverage::stamp;
use crate::talks::{Key, Talk};

/// Hosts on one port, or ports on one host, from which on it is a sweep.
const MANY: usize = 10;
/// New neighbours on one port for administration.
const NEIGHBOURS: usize = 3;
/// SSH, RPC, SMB, RDP, WinRM.
const ADMINISTRATION: [u16; 6] = [22, 135, 445, 3389, 5985, 5986];
/// What asks many hosts for a living: resolvers, clocks, QUIC, IPsec and calls through STUN.
const BUSY_UDP: [u16; 6] = [53, 123, 443, 500, 3478, 4500];
/// Packets that a try has less than; a whole exchange over TCP has at least as many each way.
const TRY: u64 = 4;
/// Where the side that serves is guessed, a port above is as likely the caller's.
const EPHEMERAL: u16 = 32_768;
/// Seconds of records before the finding that show whom the instance knows.
const BEFORE: i64 = 3_600;
/// Facts kept, the widest.
const KEPT: usize = 20;

type Tried<'a> = (&'a Key, &'a Talk);

impl Answers {
    /// `since`: the second of the first activity that the finding saw.
    pub(super) fn sweep_facts(&self, since: Option<i64>, facts: &mut Pieces) {
        let tries: Vec<Tried<'_>> = self
            .talks
            .by_key
            .iter()
            .filter(|(key, talk)| {
                self.asked_for(key)
                    && !key.we_serve
                    && matches!(key.protocol, 6 | 17)
                    && talk.sent.flows > 0
                    && !(talk.guessed && key.port >= EPHEMERAL)
                    && !(key.protocol == 17 && BUSY_UDP.contains(&key.port))
            })
            .collect();
        let mut found = wide(&tries);
        found.extend(high(&tries));
        let known = self.ours.get(&Source::FlowLogs).and_then(|ours| ours.first);
        if let Some(since) = since
            && known.is_some_and(|first| first <= since - BEFORE)
        {
            let already: BTreeSet<(IpAddr, Option<u16>)> = found
                .iter()
                .filter(|sweep| sweep.inside)
                .map(|sweep| (sweep.from, sweep.port))
                .collect();
            let sideways = sideways(&tries, since);
            found.extend(
                sideways
                    .into_iter()
                    .filter(|sweep| !already.contains(&(sweep.from, sweep.port))),
            );
        }
        found.sort_by_key(|sweep| {
            let width = sweep.hosts().saturating_mul(sweep.ports());
            (
                std::cmp::Reverse(width),
                sweep.from,
                sweep.inside,
                sweep.port,
            )
        });
        for sweep in found.iter().take(KEPT) {
            facts.extend(sweep.fact(self));
        }
    }
}

#[derive(Debug)]
struct Sweep<'a> {
    from: IpAddr,
    inside: bool,
    port: Option<u16>,
    tried: Vec<Tried<'a>>,
}

impl Sweep<'_> {
    fn hosts(&self) -> u64 {
        count(
            self.tried
                .iter()
                .map(|(key, _)| key.remote)
                .collect::<BTreeSet<_>>()
                .len(),
        )
    }

    fn ports(&self) -> u64 {
        count(
            self.tried
                .iter()
                .map(|(key, _)| key.port)
                .collect::<BTreeSet<_>>()
                .len(),
        )
    }

    fn fact(
        &self,
        answers: &Answers,
    ) -> Option<(
        Source,
        Option<jiff::Timestamp>,
        rebato_core::evaluate::RecordRef,
        Fact,
    )> {
        let (_, begin) = self.tried.iter().min_by_key(|(_, talk)| talk.first)?;
        let last = self.tried.iter().map(|(_, talk)| talk.last).max()?;
        let answered: BTreeSet<IpAddr> = self
            .tried
            .iter()
            .filter(|(_, talk)| answered(talk))
            .map(|(key, _)| key.remote)
            .collect();
        let first = stamp(begin.first)?;
        let fact = Fact::Sweep {
            from: self.from,
            inside: self.inside,
            port: self.port,
            hosts: self.hosts(),
            ports: self.ports(),
            answered: count(answered.len()),
            first,
            last: stamp(last)?,
        };
        Some((
            Source::FlowLogs,
            Some(first),
            answers.record(begin.place, None),
            fact,
        ))
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Whether the other side sent data rather than a refusal.
fn answered(talk: &Talk) -> bool {
    talk.accepted_in.packets >= 3 && talk.accepted_in.bytes >= 200
}

/// Whether the instance did no more than knock.
fn is_try(talk: &Talk) -> bool {
    talk.sent.packets < TRY.saturating_mul(talk.sent.flows)
}

/// One port on many hosts.
fn wide<'a>(tries: &[Tried<'a>]) -> Vec<Sweep<'a>> {
    let mut groups: BTreeMap<(IpAddr, bool, u8, u16), Vec<Tried<'a>>> = BTreeMap::new();
    for (key, talk) in tries {
        let group = (key.local, is_private(key.remote), key.protocol, key.port);
        groups.entry(group).or_default().push((key, talk));
    }
    let swept = groups.into_iter().filter(|((_, _, protocol, _), tried)| {
        let knocked: BTreeSet<IpAddr> = tried
            .iter()
            .filter(|(_, talk)| is_try(talk))
            .map(|(key, _)| key.remote)
            .collect();
        // Of datagrams a single one is a whole question: there, most must stay without answer.
        let silent = tried
            .iter()
            .filter(|(_, talk)| talk.accepted_in.packets == 0)
            .count();
        knocked.len() >= MANY && (*protocol == 6 || silent * 2 > tried.len())
    });
    swept
        .map(|((from, inside, _, port), tried)| Sweep {
            from,
            inside,
            port: Some(port),
            tried,
        })
        .collect()
}

/// Many ports of a host; all such hosts of a side together.
fn high<'a>(tries: &[Tried<'a>]) -> Vec<Sweep<'a>> {
    let mut hosts: BTreeMap<(IpAddr, IpAddr), Vec<Tried<'a>>> = BTreeMap::new();
    for (key, talk) in tries.iter().filter(|(key, _)| key.protocol == 6) {
        hosts
            .entry((key.local, key.remote))
            .or_default()
            .push((key, talk));
    }
    let mut sides: BTreeMap<(IpAddr, bool), Vec<Tried<'a>>> = BTreeMap::new();
    for ((from, host), tried) in hosts {
        let ports: BTreeSet<u16> = tried
            .iter()
            .filter(|(_, talk)| is_try(talk))
            .map(|(key, _)| key.port)
            .collect();
        if ports.len() >= MANY {
            sides
                .entry((from, is_private(host)))
                .or_default()
                .extend(tried);
        }
    }
    sides
        .into_iter()
        .map(|((from, inside), tried)| Sweep {
            from,
            inside,
            port: None,
            tried,
        })
        .collect()
}

/// Neighbours that the instance reached for on a port for administration after a second, and never before.
fn sideways<'a>(tries: &[Tried<'a>], since: i64) -> Vec<Sweep<'a>> {
    let known: BTreeSet<IpAddr> = tries
        .iter()
        .filter(|(_, talk)| talk.first < since)
        .map(|(key, _)| key.remote)
        .collect();
    let mut groups: BTreeMap<(IpAddr, u16), Vec<Tried<'a>>> = BTreeMap::new();
    for (key, talk) in tries {
        if key.protocol == 6
            && ADMINISTRATION.contains(&key.port)
            && is_private(key.remote)
            && !known.contains(&key.remote)
        {
            groups
                .entry((key.local, key.port))
                .or_default()
                .push((key, talk));
        }
    }
    let new = groups.into_iter().map(|((from, port), tried)| Sweep {
        from,
        inside: true,
        port: Some(port),
        tried,
    });
    new.filter(|sweep| sweep.hosts() >= count(NEIGHBOURS))
        .collect()
}
