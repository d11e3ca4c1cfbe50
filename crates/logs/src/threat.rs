//! Entries of threat lists, looked up by address for every flow record. Must not know the formats of lists.

use std::collections::BTreeMap;
use std::net::IpAddr;

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

/// One bit for each /24: most addresses are on no list, and are done with after one look.
const MAP_WORDS: usize = 1 << 18;

/// Threat lists by network.
#[derive(Debug, Default)]
pub struct ThreatIndex {
    entries: Vec<(IpNet, u32, Box<str>)>,
    lists: Vec<String>,
    /// By prefix length, networks in order with the entry's number.
    v4: Vec<(u8, Vec<(u32, u32)>)>,
    v6: Vec<(u8, Vec<(u128, u32)>)>,
    map: Vec<u64>,
}

impl ThreatIndex {
    /// Builds the index from networks, list names and entries as written.
    #[must_use]
    pub fn new<'a>(entries: impl IntoIterator<Item = (IpNet, &'a str, &'a str)>) -> Self {
        let mut index = Self::default();
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut v4: BTreeMap<u8, Vec<(u32, u32)>> = BTreeMap::new();
        let mut v6: BTreeMap<u8, Vec<(u128, u32)>> = BTreeMap::new();
        index.map = vec![0; MAP_WORDS];
        for (net, list, text) in entries {
            let number = match numbers.get(list) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(index.lists.len()).unwrap_or(u32::MAX);
                    index.lists.push(list.to_owned());
                    numbers.insert(list.to_owned(), number);
                    number
                }
            };
            let Ok(entry) = u32::try_from(index.entries.len()) else {
                break;
            };
            index.entries.push((net, number, text.into()));
            match net {
                IpNet::V4(net) => {
                    let first = u32::from(net.network());
                    v4.entry(net.prefix_len()).or_default().push((first, entry));
                    let last = u32::from(net.broadcast()) >> 8;
                    for block in first >> 8..=last {
                        if let Some(word) = usize::try_from(block >> 6)
                            .ok()
                            .and_then(|at| index.map.get_mut(at))
                        {
                            *word |= 1 << (block & 63);
                        }
                    }
                }
                IpNet::V6(net) => v6
                    .entry(net.prefix_len())
                    .or_default()
                    .push((u128::from(net.network()), entry)),
            }
        }
        for nets in v4.values_mut() {
            nets.sort_unstable();
        }
        for nets in v6.values_mut() {
            nets.sort_unstable();
        }
        index.v4 = v4.into_iter().rev().collect();
        index.v6 = v6.into_iter().rev().collect();
        index
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Entries that cover the address, one a list: the narrowest.
    #[must_use]
    pub fn find(&self, ip: IpAddr) -> Vec<Listed> {
        let mut out: Vec<(u32, Listed)> = Vec::new();
        self.each(ip, |entry| {
            if let Some((net, list, text)) = usize::try_from(entry)
                .ok()
                .and_then(|at| self.entries.get(at))
                && !out.iter().any(|(known, _)| known == list)
            {
                let bits = u32::from(net.max_prefix_len() - net.prefix_len());
                let width = 1u64.checked_shl(bits).unwrap_or(u64::MAX);
                let name = usize::try_from(*list)
                    .ok()
                    .and_then(|at| self.lists.get(at))
                    .cloned()
                    .unwrap_or_default();
                out.push((
                    *list,
                    Listed {
                        list: name,
                        entry: text.to_string(),
                        width,
                    },
                ));
            }
        });
        out.into_iter().map(|(_, listed)| listed).collect()
    }

    /// Whether any entry covers the address; without memory of its own.
    #[must_use]
    pub fn covers(&self, ip: IpAddr) -> bool {
        let mut any = false;
        self.each(ip, |_| any = true);
        any
    }

    /// Whether any entry covers the IPv4 address, given as its 32 bits with the first octet highest: for the hot path.
    #[must_use]
    pub fn covers_v4(&self, ip: u32) -> bool {
        self.covers(IpAddr::V4(ip.into()))
    }

    fn each(&self, ip: IpAddr, mut found: impl FnMut(u32)) {
        match ip {
            IpAddr::V4(ip) => {
                let ip = u32::from(ip);
                let block = ip >> 8;
                let word = usize::try_from(block >> 6)
                    .ok()
                    .and_then(|at| self.map.get(at))
                    .copied()
                    .unwrap_or(0);
                if word >> (block & 63) & 1 == 0 {
                    return;
                }
                for (length, nets) in &self.v4 {
                    let mask = u32::MAX.checked_shl(32 - u32::from(*length)).unwrap_or(0);
                    run(nets, ip & mask, &mut found);
                }
            }
            IpAddr::V6(ip) => {
                let ip = u128::from(ip);
                for (length, nets) in &self.v6 {
                    let mask = u128::MAX.checked_shl(128 - u32::from(*length)).unwrap_or(0);
                    run(nets, ip & mask, &mut found);
                }
            }
        }
    }
}

fn run<T: Copy + Ord>(nets: &[(T, u32)], network: T, found: &mut impl FnMut(u32)) {
    let from = nets.partition_point(|(net, _)| *net < network);
    for (_, entry) in nets
        .iter()
        .skip(from)
        .take_while(|(net, _)| *net == network)
    {
        found(*entry);
    }
}

#[cfg(test)]
mod tests {
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
}
