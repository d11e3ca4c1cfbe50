//! Where the quotes of JSON stand, and the braces outside of strings: sixty-four bytes at a time, with the widest instructions that
//! the machine has. Must not know what the text says.
//!
//! Square brackets are not marked: in well-formed text the braces alone tell where an object ends.

/// Bytes of one block.
pub(super) const BLOCK: usize = 64;

/// One bit a byte of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Quotes that begin or end a string.
    pub(super) quotes: u64,
    /// Braces outside of strings. Outside of strings `y` and DEL may stand among them, which no JSON has there.
    pub(super) braces: u64,
}

/// What a block leaves to the next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Carry {
    /// All bits set inside a string.
    in_string: u64,
    /// 1 if the first byte is escaped.
    escaped: u64,
}

/// Quotes, backslashes and braces of a block, wherever they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Raw {
    quotes: u64,
    slashes: u64,
    braces: u64,
}

/// Marks whole blocks; returns how many were marked.
pub(super) fn mark(text: &[u8], carry: &mut Carry, out: &mut [Marks]) -> usize {
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "the machine has what is called")]
    // SAFETY: what the first function needs was detected just here, and every x86_64 has what the second needs.
    unsafe {
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("pclmulqdq") {
            wide::mark_avx2(text, carry, out)
        } else {
            wide::mark_sse2(text, carry, out)
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    mark_with(text, carry, out, raw_plain, prefix_plain)
}

#[inline(always)]
fn mark_with(
    text: &[u8],
    carry: &mut Carry,
    out: &mut [Marks],
    raw: impl Fn(&[u8; BLOCK]) -> Raw,
    prefix: impl Fn(u64) -> u64,
) -> usize {
    let mut marked = 0;
    for (block, out) in text.as_chunks::<BLOCK>().0.iter().zip(out) {
        let raw = raw(block);
        let escaped = if raw.slashes | carry.escaped == 0 {
            0
        } else {
            escaped(raw.slashes, &mut carry.escaped)
        };
        let quotes = raw.quotes & !escaped;
        let inside = prefix(quotes) ^ carry.in_string;
        carry.in_string = 0u64.wrapping_sub(inside >> 63);
        *out = Marks {
            quotes,
            braces: raw.braces & !inside,
        };
        marked += 1;
    }
    marked
}

/// Bytes after a backslash that is not escaped itself.
#[cold]
fn escaped(slashes: u64, carry: &mut u64) -> u64 {
    let mut escaped = *carry;
    let mut rest = slashes & !*carry;
    *carry = 0;
    while rest != 0 {
        let at = rest.trailing_zeros();
        if at == 63 {
            *carry = 1;
        } else {
            escaped |= 2 << at;
        }
        rest &= !(3 << at);
    }
    escaped
}

/// Bit n is the parity of bits 0 to n.
fn prefix_plain(bits: u64) -> u64 {
    let mut x = bits;
    for by in [1, 2, 4, 8, 16, 32] {
        x ^= x << by;
    }
    x
}

/// The plain twin of the wide instructions.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn raw_plain(block: &[u8; BLOCK]) -> Raw {
    let bits = |fits: fn(u8) -> bool| {
        block
            .iter()
            .rev()
            .fold(0u64, |bits, byte| bits << 1 | u64::from(fits(*byte)))
    };
    Raw {
        quotes: bits(|byte| byte == b'"'),
        slashes: bits(|byte| byte == b'\\'),
        braces: bits(|byte| byte | 6 == 0x7f),
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_clmulepi64_si128, _mm_cmpeq_epi8, _mm_cvtsi64_si128,
        _mm_cvtsi128_si64, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8,
        _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set_epi64x,
        _mm256_set1_epi8,
    };

    use super::{BLOCK, Carry, Marks, Raw, mark_with, prefix_plain};

    const QUOTE: i8 = 0x22;
    const SLASH: i8 = 0x5c;
    /// `{` and `}` differ in these two bits only.
    const EITHER: i8 = 6;
    const BRACE: i8 = 0x7f;

    #[inline(always)]
    fn words(block: &[u8; BLOCK]) -> [i64; 8] {
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<8>().0) {
            *word = i64::from_le_bytes(*bytes);
        }
        words
    }

    #[target_feature(enable = "sse2")]
    pub(super) fn mark_sse2(text: &[u8], carry: &mut Carry, out: &mut [Marks]) -> usize {
        let raw = |block: &[u8; BLOCK]| {
            let [a, b, c, d, e, f, g, h] = words(block);
            let lanes = [
                _mm_set_epi64x(b, a),
                _mm_set_epi64x(d, c),
                _mm_set_epi64x(f, e),
                _mm_set_epi64x(h, g),
            ];
            let equal = |byte: i8, lanes: [__m128i; 4]| {
                let byte = _mm_set1_epi8(byte);
                let [a, b, c, d] = lanes.map(|lane| {
                    u64::from(_mm_movemask_epi8(_mm_cmpeq_epi8(lane, byte)).cast_unsigned())
                });
                a | b << 16 | c << 32 | d << 48
            };
            let either = _mm_set1_epi8(EITHER);
            Raw {
                quotes: equal(QUOTE, lanes),
                slashes: equal(SLASH, lanes),
                braces: equal(BRACE, lanes.map(|lane| _mm_or_si128(lane, either))),
            }
        };
        mark_with(text, carry, out, raw, prefix_plain)
    }

    #[target_feature(enable = "avx2,pclmulqdq")]
    pub(super) fn mark_avx2(text: &[u8], carry: &mut Carry, out: &mut [Marks]) -> usize {
        let raw = |block: &[u8; BLOCK]| {
            let [a, b, c, d, e, f, g, h] = words(block);
            let (low, high) = (_mm256_set_epi64x(d, c, b, a), _mm256_set_epi64x(h, g, f, e));
            let bits = |low: __m256i, high: __m256i| {
                u64::from(_mm256_movemask_epi8(low).cast_unsigned())
                    | u64::from(_mm256_movemask_epi8(high).cast_unsigned()) << 32
            };
            let equal = |byte: i8, low: __m256i, high: __m256i| {
                let byte = _mm256_set1_epi8(byte);
                bits(_mm256_cmpeq_epi8(low, byte), _mm256_cmpeq_epi8(high, byte))
            };
            let either = _mm256_set1_epi8(EITHER);
            Raw {
                quotes: equal(QUOTE, low, high),
                slashes: equal(SLASH, low, high),
                braces: equal(
                    BRACE,
                    _mm256_or_si256(low, either),
                    _mm256_or_si256(high, either),
                ),
            }
        };
        let prefix = |bits: u64| {
            let product =
                _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), _mm_set1_epi8(-1));
            _mm_cvtsi128_si64(product).cast_unsigned()
        };
        mark_with(text, carry, out, raw, prefix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Marks read off byte by byte.
    fn slow(text: &[u8]) -> Vec<Marks> {
        let (mut inside, mut escaped) = (false, false);
        let mut out = Vec::new();
        for block in text.chunks(BLOCK) {
            let mut marks = Marks::default();
            for (at, byte) in block.iter().enumerate() {
                let was_escaped = std::mem::take(&mut escaped);
                match byte {
                    b'\\' if !was_escaped => escaped = true,
                    b'"' if !was_escaped => {
                        marks.quotes |= 1 << at;
                        inside = !inside;
                    }
                    b'{' | b'}' | b'y' | 0x7f if !inside => marks.braces |= 1 << at,
                    _ => {}
                }
            }
            out.push(marks);
        }
        out
    }

    fn run(
        text: &[u8],
        with: impl Fn(&[u8], &mut Carry, &mut [Marks]) -> usize,
    ) -> (Vec<Marks>, Carry) {
        let (mut carry, mut out) = (Carry::default(), vec![Marks::default(); text.len() / BLOCK]);
        assert_eq!(with(text, &mut carry, &mut out), out.len());
        (out, carry)
    }

    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "every x86_64 has SSE2")]
    fn sse2(text: &[u8], carry: &mut Carry, out: &mut [Marks]) -> usize {
        // SAFETY: see the reason.
        unsafe { wide::mark_sse2(text, carry, out) }
    }

    proptest! {
        #[test]
        fn all_ways_mark_the_same(
            picks in proptest::collection::vec(prop_oneof![
                Just(b'"'), Just(b'\\'), Just(b'{'), Just(b'}'), Just(b'y'), any::<u8>()
            ], 0..20 * BLOCK),
        ) {
            let text = &picks[..picks.len() / BLOCK * BLOCK];
            let plain = run(text, |text, carry, out| mark_with(text, carry, out, raw_plain, prefix_plain));
            prop_assert_eq!(&plain.0, &slow(text));
            prop_assert_eq!(&run(text, mark), &plain);
            #[cfg(target_arch = "x86_64")]
            prop_assert_eq!(&run(text, sse2), &plain);
        }
    }
}
