//! What a scan found, as the three documents of the outward contract. Must not read logs.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use jiff::Timestamp;
use rebato_core::evaluate::{Gap, Source};
use serde_json::{Value, json};

use crate::Questions;
use crate::changes::Changes;
use crate::coverage::{Seen, stamp};
use crate::logins::Logins;
use crate::lookups::Lookups;
use crate::scan::{CallGroups, FlowRow, Hit, RowKey};
use crate::talks::Talks;
use crate::volumes::Volumes;

/// A file, or a part of one, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Of which source.
    pub source: Source,
    /// The file's name as given.
    pub file: String,
    /// Why.
    pub why: String,
    /// Whether what is missing may matter: a few broken lines or a digest file among others do not.
    pub matters: bool,
}

/// Another finding.
#[derive(Debug)]
pub(crate) struct Other {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) severity: Option<f64>,
    pub(crate) at: Option<Timestamp>,
    pub(crate) file: String,
}

/// Times in Unix seconds, and values.
type Points = Vec<(i64, f64)>;

/// Count, first and last.
type Counted = (u64, Option<i64>, Option<i64>);

/// Everything a scan found.
#[derive(Debug, Default)]
pub struct Answers {
    pub(crate) questions: Questions,
    pub(crate) files: Vec<String>,
    pub(crate) interfaces: Vec<String>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) seen: BTreeMap<Source, Seen>,
    /// Records of the interfaces, role or host asked for.
    pub(crate) ours: BTreeMap<Source, Seen>,
    pub(crate) gaps: Vec<(Source, Gap)>,
    pub(crate) read: BTreeMap<Source, (Timestamp, Timestamp)>,
    /// Files passed over by their names.
    pub(crate) pruned: BTreeMap<Source, u64>,
    pub(crate) flow_files: u64,
    pub(crate) flow_rows: u64,
    pub(crate) flow_matched: u64,
    pub(crate) skip_data: u64,
    pub(crate) flagless: u64,
    pub(crate) rows: HashMap<RowKey, FlowRow>,
    pub(crate) rows_left_out: u64,
    pub(crate) hits: HashMap<IpAddr, Hit>,
    pub(crate) hit_rows: u64,
    pub(crate) talks: Talks,
    pub(crate) volumes: Volumes,
    pub(crate) trail_rows: u64,
    pub(crate) trail_matched: u64,
    pub(crate) calls: CallGroups,
    pub(crate) calls_left_out: u64,
    pub(crate) auth_lines: u64,
    /// Whether any file given is one in which logins stand.
    pub(crate) tells_of_logins: bool,
    pub(crate) logins: Logins,
    pub(crate) changes: Changes,
    pub(crate) lookups: Lookups,
    /// By metric and statistic: the file, and time (Unix seconds) with value.
    pub(crate) metrics: BTreeMap<(&'static str, &'static str), (u32, Points)>,
    pub(crate) points: usize,
    pub(crate) others: Vec<Other>,
}

impl Answers {
    /// What could not be read, in the order of the files.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Takes note of a record at a time (Unix seconds), `ours` when it is of what is asked for; `false` when the time is not asked for.
    pub(crate) fn heard(&mut self, source: Source, at: i64, ours: bool) -> bool {
        if self.questions.is_outside(at, at) {
            return false;
        }
        self.seen.entry(source).or_default().add(at, at);
        if ours {
            self.ours.entry(source).or_default().add(at, at);
        }
        true
    }

    fn skipped_of(&self, source: Source) -> Vec<Value> {
        self.skipped
            .iter()
            .filter(|s| s.source == source)
            .map(|s| json!({ "file": s.file, "why": s.why }))
            .collect()
    }

    fn pruned_of(&self, source: Source) -> u64 {
        self.pruned.get(&source).copied().unwrap_or(0)
    }

    /// `rebato.flows/1`.
    #[must_use]
    pub fn flows(&self) -> Value {
        let rows = in_order(&self.rows).into_iter().map(|(key, row)| {
            let (local, remote) = if key.towards_us {
                (key.dst, key.src)
            } else {
                (key.src, key.dst)
            };
            let (local_port, remote_port) = if key.towards_us {
                (Some(key.port), None)
            } else {
                (None, Some(key.port))
            };
            let interface = usize::try_from(key.interface)
                .ok()
                .and_then(|at| self.interfaces.get(at))
                .filter(|name| !name.is_empty());
            json!({
                "interface": interface,
                "local_ip": local,
                "remote_ip": remote,
                "remote_port": remote_port,
                "local_port": local_port,
                "dst_port": key.port,
                "protocol": row.protocol,
                "action": key.accepted.map(|accepted| if accepted { "ACCEPT" } else { "REJECT" }),
                "direction": if key.towards_us { "inbound" } else { "outbound" },
                "flows": row.flows,
                "packets": row.packets,
                "bytes": row.bytes,
                "first": row.first.and_then(stamp),
                "last": row.last.and_then(stamp),
            })
        });
        let hits = in_order(&self.hits).into_iter().flat_map(|(ip, hit)| {
            self.questions.threat.find(*ip).into_iter().map(move |listed| {
                json!({
                    "ip": ip, "list": listed.list, "entry": listed.entry,
                    "flows": hit.flows, "bytes": hit.bytes, "accepted": hit.accepted, "rejected": hit.rejected,
                    "first": hit.first.and_then(stamp), "last": hit.last.and_then(stamp),
                })
            })
        });
        json!({
            "schema": "rebato.flows/1",
            "records": self.flow_rows,
            "matched": self.flow_matched,
            "files": self.flow_files,
            "pruned": self.pruned_of(Source::FlowLogs),
            "skipped": self.skipped_of(Source::FlowLogs),
            "conversations": rows.collect::<Vec<_>>(),
            "conversations_left_out": self.rows_left_out,
            "threat_hits": hits.collect::<Vec<_>>(),
            "totals": { "threat_ips": self.hits.len(), "threat_flows": self.hit_rows },
        })
    }

    /// `rebato.activity/1`.
    #[must_use]
    pub fn activity(&self) -> Value {
        // The contract groups by what was called from where; sessions are told apart for the verdict only.
        let mut groups: BTreeMap<(&str, &str, &str, Option<&str>), Counted> = BTreeMap::new();
        let sorted = self.calls.sorted();
        for (key, calls) in sorted.into_iter().filter(|(_, calls)| calls.matched > 0) {
            let group = groups
                .entry((
                    &key.event,
                    &key.service,
                    &key.source_ip,
                    key.error.as_deref(),
                ))
                .or_default();
            group.0 += calls.matched;
            group.1 = [group.1, calls.first].into_iter().flatten().min();
            group.2 = [group.2, calls.last].into_iter().flatten().max();
        }
        let calls = groups.into_iter().map(|((event, service, source_ip, error), (count, first, last))| {
            json!({
                "event": event, "service": service, "source_ip": source_ip, "error": error, "count": count,
                "first": first.and_then(stamp), "last": last.and_then(stamp),
            })
        });
        json!({
            "schema": "rebato.activity/1",
            "records": self.trail_rows,
            "matched": self.trail_matched,
            "pruned": self.pruned_of(Source::Cloudtrail),
            "skipped": self.skipped_of(Source::Cloudtrail),
            "calls": calls.collect::<Vec<_>>(),
            "calls_left_out": self.calls_left_out,
        })
    }

    /// `rebato.logins/1`.
    #[must_use]
    pub fn logins(&self) -> Value {
        let rows = self
            .logins
            .shown()
            .filter(|(_, from)| self.asks_for(from.ip))
            .map(|(name, from)| {
                json!({
                    "ip": name,
                    "failed": from.failed(),
                    "accepted": from.accepted(),
                    "invalid_users": from.invalid(),
                    "first": from.first.and_then(stamp),
                    "last": from.last.and_then(stamp),
                    "users": from.users,
                })
            });
        json!({
            "schema": "rebato.logins/1",
            "lines": self.auth_lines,
            "skipped": self.skipped_of(Source::AuthLog),
            "by_ip": rows.collect::<Vec<_>>(),
            "changes": self.changes.shown().map(|(key, told)| json!({
                "change": key.kind, "about": key.about, "by": key.by, "detail": told.detail,
                "count": told.count, "first": told.first.and_then(stamp), "last": told.last.and_then(stamp),
            })).collect::<Vec<_>>(),
        })
    }

    fn asks_for(&self, ip: Option<IpAddr>) -> bool {
        self.questions.only_ips.is_empty()
            || ip.is_some_and(|ip| self.questions.only_ips.contains(&ip))
    }
}

/// What was gathered, in the order of its keys.
fn in_order<K: Ord, V>(map: &HashMap<K, V>) -> Vec<(&K, &V)> {
    let mut all: Vec<(&K, &V)> = map.iter().collect();
    all.sort_unstable_by_key(|(key, _)| *key);
    all
}
