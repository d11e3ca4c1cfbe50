//! What is asked of a metric: all its values over time. Must not read records, and must not judge.

use rebato_core::evaluate::Source;

use super::Scan;
use crate::metrics;

/// Values kept: two weeks of several metrics by the minute.
const POINTS: usize = 200_000;

impl Scan {
    /// Reads a file of metrics.
    pub fn metric_file(&mut self, name: &str, bytes: &[u8]) {
        let file = self.number(name);
        self.answers.seen.entry(Source::Metrics).or_default();
        let instance = self.answers.questions.instance.clone();
        let answers = &mut self.answers;
        let whole = self.inflater.inflate(bytes);
        let read = metrics::read(whole, instance.as_deref(), |point| {
            for times in [&mut answers.seen, &mut answers.ours] {
                times
                    .entry(Source::Metrics)
                    .or_default()
                    .add(point.at, point.at);
            }
            if answers.points < POINTS {
                answers.points += 1;
                let series = answers
                    .metrics
                    .entry((point.name, point.statistic))
                    .or_insert_with(|| (file, Vec::new()));
                series.1.push((point.at, point.value));
            }
        });
        for why in read.wrong {
            self.skip(Source::Metrics, name, why, read.rows == 0);
        }
    }
}
