//! Where the spaces and the ends of lines are in a block of text, a bit a byte. Must not know what the text says.

/// Bytes looked at in one go: the block and its marks stay in the first cache.
pub(super) const BLOCK: usize = 16 << 10;
const WORDS: usize = BLOCK / 64;

/// The marks of a block.
pub(super) struct Marks {
    spaces: [u64; WORDS],
    ends: [u64; WORDS],
    /// Whether there are two spaces side by side anywhere.
    pub(super) doubled: bool,
}

impl Marks {
    pub(super) fn new() -> Self {
        Self {
            spaces: [0; WORDS],
            ends: [0; WORDS],
            doubled: false,
        }
    }

    /// Marks a text of at most [`BLOCK`] bytes; `of` is [`plain`] or its faster twin.
    #[inline(always)]
    pub(super) fn mark(&mut self, text: &[u8], of: impl Fn(&[u8; 64]) -> (u64, u64)) {
        let (whole, rest) = text.as_chunks::<64>();
        let mut last = [0; 64];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        let mut carry = 0;
        let mut doubled = 0;
        let places = self.spaces.iter_mut().zip(&mut self.ends);
        for (bytes, (space, end)) in whole.iter().chain([&last]).zip(places) {
            (*space, *end) = of(bytes);
            doubled |= *space & (*space << 1 | carry);
            carry = *space >> 63;
        }
        self.doubled = doubled != 0;
    }

    #[inline(always)]
    pub(super) fn ends(&self, word: usize) -> u64 {
        self.ends.get(word).copied().unwrap_or(0)
    }

    /// How many spaces there are from one place to another.
    #[inline(always)]
    pub(super) fn count(&self, from: usize, to: usize) -> u32 {
        let (first, last) = (from / 64, to / 64);
        let mut count = 0;
        for word in first..=last {
            let mut bits = self.spaces.get(word).copied().unwrap_or(0);
            if word == first {
                bits &= u64::MAX << (from & 63);
            }
            if word == last {
                bits &= (1 << (to & 63)) - 1;
            }
            count += bits.count_ones();
        }
        count
    }

    /// Writes the places of the spaces from a place on, as many as there is room for.
    #[inline(always)]
    pub(super) fn spaces<'a>(&self, from: usize, into: impl Iterator<Item = &'a mut usize>) {
        let mut word = from / 64;
        let mut bits = self.spaces.get(word).copied().unwrap_or(0) & (u64::MAX << (from & 63));
        for slot in into {
            while bits == 0 {
                word += 1;
                let Some(next) = self.spaces.get(word) else {
                    return;
                };
                bits = *next;
            }
            *slot = word * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
        }
    }
}

/// Spaces and ends of lines, eight bytes at a time.
#[inline(always)]
pub(super) fn plain(bytes: &[u8; 64]) -> (u64, u64) {
    let (mut spaces, mut ends) = (0, 0);
    for (at, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        spaces |= equal(eight, b' ') << (at * 8);
        ends |= equal(eight, b'\n') << (at * 8);
    }
    (spaces, ends)
}

/// A bit for each of the eight bytes that is this one.
#[inline(always)]
fn equal(eight: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::MAX / 255 * 0x7f;
    let off = eight ^ (u64::MAX / 255 * u64::from(byte));
    let high = !((off & LOW).wrapping_add(LOW) | off | LOW);
    high.wrapping_mul(0x0002_0408_1020_4081) >> 56
}

/// [`plain`] by instructions that look at 32 bytes at a time.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn avx2(bytes: &[u8; 64]) -> (u64, u64) {
    use std::arch::x86_64::{
        _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_set_epi64x, _mm256_set1_epi8,
    };
    let (space, end) = (_mm256_set1_epi8(0x20), _mm256_set1_epi8(0x0a));
    let (mut spaces, mut ends) = (0, 0);
    for (at, half) in bytes.as_chunks::<32>().0.iter().enumerate() {
        let mut eights = half
            .as_chunks::<8>()
            .0
            .iter()
            .map(|b| i64::from_le_bytes(*b));
        let mut next = || eights.next().unwrap_or_default();
        let (a, b, c, d) = (next(), next(), next(), next());
        let half = _mm256_set_epi64x(d, c, b, a);
        let mask = |with| {
            let mask = _mm256_movemask_epi8(_mm256_cmpeq_epi8(half, with));
            u64::from(mask.cast_unsigned()) << (at * 32)
        };
        spaces |= mask(space);
        ends |= mask(end);
    }
    (spaces, ends)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slowly(bytes: &[u8], byte: u8) -> u64 {
        let marks = bytes.iter().enumerate().filter(|(_, b)| **b == byte);
        marks.fold(0, |mask, (at, _)| mask | 1 << at)
    }

    proptest! {
        #[test]
        fn every_way_of_marking_gives_the_same(bytes in prop::collection::vec(prop_oneof![Just(b' '), Just(b'\n'), any::<u8>()], 64)) {
            let bytes: &[u8; 64] = bytes.as_slice().try_into().unwrap();
            let wanted = (slowly(bytes, b' '), slowly(bytes, b'\n'));
            prop_assert_eq!(plain(bytes), wanted);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                #[expect(unsafe_code, reason = "the processor has what is called")]
                let fast = unsafe { avx2(bytes) };
                prop_assert_eq!(fast, wanted);
            }
        }

        #[test]
        fn spaces_are_counted_and_found(text in "[a ]{0,300}", from in 0usize..300, to in 0usize..300) {
            let text = text.as_bytes();
            let (to, from) = (to.min(text.len()), from.min(to).min(text.len()));
            let mut marks = Marks::new();
            marks.mark(text, plain);
            let all: Vec<usize> = (from..text.len()).filter(|at| text[*at] == b' ').collect();
            prop_assert_eq!(marks.count(from, to) as usize, all.iter().filter(|at| **at < to).count());
            let mut found = vec![usize::MAX; all.len()];
            marks.spaces(from, found.iter_mut());
            prop_assert_eq!(found, all);
            prop_assert_eq!(marks.doubled, text.windows(2).any(|two| two == b"  "));
        }
    }
}
