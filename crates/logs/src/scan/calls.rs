//! What is asked of an API call. Must not read records, and must not judge.

use std::collections::HashMap;
use std::net::IpAddr;

use rebato_core::evaluate::Source;

use super::Scan;
use crate::talks::Place;
use crate::trail::{self, Ask, Call};
use crate::{Answers, Questions};

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
    pub(crate) region: Option<String>,
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

/// Groups of calls, found again without memory of their own.
#[derive(Debug, Default)]
pub(crate) struct CallGroups {
    groups: Vec<(CallKey, Calls)>,
    places: HashMap<Box<[u8]>, usize>,
    /// The texts of a key, one after the other.
    scratch: Vec<u8>,
}

impl CallGroups {
    /// The groups in the order of their keys.
    pub(crate) fn sorted(&self) -> Vec<(&CallKey, &Calls)> {
        let mut all: Vec<_> = self
            .groups
            .iter()
            .map(|(key, calls)| (key, calls))
            .collect();
        all.sort_by_key(|(key, _)| *key);
        all
    }

    fn of(&mut self, call: &Call<'_>, case: bool, place: Place) -> Option<&mut Calls> {
        let told = if case { call.detail.read() } else { None };
        let texts = [
            Some(call.event),
            Some(call.service),
            Some(call.source_ip),
            call.error,
            call.principal.filter(|_| case),
            call.session_of().filter(|_| case),
            call.region.filter(|_| case),
            call.delivery.filter(|_| case),
            told.as_deref().map(str::as_bytes),
        ];
        self.scratch.clear();
        self.scratch.push(match call.read_only.filter(|_| case) {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        });
        for text in texts {
            // No text of JSON has this byte.
            self.scratch.push(if text.is_some() { 0xfe } else { 0xff });
            self.scratch.extend_from_slice(text.unwrap_or_default());
        }
        if let Some(at) = self.places.get(self.scratch.as_slice()) {
            return self.groups.get_mut(*at).map(|(_, calls)| calls);
        }
        if self.groups.len() >= CALLS {
            return None;
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let of_case = |bytes: Option<&[u8]>| bytes.filter(|_| case).map(text);
        let key = CallKey {
            event: text(call.event),
            service: text(call.service),
            source_ip: text(call.source_ip),
            error: call.error.map(text),
            principal: of_case(call.principal),
            session_of: of_case(call.session_of()),
            region: of_case(call.region),
            read_only: call.read_only.filter(|_| case),
            delivery: of_case(call.delivery),
            detail: told,
        };
        let calls = Calls {
            place,
            id: call.id.map(text),
            count: 0,
            matched: 0,
            first: None,
            last: None,
        };
        self.places
            .insert(self.scratch.as_slice().into(), self.groups.len());
        self.groups.push((key, calls));
        self.groups.last_mut().map(|(_, calls)| calls)
    }
}

impl Scan {
    /// Reads a file of CloudTrail.
    pub fn trail_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.seen.entry(Source::Cloudtrail).or_default();
        let q = &self.answers.questions;
        let about = q.instance.clone();
        let only = q.only_text();
        let ask = Ask {
            about: about.as_deref(),
            only: only.as_deref(),
        };
        let answers = &mut self.answers;
        let whole = self.inflater.inflate(bytes);
        let read = trail::read(whole, &ask, |call, line, mentioned| {
            answers.call(&call, mentioned, Place { file, line });
        });
        self.answers.trail_rows += read.rows;
        for why in read.wrong {
            let harmless = why.contains("passed over")
                || (read.rows > 0 && why.contains("no CloudTrail events"));
            self.skip(Source::Cloudtrail, name, why, !harmless);
        }
    }
}

impl Answers {
    fn call(&mut self, call: &Call<'_>, mentioned: bool, place: Place) {
        let asked = call
            .at
            .is_none_or(|at| self.heard(Source::Cloudtrail, at, true));
        if !asked {
            return;
        }
        let q = &self.questions;
        let ip: Option<IpAddr> = std::str::from_utf8(call.source_ip)
            .ok()
            .filter(|_| q.case || !q.only_ips.is_empty())
            .and_then(|ip| ip.parse().ok());
        let by_ip = q.only_ips.is_empty() || ip.is_some_and(|ip| q.only_ips.contains(&ip));
        let by_principal = q.principal.as_deref().is_none_or(|asked| {
            [call.principal, call.role]
                .into_iter()
                .flatten()
                .filter_map(|arn| arn.strip_prefix(asked.as_bytes()))
                .any(|rest| rest.is_empty() || rest.starts_with(b"/"))
        });
        let ours = q.instance.is_some() && call.session == q.instance.as_deref().map(str::as_bytes);
        let by_instance = q.instance.is_none() || ours || mentioned;
        let matched = by_ip && by_principal && by_instance;
        if matched {
            self.trail_matched += 1;
        }
        let relevant = ours
            || mentioned
            || ip.is_some_and(|ip| q.suspects.contains(&ip) || q.threat.covers(ip));
        if !(matched && !q.case || relevant && q.case) {
            return;
        }
        let Some(calls) = self.calls.of(call, q.case, place) else {
            self.calls_left_out += 1;
            return;
        };
        calls.count += 1;
        calls.matched += u64::from(matched);
        calls.first = [calls.first, call.at].into_iter().flatten().min();
        calls.last = [calls.last, call.at].into_iter().flatten().max();
    }
}

impl Questions {
    /// A text that every record asked for holds as it is, so that the others need no look. In a case every record counts: its time
    /// for the coverage, and where it came from for the lists.
    fn only_text(&self) -> Option<String> {
        if self.case {
            return None;
        }
        match (&self.instance, &self.principal, self.only_ips.as_slice()) {
            (Some(text), _, _) | (None, Some(text), _) => Some(text.clone()),
            // An IPv6 address has more than one form.
            (None, None, [IpAddr::V4(ip)]) => Some(ip.to_string()),
            _ => None,
        }
        .filter(|text| !text.is_empty())
    }
}
