//! What was gathered about an address by asking, and its way into the report. Must not ask.

use jiff::Timestamp;
use rebato_core::investigate::{AddressFact, AddressReport, Asked, Opinion, judge};

use super::Said;

/// What sources said, how each answered, and what left the machine for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gathered {
    /// Facts.
    pub facts: Vec<AddressFact>,
    /// Opinions.
    pub opinions: Vec<Opinion>,
    /// Each source with its result.
    pub asked: Vec<Asked>,
    /// What left, keys masked.
    pub sent_out: Vec<String>,
}

impl Gathered {
    /// A source's result alone.
    pub(super) fn result(source: &str, result: &str, why: Option<String>) -> Self {
        let asked = Asked {
            source: source.into(),
            result: result.into(),
            why,
        };
        Self {
            asked: vec![asked],
            ..Self::default()
        }
    }

    /// A source that was not asked, and why.
    pub(super) fn refused(source: &str, why: &str) -> Self {
        Self::result(source, "refused", Some(why.into()))
    }

    /// What a source said: it does not know the address when it said nothing.
    pub(super) fn said(source: &str, said: Said, why: Option<String>) -> Self {
        let silent = said.facts.is_empty() && said.opinions.is_empty();
        let result = if silent { "not_listed" } else { "answered" };
        Self {
            facts: said.facts,
            opinions: said.opinions,
            ..Self::result(source, result, why)
        }
    }

    /// With what left the machine for it.
    pub(super) fn with_sent(mut self, sent: Vec<String>) -> Self {
        self.sent_out = sent;
        self
    }

    /// Both together, in this order.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.facts.extend(other.facts);
        self.opinions.extend(other.opinions);
        self.asked.extend(other.asked);
        self.sent_out.extend(other.sent_out);
        self
    }

    /// Puts it into a report: the sources' results stand in place of "not configured", and the standing is judged anew.
    pub fn add_to(self, report: &mut AddressReport, now: Timestamp) {
        report
            .asked
            .retain(|old| !self.asked.iter().any(|new| new.source == old.source));
        report.asked.extend(self.asked);
        report.facts.extend(self.facts);
        report.opinions.extend(self.opinions);
        report.sent_out.extend(self.sent_out);
        let judged = judge(
            report.scope,
            &report.facts,
            &report.opinions,
            &report.asked,
            now,
        );
        report.standing = judged.standing;
        report.reasons = judged.reasons;
    }
}
