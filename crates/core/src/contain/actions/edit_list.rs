//! An address taken out of a threat list: its entry goes, or a range gives way to what is left of it. GuardDuty goes on with
//! the content it read before until it is told to read anew (`activate_list`). Must not know how the lines were found.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Act, Said, Sign};
use crate::contain::{ListEdit, Standing, Undo};
use crate::identify::Subject;

/// An address out of a threat list, or back in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditList {
    /// The address.
    pub ip: IpAddr,
    /// As left: whether the list has it.
    pub listed: bool,
    /// The change to the list.
    pub edit: ListEdit,
}

impl Act for EditList {
    fn name(&self) -> &'static str {
        "edit_list"
    }

    fn target(&self) -> String {
        self.edit.set.location.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            ip: self.ip,
            listed: !self.listed,
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
            ("to", Said::code(self.listed.to_string())),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // The subject does not hold lists. The object is put only where it has the content before, so that doing it again
        // changes nothing.
        Standing::Unseen
    }

    fn sign(&self) -> Sign {
        if self.listed {
            Sign::Adds
        } else {
            Sign::Removes
        }
    }
}
