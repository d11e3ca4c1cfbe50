//! What is gathered while an answer is read, in the service's name. Must not know any service.

use jiff::Timestamp;
use rebato_core::investigate::{AddressFact, Opinion, Standing};

use super::Said;
use crate::net::Answer;

/// Why an answer says nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// The key is missing, wrong, or may not ask this.
    #[error("key_refused")]
    KeyRefused,
    /// Asked too often; what its `Retry-After` says.
    #[error("limited")]
    Limited(Option<String>),
    /// Another status of HTTP.
    #[error("status_{0}")]
    Status(u16),
    /// Not what the service answers.
    #[error("unexpected_answer")]
    Unexpected,
    /// An answer about another address.
    #[error("other_address")]
    OtherAddress,
}

impl Unread {
    /// What an answer of status 429 means.
    pub(super) fn limited(answer: &Answer) -> Self {
        Self::Limited(answer.header("retry-after").map(Into::into))
    }
}

/// The most values of a list that are kept.
const MOST_VALUES: usize = 20;

/// Facts and opinions of one source.
pub(super) struct Found {
    source: &'static str,
    said: Said,
}

impl Found {
    pub(super) fn new(source: &'static str) -> Self {
        Self {
            source,
            said: Said::default(),
        }
    }

    /// A fact, where there is a value.
    pub(super) fn fact(&mut self, kind: &str, value: Option<String>) {
        self.said.facts.extend(value.map(|value| AddressFact {
            source: self.source.into(),
            kind: kind.into(),
            value,
            as_of: None,
        }));
    }

    /// One fact of several values, the first ones where there are many.
    pub(super) fn list(&mut self, kind: &str, values: &[String]) {
        let mut joined: Vec<&str> = values
            .iter()
            .take(MOST_VALUES)
            .map(String::as_str)
            .collect();
        let more = values.len().saturating_sub(MOST_VALUES);
        let more = (more > 0).then(|| format!("+{more}"));
        joined.extend(more.as_deref());
        self.fact(kind, (!joined.is_empty()).then(|| joined.join(", ")));
    }

    /// The autonomous system as `AS64500 Name`.
    pub(super) fn asn(&mut self, number: Option<String>, name: Option<String>) {
        let Some(number) = number else { return };
        let number = number.trim_start_matches("AS");
        let value = match name {
            Some(name) => format!("AS{number} {name}"),
            None => format!("AS{number}"),
        };
        self.fact("asn", Some(value));
    }

    /// An opinion: what it says, how sure (0 to 1), as of when, and on what ground.
    pub(super) fn opinion(
        &mut self,
        says: &str,
        confidence: f64,
        as_of: Option<String>,
        why: String,
    ) -> &mut Self {
        self.said.opinions.push(Opinion {
            source: self.source.into(),
            says: says.into(),
            confidence: (confidence.clamp(0.0, 1.0) * 100.0).round() / 100.0,
            as_of,
            why: Some(why),
            class: None,
        });
        self
    }

    /// Gives the last opinion a class.
    pub(super) fn class(&mut self, class: Standing) {
        if let Some(last) = self.said.opinions.last_mut() {
            last.class = Some(class);
        }
    }

    /// All of it; what has no date of its own is as of the time of the answer.
    pub(super) fn said(mut self, at: Timestamp) -> Said {
        let facts = self.said.facts.iter_mut().map(|fact| &mut fact.as_of);
        let opinions = self.said.opinions.iter_mut().map(|o| &mut o.as_of);
        for as_of in facts.chain(opinions) {
            as_of.get_or_insert_with(|| at.to_string());
        }
        self.said
    }
}
