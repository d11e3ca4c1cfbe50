//! GuardDuty told to read a list anew: what was changed in the object counts from then on, 15 to 40 minutes later (GuardDuty
//! guide, "Updating entity lists and IP address lists"). Must not know what was changed.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said};
use crate::contain::{ListSet, Standing, Undo};
use crate::digest::Digest;
use crate::identify::Subject;

/// A list read anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivateList {
    /// The list.
    pub set: ListSet,
    /// The content that GuardDuty had read.
    pub from: Digest,
    /// The content that it is to read.
    pub to: Digest,
}

impl Act for ActivateList {
    fn name(&self) -> &'static str {
        "activate_list"
    }

    fn target(&self) -> String {
        self.set.id.clone()
    }

    fn undo(&self) -> Undo {
        // The object has been put back by then.
        Undo::by(Self {
            set: self.set.clone(),
            from: self.to,
            to: self.from,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        vec![self.set.kind.update()]
    }

    fn before(&self) -> Value {
        json!({ "sha256": self.from })
    }

    fn after(&self) -> Value {
        json!({ "sha256": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        let (command, id) = self.set.kind.command();
        vec![format!(
            "aws guardduty {command} --detector-id $DETECTOR_ID {id} {} --activate",
            self.set.id
        )]
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        vec![("list", Said::data(self.set.name.clone()))]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // GuardDuty tells no version of what it read; having it read once more changes nothing.
        Standing::Unseen
    }
}
