//! A set of IPv4 ranges that answers quickly whether another range touches it. Must not know what the ranges are.

use ipnet::IpNet;

/// IPv4 ranges, sorted and merged. IPv6 networks are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RangeSet {
    ranges: Vec<(u32, u32)>,
}

impl RangeSet {
    /// The set of these networks.
    #[must_use]
    pub fn new(nets: impl IntoIterator<Item = IpNet>) -> Self {
        Self::of(nets.into_iter().filter_map(|net| match net {
            IpNet::V4(net) => Some(super::bounds(net)),
            IpNet::V6(_) => None,
        }))
    }

    /// The set of these ranges, each from its first to its last address.
    pub(super) fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut all: Vec<(u32, u32)> = ranges.into_iter().collect();
        all.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for (first, last) in all {
            match ranges.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                _ => ranges.push((first, last)),
            }
        }
        Self { ranges }
    }

    /// Whether any address from `first` to `last` is in the set.
    #[must_use]
    pub fn overlaps(&self, first: u32, last: u32) -> bool {
        let at = self.ranges.partition_point(|(_, end)| *end < first);
        self.ranges.get(at).is_some_and(|(start, _)| *start <= last)
    }

    /// Whether all addresses from `first` to `last` are in the set.
    pub(super) fn holds(&self, first: u32, last: u32) -> bool {
        let at = self.ranges.partition_point(|(_, end)| *end < first);
        let range = self.ranges.get(at);
        range.is_some_and(|(start, end)| *start <= first && last <= *end)
    }
}

#[cfg(test)]
mod tests {
    use ipnet::Ipv4Net;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_looking_at_each(nets in prop::collection::vec((any::<u32>(), 0u8..=32), 0..20), probe in any::<u32>(), prefix in 0u8..=32) {
            let net = |ip: u32, prefix: u8| IpNet::V4(Ipv4Net::new(ip.into(), prefix).unwrap().trunc());
            let nets: Vec<IpNet> = nets.into_iter().map(|(ip, prefix)| net(ip, prefix)).collect();
            let probe = net(probe, prefix);
            let IpNet::V4(v4) = probe else { return Ok(()) };
            let (first, last) = super::super::bounds(v4);
            let by_hand = nets.iter().any(|n| n.contains(&probe) || probe.contains(n));
            prop_assert_eq!(RangeSet::new(nets).overlaps(first, last), by_hand);
        }
    }
}
