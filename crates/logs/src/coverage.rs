//! How much of the window a source shows: first and last record, and holes within. Must not know what the records say.

use std::collections::BTreeSet;

use jiff::Timestamp;

/// Seconds of one mark in the row of times that were seen.
const MARK: i64 = 300;
/// Marks kept: a year and more.
const MARKS: usize = 120_000;

/// Times seen in a source.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) records: u64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    marks: BTreeSet<i64>,
    /// Seconds, first and last, all of whose marks are made: records of one time come together.
    made: Option<(i64, i64)>,
}

impl Seen {
    /// A record over this time, in seconds.
    pub(crate) fn add(&mut self, start: i64, end: i64) {
        self.records += 1;
        self.first = Some(self.first.map_or(start, |first| first.min(start)));
        self.last = Some(self.last.map_or(end, |last| last.max(end)));
        if let Some((from, to)) = self.made
            && from <= start
            && end <= to
        {
            return;
        }
        let (from, to) = (
            start.div_euclid(MARK),
            end.div_euclid(MARK).min(start.div_euclid(MARK) + 24),
        );
        for mark in from..=to {
            if self.marks.len() < MARKS {
                self.marks.insert(mark);
            }
        }
        if from <= to {
            let first = from.saturating_mul(MARK);
            let last = to.saturating_mul(MARK).saturating_add(MARK - 1);
            self.made = match self.made {
                Some((a, b)) if a <= last.saturating_add(1) && first <= b.saturating_add(1) => {
                    Some((a.min(first), b.max(last)))
                }
                _ => Some((first, last)),
            };
        }
    }

    /// Records that nobody looked at, with their first and last time where it is known.
    pub(crate) fn pass(&mut self, records: u64, times: Option<(i64, i64)>) {
        self.records += records;
        if let (Some((first, last)), true) = (times, records > 0) {
            self.first = Some(self.first.map_or(first, |known| known.min(first)));
            self.last = Some(self.last.map_or(last, |known| known.max(last)));
        }
    }

    /// The longest hole within the window, when it is longer than `longest` seconds: from and until.
    pub(crate) fn hole(&self, from: i64, until: i64, longest: i64) -> Option<(i64, i64)> {
        let mut widest = None;
        let mut before: Option<i64> = None;
        for mark in self
            .marks
            .range(from.div_euclid(MARK)..=until.div_euclid(MARK))
        {
            if let Some(before) = before
                && (mark - before - 1) * MARK > longest
                && widest.is_none_or(|(a, b)| b - a < (mark - before - 1) * MARK)
            {
                widest = Some(((before + 1) * MARK, mark * MARK));
            }
            before = Some(*mark);
        }
        widest
    }
}

/// Seconds since 1970 as a timestamp.
pub(crate) fn stamp(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_found_and_an_even_row_has_none() {
        let mut seen = Seen::default();
        for at in (0..36_000)
            .step_by(600)
            .filter(|at| !(7_200..18_000).contains(at))
        {
            seen.add(at, at + 60);
        }
        assert_eq!(seen.hole(0, 36_000, 3_600), Some((6_900, 18_000)));
        assert_eq!(seen.hole(0, 36_000, 12_000), None);
        assert_eq!(seen.hole(18_000, 36_000, 3_600), None);
        assert_eq!((seen.first, seen.last), (Some(0), Some(35_460)));
    }
}
