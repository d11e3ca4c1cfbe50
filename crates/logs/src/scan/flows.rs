//! What is asked of a flow record. Must not read records, and must not judge.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;

use rebato_core::evaluate::Source;
use rebato_core::is_private;

use super::Scan;
use crate::answers::Answers;
use crate::bytes;
use crate::coverage::Seen;
use crate::flows::{self, Glance, Record, Side, Sink, Way, parquet};
use crate::talks::{Place, Sided};

/// Rows of the flows document.
const ROWS: usize = 500_000;
/// Addresses on a list that are counted one by one.
const HITS: usize = 1_000_000;

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

impl Scan {
    /// Reads a file of flow logs.
    pub fn flow_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.flow_files += 1;
        let unpacked;
        let mut bytes = bytes;
        if bytes::is_gzip(bytes) && parquet::is_parquet(&bytes::head(bytes)) {
            unpacked = bytes::inflate(bytes);
            if let Some(why) = unpacked.cut {
                self.skip(Source::FlowLogs, name, why, true);
            }
            bytes = &unpacked.bytes;
        }
        let seen = self.answers.seen.remove(&Source::FlowLogs);
        let ours = self.answers.ours.remove(&Source::FlowLogs);
        let mut pass = Pass {
            suspects: v4(&self.answers.questions.suspects),
            answers: &mut self.answers,
            interfaces: &mut self.interfaces,
            file,
            seen: seen.unwrap_or_default(),
            ours: ours.unwrap_or_default(),
        };
        let read = if parquet::is_parquet(bytes) {
            let sift = parquet::Sift::of(&pass.answers.questions);
            let (read, passed) = parquet::read(bytes, &sift, |record, line| {
                pass.record(record, line);
            });
            pass.seen.pass(passed.rows, passed.times);
            read
        } else {
            flows::read(&mut self.inflater, bytes, &mut pass)
        };
        let Pass { seen, ours, .. } = pass;
        self.answers.seen.insert(Source::FlowLogs, seen);
        self.answers.ours.insert(Source::FlowLogs, ours);
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
}

/// What is known of the interfaces that records of interest are of.
#[derive(Debug, Default)]
pub(super) struct Interfaces {
    numbers: HashMap<Box<[u8]>, u32>,
    /// Whichever of the two addresses of an interface's first records has been in all of them.
    own_address: HashMap<u32, [Option<IpAddr>; 2]>,
}

/// One file's way through the questions.
struct Pass<'a> {
    answers: &'a mut Answers,
    interfaces: &'a mut Interfaces,
    file: u32,
    /// Of the suspects the IPv4 addresses, in order.
    suspects: Vec<u32>,
    seen: Seen,
    ours: Seen,
}

fn v4(ips: &[IpAddr]) -> Vec<u32> {
    let mut out: Vec<u32> = ips
        .iter()
        .filter_map(|ip| match ip {
            IpAddr::V4(ip) => Some(ip.to_bits()),
            IpAddr::V6(_) => None,
        })
        .collect();
    out.sort_unstable();
    out
}

impl Sink for Pass<'_> {
    fn way(&self) -> Way {
        let q = &self.answers.questions;
        // In a case every record shows that its time is covered.
        if !q.case
            && let [IpAddr::V4(ip)] = q.only_ips.as_slice()
        {
            return Way::Needle(ip.to_string().into_bytes());
        }
        if !q.case
            && q.suspects.is_empty()
            && let [name] = q.interfaces.as_slice()
            && !name.is_empty()
        {
            return Way::Needle(name.clone().into_bytes());
        }
        let interface = !q.interfaces.is_empty();
        if interface || q.only_listed {
            return Way::Glance {
                interface,
                times: q.case,
            };
        }
        Way::Whole
    }

    #[inline(always)]
    fn glance(&mut self, glance: &Glance<'_>) -> bool {
        let q = &self.answers.questions;
        let sides = [glance.src, glance.dst];
        if sides.contains(&Side::Other) {
            return true;
        }
        let listed = |side: &Side| matches!(side, Side::V4(ip) if q.threat.covers_v4(*ip));
        let suspect = |side: &Side| match side {
            Side::V4(ip) => self.suspects.binary_search(ip).is_ok(),
            Side::Absent | Side::Other => false,
        };
        let asked = q.case || !q.only_listed || sides.iter().any(listed);
        if asked && (is_asked(&q.interfaces, glance.interface) || sides.iter().any(suspect)) {
            return true;
        }
        self.cover(false, glance.start, glance.end);
        false
    }

    fn record(&mut self, record: &Record<'_>, line: u64) {
        let place = Place {
            file: self.file,
            line,
        };
        self.flow(record, place);
    }
}

/// Whether records of this interface are asked for.
fn is_asked(asked: &[String], name: &[u8]) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked.as_bytes() == name)
}

impl Pass<'_> {
    /// Marks the time of a record as seen. Tells whether the record is within the time asked for.
    #[inline]
    fn cover(&mut self, wanted: bool, start: Option<i64>, end: Option<i64>) -> bool {
        let (Some(start), Some(end)) = (start.or(end), end.or(start)) else {
            return true;
        };
        let q = &self.answers.questions;
        if q.is_outside(start, end) {
            return false;
        }
        if q.case {
            self.seen.add(start, end);
            if wanted {
                self.ours.add(start, end);
            }
        }
        true
    }

    fn flow(&mut self, record: &Record<'_>, place: Place) {
        let wanted = is_asked(&self.answers.questions.interfaces, record.interface);
        if !self.cover(wanted, record.start, record.end) {
            return;
        }
        let (start, end) = (record.start.or(record.end), record.end.or(record.start));
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
        let listed = !q.threat.is_empty() && (q.threat.covers(src) || q.threat.covers(dst));
        if q.only_listed && !listed {
            return;
        }
        if wanted {
            self.answers.flow_matched += 1;
        }
        let interface = self.interface(record.interface);
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
            if let (true, false, true, Some(times)) = (
                wanted && record.accepted != Some(false),
                towards_us || is_private(remote),
                record.bytes > 0,
                start.zip(end),
            ) {
                let answers = &mut self.answers;
                let suspects = &answers.questions.suspects;
                answers
                    .volumes
                    .add(remote, record.bytes, times, place, |ip| {
                        suspects.contains(ip)
                    });
            }
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
        let full = self.answers.rows.len() >= ROWS;
        let row = match self.answers.rows.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if full => {
                self.answers.rows_left_out += 1;
                return;
            }
            Entry::Vacant(free) => free.insert(FlowRow {
                protocol: Some(record.protocol),
                ..FlowRow::default()
            }),
        };
        if row.protocol != Some(record.protocol) {
            row.protocol = None;
        }
        row.flows += 1;
        row.packets = row.packets.saturating_add(record.packets);
        row.bytes = row.bytes.saturating_add(record.bytes);
        row.first = [row.first, start].into_iter().flatten().min();
        row.last = [row.last, end].into_iter().flatten().max();
    }

    fn interface(&mut self, name: &[u8]) -> u32 {
        if let Some(number) = self.interfaces.numbers.get(name) {
            return *number;
        }
        let known = &mut self.answers.interfaces;
        let number = u32::try_from(known.len()).unwrap_or(u32::MAX);
        known.push(String::from_utf8_lossy(name).into_owned());
        self.interfaces.numbers.insert(name.into(), number);
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
            .interfaces
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
            if !answers.questions.threat.covers(ip) {
                continue;
            }
            let full = answers.hits.len() >= HITS;
            let hit = match answers.hits.entry(ip) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(_) if full => continue,
                Entry::Vacant(free) => free.insert(Hit::default()),
            };
            hit.flows += 1;
            hit.bytes = hit.bytes.saturating_add(record.bytes);
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
}
