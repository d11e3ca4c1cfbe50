//! Which IPv4 addresses stand on any list: a bitmap of all /24s, and for those that are listed in part the listed runs of their
//! last octet, found by the rank of their bit. Most addresses are on no list and are done with after one look.
//! Must not know which list or entry it is.

/// Words of a bitmap of all /24s.
const WORDS: usize = 1 << 18;

/// The listed addresses; no words when there is nothing on any list.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    words: Vec<Word>,
    /// For each /24 touched in part.
    parts: Vec<Part>,
    /// First and last octets, in order, without overlap.
    many: Vec<Vec<(u8, u8)>>,
}

/// 64 of the /24s. All of it lies together, so that a look is one miss of the cache, and a second one where something is listed.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    /// Those with a listed address.
    touched: u64,
    /// Those with nothing else.
    whole: u64,
    /// How many are touched in part before these.
    before: u32,
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
            words: vec![Word::default(); WORDS],
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
        for word in &mut blocks.words {
            word.before = rank;
            rank += (word.touched & !word.whole).count_ones();
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
        let Some(word) = self.words.get_mut(at) else {
            return;
        };
        if word.touched & bit == 0 {
            word.touched |= bit;
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
            if let Some(word) = self.words.get_mut(at) {
                word.touched |= from & to;
                word.whole |= from & to;
            }
        }
    }

    /// Whether the address is listed.
    #[inline]
    pub(super) fn covers(&self, ip: u32) -> bool {
        let (at, bit) = place(ip >> 8);
        self.words
            .get(at)
            .is_some_and(|word| word.touched & bit != 0 && self.listed(ip, *word, bit))
    }

    fn listed(&self, ip: u32, word: Word, bit: u64) -> bool {
        if word.whole & bit != 0 {
            return true;
        }
        let rank = word.before + (word.touched & !word.whole & (bit - 1)).count_ones();
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
