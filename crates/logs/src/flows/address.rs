//! Addresses as flow logs write them. Must not know where they stand.

use std::net::{IpAddr, Ipv4Addr};

/// Four numbers with dots by hand, as nearly all addresses are that; everything else by the standard library.
pub(crate) fn address(token: &[u8]) -> Option<IpAddr> {
    dotted(token)
        .map(IpAddr::V4)
        .or_else(|| std::str::from_utf8(token).ok()?.parse().ok())
}

/// Four numbers with dots; nothing when it is anything else.
pub(super) fn dotted(token: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut slots = octets.iter_mut();
    let mut slot = slots.next();
    let (mut number, mut length) = (0u16, 0u8);
    for byte in token {
        match byte {
            b'0'..=b'9' if length < 3 && (length == 0 || number > 0) => {
                number = number * 10 + u16::from(byte - b'0');
                length += 1;
            }
            b'.' if length > 0 => {
                *slot? = u8::try_from(number).ok()?;
                slot = slots.next();
                (number, length) = (0, 0);
            }
            _ => return None,
        }
    }
    *slot.filter(|_| length > 0)? = u8::try_from(number).ok()?;
    slots.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// For each way in which four numbers of one to three digits can lie, which byte goes where: hundreds, tens and ones of each number
/// in four bytes of its own, with nothing in the fourth and where a digit lacks.
#[cfg(target_arch = "x86_64")]
static ORDERS: [[i8; 16]; 81] = orders();

#[cfg(target_arch = "x86_64")]
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "run by the compiler, all numbers are below 16"
)]
const fn orders() -> [[i8; 16]; 81] {
    let mut out = [[-1; 16]; 81];
    let mut way = 0;
    while way < 81 {
        let lengths = [way / 27 + 1, way / 9 % 3 + 1, way / 3 % 3 + 1, way % 3 + 1];
        let (mut number, mut at) = (0, 0);
        while number < 4 {
            let mut digit = 0;
            while digit < lengths[number] {
                out[way][number * 4 + 3 - lengths[number] + digit] = (at + digit) as i8;
                digit += 1;
            }
            at += lengths[number] + 1;
            number += 1;
        }
        way += 1;
    }
    out
}

/// [`dotted`] without a branch that depends on the digits: the first bytes of the window, as many as `length` says.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse4.1")]
#[inline]
pub(super) fn dotted_sse(window: &[u8; 16], length: usize) -> Option<u32> {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmpgt_epi32, _mm_cvtsi128_si32, _mm_madd_epi16,
        _mm_maddubs_epi16, _mm_min_epu8, _mm_movemask_epi8, _mm_set_epi8, _mm_set_epi64x,
        _mm_set1_epi8, _mm_set1_epi16, _mm_set1_epi32, _mm_shuffle_epi8, _mm_sub_epi8,
    };
    if !(7..=15).contains(&length) {
        return None;
    }
    let load = |bytes: [u64; 2]| {
        let [low, high] = bytes;
        _mm_set_epi64x(high.cast_signed(), low.cast_signed())
    };
    let halves = |bytes: &[u8; 16]| {
        let mut halves = bytes.as_chunks::<8>().0.iter();
        [(); 2].map(|()| halves.next().map_or(0, |half| u64::from_le_bytes(*half)))
    };
    let bits = |mask: __m128i| _mm_movemask_epi8(mask).cast_unsigned();
    let text = load(halves(window));
    let used = (1u32 << length) - 1;
    let dots = bits(_mm_cmpeq_epi8(text, _mm_set1_epi8(0x2e))) & used;
    let digits = _mm_sub_epi8(text, _mm_set1_epi8(0x30));
    let small = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
    let zeros = bits(_mm_cmpeq_epi8(digits, _mm_set1_epi8(0)));
    // Where each number ends: at its dot, or behind the last digit.
    let mut ends = dots | 1 << length;
    let mut end = || {
        let at = ends.trailing_zeros();
        ends &= ends.wrapping_sub(1);
        at
    };
    let (a, b, c, d) = (end(), end(), end(), end());
    let lengths = [
        a,
        b.wrapping_sub(a + 1),
        c.wrapping_sub(b.wrapping_add(1)),
        d.wrapping_sub(c.wrapping_add(1)),
    ];
    let [w, x, y, z] = lengths.map(|length| length.wrapping_sub(1));
    // A zero that begins a number and is followed by another digit.
    let padded = zeros & (dots << 1 | 1) & !((dots | 1 << length) >> 1);
    let right = (w < 3)
        & (x < 3)
        & (y < 3)
        & (z < 3)
        & (ends == 0)
        & (padded & used == 0)
        & ((bits(small) | dots) & used == used);
    if !right {
        return None;
    }
    let order = ORDERS.get((w * 27 + x * 9 + y * 3 + z) as usize)?;
    let order = load(halves(&order.map(i8::cast_unsigned)));
    let digits = _mm_shuffle_epi8(digits, order);
    let weights = _mm_set_epi8(0, 1, 10, 100, 0, 1, 10, 100, 0, 1, 10, 100, 0, 1, 10, 100);
    let pairs = _mm_maddubs_epi16(digits, weights);
    let numbers = _mm_madd_epi16(pairs, _mm_set1_epi16(1));
    if bits(_mm_cmpgt_epi32(numbers, _mm_set1_epi32(255))) != 0 {
        return None;
    }
    let first_high = _mm_set_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12);
    Some(_mm_cvtsi128_si32(_mm_shuffle_epi8(numbers, first_high)).cast_unsigned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agree(text: &str) {
        let wanted: Option<Ipv4Addr> = text.parse().ok();
        assert_eq!(dotted(text.as_bytes()), wanted, "{text:?}");
        assert_eq!(address(text.as_bytes()), text.parse().ok(), "{text:?}");
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("sse4.1") && text.len() <= 16 {
            for fill in [b' ', b'0', b'.', 0xff] {
                let mut window = [fill; 16];
                window[..text.len()].copy_from_slice(text.as_bytes());
                #[expect(unsafe_code, reason = "the processor has what is called")]
                let fast = unsafe { dotted_sse(&window, text.len()) };
                assert_eq!(fast, wanted.map(u32::from), "{text:?}");
            }
        }
    }

    #[test]
    fn addresses_by_hand_agree_with_the_standard_library() {
        for text in [
            "1.2.3.4",
            "255.255.255.255",
            "0.0.0.0",
            "10.0.0.0",
            "256.1.1.1",
            "1.1.1.256",
            "999.1.1.1",
            "01.2.3.4",
            "1.2.3.00",
            "1.2.3",
            "1.2.3.4.5",
            "",
            ".1.2.3",
            ".1.2.3.4",
            "1.2.3.",
            "1.2.3.4.",
            "1234.2.3.4",
            "1.2.3.1234",
            "::1",
            "1..2.3",
            "1..22.3",
            "a",
            "-",
            "1.2.3.4 ",
            "1.2.3.-4",
            "1.2.3/4",
        ] {
            agree(text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn a_way_without_branches_agrees(octets in any::<[u8; 4]>(), noise in "[0-9./: -]{0,16}", at in 0usize..15, byte in "[0-9./:\u{0}a]") {
            let text = Ipv4Addr::from(octets).to_string();
            agree(&text);
            agree(&noise);
            let mut broken = text;
            let at = at.min(broken.len() - 1);
            broken.replace_range(at..=at, &byte);
            agree(&broken);
        }
    }
}
