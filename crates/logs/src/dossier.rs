//! Answers as a dossier: evidence in order of time, and the coverage of every source. Must not judge what a fact means.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::evaluate::{Coverage, Covered, Dossier, Evidence, Fact, Gap, RecordRef, Source};
use rebato_core::identify::{Alert, Finding};

use crate::Answers;
use crate::coverage::stamp;
use crate::scan::is_private;
use crate::talks::{Key, Place, Talk};

/// Facts before they are in order and have ids.
type Pieces = Vec<(Source, Option<Timestamp>, RecordRef, Fact)>;

/// Facts of one kind kept about suspects, and the same about others.
const KEPT: usize = 200;
/// Connects from which on regularity is looked for.
const CONNECTS: usize = 8;
/// Deviation of the distances over their mean. 0.2 was proposed; a partner called every four minutes give or take a third has 0.17,
/// beacons with the usual jitter of ten or twenty percent have at most 0.12.
const VARIATION: f64 = 0.15;

/// How far from the ends of the window, and how long within it, a source may be silent and still show all of it, in seconds.
fn slack(source: Source) -> i64 {
    match source {
        // Records come every one to ten minutes, also of a silent interface (NODATA).
        Source::FlowLogs => 1_200,
        // Accounts and hosts can be quiet; cron and agents speak at least every hour.
        _ => 4_500,
    }
}

impl Answers {
    /// The dossier on a case: `finding` is what its findings say together, `told` each with its alert. The window that must be
    /// covered is the finding's own, first to last activity seen.
    #[must_use]
    pub fn dossier<'a>(
        &self,
        finding: &Finding,
        told: impl IntoIterator<Item = (&'a Alert, &'a Finding)>,
    ) -> Dossier {
        let mut facts: Pieces = Vec::new();
        let mut left_out: BTreeMap<Source, Vec<Gap>> = BTreeMap::new();
        let mut told_ids = BTreeSet::new();
        for (alert, finding) in told {
            told_ids.insert(finding.id.as_str());
            let record = RecordRef {
                file: alert.source.clone(),
                line: None,
                id: Some(finding.id.clone()),
            };
            let fact = Fact::of_finding(finding);
            facts.push((Source::Findings, finding.last_seen, record, fact));
        }
        let mut suspects: BTreeSet<IpAddr> = self.questions.suspects.iter().copied().collect();
        suspects.extend(
            self.hits
                .keys()
                .filter(|ip| !self.questions.local_ips.contains(ip)),
        );
        self.threat_facts(&suspects, &mut facts);
        self.talk_facts(&suspects, &mut facts, &mut left_out);
        self.call_facts(&mut facts, &mut left_out);
        self.login_facts(&suspects, &mut facts, &mut left_out);
        let others = self.others.iter();
        for other in others.filter(|other| !told_ids.contains(other.id.as_str())) {
            let record = RecordRef {
                file: other.file.clone(),
                line: None,
                id: Some(other.id.clone()),
            };
            let fact = Fact::OtherFinding {
                finding: other.id.clone(),
                kind: other.kind.clone(),
                severity: other.severity,
            };
            facts.push((Source::Findings, other.at, record, fact));
        }
        facts.sort_by(|a, b| (a.1.is_none(), a.1, &a.2, a.0).cmp(&(b.1.is_none(), b.1, &b.2, b.0)));
        let evidence = facts
            .into_iter()
            .zip(1u64..)
            .map(|((source, at, record, fact), n)| Evidence {
                id: format!("e{n}"),
                source,
                at,
                record,
                fact,
            })
            .collect();
        let window = finding
            .first_seen
            .or(finding.last_seen)
            .zip(finding.last_seen.or(finding.first_seen));
        let coverage = Source::ALL
            .into_iter()
            .map(|source| (source, self.coverage(source, window, left_out.get(&source))))
            .collect();
        Dossier { evidence, coverage }
    }

    fn record(&self, place: Place, id: Option<String>) -> RecordRef {
        let file = usize::try_from(place.file)
            .ok()
            .and_then(|at| self.files.get(at))
            .cloned()
            .unwrap_or_default();
        RecordRef {
            file,
            line: Some(place.line),
            id,
        }
    }

    fn threat_facts(&self, suspects: &BTreeSet<IpAddr>, facts: &mut Pieces) {
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

    fn talk_facts(
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

    fn call_facts(&self, facts: &mut Pieces, left_out: &mut BTreeMap<Source, Vec<Gap>>) {
        // Calls that change something say more than those that read.
        let mut kept: Vec<_> = self.calls.iter().collect();
        kept.sort_by_key(|(key, calls)| (key.read_only == Some(true), calls.first));
        for (key, calls) in kept.iter().take(2 * KEPT) {
            let fact = Fact::ApiCall {
                event: key.event.clone(),
                service: key.service.clone(),
                source_ip: key.source_ip.clone(),
                principal: key.principal.clone(),
                session_of: key.session_of.clone(),
                error: key.error.clone(),
                read_only: key.read_only,
                delivery: key.delivery.clone(),
                detail: key.detail.clone(),
                count: calls.count,
                first: calls.first.and_then(stamp),
                last: calls.last.and_then(stamp),
            };
            facts.push((
                Source::Cloudtrail,
                calls.first.and_then(stamp),
                self.record(calls.place, calls.id.clone()),
                fact,
            ));
        }
        let rest = u64::try_from(kept.len().saturating_sub(2 * KEPT)).unwrap_or(u64::MAX)
            + self.calls_left_out;
        if rest > 0 {
            left_out
                .entry(Source::Cloudtrail)
                .or_default()
                .push(Gap::LeftOut {
                    kind: "api_call".into(),
                    facts: rest,
                });
        }
    }

    fn login_facts(
        &self,
        suspects: &BTreeSet<IpAddr>,
        facts: &mut Pieces,
        left_out: &mut BTreeMap<Source, Vec<Gap>>,
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
        for (n, login) in self.logins.accepted.iter().enumerate() {
            let told = accepted
                .entry((login.ip, login.user.as_str(), login.method.as_str()))
                .or_insert((n, 0));
            told.1 += 1;
            if self
                .logins
                .accepted
                .get(told.0)
                .is_some_and(|best| best.failures_before < login.failures_before)
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
                failures_before: login.failures_before,
                count,
            };
            facts.push((
                Source::AuthLog,
                login.at.and_then(stamp),
                self.record(login.place, None),
                fact,
            ));
        }
        if rest > 0 {
            left_out
                .entry(Source::AuthLog)
                .or_default()
                .push(Gap::LeftOut {
                    kind: "login_failed".into(),
                    facts: rest,
                });
        }
    }

    fn coverage(
        &self,
        source: Source,
        window: Option<(Timestamp, Timestamp)>,
        left_out: Option<&Vec<Gap>>,
    ) -> Covered {
        let mut why: Vec<Gap> = self
            .gaps
            .iter()
            .filter(|(of, _)| *of == source)
            .map(|(_, gap)| gap.clone())
            .collect();
        for skipped in self
            .skipped
            .iter()
            .filter(|s| s.source == source && s.matters)
        {
            why.push(Gap::Skipped {
                file: skipped.file.clone(),
                why: skipped.why.clone(),
            });
        }
        let seen = self.seen.get(&source);
        let read = self.read.get(&source);
        let ours = self.ours.get(&source);
        let records = seen.map_or(0, |seen| seen.records);
        let (first, last) = ours.map_or((None, None), |ours| (ours.first, ours.last));
        let nothing = ours.is_none_or(|ours| ours.records == 0)
            && read.is_none()
            && source != Source::Findings;
        if seen.is_none() && why.is_empty() {
            why.push(Gap::NotGiven);
        } else if nothing && seen.is_some() {
            why.push(Gap::NothingAbout { records });
        }
        if source == Source::FlowLogs && self.skip_data > 0 {
            why.push(Gap::SkipData {
                records: self.skip_data,
            });
        }
        if let (Some((from, until)), false, false) = (window, nothing, source == Source::Findings) {
            let (from, until) = (from.as_second(), until.as_second());
            let slack = slack(source);
            let begin = [first, read.map(|read| read.0.as_second())]
                .into_iter()
                .flatten()
                .min();
            let end = [last, read.map(|read| read.1.as_second())]
                .into_iter()
                .flatten()
                .max();
            let short = begin.is_none_or(|begin| begin > from + slack)
                || end.is_none_or(|end| end < until - slack);
            let longest = slack.max((until - from) / 8).max(3_600);
            let hole = ours
                .filter(|_| source == Source::FlowLogs && read.is_none())
                .and_then(|ours| ours.hole(from, until, longest));
            if short {
                why.push(Gap::Window {
                    from: begin.and_then(stamp),
                    until: end.and_then(stamp),
                });
            } else if let Some((from, until)) = hole {
                why.push(Gap::Window {
                    from: stamp(from),
                    until: stamp(until),
                });
            }
        }
        let coverage = match (seen.is_some() && !nothing, why.is_empty()) {
            (false, _) => Coverage::Absent,
            (true, true) => Coverage::Complete,
            (true, false) => Coverage::Partial,
        };
        // These take nothing from what the source shows of suspects.
        why.extend(left_out.into_iter().flatten().cloned());
        if source == Source::FlowLogs && self.flagless > 0 {
            why.push(Gap::FieldMissing {
                field: "tcp-flags".into(),
            });
        }
        why.sort();
        why.dedup();
        Covered {
            coverage,
            why,
            records,
            first: first.and_then(stamp),
            last: last.and_then(stamp),
            until: read
                .map(|read| read.1)
                .max(seen.and_then(|seen| seen.last).and_then(stamp)),
        }
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
