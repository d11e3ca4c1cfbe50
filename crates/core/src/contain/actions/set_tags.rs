//! Tags on the instance: which case holds it, for everybody who looks. Must not know what the tags mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Act, Action, Said};
use crate::contain::shell::quoted;
use crate::contain::{Standing, Undo};
use crate::identify::Subject;

/// Tags: `None` is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTags {
    /// The resource.
    pub resource: String,
    /// As found, the keys we touch only.
    pub from: BTreeMap<String, Option<String>>,
    /// As left.
    pub to: BTreeMap<String, Option<String>>,
}

impl Act for SetTags {
    fn name(&self) -> &'static str {
        "set_tags"
    }

    fn target(&self) -> String {
        self.resource.clone()
    }

    fn undo(&self) -> Undo {
        Undo::by(Self {
            resource: self.resource.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        })
    }

    fn permissions(&self) -> Vec<&'static str> {
        let mut needed = Vec::new();
        if self.to.values().any(Option::is_some) {
            needed.push("ec2:CreateTags");
        }
        if self
            .to
            .values()
            .chain(self.from.values())
            .any(Option::is_none)
        {
            needed.push("ec2:DeleteTags");
        }
        needed
    }

    fn before(&self) -> Value {
        json!({ "tags": self.from })
    }

    fn after(&self) -> Value {
        json!({ "tags": self.to })
    }

    fn equivalent(&self) -> Vec<String> {
        let set: Vec<String> = self
            .to
            .iter()
            .filter_map(|(key, value)| {
                let value = value.as_ref()?;
                Some(quoted(&format!("Key={key},Value={value}")))
            })
            .collect();
        let gone: Vec<String> = self
            .to
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(key, _)| quoted(&format!("Key={key}")))
            .collect();
        [("create-tags", set), ("delete-tags", gone)]
            .into_iter()
            .filter(|(_, tags)| !tags.is_empty())
            .map(|(verb, tags)| {
                let tags = tags.join(" ");
                format!("aws ec2 {verb} --resources {} --tags {tags}", self.resource)
            })
            .collect()
    }

    fn values(&self) -> Vec<(&'static str, Said)> {
        let left = if self.to.values().all(Option::is_none) {
            "none"
        } else {
            "some"
        };
        vec![
            ("resource", Said::data(self.resource.clone())),
            ("count", Said::code(self.to.len().to_string())),
            ("to", Said::code(left)),
        ]
    }

    fn standing(&self, subject: &Subject, _mark: &str) -> Standing {
        let holds = |wanted: &BTreeMap<String, Option<String>>| {
            wanted
                .iter()
                .all(|(key, value)| subject.tags.get(key) == value.as_ref())
        };
        if holds(&self.to) {
            Standing::After
        } else if holds(&self.from) {
            Standing::Before
        } else {
            let seen: BTreeMap<_, _> = self
                .to
                .keys()
                .map(|key| (key, subject.tags.get(key)))
                .collect();
            Standing::Other(json!({ "tags": seen }))
        }
    }

    fn joined(&self, later: &Action) -> Option<Action> {
        let Action::SetTags(later) = later else {
            return None;
        };
        let to = later.to.clone();
        Some(Self { to, ..self.clone() }.into())
    }

    fn is_nothing(&self) -> bool {
        self.from == self.to
    }
}
