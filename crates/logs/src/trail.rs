//! CloudTrail: files with `Records`, arrays, lines, single events, `LookupEvents` answers and EventBridge events, to [`Call`]s.
//! Facts: CloudTrail User Guide, "Record contents". The source of a call is a text: services of AWS stand there, and addresses that
//! are none. Must not know what is asked of the calls.
//!
//! Lists and lines are cut into records without parsing ([`split`]), records that are not asked for are not looked into, and the
//! others are read by the places of their quotes ([`walk`]). Whatever these do not recognise is parsed ([`value`]).

mod detail;
mod marks;
mod read;
mod split;
mod value;
mod walk;

use serde_json::Value;

pub(crate) use read::{Ask, read};

/// One event. Its texts stand as they are in the record: bytes, as no question needs them checked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Call<'t> {
    pub(crate) id: Option<&'t [u8]>,
    pub(crate) at: Option<i64>,
    pub(crate) event: &'t [u8],
    pub(crate) service: &'t [u8],
    pub(crate) source_ip: &'t [u8],
    pub(crate) error: Option<&'t [u8]>,
    /// ARN of the caller, or what else names it.
    pub(crate) principal: Option<&'t [u8]>,
    /// ARN of the role behind a session.
    pub(crate) role: Option<&'t [u8]>,
    /// The name of the session.
    pub(crate) session: Option<&'t [u8]>,
    pub(crate) region: Option<&'t [u8]>,
    pub(crate) read_only: Option<bool>,
    pub(crate) delivery: Option<&'t [u8]>,
    pub(crate) detail: Detail<'t>,
}

/// Where the details of a call stand; they are read only when somebody asks for them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Detail<'t> {
    /// Nowhere.
    #[default]
    None,
    /// In a record.
    In(&'t [u8]),
    /// In an event.
    Of(&'t Value),
}

impl Detail<'_> {
    /// What the call opened, shared or asked for.
    pub(crate) fn read(self) -> Option<String> {
        match self {
            Self::None => None,
            Self::In(record) => detail::of(&serde_json::from_slice(record).ok()?),
            Self::Of(event) => detail::of(event),
        }
    }
}

impl<'t> Call<'t> {
    /// The instance whose role session made the call: its id is the session's name.
    pub(crate) fn session_of(&self) -> Option<&'t [u8]> {
        self.session.filter(|session| {
            session
                .strip_prefix(b"i-")
                .is_some_and(|id| id.len() >= 8 && id.iter().all(u8::is_ascii_hexdigit))
        })
    }
}

#[cfg(test)]
mod tests;
