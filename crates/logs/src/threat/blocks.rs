//! Which IPv4 addresses stand on any list: a bitmap of all /24s, and for those that are listed in part the listed runs of their
//! last octet, found by the rank of their bit. Most addresses are on no list and are done with after one look.
//! Must not know which list or entry it is.

/// Words of a bitmap of all /24s.
const WORDS: usize = 1 << 18;

/// The listed addresses; empty bitmaps when there is nothing on any list.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// /24s with a listed address.
    touched: Vec<u64>,
    /// /24s with nothing else.
    whole: Vec<u64>,
    /// How many /24s are touched in part before each word.
    ranks: Vec<u32>,
    /// Where the runs of each /24 touched in part begin, and at last where they all end.
    starts: Vec<u32>,
    /// First and last octet of a run; in order, without overlap.
    runs: Vec<(u8, u8)>,
}

impl Blocks {
    /// From the first and last address of each entry, in any order.
    pub(super) fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        if ranges.is_empty() {
            return Self::default();
        }
        // What comes sorted by prefix length is a few sorted runs, which this sort merges.
        ranges.sort();
        let mut blocks = Self {
            touched: vec![0; WORDS],
            whole: vec![0; WORDS],
            ..Self::default()
        };
        let mut joined: Option<(u32, u32)> = None;
        for (first, last) in ranges {
            match &mut joined {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => {
                    if let Some(range) = joined.replace((first, last)) {
                        blocks.add(range);
                    }
                }
            }
        }
        if let Some(range) = joined {
            blocks.add(range);
        }
        blocks.starts.push(length(&blocks.runs));
        let mut rank = 0;
        for (touched, whole) in blocks.touched.iter().zip(&blocks.whole) {
            blocks.ranks.push(rank);
            rank += (touched & !whole).count_ones();
        }
        blocks
    }

    /// Ranges come in order and do not touch each other.
    fn add(&mut self, (first, last): (u32, u32)) {
        let (mut from, mut to) = (first >> 8, last >> 8);
        let ([.., low], [.., high]) = (first.to_be_bytes(), last.to_be_bytes());
        if from == to && (low, high) != (0, 255) {
            return self.part(from, (low, high));
        }
        if low != 0 {
            self.part(from, (low, 255));
            from += 1;
        }
        if high != 255 {
            to -= 1;
        }
        if from <= to {
            self.fill(from, to);
        }
        if high != 255 {
            self.part(to + 1, (0, high));
        }
    }

    fn part(&mut self, block: u32, run: (u8, u8)) {
        let (at, bit) = place(block);
        if let Some(word) = self.touched.get_mut(at) {
            if *word & bit == 0 {
                self.starts.push(length(&self.runs));
            }
            *word |= bit;
        }
        self.runs.push(run);
    }

    fn fill(&mut self, from: u32, to: u32) {
        let ((first, low), (last, high)) = (place(from), place(to));
        for at in first..=last {
            let from = if at == first { !(low - 1) } else { u64::MAX };
            let to = if at == last {
                high | (high - 1)
            } else {
                u64::MAX
            };
            for map in [&mut self.touched, &mut self.whole] {
                if let Some(word) = map.get_mut(at) {
                    *word |= from & to;
                }
            }
        }
    }

    /// Whether the address is listed.
    #[inline]
    pub(super) fn covers(&self, ip: u32) -> bool {
        let (at, bit) = place(ip >> 8);
        self.touched.get(at).is_some_and(|word| word & bit != 0) && self.listed(ip, at, bit)
    }

    fn listed(&self, ip: u32, at: usize, bit: u64) -> bool {
        let runs = || {
            let (touched, whole) = (self.touched.get(at)?, self.whole.get(at)?);
            if whole & bit != 0 {
                return Some(true);
            }
            let before = (touched & !whole & (bit - 1)).count_ones() + self.ranks.get(at)?;
            let before = usize::try_from(before).ok()?;
            let (from, to) = (self.starts.get(before)?, self.starts.get(before + 1)?);
            let runs = self
                .runs
                .get(usize::try_from(*from).ok()?..usize::try_from(*to).ok()?)?;
            let [.., octet] = ip.to_be_bytes();
            Some(
                runs.iter()
                    .any(|(first, last)| (*first..=*last).contains(&octet)),
            )
        };
        runs().unwrap_or(false)
    }
}

/// The word of a /24 and its bit there.
#[inline]
fn place(block: u32) -> (usize, u64) {
    (
        usize::try_from(block >> 6).unwrap_or(usize::MAX),
        1 << (block & 63),
    )
}

/// There are 2^24 /24s with at most 128 runs each.
fn length(runs: &[(u8, u8)]) -> u32 {
    u32::try_from(runs.len()).unwrap_or(u32::MAX)
}
