//! A bucket of tokens that fills at a rate, the rate lowered while AWS throttles. Must not wait, nor read a clock.

use std::time::Duration;

use tokio::time::Instant;

/// However often AWS throttles, this part of the full rate is left.
const LEAST: f64 = 1.0 / 16.0;
/// Calls that were on their way together are throttled together: that counts once.
const TOGETHER: Duration = Duration::from_secs(1);
/// From nothing to the full rate.
const COMES_BACK: Duration = Duration::from_secs(60);

/// What a bucket holds at the most, and how many tokens come in a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    holds: f64,
    a_second: f64,
}

impl Rate {
    pub(super) const fn new(holds: f64, a_second: f64) -> Self {
        Self { holds, a_second }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Bucket {
    full: Rate,
    tokens: f64,
    /// Tokens a second now.
    a_second: f64,
    /// When the two were so.
    at: Instant,
    throttled_at: Option<Instant>,
}

impl Bucket {
    pub(super) const fn full(rate: Rate, now: Instant) -> Self {
        Self {
            full: rate,
            tokens: rate.holds,
            a_second: rate.a_second,
            at: now,
            throttled_at: None,
        }
    }

    /// Takes a token; where there is none, how long until there is one.
    pub(super) fn take(&mut self, now: Instant) -> Option<Duration> {
        self.fill(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return None;
        }
        let wait = Duration::from_secs_f64((1.0 - self.tokens) / self.a_second);
        // A timer that fires a hair too early would be set again for nothing.
        Some(wait + Duration::from_millis(1))
    }

    /// AWS has said that there were too many calls: its bucket is empty, whatever this one thinks.
    pub(super) fn throttled(&mut self, now: Instant) {
        self.fill(now);
        self.tokens = 0.0;
        let known = self
            .throttled_at
            .is_some_and(|at| now.saturating_duration_since(at) < TOGETHER);
        if !known {
            self.throttled_at = Some(now);
            self.a_second = (self.a_second / 2.0).max(self.full.a_second * LEAST);
        }
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = self.at.max(now);
        self.tokens = (self.tokens + passed * self.a_second).min(self.full.holds);
        let back = passed / COMES_BACK.as_secs_f64() * self.full.a_second;
        self.a_second = (self.a_second + back).min(self.full.a_second);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// What happens to a bucket, so many milliseconds after what was before.
    #[derive(Debug, Clone, Copy)]
    enum Happens {
        Asked,
        Throttled,
    }

    fn story() -> impl Strategy<Value = Vec<(u64, Happens)>> {
        let happens = prop_oneof![9 => Just(Happens::Asked), 1 => Just(Happens::Throttled)];
        vec(
            (prop_oneof![3 => Just(0), 1 => 0_u64..3000], happens),
            1..400,
        )
    }

    fn rates() -> impl Strategy<Value = Rate> {
        (1_u32..=100, 1_u32..=40)
            .prop_map(|(holds, half)| Rate::new(f64::from(holds), f64::from(half) / 2.0))
    }

    /// Seconds at which a token was given.
    fn given(rate: Rate, story: &[(u64, Happens)]) -> (Bucket, Instant, Vec<f64>) {
        let begun = Instant::now();
        let (mut bucket, mut now) = (Bucket::full(rate, begun), begun);
        let mut given = Vec::new();
        for (after, happens) in story {
            now += Duration::from_millis(*after);
            match happens {
                Happens::Asked if bucket.take(now).is_none() => {
                    given.push((now - begun).as_secs_f64());
                }
                Happens::Asked => {}
                Happens::Throttled => bucket.throttled(now),
            }
        }
        (bucket, now, given)
    }

    proptest! {
        #[test]
        fn no_span_of_time_sees_more_than_a_full_bucket_and_what_came_meanwhile(rate in rates(), story in story()) {
            let (_, _, given) = given(rate, &story);
            for (n, from) in given.iter().enumerate() {
                let mut calls = 0.0;
                for to in &given[n..] {
                    calls += 1.0;
                    prop_assert!(calls <= rate.holds + (to - from) * rate.a_second + 1e-6);
                }
            }
        }

        #[test]
        fn who_waits_as_long_as_told_gets_a_token(rate in rates(), story in story()) {
            let (mut bucket, now, _) = given(rate, &story);
            if let Some(wait) = bucket.take(now) {
                prop_assert!(wait.as_secs_f64() <= 1.0 / (rate.a_second * LEAST) + 0.002);
                prop_assert_eq!(bucket.take(now + wait), None);
            }
        }

        #[test]
        fn what_was_slowed_down_is_as_before_after_a_while(rate in rates(), story in story()) {
            let (mut bucket, now, _) = given(rate, &story);
            bucket.fill(now + COMES_BACK);
            prop_assert!((bucket.a_second - rate.a_second).abs() < 1e-9);
            let later = now + COMES_BACK + Duration::from_secs_f64(rate.holds / rate.a_second);
            bucket.fill(later);
            prop_assert!((bucket.tokens - rate.holds).abs() < 1e-6);
        }
    }

    #[test]
    fn calls_that_are_throttled_together_count_once() {
        let begun = Instant::now();
        let mut bucket = Bucket::full(Rate::new(50.0, 8.0), begun);
        for _ in 0..20 {
            bucket.throttled(begun);
        }
        assert!((bucket.a_second - 4.0).abs() < 1e-9);
        bucket.throttled(begun + TOGETHER);
        assert!(bucket.a_second < 2.2);
        for n in 0..20 {
            bucket.throttled(begun + TOGETHER * n);
        }
        assert!(bucket.a_second >= 0.5);
    }
}
