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
    /// For each word: /24s with nothing else, and how many are touched in part before it. Together, as they are asked together.
    inner: Vec<(u64, u32)>,
    /// For each /24 touched in part.
    parts: Vec<Part>,
    /// First and last octets, in order, without overlap.
    many: Vec<Vec<(u8, u8)>>,
}

/// What is listed of a /24.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// From one octet to another; mostly one address.
    One(u8, u8),
    /// More, by their place among those that have more.
    Many(u32),
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
            inner: vec![(0, 0); WORDS],
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
        let mut rank = 0;
        for (touched, (whole, before)) in blocks.touched.iter().zip(&mut blocks.inner) {
            *before = rank;
            rank += (touched & !*whole).count_ones();
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
        let Some(word) = self.touched.get_mut(at) else {
            return;
        };
        if *word & bit == 0 {
            *word |= bit;
            self.parts.push(Part::One(run.0, run.1));
            return;
        }
        let number = u32::try_from(self.many.len()).unwrap_or(u32::MAX);
        if let Some(part) = self.parts.last_mut() {
            match *part {
                Part::One(first, last) => {
                    *part = Part::Many(number);
                    self.many.push(vec![(first, last), run]);
                }
                Part::Many(_) => self
                    .many
                    .last_mut()
                    .into_iter()
                    .for_each(|runs| runs.push(run)),
            }
        }
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
            if let (Some(touched), Some((whole, _))) =
                (self.touched.get_mut(at), self.inner.get_mut(at))
            {
                *touched |= from & to;
                *whole |= from & to;
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
        let (Some(touched), Some((whole, before))) = (self.touched.get(at), self.inner.get(at))
        else {
            return false;
        };
        if whole & bit != 0 {
            return true;
        }
        let rank = before + (touched & !whole & (bit - 1)).count_ones();
        let part = usize::try_from(rank)
            .ok()
            .and_then(|rank| self.parts.get(rank));
        let [.., octet] = ip.to_be_bytes();
        match part {
            Some(Part::One(first, last)) => (*first..=*last).contains(&octet),
            Some(Part::Many(number)) => usize::try_from(*number)
                .ok()
                .and_then(|number| self.many.get(number))
                .is_some_and(|runs| {
                    runs.iter()
                        .any(|(first, last)| (*first..=*last).contains(&octet))
                }),
            None => false,
        }
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
