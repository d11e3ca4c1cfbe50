//! Names that were asked for as facts. Must not judge what a fact means.

use std::collections::BTreeSet;
use std::net::IpAddr;

use rebato_core::evaluate::{Fact, Source};

use super::{KEPT, LeftOut, Pieces, leave_out};
use crate::Answers;
use crate::coverage::stamp;
use crate::lookups::Domain;

/// Distinct names under one domain that are many.
const MANY: u64 = 20;

impl Answers {
    pub(super) fn lookup_facts(
        &self,
        suspects: &BTreeSet<IpAddr>,
        facts: &mut Pieces,
        left_out: &mut LeftOut,
    ) {
        // Of each kind as many are kept; what was first asked for last comes first, as new ways are what is looked for.
        let led = |row: &Domain| {
            row.answers
                .iter()
                .filter_map(|answer| answer.parse::<IpAddr>().ok())
                .any(|ip| suspects.contains(&ip.to_canonical()))
        };
        let kind = |row: &Domain| match () {
            () if led(row) || row.firewall.is_some() => 0,
            () if row.names() >= MANY => 1,
            () if row.missing == row.count => 2,
            () => 3,
        };
        let mut rows: Vec<_> = self
            .lookups
            .domains
            .iter()
            .map(|(domain, row)| (kind(row), std::cmp::Reverse(row.first), domain, row))
            .collect();
        rows.sort_by_key(|(kind, first, domain, _)| (*kind, *first, *domain));
        let mut rest = self.lookups.left_out;
        let mut kept = [0usize; 4];
        for (kind, _, domain, row) in rows {
            match kept.get_mut(kind) {
                Some(kept) if *kept < KEPT => *kept += 1,
                _ => {
                    rest += 1;
                    continue;
                }
            }
            let fact = Fact::Lookup {
                domain: domain.clone(),
                names: row.names(),
                longest: row.longest.clone(),
                entropy: hundredths(row.entropy()),
                length: hundredths(row.length()),
                types: row.types.iter().cloned().collect(),
                answers: row.answers.iter().cloned().collect(),
                missing: row.missing,
                count: row.count,
                firewall: row.firewall.map(str::to_owned),
                first: row.first.and_then(stamp),
                last: row.last.and_then(stamp),
            };
            facts.push((
                Source::Dns,
                row.first.and_then(stamp),
                self.record(row.place, None),
                fact,
            ));
        }
        leave_out(left_out, Source::Dns, "lookup", rest);
    }
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
