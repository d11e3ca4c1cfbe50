//! Calls at regular times. Must not know whom they go to.

/// Connects from which on regularity is looked for.
const CONNECTS: usize = 8;
/// Distances vary by 0.06 of their mean where each is the mean give or take a tenth, by 0.14 with a quarter, as beacons have it; by
/// 0.19 with a third, as people's programs have it that ask again "after some four minutes". Fewer distances tell less: what a third
/// shows by chance in one case of fifty or less is not taken for a beacon. (The deviation of `n` even distances is known to a fraction
/// of the root of 0.2 / `n`.)
const THIRD: f64 = 0.184;
const DOUBT: f64 = 2.75;
const MOST: f64 = 0.165;
/// Connects within so many seconds are one call: two requests, or one that was sent again.
const BURST: i64 = 5;

/// A row of calls at regular times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Regular {
    /// Mean distance in seconds.
    pub(super) interval_s: f64,
    /// Deviation over mean.
    pub(super) variation: f64,
    pub(super) connects: u64,
}

/// Whether connects at these seconds come at regular times. A beat that is missing now and then, a pause over night and several
/// connects a call make a beacon no less regular.
pub(super) fn regular(connects: &[i64]) -> Option<Regular> {
    let mut times = connects.to_vec();
    times.sort_unstable();
    times.dedup();
    let calls = calls(&times);
    if let Some(calls) = calls.filter(|calls| calls.len() < times.len()) {
        // Where connects come every few seconds, each is a call.
        return judged(&calls).or_else(|| judged(&times));
    }
    judged(&times)
}

/// The first connect of each burst, where enough are left.
fn calls(times: &[i64]) -> Option<Vec<i64>> {
    let mut before = None;
    let mut calls = Vec::new();
    for at in times {
        if before.is_none_or(|before| at - before > BURST) {
            calls.push(*at);
        }
        before = Some(*at);
    }
    (calls.len() >= CONNECTS).then_some(calls)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds and counts far below 2^52"
)]
fn judged(times: &[i64]) -> Option<Regular> {
    if times.len() < CONNECTS {
        return None;
    }
    let mut gaps: Vec<i64> = times
        .iter()
        .zip(times.iter().skip(1))
        .map(|(a, b)| b - a)
        .collect();
    gaps.sort_unstable();
    let usual = *gaps.get(gaps.len() / 2)?;
    // The longest twentieth: pauses and restarts.
    gaps.truncate(gaps.len() - gaps.len() / 20);
    // Two to four times the usual distance is one with missing beats; if that is frequent, there is no beat.
    let missed = |gap: i64| (2..=4).contains(&((gap + usual / 2) / usual.max(1)));
    let folded = gaps.iter().filter(|gap| missed(**gap)).count();
    let folds = folded * 4 <= gaps.len();
    let gaps: Vec<f64> = gaps
        .iter()
        .map(|gap| {
            let beats = if folds && missed(*gap) {
                (gap + usual / 2) / usual.max(1)
            } else {
                1
            };
            *gap as f64 / beats as f64
        })
        .collect();
    let n = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / n;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / n;
    let variation = variance.sqrt() / mean;
    let limit = (THIRD * (1.0 - DOUBT * (0.2 / (n - 1.0)).sqrt())).min(MOST);
    (mean >= 2.0 && variation < limit).then(|| Regular {
        interval_s: mean,
        variation,
        connects: u64::try_from(times.len()).unwrap_or(u64::MAX),
    })
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "seconds that fit")]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{RngAlgorithm, TestRng};

    use super::*;

    /// Distances of `every` give or take a share, as a caller sleeps between calls.
    fn row(every: i64, share: f64, beats: usize, rng: &mut TestRng) -> Vec<i64> {
        let mut at = 1_766_000_000.0;
        let mut out = Vec::new();
        for _ in 0..beats {
            out.push(at as i64);
            let swing = f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0;
            at += every as f64 * (1.0 + share * swing);
        }
        out
    }

    fn found(rows: usize, mut make: impl FnMut(&mut TestRng) -> Vec<i64>) -> usize {
        let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        (0..rows)
            .filter(|_| regular(&make(&mut rng)).is_some())
            .count()
    }

    #[test]
    fn beacons_with_a_tenth_to_a_quarter_of_jitter_are_found() {
        for every in [10, 60, 600, 3_600] {
            assert!(found(500, |rng| row(every, 0.10, 9, rng)) >= 495);
            assert!(found(500, |rng| row(every, 0.20, 40, rng)) >= 495);
            assert!(found(500, |rng| row(every, 0.25, 100, rng)) >= 490);
        }
    }

    #[test]
    fn who_calls_after_some_minutes_or_at_random_is_none() {
        for beats in [8, 12, 30, 100, 400] {
            assert!(
                found(1_000, |rng| row(240, 0.34, beats, rng)) <= 25,
                "{beats}"
            );
            assert!(
                found(1_000, |rng| row(240, 0.5, beats, rng)) <= 8,
                "{beats}"
            );
            let random = found(1_000, |rng| {
                let mut at = 0;
                (0..beats)
                    .map(|_| {
                        let share = (f64::from(rng.next_u32()) + 1.0) / f64::from(u32::MAX);
                        at += (-share.ln() * 300.0) as i64;
                        at
                    })
                    .collect()
            });
            assert!(random <= 2, "{beats}: {random}");
        }
    }

    #[test]
    fn missing_beats_pauses_and_bursts_hide_no_beacon() {
        let missing = found(500, |rng| {
            let all = row(60, 0.1, 60, rng);
            all.into_iter()
                .filter(|_| rng.next_u32() % 8 != 0)
                .collect()
        });
        assert!(missing >= 495, "{missing}");
        let paused = found(500, |rng| {
            let mut all = row(300, 0.15, 60, rng);
            for at in all.iter_mut().skip(30) {
                *at += 9 * 3_600;
            }
            all
        });
        assert!(paused >= 495, "{paused}");
        let bursts = found(500, |rng| {
            let calls = row(120, 0.15, 40, rng);
            calls
                .into_iter()
                .flat_map(|at| [at, at + 1, at + 3])
                .collect()
        });
        assert!(bursts >= 495, "{bursts}");
        // Every four seconds is no burst.
        let fast: Vec<i64> = (0..50).map(|n| n * 4).collect();
        assert!((regular(&fast).unwrap().interval_s - 4.0).abs() < 1e-9);
    }

    #[test]
    fn windows_of_ten_minutes_that_hold_several_connects_are_regular_too() {
        // A client that keeps its port is one record a window, which begins at the first packet in it.
        let starts = found(500, |rng| {
            let beats = row(90, 0.2, 200, rng);
            let mut starts: Vec<i64> = Vec::new();
            for at in beats {
                if starts.last().is_none_or(|last| last / 600 != at / 600) {
                    starts.push(at);
                }
            }
            starts
        });
        assert!(starts >= 490, "{starts}");
    }

    proptest! {
        #[test]
        fn any_times_are_judged_and_order_does_not_matter(mut times in prop::collection::vec(-4_000_000_000i64..4_000_000_000_000, 0..60)) {
            let one = regular(&times);
            times.reverse();
            prop_assert_eq!(one, regular(&times));
            if let Some(one) = one {
                prop_assert!(one.interval_s >= 2.0 && one.variation < MOST);
            }
        }
    }
}
