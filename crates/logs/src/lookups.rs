//! Names that the instance asked for, by the domain that somebody can register. Memory is bounded by caps whose overflow is counted.
//! Must not know how a query is read.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use crate::dns::Query;
use crate::domains::registrable;
use crate::talks::Place;

/// Domains kept.
const DOMAINS: usize = 50_000;
/// Distinct names counted under one domain, and under all.
const NAMES: usize = 20_000;
const ALL_NAMES: usize = 500_000;
/// Answers and types kept of one domain, and answers of all.
const TOLD: usize = 20;
const ALL_ANSWERS: usize = 200_000;

/// What was asked under one domain.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) place: Place,
    names: HashSet<u64>,
    pub(crate) longest: String,
    /// Of the distinct names that have anything before the domain: how many, and the sums of their lengths and entropies.
    before: (u32, u64, f64),
    pub(crate) types: BTreeSet<String>,
    pub(crate) answers: BTreeSet<String>,
    pub(crate) missing: u64,
    pub(crate) count: u64,
    pub(crate) firewall: Option<&'static str>,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

impl Domain {
    pub(crate) fn names(&self) -> u64 {
        u64::try_from(self.names.len()).unwrap_or(u64::MAX)
    }

    /// Mean length of what stands before the domain.
    pub(crate) fn length(&self) -> f64 {
        let sum = u32::try_from(self.before.1).unwrap_or(u32::MAX);
        f64::from(sum) / f64::from(self.before.0.max(1))
    }

    /// Mean entropy of it, in bits a character.
    pub(crate) fn entropy(&self) -> f64 {
        self.before.2 / f64::from(self.before.0.max(1))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Lookups {
    pub(crate) domains: BTreeMap<String, Domain>,
    pub(crate) left_out: u64,
    names: usize,
    answers: usize,
}

impl Lookups {
    /// Counts a query. `known` says of an answer that it is asked for, and so is kept whatever else is.
    pub(crate) fn add(&mut self, query: Query, place: Place, known: impl Fn(&str) -> bool) {
        let domain = registrable(&query.name);
        if self.domains.len() >= DOMAINS && !self.domains.contains_key(domain) {
            self.left_out += 1;
            return;
        }
        let before = query.name.strip_suffix(domain).unwrap_or_default();
        let before = before.trim_end_matches('.');
        let row = self
            .domains
            .entry(domain.to_owned())
            .or_insert_with(|| Domain {
                place,
                names: HashSet::new(),
                longest: String::new(),
                before: (0, 0, 0.0),
                types: BTreeSet::new(),
                answers: BTreeSet::new(),
                missing: 0,
                count: 0,
                firewall: None,
                first: None,
                last: None,
            });
        row.count += 1;
        row.missing += u64::from(query.missing);
        row.first = [row.first, query.at].into_iter().flatten().min();
        row.last = [row.last, query.at].into_iter().flatten().max();
        // To block says more than to tell.
        row.firewall = row.firewall.max(query.firewall);
        if row.types.len() < TOLD {
            row.types.insert(query.kind);
        }
        for answer in query.answers {
            let room = row.answers.len() < TOLD && self.answers < ALL_ANSWERS;
            if (room || known(&answer)) && row.answers.insert(answer) {
                self.answers += 1;
            }
        }
        let name = BuildHasherDefault::<DefaultHasher>::default().hash_one(&query.name);
        if row.names.len() >= NAMES || self.names >= ALL_NAMES || !row.names.insert(name) {
            return;
        }
        self.names += 1;
        if !before.is_empty() {
            row.before.0 += 1;
            row.before.1 += u64::try_from(before.len()).unwrap_or(0);
            row.before.2 += entropy(before);
        }
        if query.name.len() > row.longest.len() {
            row.longest = query.name;
        }
    }
}

/// Shannon's entropy of the characters between the dots, in bits a character.
fn entropy(text: &str) -> f64 {
    let mut counts = [0u32; 256];
    let mut all = 0u32;
    for byte in text.bytes().filter(|byte| *byte != b'.') {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
            all += 1;
        }
    }
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / f64::from(all);
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_that_of_the_characters() {
        for (text, bits) in [
            ("", 0.0),
            ("aaaa", 0.0),
            ("abab", 1.0),
            ("ab.ab", 1.0),
            ("0123456789abcdef", 4.0),
        ] {
            assert!((entropy(text) - bits).abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn names_count_once_and_a_suspect_answer_is_kept() {
        let mut lookups = Lookups::default();
        let place = Place { file: 0, line: 1 };
        for n in 0..100u32 {
            let query = Query {
                at: Some(i64::from(n)),
                name: format!("{}.x.example.com", n % 10),
                kind: "A".into(),
                missing: n == 3,
                answers: vec![format!("10.0.0.{n}")],
                from: None,
                instance: None,
                firewall: (n == 5).then_some("ALERT"),
            };
            lookups.add(query, place, |answer| answer == "10.0.0.99");
        }
        let row = &lookups.domains["example.com"];
        assert_eq!((row.names(), row.count, row.missing), (10, 100, 1));
        assert_eq!(
            (row.first, row.last, row.firewall),
            (Some(0), Some(99), Some("ALERT"))
        );
        assert_eq!(row.answers.len(), 21);
        assert!(row.answers.contains("10.0.0.99"));
        assert!((row.length() - 3.0).abs() < 1e-9 && row.entropy() > 0.5);
    }
}
