//! Numbers that look random and are the same for the same seed. Must not know what is made of them.

/// Splitmix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Below `sides`.
    pub(crate) fn of(&mut self, sides: u64) -> u64 {
        self.next() % sides.max(1)
    }

    /// Below `sides`, small numbers far more often: a few machines and peers make most of the traffic.
    pub(crate) fn skewed(&mut self, sides: u64) -> u64 {
        let bits = self.of(u64::from(sides.max(1).ilog2()) + 1);
        ((1 << bits) - 1 + self.of(1 << bits)) % sides.max(1)
    }

    /// One of several.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.of(u64::try_from(from.len()).unwrap_or(1));
        from.get(usize::try_from(at).unwrap_or(0)).copied()
    }
}

/// Another number for each number, without order.
pub(crate) fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
