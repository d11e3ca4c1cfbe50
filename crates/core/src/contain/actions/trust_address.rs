//! An address put on the account's trusted list, where GuardDuty raises nothing about it any more. GuardDuty goes on with
//! the content it read before until it is told to read anew (`activate_list`). Must not judge whether the address deserves it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Act, Said, Sign};
use crate::contain::{ListEdit, Standing, Undo};
use crate::identify::Subject;

/// An address onto the trusted list, or off it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustAddress {
    /// The address.
    pub ip: IpAddr,
    /// As left: trusted.
    pub trusted: bool,
    /// The change to the list.
    pub edit: ListEdit,
}

impl Act for TrustAddress {
    fn name(&self) -> &'static str {
        "trust_address"
    }

    fn target(&self) -> String {
        self.edit.set.location.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            ip: self.ip,
            trusted: !self.trusted,
            edit: self.edit.reversed(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec!["s3:PutObject"]
    }

    fn before(&self) -> Value {
        self.edit.before()
    }

    fn after(&self) -> Value {
        self.edit.after()
    }

    fn equivalent(&self) -> Vec<String> {
        self.edit.equivalent()
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![
            ("ip", Said::data(self.ip.to_string())),
            ("list", Said::data(self.edit.set.name.clone())),
            ("to", Said::code(self.trusted.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // As for `edit_list`.
        Standing::Unseen
    }

    fn sign(&self) -> Sign {
        if self.trusted {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
