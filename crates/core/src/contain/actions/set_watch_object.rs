//! A thing that watches for a case, made, changed or deleted: from what stands in the account to what is to stand there.
//! What stands otherwise than the action finds it is somebody else's work and is not overwritten. Must not choose what is
//! watched.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Said, Sign};
use crate::contain::{Standing, Undo, WatchObject};
use crate::identify::Subject;

/// A watch object on its way from one state to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetWatchObject {
    /// As found; `None` where there is none.
    pub from: Option<Box<WatchObject>>,
    /// As left; `None` where it is deleted.
    pub to: Option<Box<WatchObject>>,
    /// Until when it is wanted: a tag on what is made. `None` is without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl SetWatchObject {
    /// What it is about, as left or else as found.
    #[must_use]
    pub fn object(&self) -> Option<&WatchObject> {
        self.to.as_deref().or(self.from.as_deref())
    }

    fn change(&self) -> &'static str {
        match (&self.from, &self.to) {
            (_, None) => "deleted",
            (None, Some(_)) => "made",
            (Some(_), Some(_)) => "changed",
        }
    }

    fn shown(&self, object: Option<&WatchObject>) -> Value {
        json!({ "name": self.target(), "object": object })
    }
}

impl Act for SetWatchObject {
    fn name(&self) -> &'static str {
        "set_watch_object"
    }

    fn target(&self) -> String {
        self.object()
            .map(|object| object.name().to_owned())
            .unwrap_or_default()
    }

    fn key(&self) -> String {
        let place = self.object().map(WatchObject::place).unwrap_or_default();
        format!("{}/{place}", self.name())
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            from: self.to.clone(),
            to: self.from.clone(),
            until: self.until,
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        let delete = self.to.is_none();
        self.object()
            .map(|object| object.permissions(delete))
            .unwrap_or_default()
    }

    fn before(&self) -> Value {
        self.shown(self.from.as_deref())
    }

    fn after(&self) -> Value {
        self.shown(self.to.as_deref())
    }

    fn equivalent(&self) -> Vec<String> {
        match (&self.to, &self.from) {
            (Some(to), _) => to.put_lines(),
            (None, Some(from)) => from.delete_lines(),
            (None, None) => Vec::new(),
        }
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        let object = self.object();
        vec![
            ("change", Said::code(self.change())),
            (
                "kind",
                Said::code(object.map_or("alarm", WatchObject::kind)),
            ),
            ("name", Said::data(self.target())),
            (
                "about",
                Said::data(object.map(WatchObject::about).unwrap_or_default()),
            ),
        ]
    }

    fn standing(&self, _subject: &Subject, _mark: &str) -> Standing {
        // The subject does not hold such objects: one of that name is looked for before it is made, changed or deleted.
        Standing::Unseen
    }

    fn is_nothing(&self) -> bool {
        self.from == self.to
    }

    fn is_aside(&self) -> bool {
        true
    }

    fn sign(&self) -> Sign {
        match self.change() {
            "deleted" => Sign::Removes,
            "made" => Sign::Adds,
            _ => Sign::Changes,
        }
    }
}
