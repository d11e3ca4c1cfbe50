//! Bytes that left for each outside address, hour by hour. Memory is bounded: when there are too many, the smaller half is counted by
//! its hours only, except what went to suspects. Must not judge what is much, and must not read records.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use crate::talks::Place;

/// Addresses times hours kept.
const KEPT: usize = 150_000;
const HOUR: i64 = 3_600;

/// What left for one address within an hour.
#[derive(Debug, Clone, Copy)]
struct Hour {
    bytes: u64,
    first: i64,
    last: i64,
    place: Place,
}

/// All that left.
#[derive(Debug, Default)]
pub(crate) struct Volumes {
    hours: HashMap<(IpAddr, i64), Hour>,
    /// How many small ones of each hour are not kept.
    small: BTreeMap<i64, u64>,
}

/// What left for one address in all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Volume {
    pub(crate) ip: IpAddr,
    pub(crate) bytes: u64,
    pub(crate) busiest: u64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) place: Place,
}

impl Volumes {
    /// Bytes of a record that went out, over some seconds of Unix time.
    pub(crate) fn add(
        &mut self,
        ip: IpAddr,
        bytes: u64,
        (start, end): (i64, i64),
        place: Place,
        keeps: impl Fn(&IpAddr) -> bool,
    ) {
        let key = (ip, start.div_euclid(HOUR));
        if let Some(hour) = self.hours.get_mut(&key) {
            hour.bytes = hour.bytes.saturating_add(bytes);
            hour.first = hour.first.min(start);
            hour.last = hour.last.max(end);
            return;
        }
        if self.hours.len() >= KEPT {
            self.shrink(keeps);
        }
        let fresh = Hour {
            bytes,
            first: start,
            last: end,
            place,
        };
        self.hours.insert(key, fresh);
    }

    fn shrink(&mut self, keeps: impl Fn(&IpAddr) -> bool) {
        let mut sizes: Vec<u64> = self.hours.values().map(|hour| hour.bytes).collect();
        let middle = sizes.len() / 2;
        let (_, middle, _) = sizes.select_nth_unstable(middle);
        let middle = *middle;
        let small = &mut self.small;
        self.hours.retain(|(ip, at), hour| {
            let kept = hour.bytes > middle || keeps(ip);
            if !kept {
                *small.entry(*at).or_default() += 1;
            }
            kept
        });
    }

    /// What left for each address, by address.
    pub(crate) fn by_address(&self) -> BTreeMap<IpAddr, Volume> {
        let mut all: BTreeMap<IpAddr, Volume> = BTreeMap::new();
        for ((ip, _), hour) in &self.hours {
            let volume = all.entry(*ip).or_insert(Volume {
                ip: *ip,
                bytes: 0,
                busiest: 0,
                first: hour.first,
                last: hour.last,
                place: hour.place,
            });
            volume.bytes = volume.bytes.saturating_add(hour.bytes);
            volume.busiest = volume.busiest.max(hour.bytes);
            if hour.first <= volume.first {
                (volume.first, volume.place) = (hour.first, hour.place);
            }
            volume.last = volume.last.max(hour.last);
        }
        all
    }

    /// The 99th percentile of bytes an hour to any one address that is no suspect, in the hours that were over at this second, and how
    /// many hours those are.
    pub(crate) fn usual(&self, before: i64, suspects: &BTreeSet<IpAddr>) -> (Option<u64>, u64) {
        let over = |at: i64| at.saturating_add(1).saturating_mul(HOUR) <= before;
        let mut hours: BTreeSet<i64> = BTreeSet::new();
        let mut sizes: Vec<u64> = Vec::new();
        for ((ip, at), hour) in self.hours.iter().filter(|((_, at), _)| over(*at)) {
            if !suspects.contains(ip) {
                hours.insert(*at);
                sizes.push(hour.bytes);
            }
        }
        let mut small = 0u64;
        for (at, count) in self.small.iter().filter(|(at, _)| over(**at)) {
            hours.insert(*at);
            small = small.saturating_add(*count);
        }
        sizes.sort_unstable();
        let kept = u64::try_from(sizes.len()).unwrap_or(u64::MAX);
        let all = kept.saturating_add(small);
        // The rank among all, of which the small ones come first.
        let rank = (all.saturating_mul(99))
            .div_ceil(100)
            .saturating_sub(small + 1);
        let usual = usize::try_from(rank).ok().and_then(|rank| sizes.get(rank));
        (
            usual.copied(),
            u64::try_from(hours.len()).unwrap_or(u64::MAX),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NOWHERE: Place = Place { file: 0, line: 1 };

    fn ip(n: u32) -> IpAddr {
        Ipv4Addr::from(0xc633_6400 + n).into()
    }

    #[test]
    fn hours_are_summed_and_the_usual_leaves_out_suspects_and_what_came_later() {
        let mut volumes = Volumes::default();
        for hour in 0..20 {
            for n in 0..5 {
                let at = hour * HOUR + 100;
                volumes.add(ip(n), u64::from(n) * 50, (at, at + 60), NOWHERE, |_| false);
                volumes.add(
                    ip(n),
                    u64::from(n) * 50,
                    (at + 200, at + 260),
                    NOWHERE,
                    |_| false,
                );
            }
            volumes.add(
                ip(9),
                1_000_000,
                (hour * HOUR, hour * HOUR + 9),
                NOWHERE,
                |_| false,
            );
        }
        let suspects = BTreeSet::from([ip(9)]);
        // The eleventh hour is not over.
        assert_eq!(volumes.usual(10 * HOUR + 1_800, &suspects), (Some(400), 10));
        assert_eq!(volumes.usual(0, &suspects), (None, 0));
        let all = volumes.by_address();
        let four = all[&ip(4)];
        assert_eq!((four.bytes, four.busiest), (8_000, 400));
        assert_eq!((four.first, four.last), (100, 19 * HOUR + 360));
    }

    #[test]
    fn memory_is_bounded_and_neither_the_great_nor_suspects_are_lost() {
        let mut volumes = Volumes::default();
        let count = u32::try_from(KEPT * 3).unwrap();
        for n in 0..count {
            let at = i64::from(n) / 100;
            volumes.add(ip(n), 40, (at, at), NOWHERE, |known| *known == ip(5));
            if n == 7 {
                volumes.add(ip(n), 90_000_000, (at, at), NOWHERE, |_| false);
            }
        }
        assert!(volumes.hours.len() <= KEPT);
        let all = volumes.by_address();
        assert_eq!((all[&ip(5)].bytes, all[&ip(7)].bytes), (40, 90_000_040));
        let (usual, hours) = volumes.usual(HOUR, &BTreeSet::new());
        assert!(
            hours == 1 && usual.is_none_or(|usual| usual == 40),
            "{usual:?}"
        );
    }
}
