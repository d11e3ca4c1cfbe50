//! Answers that were given before, so that nobody is asked twice for the same within a day.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a source answered about an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// When.
    pub at: Timestamp,
    /// The HTTP status.
    pub status: u16,
    /// The body, as it came.
    pub body: String,
}

/// A keeper of answers. It is a help and no record: what it cannot read or write it treats as not there.
pub trait AnswerCache: Send + Sync {
    /// The last answer of a source about an address, of whatever age.
    fn get(&self, source: &str, ip: IpAddr) -> Option<KeptAnswer>;

    /// Keeps an answer in place of the one before.
    fn put(&self, source: &str, ip: IpAddr, answer: &KeptAnswer);

    /// Keeps that a source is being asked, whatever comes of it: its quota counts questions, not answers.
    fn asked(&self, source: &str, at: Timestamp);

    /// How often a source was asked since then, of the last day.
    fn count_since(&self, source: &str, since: Timestamp) -> usize;

    /// Until when a source does not want to be asked.
    fn held(&self, source: &str) -> Option<Timestamp>;

    /// Keeps that a source does not want to be asked until then.
    fn hold(&self, source: &str, until: Timestamp);
}
