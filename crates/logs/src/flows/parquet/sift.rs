//! Which rows of a table anybody asks for, told by the values of its columns before a row is put together.
//! Must not know how values are stored.

use std::net::IpAddr;

use crate::Questions;

/// An interface that is asked for.
pub(super) const WANTED: u8 = 1;
/// An address that is asked for.
pub(super) const ASKED: u8 = 2;
/// An address whose every trace is kept.
pub(super) const SUSPECT: u8 = 4;

/// The questions, as far as they choose rows.
#[derive(Debug)]
pub(crate) struct Sift {
    interfaces: Vec<String>,
    only: Vec<IpAddr>,
    suspects: Vec<IpAddr>,
}

impl Sift {
    /// What these questions choose.
    pub(crate) fn of(questions: &Questions) -> Self {
        Self {
            interfaces: questions.interfaces.clone(),
            only: questions.only_ips.clone(),
            suspects: questions.suspects.clone(),
        }
    }

    /// Whether every row is asked for.
    pub(super) fn takes_all(&self) -> bool {
        self.interfaces.is_empty() && self.only.is_empty()
    }

    pub(super) fn interface(&self, name: &[u8]) -> u8 {
        let asked = self.interfaces.iter().any(|i| i.as_bytes() == name);
        if asked { WANTED } else { 0 }
    }

    pub(super) fn address(&self, ip: IpAddr) -> u8 {
        let asked = if self.only.contains(&ip) { ASKED } else { 0 };
        let suspect = if self.suspects.contains(&ip) {
            SUSPECT
        } else {
            0
        };
        asked | suspect
    }

    /// Whether a row is asked for: by the class of its interface, of its two addresses together, and of all its addresses.
    pub(super) fn takes(&self, interface: u8, ends: u8, all: u8) -> bool {
        let asked = self.only.is_empty() || all & ASKED != 0;
        let wanted = self.interfaces.is_empty() || interface & WANTED != 0;
        asked && (wanted || ends & SUSPECT != 0)
    }
}
