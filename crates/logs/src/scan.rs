//! One pass over all files, gathering the answers. Memory is bounded by caps whose overflow is counted and told.
//! Must not judge, and must not know where files come from. What is asked of the records of a source stands in its own file.

mod calls;
mod findings;
mod flows;
mod logins;
mod lookups;
mod metrics;

use jiff::Timestamp;
use rebato_core::evaluate::{Gap, Source};

use crate::answers::{Answers, Skipped};
use crate::{Inflater, Questions};

pub(crate) use calls::CallGroups;
use flows::Interfaces;
pub(crate) use flows::{FlowRow, Hit, RowKey};

/// A scan under way.
#[derive(Debug)]
pub struct Scan {
    answers: Answers,
    interfaces: Interfaces,
    /// The memory that files are inflated into.
    inflater: Inflater,
}

impl Scan {
    /// Begins.
    #[must_use]
    pub fn new(questions: Questions) -> Self {
        Self {
            answers: Answers {
                questions,
                ..Answers::default()
            },
            interfaces: Interfaces::default(),
            inflater: Inflater::default(),
        }
    }

    /// Whether a file is to be opened at all: one whose name tells that it is another log, or that it holds nothing of the window, is
    /// counted and passed over.
    pub fn wants(&mut self, source: Source, name: &str) -> bool {
        let wanted = self.answers.questions.may_hold(source, name);
        if !wanted {
            *self.answers.pruned.entry(source).or_default() += 1;
        }
        wanted
    }

    /// Reads a file of the source it is of; sources without reader are ignored.
    pub fn file(&mut self, source: Source, name: &str, bytes: &[u8]) {
        match source {
            Source::FlowLogs => self.flow_file(name, bytes),
            Source::Cloudtrail => self.trail_file(name, bytes),
            Source::AuthLog => self.auth_file(name, bytes),
            Source::Findings => self.finding_file(name, bytes),
            Source::Dns => self.dns_file(name, bytes),
            Source::Metrics => self.metric_file(name, bytes),
        }
    }

    /// A file could not be read at all.
    pub fn unread(&mut self, source: Source, name: &str, why: String) {
        self.skip(source, name, why, true);
    }

    /// A source could not be had, or not whole.
    pub fn gap(&mut self, source: Source, gap: Gap) {
        match gap {
            Gap::Skipped { file, why } => self.unread(source, &file, why),
            gap => self.answers.gaps.push((source, gap)),
        }
    }

    /// A source was read where it lies, over all of this time: what is not there did not happen, even at its quiet ends.
    pub fn covered(&mut self, source: Source, since: Timestamp, until: Timestamp) {
        let known = self.answers.read.entry(source).or_insert((since, until));
        known.0 = known.0.min(since);
        known.1 = known.1.max(until);
        self.answers.seen.entry(source).or_default();
    }

    /// Ends.
    #[must_use]
    pub fn finish(self) -> Answers {
        self.answers
    }

    fn skip(&mut self, source: Source, file: &str, why: String, matters: bool) {
        self.answers.skipped.push(Skipped {
            source,
            file: file.to_owned(),
            why,
            matters,
        });
    }

    fn number(&mut self, file: &str) -> u32 {
        self.answers.files.push(file.to_owned());
        u32::try_from(self.answers.files.len() - 1).unwrap_or(u32::MAX)
    }
}
