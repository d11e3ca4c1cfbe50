//! Findings read in a second of processor time: `read_line` over JSON Lines, and `serde_json::Value` of the same bytes in turn.
//! The memory of a long file is measured first, before anything large is held. Must not know how findings are read.

use std::hint::black_box;

use rebato_core::Digest;
use rebato_core::identify::read_line;
use serde_json::{Value, json};

use crate::{BenchError, clock, findings};

/// Odd, so that there is a middle one.
const RUNS: usize = 7;
/// Findings of the long file.
const MANY: usize = 100_000;
/// Findings after which a reader has all the memory that it will ever need.
const WARM: usize = 1_000;

/// What was measured.
pub(crate) struct Measured {
    findings: usize,
    bytes: usize,
    /// Nanoseconds of processor time over all findings, a pair a run: ours, and the parser's.
    runs: Vec<(u64, u64)>,
    /// Peak memory in KiB after a thousand findings and after all of the long file.
    peaks: Option<(u64, u64)>,
}

/// Measures with this many findings.
pub(crate) fn measure(count: usize) -> Result<Measured, BenchError> {
    let mut early = None;
    for number in 0..MANY {
        read(number, &findings::line(number))?;
        if number == WARM {
            early = clock::peak_kib();
        }
    }
    let peaks = early.zip(clock::peak_kib());

    let lines: Vec<Vec<u8>> = (0..count).map(findings::line).collect();
    let mut runs = Vec::new();
    // One more than counted: the first finds cold caches.
    for run in 0..=RUNS {
        let begin = clock::cpu_nanoseconds()?;
        for (number, line) in lines.iter().enumerate() {
            read(number, line)?;
        }
        let between = clock::cpu_nanoseconds()?;
        for line in &lines {
            black_box(serde_json::from_slice::<Value>(black_box(line)).is_ok());
        }
        let end = clock::cpu_nanoseconds()?;
        if run > 0 {
            runs.push((between - begin, end - between));
        }
    }
    Ok(Measured {
        findings: count,
        bytes: lines.iter().map(Vec::len).sum(),
        runs,
        peaks,
    })
}

/// The time of one that was not read in full would say nothing.
fn read(number: usize, line: &[u8]) -> Result<(), BenchError> {
    let digest = Digest::of(b"");
    let answer = black_box(read_line("bench", number + 1, black_box(line), digest));
    let why = match answer.as_slice() {
        [Ok(read)] if read.finding.problems.is_empty() && read.finding.instance_id.is_some() => {
            return Ok(());
        }
        [Ok(read)] => read.finding.problems.join("; "),
        [Err(error)] => error.to_string(),
        several => format!("{} answers", several.len()),
    };
    Err(BenchError::NotRead {
        line: number + 1,
        why,
    })
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

impl Measured {
    fn median_of(&self, figure: impl Fn(&(u64, u64)) -> f64) -> f64 {
        median(self.runs.iter().map(figure).collect())
    }

    fn rate(&self, nanoseconds: u64) -> f64 {
        self.findings as f64 / (nanoseconds.max(1) as f64 / 1e9)
    }

    fn megabytes(&self, nanoseconds: u64) -> f64 {
        self.bytes as f64 / 1e6 / (nanoseconds.max(1) as f64 / 1e9)
    }

    /// As JSON: medians over the runs; `time_ratio` is our time over the parser's, pair by pair.
    pub(crate) fn document(&self) -> Value {
        let round = |figure: f64| (figure * 1000.0).round() / 1000.0;
        json!({
            "schema": "rebato.bench/1",
            "what": "identify",
            "findings": self.findings,
            "bytes_per_finding": self.bytes / self.findings.max(1),
            "runs": self.runs.len(),
            "read_line": {
                "findings_per_second": self.median_of(|run| self.rate(run.0)).round(),
                "mb_per_second": round(self.median_of(|run| self.megabytes(run.0))),
            },
            "serde_json_value": {
                "findings_per_second": self.median_of(|run| self.rate(run.1)).round(),
                "mb_per_second": round(self.median_of(|run| self.megabytes(run.1))),
            },
            "time_ratio": {
                "median": round(self.median_of(|run| run.0 as f64 / run.1.max(1) as f64)),
                "min": round(self.runs.iter().map(|run| run.0 as f64 / run.1.max(1) as f64).fold(f64::INFINITY, f64::min)),
                "max": round(self.runs.iter().map(|run| run.0 as f64 / run.1.max(1) as f64).fold(0.0, f64::max)),
            },
            "memory": self.peaks.map(|(early, all)| json!({
                "findings": MANY,
                "peak_kib_after_1000": early,
                "peak_kib_after_all": all,
            })),
        })
    }

    /// As a table for people.
    pub(crate) fn table(&self) -> String {
        let ratio = self.median_of(|run| run.0 as f64 / run.1.max(1) as f64);
        let row = |name: &str, rate: f64, megabytes: f64| {
            format!("  {name:<20} {rate:>10.0} findings/s {megabytes:>8.1} MB/s")
        };
        let mut out = vec![
            format!(
                "{} findings of {} bytes, processor time of one thread, median of {} runs",
                self.findings,
                self.bytes / self.findings.max(1),
                self.runs.len()
            ),
            row(
                "read_line",
                self.median_of(|run| self.rate(run.0)),
                self.median_of(|run| self.megabytes(run.0)),
            ),
            row(
                "serde_json::Value",
                self.median_of(|run| self.rate(run.1)),
                self.median_of(|run| self.megabytes(run.1)),
            ),
            format!("  our time is {ratio:.2} of the parser's"),
        ];
        if let Some((early, all)) = self.peaks {
            out.push(format!(
                "  peak memory {early} KiB after {WARM} findings, {all} KiB after {MANY}"
            ));
        }
        out.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{Measured, median};
    use crate::BenchError;

    #[test]
    fn the_middle_is_taken_and_ratios_are_of_pairs() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        let measured = Measured {
            findings: 10,
            bytes: 30_000,
            runs: vec![
                (2_000_000, 1_000_000),
                (4_000_000, 1_000_000),
                (3_000_000, 1_000_000),
            ],
            peaks: None,
        };
        let shown = measured.document();
        assert_eq!(shown["time_ratio"]["median"], 3.0);
        assert_eq!(shown["bytes_per_finding"], 3000);
        assert_eq!(shown["serde_json_value"]["findings_per_second"], 10_000.0);
        assert_eq!(shown["serde_json_value"]["mb_per_second"], 30.0);
    }

    #[test]
    fn what_is_not_read_is_not_timed() {
        let wrong = super::read(0, b"{\"type\":\"a:b/c\"}");
        assert!(matches!(wrong, Err(BenchError::NotRead { line: 1, .. })));
        assert!(super::read(0, &crate::findings::line(3)).is_ok());
    }
}
