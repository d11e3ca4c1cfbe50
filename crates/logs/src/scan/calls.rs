//! What is asked of an API call. Must not read records, and must not judge.

use std::net::IpAddr;

use rebato_core::evaluate::Source;

use super::Scan;
use crate::talks::Place;
use crate::trail::{self, Call};

/// Groups of calls.
const CALLS: usize = 100_000;

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

impl Scan {
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
}
