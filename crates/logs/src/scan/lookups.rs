//! What is asked of a DNS query. Must not read records, and must not judge.

use std::net::IpAddr;

use rebato_core::evaluate::Source;

use super::Scan;
use crate::Answers;
use crate::dns::{self, Query};
use crate::talks::Place;

impl Scan {
    /// Reads a query log of the Route 53 Resolver.
    pub fn dns_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.seen.entry(Source::Dns).or_default();
        let answers = &mut self.answers;
        let read = dns::read(self.inflater.inflate(bytes), |query, line| {
            answers.query(query, Place { file, line });
        });
        for why in read.wrong {
            self.skip(Source::Dns, name, why, true);
        }
    }
}

impl Answers {
    fn query(&mut self, query: Query, place: Place) {
        let q = &self.questions;
        let asks_all = q.instance.is_none() && q.local_ips.is_empty();
        let ours = asks_all
            || query.instance.is_some() && query.instance == q.instance
            || query.from.is_some_and(|ip| q.local_ips.contains(&ip));
        let asked = query.at.is_none_or(|at| self.heard(Source::Dns, at, ours));
        if !asked || !ours {
            return;
        }
        let q = &self.questions;
        let known = |answer: &str| {
            answer
                .parse::<IpAddr>()
                .is_ok_and(|ip| q.suspects.contains(&ip.to_canonical()))
        };
        self.lookups.add(query, place, known);
    }
}
