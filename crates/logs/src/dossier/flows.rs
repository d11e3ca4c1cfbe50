//! Flow records as facts: lists, conversations, beacons, scans. Must not judge what a fact means.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use rebato_core::evaluate::{Fact, Gap, RecordRef, Source};

use super::{KEPT, Pieces};
use crate::Answers;
use crate::coverage::stamp;
use crate::scan::is_private;
use crate::talks::{Key, Talk};

/// Connects from which on regularity is looked for.
const CONNECTS: usize = 8;
/// Deviation of the distances over their mean. 0.2 was proposed; a partner called every four minutes give or take a third has 0.17,
/// beacons with the usual jitter of ten or twenty percent have at most 0.12.
const VARIATION: f64 = 0.15;

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
        left_out: &mut BTreeMap<Source, Vec<Gap>>,
    ) {
        let wanted = |key: &Key| {
            let asked = &self.questions.interfaces;
            asked.is_empty() || self.name(key).is_some_and(|name| asked.contains(&name))
        };
        let (mut ours, mut others): (Vec<_>, Vec<_>) = self
            .talks
            .by_key
            .iter()
            .filter(|(key, _)| wanted(key))
            .partition(|(key, _)| suspects.contains(&key.remote));
        let bytes = |talk: &Talk| {
            talk.accepted_in
                .bytes
                .saturating_add(talk.accepted_out.bytes)
        };
        // Of suspects what got through first; of others what the instance began.
        ours.sort_by_key(|(key, talk)| (std::cmp::Reverse(bytes(talk)), (*key).clone()));
        others.sort_by_key(|(key, talk)| {
            (key.we_serve, std::cmp::Reverse(bytes(talk)), (*key).clone())
        });
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
            if rest > 0 {
                left_out
                    .entry(Source::FlowLogs)
                    .or_default()
                    .push(Gap::LeftOut {
                        kind: "conversation".into(),
                        facts: rest,
                    });
            }
        }
        for (key, talk) in ours.iter().chain(&others) {
            if let Some((interval_s, variation, connects)) = regular(key, talk) {
                let fact = Fact::Beacon {
                    ip: key.remote,
                    port: key.port,
                    connects,
                    interval_s,
                    variation,
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

    fn name(&self, key: &Key) -> Option<String> {
        usize::try_from(key.interface)
            .ok()
            .and_then(|at| self.interfaces.get(at))
            .filter(|name| !name.is_empty())
            .cloned()
    }
}

/// Mean distance, its variation, and how many connects, when the instance calls at regular times.
fn regular(key: &Key, talk: &Talk) -> Option<(f64, f64, u64)> {
    // Clocks and resolvers are called at regular times everywhere.
    if key.we_serve
        || is_private(key.remote)
        || matches!(key.port, 53 | 123)
        || !matches!(key.protocol, 6 | 17)
    {
        return None;
    }
    let mut times = talk.connects.clone();
    times.sort_unstable();
    times.dedup();
    if times.len() < CONNECTS {
        return None;
    }
    let mut gaps: Vec<i64> = times
        .iter()
        .zip(times.iter().skip(1))
        .map(|(a, b)| b - a)
        .collect();
    gaps.sort_unstable();
    // A pause over night or a restart makes no beacon irregular.
    gaps.truncate(gaps.len() - gaps.len() / 20);
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds and counts far below 2^52"
    )]
    let (n, sum) = (gaps.len() as f64, gaps.iter().sum::<i64>() as f64);
    let mean = sum / n;
    #[expect(clippy::cast_precision_loss, reason = "seconds far below 2^52")]
    let variance = gaps
        .iter()
        .map(|gap| (*gap as f64 - mean).powi(2))
        .sum::<f64>()
        / n;
    let variation = variance.sqrt() / mean;
    (mean >= 2.0 && variation < VARIATION).then(|| {
        (
            mean,
            variation,
            u64::try_from(times.len()).unwrap_or(u64::MAX),
        )
    })
}
