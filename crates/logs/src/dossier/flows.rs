//! Flow records as facts: lists, conversations, beacons, scans. Must not judge what a fact means.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rebato_core::evaluate::{Fact, RecordRef, Source};
use rebato_core::is_private;

use super::beacons::regular;
use super::{KEPT, LeftOut, Pieces, leave_out};
use crate::Answers;
use crate::coverage::stamp;
use crate::talks::{Key, Talk};

/// Volumes of others than suspects that are kept, and bytes in an hour below which nobody asks for one.
const VOLUMES: usize = 20;
const VOLUME: u64 = 1_000_000;

impl Answers {
    pub(super) fn threat_facts(&self, suspects: &BTreeSet<IpAddr>, facts: &mut Pieces) {
        for ip in suspects.iter().take(KEPT) {
            for listed in self.questions.threat.find(*ip) {
                let at = self.hits.get(ip).and_then(|hit| hit.first).and_then(stamp);
                let record = RecordRef {
                    file: listed.list.clone(),
                    line: None,
                    id: Some(listed.entry.clone()),
                };
                facts.push((
                    Source::Findings,
                    at,
                    record,
                    Fact::ThreatMatch {
                        ip: *ip,
                        list: listed.list,
                        entry: listed.entry,
                        width: listed.width,
                    },
                ));
            }
        }
    }

    pub(super) fn talk_facts(
        &self,
        suspects: &BTreeSet<IpAddr>,
        facts: &mut Pieces,
        left_out: &mut LeftOut,
    ) {
        let (mut ours, mut others): (Vec<_>, Vec<_>) = self
            .talks
            .by_key
            .iter()
            .filter(|(key, _)| self.asked_for(key))
            .partition(|(key, _)| suspects.contains(&key.remote));
        let bytes = |talk: &Talk| {
            talk.accepted_in
                .bytes
                .saturating_add(talk.accepted_out.bytes)
        };
        // Of suspects what got through first; of others what the instance began, and of that what is new since a suspect had got
        // through: outside first, as neighbours are many.
        let entered = ours
            .iter()
            .filter(|(_, talk)| exchanged(talk))
            .map(|(_, talk)| talk.first)
            .min();
        let mut called: BTreeMap<IpAddr, i64> = BTreeMap::new();
        for (key, talk) in others.iter().filter(|(key, _)| !key.we_serve) {
            let first = called.entry(key.remote).or_insert(talk.first);
            *first = (*first).min(talk.first);
        }
        let rank = |key: &Key| {
            let first = called.get(&key.remote);
            let new = first
                .zip(entered)
                .is_some_and(|(first, entered)| *first >= entered);
            match (key.we_serve, new, is_private(key.remote)) {
                (false, true, false) => 0,
                (false, true, true) => 1,
                (false, false, _) => 2,
                (true, ..) => 3,
            }
        };
        ours.sort_by_key(|(key, talk)| (std::cmp::Reverse(bytes(talk)), (*key).clone()));
        others
            .sort_by_key(|(key, talk)| (rank(key), std::cmp::Reverse(bytes(talk)), (*key).clone()));
        for (kept, named) in [(&ours, true), (&others, false)] {
            for (key, talk) in kept.iter().take(KEPT) {
                if let Some(fact) = talk.fact(key, self.name(key)) {
                    facts.push((
                        Source::FlowLogs,
                        Some(fact.first),
                        self.record(talk.place, None),
                        Fact::Conversation(fact),
                    ));
                }
            }
            let rest = u64::try_from(kept.len().saturating_sub(KEPT)).unwrap_or(u64::MAX)
                + if named { 0 } else { self.talks.left_out };
            leave_out(left_out, Source::FlowLogs, "conversation", rest);
        }
        for (key, talk) in ours.iter().chain(&others) {
            // Clocks, resolvers and what AWS itself runs are called at regular times everywhere.
            let everyday = is_private(key.remote)
                || matches!(key.port, 53 | 123)
                || talk.own_service && !suspects.contains(&key.remote);
            if key.we_serve || everyday || !matches!(key.protocol, 6 | 17) {
                continue;
            }
            if let Some(row) = regular(&talk.connects) {
                let fact = Fact::Beacon {
                    ip: key.remote,
                    port: key.port,
                    connects: row.connects,
                    interval_s: row.interval_s,
                    variation: row.variation,
                    bytes_out: talk.accepted_out.bytes,
                };
                facts.push((
                    Source::FlowLogs,
                    talk.connects.iter().min().copied().and_then(stamp),
                    self.record(talk.place, None),
                    fact,
                ));
            }
        }
        self.scan_facts(suspects, facts);
    }

    /// `since`: the second of the first activity that the finding saw; what came before tells what is usual.
    pub(super) fn volume_facts(
        &self,
        since: Option<i64>,
        suspects: &BTreeSet<IpAddr>,
        facts: &mut Pieces,
    ) {
        let (usual_hour, hours) = self.volumes.usual(since.unwrap_or(i64::MIN), suspects);
        let all = self.volumes.by_address().into_values();
        let (ours, mut others): (Vec<_>, Vec<_>) =
            all.partition(|volume| suspects.contains(&volume.ip));
        others.retain(|volume| volume.busiest >= VOLUME);
        others.sort_by_key(|volume| {
            let known = since.is_some_and(|since| volume.first < since);
            (known, std::cmp::Reverse(volume.busiest), volume.ip)
        });
        for volume in ours.iter().take(KEPT).chain(others.iter().take(VOLUMES)) {
            if let (Some(first), Some(last)) = (stamp(volume.first), stamp(volume.last)) {
                let fact = Fact::OutboundVolume {
                    ip: volume.ip,
                    bytes: volume.bytes,
                    busiest_hour: volume.busiest,
                    usual_hour,
                    hours,
                    first,
                    last,
                };
                let record = self.record(volume.place, None);
                facts.push((Source::FlowLogs, Some(first), record, fact));
            }
        }
    }

    fn scan_facts(&self, suspects: &BTreeSet<IpAddr>, facts: &mut Pieces) {
        for ip in suspects {
            let knocks: Vec<_> = self
                .talks
                .by_key
                .iter()
                .filter(|(key, _)| key.remote == *ip && key.we_serve)
                .collect();
            let small: Vec<_> = knocks
                .iter()
                .filter(|(_, talk)| {
                    let all = [talk.accepted_in, talk.rejected];
                    all.iter().map(|t| t.packets).sum::<u64>()
                        < 3 * all.iter().map(|t| t.flows).sum::<u64>()
                })
                .collect();
            let ports: BTreeSet<u16> = small.iter().map(|(key, _)| key.port).collect();
            let hosts: BTreeSet<IpAddr> = small.iter().map(|(key, _)| key.local).collect();
            let Some((_, first)) = small.iter().min_by_key(|(_, talk)| talk.first) else {
                continue;
            };
            if ports.len() >= 10 || hosts.len() >= 5 {
                let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
                let fact = Fact::Scan {
                    ip: *ip,
                    ports: count(ports.len()),
                    hosts: count(hosts.len()),
                    accepted: small.iter().map(|(_, talk)| talk.accepted_in.flows).sum(),
                    rejected: small.iter().map(|(_, talk)| talk.rejected.flows).sum(),
                };
                facts.push((
                    Source::FlowLogs,
                    stamp(first.first),
                    self.record(first.place, None),
                    fact,
                ));
            }
        }
    }

    /// Whether a conversation is one of the interfaces that are asked for.
    pub(super) fn asked_for(&self, key: &Key) -> bool {
        let asked = &self.questions.interfaces;
        asked.is_empty() || self.name(key).is_some_and(|name| asked.contains(&name))
    }

    fn name(&self, key: &Key) -> Option<String> {
        usize::try_from(key.interface)
            .ok()
            .and_then(|at| self.interfaces.get(at))
            .filter(|name| !name.is_empty())
            .cloned()
    }
}

/// Whether both sides got more through than a refusal takes.
fn exchanged(talk: &Talk) -> bool {
    let (to_us, from_us) = (talk.accepted_in, talk.accepted_out);
    to_us.packets > 0 && from_us.packets > 0 && to_us.packets + from_us.packets >= 10
}
