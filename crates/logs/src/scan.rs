//! One pass over all files, gathering the answers. Memory is bounded by caps whose overflow is counted and told.
//! Must not judge, and must not know where files come from.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::evaluate::{Gap, Source};
use rebato_core::identify::read_alert;

use crate::answers::{Answers, Other, Skipped};
use crate::auth::Login;
use crate::flows::Record;
use crate::logins::Logins;
use crate::talks::{Place, Sided, Talks};
use crate::trail::Call;
use crate::{Questions, auth, flows, trail};

/// Rows of the flows document.
const ROWS: usize = 500_000;
/// Addresses on a list that are counted one by one.
const HITS: usize = 200_000;
/// Groups of calls.
const CALLS: usize = 100_000;
/// A row of the flows document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowKey {
    pub(crate) interface: u32,
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) port: u16,
    pub(crate) accepted: Option<bool>,
    pub(crate) towards_us: bool,
}

#[derive(Debug, Default)]
pub(crate) struct FlowRow {
    pub(crate) protocol: Option<u8>,
    pub(crate) flows: u64,
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

/// Traffic with an address that stands on a list.
#[derive(Debug, Default)]
pub(crate) struct Hit {
    pub(crate) flows: u64,
    pub(crate) bytes: u64,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

/// Calls of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallKey {
    pub(crate) event: String,
    pub(crate) service: String,
    pub(crate) source_ip: String,
    pub(crate) error: Option<String>,
    pub(crate) principal: Option<String>,
    pub(crate) session_of: Option<String>,
    pub(crate) read_only: Option<bool>,
    pub(crate) delivery: Option<String>,
    pub(crate) detail: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Calls {
    pub(crate) place: Place,
    pub(crate) id: Option<String>,
    pub(crate) count: u64,
    /// Those of them that the question asks for.
    pub(crate) matched: u64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

/// A scan under way.
#[derive(Debug)]
pub struct Scan {
    answers: Answers,
    interface_numbers: HashMap<Box<[u8]>, u32>,
    /// Per interface, whichever of the two addresses of its first records has been in all of them.
    own_address: HashMap<u32, [Option<IpAddr>; 2]>,
    wanted: Vec<bool>,
}

impl Scan {
    /// Begins.
    #[must_use]
    pub fn new(questions: Questions) -> Self {
        let answers = Answers {
            questions,
            files: Vec::new(),
            interfaces: Vec::new(),
            skipped: Vec::new(),
            seen: BTreeMap::new(),
            ours: BTreeMap::new(),
            gaps: Vec::new(),
            read: BTreeMap::new(),
            flow_files: 0,
            flow_rows: 0,
            flow_matched: 0,
            skip_data: 0,
            flagless: 0,
            rows: BTreeMap::new(),
            rows_left_out: 0,
            hits: BTreeMap::new(),
            hit_rows: 0,
            talks: Talks::default(),
            trail_rows: 0,
            trail_matched: 0,
            calls: BTreeMap::new(),
            calls_left_out: 0,
            auth_lines: 0,
            logins: Logins::default(),
            others: Vec::new(),
        };
        Self {
            answers,
            interface_numbers: HashMap::new(),
            own_address: HashMap::new(),
            wanted: Vec::new(),
        }
    }

    /// Reads a file of the source it is of; sources without reader are ignored.
    pub fn file(&mut self, source: Source, name: &str, bytes: &[u8]) {
        match source {
            Source::FlowLogs => self.flow_file(name, bytes),
            Source::Cloudtrail => self.trail_file(name, bytes),
            Source::AuthLog => self.auth_file(name, bytes),
            Source::Findings => self.finding_file(name, bytes),
            Source::Dns => self.skip(
                source,
                name,
                "resolver query logs are not read yet".into(),
                true,
            ),
        }
    }

    /// A source could not be had, or not whole.
    pub fn gap(&mut self, source: Source, gap: Gap) {
        self.answers.gaps.push((source, gap));
    }

    /// A source was read where it lies, over all of this time: what is not there did not happen, even at its quiet ends.
    pub fn covered(&mut self, source: Source, since: Timestamp, until: Timestamp) {
        // Nobody reads resolver logs here, so nothing can be said of their silence.
        if source == Source::Dns {
            return;
        }
        let known = self.answers.read.entry(source).or_insert((since, until));
        known.0 = known.0.min(since);
        known.1 = known.1.max(until);
        self.answers.seen.entry(source).or_default();
    }

    /// Ends.
    #[must_use]
    pub fn finish(self) -> Answers {
        self.answers
    }

    fn skip(&mut self, source: Source, file: &str, why: String, matters: bool) {
        self.answers.skipped.push(Skipped {
            source,
            file: file.to_owned(),
            why,
            matters,
        });
    }

    fn number(&mut self, file: &str) -> u32 {
        self.answers.files.push(file.to_owned());
        u32::try_from(self.answers.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// Reads a file of flow logs.
    pub fn flow_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.flow_files += 1;
        self.answers.seen.entry(Source::FlowLogs).or_default();
        let read = flows::read(bytes, |record, line| {
            self.flow(record, Place { file, line });
        });
        self.answers.flow_rows += read.rows;
        for why in read.cut {
            self.skip(Source::FlowLogs, name, why, true);
        }
        if read.bad > 0 {
            let nothing = read.rows == 0;
            let first = read.first_bad.unwrap_or(0);
            let why = if nothing {
                format!("no flow log: line {first} is no record")
            } else {
                format!(
                    "{} lines are no records, the first is line {first}",
                    read.bad
                )
            };
            self.skip(
                Source::FlowLogs,
                name,
                why,
                nothing || read.bad > read.rows / 100,
            );
        }
    }

    fn flow(&mut self, record: &Record<'_>, place: Place) {
        let interface = self.interface(record.interface);
        let wanted = usize::try_from(interface)
            .ok()
            .and_then(|at| self.wanted.get(at))
            .copied()
            .unwrap_or(true);
        let (start, end) = (record.start.or(record.end), record.end.or(record.start));
        if let (Some(start), Some(end)) = (start, end) {
            let q = &self.answers.questions;
            if q.since.is_some_and(|since| end < since.as_second())
                || q.until.is_some_and(|until| start > until.as_second())
            {
                return;
            }
            self.answers
                .seen
                .entry(Source::FlowLogs)
                .or_default()
                .add(start, end);
            if wanted {
                self.answers
                    .ours
                    .entry(Source::FlowLogs)
                    .or_default()
                    .add(start, end);
            }
        }
        if record.skipped && wanted {
            self.answers.skip_data += 1;
        }
        let (Some(src), Some(dst)) = (record.src, record.dst) else {
            return;
        };
        let q = &self.answers.questions;
        let asked = |ip: &IpAddr| q.only_ips.is_empty() || q.only_ips.contains(ip);
        let any_asked = [Some(src), Some(dst), record.pkt_src, record.pkt_dst]
            .iter()
            .flatten()
            .any(asked);
        let suspect = |ip: &IpAddr| q.suspects.contains(ip);
        let suspected = suspect(&src) || suspect(&dst);
        if !any_asked || !(wanted || suspected) {
            return;
        }
        if wanted {
            self.answers.flow_matched += 1;
        }
        let listed = !q.threat.is_empty() && (q.threat.covers(src) || q.threat.covers(dst));
        let towards_us = self.towards_us(record, interface, src, dst);
        if listed && wanted {
            self.threat(record, src, dst);
        }
        let (local, remote) = if towards_us { (dst, src) } else { (src, dst) };
        if self.answers.questions.case {
            if record.protocol == 6 && record.flags.is_none() {
                self.answers.flagless += 1;
            }
            // Behind a gateway, the packet's own address is the one that called.
            let remote = match (towards_us, record.pkt_src, record.pkt_dst) {
                (true, Some(own), _) if own != src => own,
                (false, _, Some(own)) if own != dst => own,
                _ => remote,
            };
            let suspect = suspected || listed || self.answers.questions.suspects.contains(&remote);
            self.answers.talks.add(&Sided {
                record,
                interface,
                local,
                remote,
                towards_us,
                place,
                suspect,
            });
            return;
        }
        let key = RowKey {
            interface,
            src,
            dst,
            port: record.dst_port,
            accepted: record.accepted,
            towards_us,
        };
        if !self.answers.rows.contains_key(&key) && self.answers.rows.len() >= ROWS {
            self.answers.rows_left_out += 1;
            return;
        }
        let fresh = !self.answers.rows.contains_key(&key);
        let row = self.answers.rows.entry(key).or_default();
        if fresh {
            row.protocol = Some(record.protocol);
        } else if row.protocol != Some(record.protocol) {
            row.protocol = None;
        }
        row.flows += 1;
        row.packets += record.packets;
        row.bytes += record.bytes;
        row.first = [row.first, start].into_iter().flatten().min();
        row.last = [row.last, end].into_iter().flatten().max();
    }

    fn interface(&mut self, name: &[u8]) -> u32 {
        if let Some(number) = self.interface_numbers.get(name) {
            return *number;
        }
        let text = String::from_utf8_lossy(name).into_owned();
        let asked = &self.answers.questions.interfaces;
        self.wanted.push(asked.is_empty() || asked.contains(&text));
        self.answers.interfaces.push(text);
        let number = u32::try_from(self.answers.interfaces.len() - 1).unwrap_or(u32::MAX);
        self.interface_numbers.insert(name.into(), number);
        number
    }

    /// Which way the packets went: by the field that says it, by addresses known to be ours, by private addresses, by the address
    /// that all records of an interface share, and at last by who asks a low port.
    fn towards_us(
        &mut self,
        record: &Record<'_>,
        interface: u32,
        src: IpAddr,
        dst: IpAddr,
    ) -> bool {
        if let Some(ingress) = record.ingress {
            return ingress;
        }
        let q = &self.answers.questions;
        let ours = |ip: &IpAddr| q.local_ips.contains(ip);
        if ours(&src) != ours(&dst) {
            return ours(&dst);
        }
        let theirs = |ip: &IpAddr| q.suspects.contains(ip) || q.only_ips.contains(ip);
        if theirs(&src) != theirs(&dst) {
            return theirs(&src);
        }
        let (inner_src, inner_dst) = (is_private(src), is_private(dst));
        if inner_src != inner_dst {
            return inner_dst;
        }
        let shared = self
            .own_address
            .entry(interface)
            .or_insert([Some(src), Some(dst)]);
        let mut narrowed = *shared;
        for slot in &mut narrowed {
            *slot = slot.filter(|ip| *ip == src || *ip == dst);
        }
        if narrowed != [None, None] {
            *shared = narrowed;
        }
        match narrowed {
            [Some(own), None] | [None, Some(own)] => own == dst,
            _ => record.dst_port <= record.src_port,
        }
    }

    fn threat(&mut self, record: &Record<'_>, src: IpAddr, dst: IpAddr) {
        let answers = &mut self.answers;
        answers.hit_rows += 1;
        for ip in [src, dst] {
            if !answers.questions.threat.covers(ip)
                || (!answers.hits.contains_key(&ip) && answers.hits.len() >= HITS)
            {
                continue;
            }
            let hit = answers.hits.entry(ip).or_default();
            hit.flows += 1;
            hit.bytes += record.bytes;
            match record.accepted {
                Some(false) => hit.rejected += 1,
                _ => hit.accepted += 1,
            }
            hit.first = [hit.first, record.start.or(record.end)]
                .into_iter()
                .flatten()
                .min();
            hit.last = [hit.last, record.end.or(record.start)]
                .into_iter()
                .flatten()
                .max();
        }
    }

    /// Reads a file of CloudTrail.
    pub fn trail_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.seen.entry(Source::Cloudtrail).or_default();
        let about = self.answers.questions.instance.clone();
        let read = trail::read(bytes, about.as_deref(), |call, line, mentioned| {
            self.call(call, mentioned, Place { file, line });
        });
        self.answers.trail_rows += read.rows;
        for why in read.wrong {
            let harmless = why.contains("passed over")
                || (read.rows > 0 && why.contains("no CloudTrail events"));
            self.skip(Source::Cloudtrail, name, why, !harmless);
        }
    }

    fn call(&mut self, call: Call, mentioned: bool, place: Place) {
        let q = &self.answers.questions;
        if let Some(at) = call.at {
            if q.since.is_some_and(|since| at < since.as_second())
                || q.until.is_some_and(|until| at > until.as_second())
            {
                return;
            }
            self.answers
                .seen
                .entry(Source::Cloudtrail)
                .or_default()
                .add(at, at);
            self.answers
                .ours
                .entry(Source::Cloudtrail)
                .or_default()
                .add(at, at);
        }
        let q = &self.answers.questions;
        let ip: Option<IpAddr> = call.source_ip.parse().ok();
        let by_ip = q.only_ips.is_empty() || ip.is_some_and(|ip| q.only_ips.contains(&ip));
        let by_principal = q.principal.as_deref().is_none_or(|asked| {
            [&call.principal, &call.role]
                .into_iter()
                .flatten()
                .any(|arn| arn == asked || arn.starts_with(&format!("{asked}/")))
        });
        let ours = q.instance.is_some() && call.session_of == q.instance;
        let by_instance = q.instance.is_none() || ours || mentioned;
        let matched = by_ip && by_principal && by_instance;
        if matched {
            self.answers.trail_matched += 1;
        }
        let relevant = ours
            || mentioned
            || ip.is_some_and(|ip| q.suspects.contains(&ip) || q.threat.covers(ip));
        if !(matched && !q.case || relevant && q.case) {
            return;
        }
        let key = CallKey {
            event: call.event,
            service: call.service,
            source_ip: call.source_ip,
            error: call.error,
            principal: q.case.then_some(call.principal).flatten(),
            session_of: q.case.then_some(call.session_of).flatten(),
            read_only: q.case.then_some(call.read_only).flatten(),
            delivery: q.case.then_some(call.delivery).flatten(),
            detail: q.case.then_some(call.detail).flatten(),
        };
        if !self.answers.calls.contains_key(&key) && self.answers.calls.len() >= CALLS {
            self.answers.calls_left_out += 1;
            return;
        }
        let id = call.id;
        let calls = self.answers.calls.entry(key).or_insert_with(|| Calls {
            place,
            id,
            count: 0,
            matched: 0,
            first: None,
            last: None,
        });
        calls.count += 1;
        calls.matched += u64::from(matched);
        calls.first = [calls.first, call.at].into_iter().flatten().min();
        calls.last = [calls.last, call.at].into_iter().flatten().max();
    }

    /// Reads a file of sshd's log.
    pub fn auth_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.seen.entry(Source::AuthLog).or_default();
        let q = &self.answers.questions;
        let near = q.near.or(q.until).map(Timestamp::as_second);
        let mut timed = 0u64;
        let read = auth::read(bytes, near, |at, login, line| {
            timed += u64::from(at.is_some());
            self.line(at, login, Place { file, line });
        });
        self.answers.auth_lines += read.lines;
        for why in read.wrong {
            self.skip(Source::AuthLog, name, why, true);
        }
        if read.lines > 0 && timed == 0 && near.is_some() {
            self.skip(
                Source::AuthLog,
                name,
                "no line begins with a time".into(),
                true,
            );
        }
    }

    fn line(&mut self, at: Option<i64>, login: Option<Login>, place: Place) {
        let q = &self.answers.questions;
        if let Some(at) = at {
            if q.since.is_some_and(|since| at < since.as_second())
                || q.until.is_some_and(|until| at > until.as_second())
            {
                return;
            }
            self.answers
                .seen
                .entry(Source::AuthLog)
                .or_default()
                .add(at, at);
            self.answers
                .ours
                .entry(Source::AuthLog)
                .or_default()
                .add(at, at);
        }
        if let Some(login) = login {
            self.answers.logins.add(at, login, place);
        }
    }

    /// Reads other findings about the same instance, in any envelope. Samples and what is no finding are passed over.
    pub fn finding_file(&mut self, name: &str, bytes: &[u8]) {
        self.answers.seen.entry(Source::Findings).or_default();
        let whole = crate::bytes::inflate(bytes);
        for read in read_alert(name, &whole.bytes) {
            match read {
                Ok(read) if !read.finding.sample => {
                    let finding = read.finding;
                    let instance = &self.answers.questions.instance;
                    let about = instance.as_deref().is_some_and(|id| finding.is_about(id));
                    if about {
                        self.answers.others.push(Other {
                            id: finding.id,
                            kind: finding.kind,
                            severity: finding.severity,
                            at: finding.last_seen.or(finding.updated),
                            file: name.to_owned(),
                        });
                    }
                }
                Ok(_) => {}
                Err(rebato_core::identify::AlertError::NotAFinding { why, .. })
                    if why.contains("is empty") => {}
                Err(error) => self.skip(Source::Findings, name, error.to_string(), true),
            }
        }
    }
}

/// Addresses of networks of one's own: the local side, when the other is not one.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || matches!(ip.octets(), [100, 64..=127, ..])
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local(),
    }
}
