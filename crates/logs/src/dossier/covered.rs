//! How much of the window each source shows, and why not more. Must not judge what a fact means.

use jiff::Timestamp;
use rebato_core::evaluate::{Coverage, Covered, Gap, Source};

use crate::Answers;
use crate::coverage::stamp;

/// How far from the ends of the window, and how long within it, a source may be silent and still show all of it, in seconds.
fn slack(source: Source) -> i64 {
    match source {
        // Records come every one to ten minutes, also of a silent interface (NODATA).
        Source::FlowLogs => 1_200,
        // Accounts and hosts can be quiet; cron and agents speak at least every hour.
        _ => 4_500,
    }
}

impl Answers {
    pub(super) fn coverage(
        &self,
        source: Source,
        window: Option<(Timestamp, Timestamp)>,
        left_out: Option<&Vec<Gap>>,
    ) -> Covered {
        let mut why: Vec<Gap> = self
            .gaps
            .iter()
            .filter(|(of, _)| *of == source)
            .map(|(_, gap)| gap.clone())
            .collect();
        for skipped in self
            .skipped
            .iter()
            .filter(|s| s.source == source && s.matters)
        {
            why.push(Gap::Skipped {
                file: skipped.file.clone(),
                why: skipped.why.clone(),
            });
        }
        let seen = self.seen.get(&source);
        let read = self.read.get(&source);
        let ours = self.ours.get(&source);
        let records = seen.map_or(0, |seen| seen.records);
        let (first, last) = ours.map_or((None, None), |ours| (ours.first, ours.last));
        // In a log of something else the silence of logins means nothing.
        let other = source == Source::AuthLog && !self.tells_of_logins;
        let nothing = (other || ours.is_none_or(|ours| ours.records == 0))
            && read.is_none()
            && source != Source::Findings;
        if seen.is_none() && why.is_empty() {
            why.push(Gap::NotGiven);
        } else if nothing && seen.is_some() {
            why.push(Gap::NothingAbout { records });
        }
        if source == Source::FlowLogs && self.skip_data > 0 {
            why.push(Gap::SkipData {
                records: self.skip_data,
            });
        }
        if let (Some((from, until)), false, false) = (window, nothing, source == Source::Findings) {
            let (from, until) = (from.as_second(), until.as_second());
            let slack = slack(source);
            let begin = [first, read.map(|read| read.0.as_second())]
                .into_iter()
                .flatten()
                .min();
            let end = [last, read.map(|read| read.1.as_second())]
                .into_iter()
                .flatten()
                .max();
            let short = begin.is_none_or(|begin| begin > from + slack)
                || end.is_none_or(|end| end < until - slack);
            let longest = slack.max((until - from) / 8).max(3_600);
            let hole = ours
                .filter(|_| source == Source::FlowLogs && read.is_none())
                .and_then(|ours| ours.hole(from, until, longest));
            if short {
                why.push(Gap::Window {
                    from: begin.and_then(stamp),
                    until: end.and_then(stamp),
                });
            } else if let Some((from, until)) = hole {
                why.push(Gap::Window {
                    from: stamp(from),
                    until: stamp(until),
                });
            }
        }
        let coverage = match (seen.is_some() && !nothing, why.is_empty()) {
            (false, _) => Coverage::Absent,
            (true, true) => Coverage::Complete,
            (true, false) => Coverage::Partial,
        };
        // These take nothing from what the source shows of suspects.
        why.extend(left_out.into_iter().flatten().cloned());
        if source == Source::FlowLogs && self.flagless > 0 {
            why.push(Gap::FieldMissing {
                field: "tcp-flags".into(),
            });
        }
        why.sort();
        why.dedup();
        Covered {
            coverage,
            why,
            records,
            first: first.and_then(stamp),
            last: last.and_then(stamp),
            until: read
                .map(|read| read.1)
                .max(seen.and_then(|seen| seen.last).and_then(stamp)),
        }
    }
}
