//! Which entries cover an address, and which say nothing that another does not say: one look-up for both. Networks are nested or
//! apart, so each knows the next one around it. Must not know what entries are for.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Entry, Indicator, RangeSet};

/// A network of the list.
#[derive(Debug, Clone, Copy)]
struct Node<T> {
    first: T,
    last: T,
    entry: usize,
    /// The next network around it, by its place; none when it is its own.
    around: Option<usize>,
}

/// Networks in the order of their first address, the wider before the narrower and the earlier entry before the later.
#[derive(Debug)]
struct Nest<T>(Vec<Node<T>>);

impl<T: Copy + Ord> Nest<T> {
    fn new(mut nets: Vec<(T, T, usize)>) -> Self {
        nets.sort_unstable_by_key(|(first, last, entry)| {
            (*first, std::cmp::Reverse(*last), *entry)
        });
        let mut nodes: Vec<Node<T>> = Vec::with_capacity(nets.len());
        let mut open: Vec<usize> = Vec::new();
        for (at, (first, last, entry)) in nets.into_iter().enumerate() {
            let node = |at: &usize| nodes.get(*at);
            // What ended before this one, and its equals, are not around it.
            while let Some(top) = open.last().and_then(node)
                && (top.last < first || (top.first == first && top.last == last))
            {
                open.pop();
            }
            let around = open.last().copied();
            open.push(at);
            nodes.push(Node {
                first,
                last,
                entry,
                around,
            });
        }
        Self(nodes)
    }

    /// The entries whose networks hold everything from `first` to `last`, the narrowest first.
    fn covering(&self, first: T, last: T, mut found: impl FnMut(usize)) {
        let mut next = self
            .0
            .partition_point(|node| node.first <= first)
            .checked_sub(1);
        while let Some(at) = next
            && let Some(node) = self.0.get(at)
        {
            next = node.around;
            if node.last >= last {
                self.equals(at).for_each(|node| found(node.entry));
            }
        }
    }

    /// The node and those before it that are the same network.
    fn equals(&self, at: usize) -> impl Iterator<Item = &Node<T>> {
        let same = self.0.get(at).map(|node| (node.first, node.last));
        self.0
            .get(..=at)
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(move |node| Some((node.first, node.last)) == same)
    }

    /// Each node with the entry that makes it needless: an earlier equal one, or one around it.
    fn needless(&self, mut found: impl FnMut(usize, usize, bool)) {
        let mut before: Option<&Node<T>> = None;
        for node in &self.0 {
            let equal = before.filter(|b| b.first == node.first && b.last == node.last);
            let around = || node.around.and_then(|at| self.0.get(at));
            if let Some(other) = equal {
                found(node.entry, other.entry, true);
            } else if let Some(other) = around() {
                found(node.entry, other.entry, false);
            }
            before = Some(node);
        }
    }
}

/// An entry that says nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Needless {
    /// Its place in the list.
    pub(super) entry: usize,
    /// The place of one that says it too; none when several do together.
    pub(super) other: Option<usize>,
    /// Whether both are the same.
    pub(super) same: bool,
}

/// The entries of a list, by address.
#[derive(Debug)]
pub struct Index<'a> {
    entries: &'a [Entry],
    v4: Nest<u32>,
    v6: Nest<u128>,
    /// Ranges that are no network, by the place of their entry: they may cross each other, and lists have few of them.
    ranges: Vec<(u32, u32, usize)>,
}

impl<'a> Index<'a> {
    /// Takes the entries in.
    #[must_use]
    pub fn new(entries: &'a [Entry]) -> Self {
        let (mut v4, mut v6, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
        for (at, entry) in entries.iter().enumerate() {
            match (&entry.indicator, entry.indicator.net()) {
                (Indicator::Range(first, last), _) => {
                    ranges.push((first.to_bits(), last.to_bits(), at));
                }
                (_, Some(IpNet::V4(net))) => {
                    let (first, last) = super::bounds(net);
                    v4.push((first, last, at));
                }
                (_, Some(IpNet::V6(net))) => {
                    v6.push((net.network().to_bits(), net.broadcast().to_bits(), at));
                }
                (_, None) => {}
            }
        }
        Self {
            entries,
            v4: Nest::new(v4),
            v6: Nest::new(v6),
            ranges,
        }
    }

    /// The entries that cover an address, in the order of the list.
    #[must_use]
    pub fn covering(&self, ip: IpAddr) -> Vec<&'a Entry> {
        let mut found = Vec::new();
        match ip.to_canonical() {
            IpAddr::V4(ip) => {
                let ip = ip.to_bits();
                self.v4.covering(ip, ip, |entry| found.push(entry));
                let ranges = self
                    .ranges
                    .iter()
                    .filter(|(a, b, _)| (*a..=*b).contains(&ip));
                found.extend(ranges.map(|(.., entry)| *entry));
            }
            IpAddr::V6(ip) => {
                let ip = ip.to_bits();
                self.v6.covering(ip, ip, |entry| found.push(entry));
            }
        }
        found.sort_unstable();
        found
            .into_iter()
            .filter_map(|at| self.entries.get(at))
            .collect()
    }

    /// The entries that may go without loss, in the order of the list.
    pub(super) fn needless(&self) -> Vec<Needless> {
        let mut found = Vec::new();
        let mut add = |entry, other, same| {
            found.push(Needless {
                entry,
                other: Some(other),
                same,
            });
        };
        self.v4.needless(&mut add);
        self.v6.needless(&mut add);
        let mut texts: HashMap<String, usize> = HashMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let key = match entry.indicator {
                Indicator::Domain => entry.text.trim_end_matches('.').to_lowercase(),
                Indicator::Hash => entry.text.to_lowercase(),
                Indicator::Range(first, last) => format!("{first}-{last}"),
                _ => continue,
            };
            match texts.get(&key) {
                Some(other) => add(at, *other, true),
                None => {
                    texts.insert(key, at);
                }
            }
        }
        self.ranges_among_networks(&mut found);
        found.sort_unstable_by_key(|needless| (needless.entry, !needless.same));
        found.dedup_by_key(|needless| needless.entry);
        found
    }

    /// Ranges within a network, and networks within the ranges.
    fn ranges_among_networks(&self, found: &mut Vec<Needless>) {
        if self.ranges.is_empty() {
            return;
        }
        let mut kept = Vec::new();
        for (first, last, entry) in &self.ranges {
            let mut around = None;
            self.v4
                .covering(*first, *last, |other| around = Some(other));
            match around {
                None => kept.push((*first, *last)),
                other => found.push(Needless {
                    entry: *entry,
                    other,
                    same: false,
                }),
            }
        }
        let kept = RangeSet::of(kept);
        let within = self
            .v4
            .0
            .iter()
            .filter(|node| kept.holds(node.first, node.last));
        found.extend(within.map(|node| Needless {
            entry: node.entry,
            other: None,
            same: false,
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::super::indicator;
    use super::*;

    fn entries(texts: &[String]) -> Vec<Entry> {
        (1..)
            .zip(texts)
            .map(|(line, text)| Entry {
                line,
                text: text.clone(),
                indicator: indicator::parse(text).unwrap(),
                note: None,
            })
            .collect()
    }

    /// Addresses, networks and ranges crowd together, so that they overlap, cross, repeat and touch.
    fn crowd() -> impl Strategy<Value = Vec<String>> {
        let v4 = |low: u16| Ipv4Addr::from(0xcb00_7000 + u32::from(low % 512));
        let net = (any::<u16>(), prop_oneof![22u8..=32, 0u8..=32])
            .prop_map(move |(low, length)| format!("{}/{length}", v4(low)));
        let one = any::<u16>().prop_map(move |low| v4(low).to_string());
        let range = (any::<u16>(), any::<u16>()).prop_map(move |(a, b)| {
            let (a, b) = (v4(a).min(v4(b)), v4(a).max(v4(b)));
            format!("{a}-{b}")
        });
        let v6 = (0u128..512, prop_oneof![118u8..=128, 0u8..=128]).prop_map(|(low, length)| {
            format!("{}/{length}", Ipv6Addr::from((0x2001_0db8 << 96) + low))
        });
        prop::collection::vec(prop_oneof![6 => net, 3 => one, 2 => range, 3 => v6], 0..50)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_index_agrees_with_looking_at_every_entry(
            texts in crowd(),
            v4 in prop::collection::vec(prop_oneof![0xcb00_6ff0u32..0xcb00_7210, any::<u32>()], 30),
            v6 in prop::collection::vec(0u128..600, 10),
        ) {
            let entries = entries(&texts);
            let index = Index::new(&entries);
            let v6 = v6.into_iter().map(|low| IpAddr::V6(((0x2001_0db8 << 96) + low).into()));
            for ip in v4.into_iter().map(|ip| IpAddr::V4(ip.into())).chain(v6) {
                let plainly: Vec<u64> = entries.iter().filter(|e| e.covers(ip)).map(|e| e.line).collect();
                let found: Vec<u64> = index.covering(ip).iter().map(|e| e.line).collect();
                prop_assert_eq!(found, plainly, "{}", ip);
            }
        }

        #[test]
        fn what_is_needless_may_go_and_what_is_not_may_not(
            texts in crowd(),
            probes in prop::collection::vec(0xcb00_6ff0u32..0xcb00_7210, 30),
        ) {
            let entries = entries(&texts);
            let needless = Index::new(&entries).needless();
            for entry in &needless {
                let (this, other) = (&entries[entry.entry], entry.other.map(|at| &entries[at]));
                prop_assert!(entry.other != Some(entry.entry));
                if let (Some(other), Some((first, last))) = (other, this.indicator.v4_bounds()) {
                    prop_assert!(other.covers(Ipv4Addr::from(first).into()) && other.covers(Ipv4Addr::from(last).into()));
                    prop_assert_eq!(entry.same, other.width() == this.width());
                }
            }
            let stays = |at: &usize| !needless.iter().any(|n| n.entry == *at);
            for ip in probes.into_iter().map(|ip| IpAddr::V4(ip.into())) {
                let covers = |at: usize| entries[at].covers(ip);
                prop_assert_eq!((0..entries.len()).any(covers), (0..entries.len()).filter(stays).any(covers), "{}", ip);
            }
            // No network lies within another one that stays.
            let nets = |at: usize| entries[at].indicator.net();
            for at in (0..entries.len()).filter(stays) {
                for other in (0..entries.len()).filter(stays).filter(|other| *other != at) {
                    if let (Some(net), Some(other)) = (nets(at), nets(other)) {
                        prop_assert!(!other.contains(&net), "{} in {}", net, other);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_said_twice_is_found_in_every_kind() {
        let texts = [
            "198.51.100.0/24",
            "198.51.100.7",
            "198.51.100.0/24",
            "evil.example",
            "EVIL.example.",
            "other.example",
            "203.0.113.1-203.0.113.6",
            "203.0.113.2",
            "203.0.113.1-203.0.113.6",
            "198.51.100.1-198.51.100.3",
            "d41d8cd98f00b204e9800998ecf8427e",
            "D41D8CD98F00B204E9800998ECF8427E",
        ];
        let entries = entries(&texts.map(String::from));
        let found: Vec<_> = Index::new(&entries)
            .needless()
            .iter()
            .map(|n| (n.entry, n.other, n.same))
            .collect();
        assert_eq!(
            found,
            [
                (1, Some(2), false),
                (2, Some(0), true),
                (4, Some(3), true),
                (7, None, false),
                (8, Some(6), true),
                (9, Some(0), false),
                (11, Some(10), true),
            ]
        );
    }
}
