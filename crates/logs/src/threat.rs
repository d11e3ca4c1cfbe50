//! Entries of threat lists, looked up by address for every flow record. Must not know the formats of lists.

mod blocks;

use std::collections::BTreeMap;
use std::net::IpAddr;

use blocks::Blocks;
use ipnet::IpNet;

/// An entry that covers an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The list's name.
    pub list: String,
    /// The entry as written.
    pub entry: String,
    /// How many addresses it covers, at most `u64::MAX`.
    pub width: u64,
}

/// Threat lists by network. Some 40 bytes an entry, and 6 MB.
#[derive(Debug, Default)]
pub struct ThreatIndex {
    blocks: Blocks,
    /// By prefix length, the longest first: networks in order, each with its entry's number in the low half.
    v4: Vec<(u8, Vec<u64>)>,
    v6: Vec<(u8, Vec<(u128, u32)>)>,
    /// Names of lists, and from which entry on each is meant.
    names: Vec<String>,
    lists: Vec<(u32, usize)>,
    /// All entries as written, one after the other, and where each ends.
    texts: String,
    ends: Vec<u32>,
}

impl ThreatIndex {
    /// Builds the index from networks, list names and entries as written.
    #[must_use]
    pub fn new<'a>(entries: impl IntoIterator<Item = (IpNet, &'a str, &'a str)>) -> Self {
        let mut index = Self::default();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut v4: Vec<Vec<u64>> = vec![Vec::new(); 33];
        let mut v6: Vec<Vec<(u128, u32)>> = vec![Vec::new(); 129];
        let mut last = None;
        for (net, list, text) in entries {
            // Beyond four thousand million bytes or entries nothing is kept; no reader of lists gives so many.
            let Ok(entry) = u32::try_from(index.ends.len()) else {
                break;
            };
            let Ok(end) = u32::try_from(index.texts.len().saturating_add(text.len())) else {
                break;
            };
            index.texts.push_str(text);
            index.ends.push(end);
            if last != Some(list) {
                let number = *numbers.entry(list).or_insert_with(|| {
                    index.names.push(list.to_owned());
                    index.names.len() - 1
                });
                index.lists.push((entry, number));
                last = Some(list);
            }
            let length = usize::from(net.prefix_len());
            match net {
                IpNet::V4(net) => {
                    if let Some(nets) = v4.get_mut(length) {
                        nets.push(u64::from(net.network().to_bits()) << 32 | u64::from(entry));
                    }
                }
                IpNet::V6(net) => {
                    if let Some(nets) = v6.get_mut(length) {
                        nets.push((net.network().to_bits(), entry));
                    }
                }
            }
        }
        v4.iter_mut().for_each(|nets| nets.sort_unstable());
        v6.iter_mut().for_each(|nets| nets.sort_unstable());
        index.v4 = by_length(v4);
        index.v6 = by_length(v6);
        let ranges = index.v4.iter().flat_map(|(length, nets)| {
            let width = u32::MAX.checked_shr((*length).into()).unwrap_or(0);
            nets.iter().map(move |net| {
                let first = high(*net);
                (first, first | width)
            })
        });
        index.blocks = Blocks::new(ranges.collect());
        index
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Entries that cover the address, one a list: the narrowest.
    #[must_use]
    pub fn find(&self, ip: IpAddr) -> Vec<Listed> {
        let mut found: Vec<(usize, Listed)> = Vec::new();
        self.each(ip, |entry, width| {
            if let Some((number, list, text)) = self.entry(entry)
                && !found.iter().any(|(known, _)| *known == number)
            {
                let listed = Listed {
                    list: list.to_owned(),
                    entry: text.to_owned(),
                    width,
                };
                found.push((number, listed));
            }
        });
        found.into_iter().map(|(_, listed)| listed).collect()
    }

    /// Whether any entry covers the address; without memory of its own.
    #[must_use]
    pub fn covers(&self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(ip) => self.blocks.covers(ip.to_bits()),
            IpAddr::V6(_) => {
                let mut any = false;
                self.each(ip, |_, _| any = true);
                any
            }
        }
    }

    /// Whether any entry covers the IPv4 address, given as its 32 bits with the first octet highest: for the hot path.
    #[must_use]
    #[inline]
    pub fn covers_v4(&self, ip: u32) -> bool {
        self.blocks.covers(ip)
    }

    /// Number and width of every entry that covers the address, the narrowest first.
    fn each(&self, ip: IpAddr, mut found: impl FnMut(u32, u64)) {
        match ip {
            IpAddr::V4(ip) => {
                let ip = ip.to_bits();
                for (length, nets) in &self.v4 {
                    let bits = 32 - u32::from(*length);
                    let network = ip & u32::MAX.checked_shl(bits).unwrap_or(0);
                    let from = nets.partition_point(|net| high(*net) < network);
                    nets.iter()
                        .skip(from)
                        .take_while(|net| high(**net) == network)
                        .for_each(|net| found(low(*net), 1 << bits));
                }
            }
            IpAddr::V6(ip) => {
                let ip = ip.to_bits();
                for (length, nets) in &self.v6 {
                    let bits = 128 - u32::from(*length);
                    let network = ip & u128::MAX.checked_shl(bits).unwrap_or(0);
                    let from = nets.partition_point(|(net, _)| *net < network);
                    nets.iter()
                        .skip(from)
                        .take_while(|(net, _)| *net == network)
                        .for_each(|(_, entry)| {
                            found(*entry, 1u64.checked_shl(bits).unwrap_or(u64::MAX));
                        });
                }
            }
        }
    }

    /// Number and name of an entry's list, and the entry as written.
    fn entry(&self, entry: u32) -> Option<(usize, &str, &str)> {
        let list = self.lists.partition_point(|(from, _)| *from <= entry);
        let (_, number) = self.lists.get(list.checked_sub(1)?)?;
        let at = usize::try_from(entry).ok()?;
        let end = |at: usize| usize::try_from(*self.ends.get(at)?).ok();
        let from = at.checked_sub(1).map_or(Some(0), end)?;
        Some((
            *number,
            self.names.get(*number)?,
            self.texts.get(from..end(at)?)?,
        ))
    }
}

/// The lengths that occur, the longest first.
fn by_length<T>(nets: Vec<Vec<T>>) -> Vec<(u8, Vec<T>)> {
    let mut kept: Vec<(u8, Vec<T>)> = (0..)
        .zip(nets)
        .filter(|(_, nets)| !nets.is_empty())
        .collect();
    kept.reverse();
    kept
}

fn high(net: u64) -> u32 {
    u32::try_from(net >> 32).unwrap_or(u32::MAX)
}

fn low(net: u64) -> u32 {
    u32::try_from(net & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_narrowest_entry_of_each_list_is_found() {
        let nets = [
            ("203.0.113.0/24", "a", "203.0.113.0/24"),
            ("203.0.113.7/32", "a", "203.0.113.7"),
            ("203.0.0.0/16", "b", "203.0.0.0/16"),
            ("0.0.0.0/0", "c", "all"),
            ("2001:db8::/32", "a", "2001:db8::/32"),
        ];
        let index = ThreatIndex::new(
            nets.iter()
                .map(|(net, list, text)| (net.parse().unwrap(), *list, *text)),
        );
        let shown = |ip: &str| -> Vec<String> {
            index
                .find(ip.parse().unwrap())
                .iter()
                .map(|l| format!("{} {} {}", l.list, l.entry, l.width))
                .collect()
        };
        assert_eq!(
            shown("203.0.113.7"),
            [
                "a 203.0.113.7 1",
                "b 203.0.0.0/16 65536",
                "c all 4294967296"
            ]
        );
        assert_eq!(
            shown("203.0.113.8"),
            [
                "a 203.0.113.0/24 256",
                "b 203.0.0.0/16 65536",
                "c all 4294967296"
            ]
        );
        assert_eq!(shown("198.51.100.1"), ["c all 4294967296"]);
        assert_eq!(
            shown("2001:db8::1"),
            [format!("a 2001:db8::/32 {}", u64::MAX)]
        );
        assert!(shown("2001:db9::1").is_empty());
        assert!(!ThreatIndex::default().covers("203.0.113.7".parse().unwrap()));
    }

    /// Networks crowd together, so that they overlap, repeat, touch and fill /24s.
    fn nets() -> impl Strategy<Value = Vec<(IpNet, u8, u8)>> {
        let v4 = (0u32..2048, prop_oneof![20u8..=32, 0u8..=32]).prop_map(|(low, length)| {
            IpNet::new(IpAddr::V4((0xcb00_7000 + low).into()), length).unwrap()
        });
        let edge = (prop_oneof![Just(0u32), Just(u32::MAX)], 0u8..=32)
            .prop_map(|(ip, length)| IpNet::new(IpAddr::V4(ip.into()), length).unwrap());
        let v6 = (0u128..512, prop_oneof![118u8..=128, 0u8..=128]).prop_map(|(low, length)| {
            IpNet::new(IpAddr::V6(((0x2001_0db8 << 96) + low).into()), length).unwrap()
        });
        let net = prop_oneof![8 => v4, 1 => edge, 4 => v6];
        proptest::collection::vec((net, 0u8..3, 0u8..9), 0..60)
    }

    /// The plain meaning: look at every entry, the longest prefix first and of those the earliest.
    fn plainly(nets: &[(IpNet, String, String)], ip: IpAddr) -> Vec<(String, String)> {
        let mut covering: Vec<_> = nets.iter().filter(|(net, ..)| net.contains(&ip)).collect();
        covering.sort_by_key(|(net, ..)| std::cmp::Reverse(net.prefix_len()));
        let mut found: Vec<(String, String)> = Vec::new();
        for (_, list, text) in covering {
            if !found.iter().any(|(known, _)| known == list) {
                found.push((list.clone(), text.clone()));
            }
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_index_agrees_with_looking_at_every_entry(
            nets in nets(),
            v4 in proptest::collection::vec(prop_oneof![0xcb00_6f00u32..0xcb00_7900, any::<u32>()], 40),
            v6 in proptest::collection::vec(0u128..600, 10),
        ) {
            let nets: Vec<(IpNet, String, String)> = nets
                .into_iter()
                .map(|(net, list, text)| (net, format!("list {list}"), format!("{net} as {text}")))
                .collect();
            let index = ThreatIndex::new(nets.iter().map(|(net, list, text)| (*net, list.as_str(), text.as_str())));
            prop_assert_eq!(index.is_empty(), nets.is_empty());
            let ends = nets.iter().flat_map(|(net, ..)| [net.network(), net.broadcast()]);
            let v6 = v6.into_iter().map(|low| IpAddr::V6(((0x2001_0db8 << 96) + low).into()));
            for ip in v4.into_iter().map(|ip| IpAddr::V4(ip.into())).chain(v6).chain(ends) {
                let wanted = plainly(&nets, ip);
                let found: Vec<_> = index.find(ip).into_iter().map(|l| (l.list, l.entry)).collect();
                prop_assert_eq!(&found, &wanted, "{}", ip);
                prop_assert_eq!(index.covers(ip), !wanted.is_empty(), "{}", ip);
                if let IpAddr::V4(ip) = ip {
                    prop_assert_eq!(index.covers_v4(ip.to_bits()), !wanted.is_empty(), "{}", ip);
                }
            }
        }
    }

    #[test]
    fn a_list_of_nothing_but_the_whole_internet_is_built_in_no_time() {
        let all: IpNet = "0.0.0.0/0".parse().unwrap();
        let index = ThreatIndex::new(std::iter::repeat_n((all, "a", "all"), 300_000));
        assert!(index.covers_v4(0) && index.covers_v4(u32::MAX));
    }
}
