//! Identifiers that look real and come from the seed.
//! Must not know what they name.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Maker of identifiers; the same seed makes the same ones in the same order.
#[derive(Debug)]
pub(crate) struct Ids {
    rng: ChaCha8Rng,
}

impl Ids {
    /// A maker with its own stream of the seed, so that calls of a client do not change the traffic.
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(1);
        Self { rng }
    }

    /// `digits` lower-case hex digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        (0..digits)
            .map(|_| char::from_digit(self.rng.random_range(0..16), 16).unwrap_or('0'))
            .collect()
    }

    /// An EC2 id: the prefix, `0` and 16 hex digits.
    pub(crate) fn ec2(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.hex(16))
    }

    /// An IAM unique id: a four letter prefix and 17 capitals and digits.
    pub(crate) fn iam(&mut self, prefix: &str) -> String {
        self.letters(prefix, 17)
    }

    /// The prefix and `count` capitals and digits of base 32.
    pub(crate) fn letters(&mut self, prefix: &str, count: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let tail = (0..count).map(|_| {
            let n = self.rng.random_range(0..ALPHABET.len());
            ALPHABET.get(n).map_or('A', |byte| char::from(*byte))
        });
        prefix.chars().chain(tail).collect()
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let (a, b, c) = (self.hex(8), self.hex(4), self.hex(3));
        let (d, e) = (self.hex(3), self.hex(12));
        format!("{a}-{b}-4{c}-a{d}-{e}")
    }

    /// A number from the raw stream.
    pub(crate) fn number(&mut self) -> u64 {
        self.rng.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_aws_and_repeat_with_the_seed() {
        let mut ids = Ids::new(7);
        let made = [ids.ec2("i"), ids.iam("AROA"), ids.uuid()];
        assert_eq!(made[0].len(), 19);
        assert!(made[0].starts_with("i-0"));
        assert_eq!(made[1].len(), 21);
        assert_eq!(made[2].len(), 36);
        let mut again = Ids::new(7);
        assert_eq!(made, [again.ec2("i"), again.iam("AROA"), again.uuid()]);
        assert_ne!(Ids::new(8).ec2("i"), made[0]);
    }
}
