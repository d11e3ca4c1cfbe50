//! Metrics as facts: only what is out of the ordinary. What is ordinary is known from the same hours of other days of the same kind,
//! before the finding. Must not judge what a fact means.

use rebato_core::evaluate::{Fact, RecordRef, Source};

use super::Pieces;
use crate::Answers;
use crate::coverage::stamp;

/// Percent from which on a processor is full, and seconds from which on that is long.
const FULL: f64 = 90.0;
const LONG: i64 = 1_800;
/// Seconds before the first activity that already may be the attacker's.
const BEFORE: i64 = 3_600;
/// Values of other days without which nothing is known as usual.
const ENOUGH: usize = 24;
/// Standard deviations from which on an hour is out of the ordinary.
const UNUSUAL: f64 = 3.0;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

impl Answers {
    /// `since`: the first activity, in Unix seconds.
    pub(super) fn metric_facts(&self, since: Option<i64>, facts: &mut Pieces) {
        let Some(since) = since.and_then(|since| since.checked_sub(BEFORE)) else {
            return;
        };
        for ((name, statistic), (file, points)) in &self.metrics {
            let mut points = points.clone();
            points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            points.dedup_by_key(|point| point.0);
            let at = points.partition_point(|point| point.0 < since);
            let (before, after) = points.split_at(at);
            let found = match (*name, *statistic) {
                ("CPUUtilization", "Average") => full(after)
                    .map(|(from, until, value)| (from, until, value, usual(before, from), None)),
                ("NetworkOut" | "NetworkPacketsOut", "Sum") => unusual(before, after),
                _ => None,
            };
            let Some((from, until, value, known, deviations)) = found else {
                continue;
            };
            let (Some(from), Some(until)) = (stamp(from), stamp(until)) else {
                continue;
            };
            let record = RecordRef {
                file: usize::try_from(*file)
                    .ok()
                    .and_then(|at| self.files.get(at))
                    .cloned()
                    .unwrap_or_default(),
                line: None,
                id: Some(format!("{name} {statistic}")),
            };
            let fact = Fact::Metric {
                name: (*name).to_owned(),
                statistic: (*statistic).to_owned(),
                from,
                until,
                value,
                usual: known.map(|(mean, _)| mean),
                deviations,
            };
            facts.push((Source::Metrics, Some(from), record, fact));
        }
    }
}

/// Seconds between two values as a rule.
fn period(points: &[(i64, f64)]) -> i64 {
    let mut steps: Vec<i64> = points
        .iter()
        .zip(points.iter().skip(1))
        .map(|(a, b)| b.0 - a.0)
        .collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied().unwrap_or(300).max(1)
}

/// The longest time over which a processor was full without a break: from, until, mean.
fn full(points: &[(i64, f64)]) -> Option<(i64, i64, f64)> {
    let period = period(points);
    let mut best: Option<(i64, i64, f64)> = None;
    let mut run: Vec<(i64, f64)> = Vec::new();
    for point in points.iter().copied().chain([(i64::MAX, 0.0)]) {
        let goes_on = run
            .last()
            .is_none_or(|last| point.0.saturating_sub(last.0) <= 2 * period);
        if point.1 > FULL && goes_on {
            run.push(point);
            continue;
        }
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            let (from, until) = (first.0, last.0 + period);
            if until - from >= LONG && best.is_none_or(|best| until - from > best.1 - best.0) {
                best = Some((from, until, mean(run.iter().map(|point| point.1))?.0));
            }
        }
        run.clear();
        if point.1 > FULL {
            run.push(point);
        }
    }
    best
}

/// From, until, mean; what is usual with its spread; how many deviations lie between.
type Found = (i64, i64, f64, Option<(f64, f64)>, Option<f64>);

/// The hour farthest above what is usual at its time.
fn unusual(before: &[(i64, f64)], after: &[(i64, f64)]) -> Option<Found> {
    let mut rest = after;
    let mut best: Option<Found> = None;
    while let Some((first, _)) = rest.first() {
        let hour = first.div_euclid(HOUR) * HOUR;
        let at = rest.partition_point(|point| point.0 < hour + HOUR);
        let (now, later) = rest.split_at(at);
        rest = later;
        let (Some((value, _)), Some((usual, spread))) =
            (mean(now.iter().map(|point| point.1)), usual(before, hour))
        else {
            continue;
        };
        // A machine that does nothing all night has no spread, and one packet is not unusual.
        let deviations = (value - usual) / spread.max(usual * 0.1).max(1.0);
        if deviations >= UNUSUAL
            && value >= 2.0 * usual
            && best.is_none_or(|best| best.4.is_some_and(|most| deviations > most))
        {
            best = Some((
                hour,
                hour + HOUR,
                value,
                Some((usual, spread)),
                Some(deviations),
            ));
        }
    }
    best
}

/// Mean and standard deviation at the same hour of days of the same kind, workdays or weekends; where these are too few, of all.
fn usual(before: &[(i64, f64)], at: i64) -> Option<(f64, f64)> {
    let hour = |at: i64| at.rem_euclid(DAY) / HOUR;
    // 1 January 1970 was a Thursday.
    let weekend = |at: i64| matches!((at.div_euclid(DAY) + 4).rem_euclid(7), 0 | 6);
    let same: Vec<f64> = before
        .iter()
        .filter(|point| hour(point.0) == hour(at) && weekend(point.0) == weekend(at))
        .map(|point| point.1)
        .collect();
    if same.len() >= ENOUGH {
        return mean(same);
    }
    (before.len() >= ENOUGH)
        .then(|| mean(before.iter().map(|point| point.1)))
        .flatten()
}

fn mean(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        n += 1.0;
        let off: f64 = value - mean;
        mean += off / n;
        squares += off * (value - mean);
    }
    (n > 0.0).then(|| (mean, (squares / n).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(value: impl Fn(i64) -> f64) -> Vec<(i64, f64)> {
        (0..14 * 288).map(|n| (n * 300, value(n * 300))).collect()
    }

    #[test]
    fn a_full_processor_is_told_only_when_it_stays_full() {
        let at = |minutes: &[i64]| -> Vec<(i64, f64)> {
            (0..40)
                .map(|n| {
                    let hot = minutes.contains(&(n * 5));
                    (n * 300, if hot { 99.0 } else { 10.0 })
                })
                .collect()
        };
        assert_eq!(full(&at(&[10, 15, 20, 25, 30])), None, "25 minutes");
        let run = full(&at(&[10, 15, 20, 25, 30, 35, 100])).unwrap();
        assert_eq!((run.0, run.1), (600, 2_400));
        assert!((run.2 - 99.0).abs() < 1e-9);
    }

    #[test]
    fn an_hour_far_above_the_same_hour_of_other_days_is_told_and_the_nightly_backup_is_not() {
        // A backup leaves every night at two.
        let usual_day = |at: i64| {
            let jitter = (at / 300 % 7) as f64;
            if at.rem_euclid(DAY) / HOUR == 2 {
                1e9 + jitter * 1e7
            } else {
                1e6 + jitter * 1e4
            }
        };
        let before = days(usual_day);
        let start = 14 * DAY;
        let same: Vec<_> = (0..60)
            .map(|n| start + n * 300)
            .map(|at| (at, usual_day(at)))
            .collect();
        assert_eq!(unusual(&before, &same), None);
        let much: Vec<_> = (0..60)
            .map(|n| start + n * 300)
            .map(|at| {
                (
                    at,
                    if at.rem_euclid(DAY) / HOUR == 4 {
                        5e7
                    } else {
                        usual_day(at)
                    },
                )
            })
            .collect();
        let found = unusual(&before, &much).unwrap();
        assert_eq!(found.0, start + 4 * HOUR);
        assert!(found.4.unwrap() > 3.0);
        assert_eq!(
            unusual(&before[..10], &much),
            None,
            "nothing is known as usual"
        );
    }
}
