//! The tree behind the flat parameters of the query protocols: `Filter.1.Value.2=x` and `Names.member.1=y`
//! become nested nodes. It knows no operation and no service.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::ApiError;

use super::failure;

/// One node: perhaps a value of its own, perhaps children by the next part of the dotted name.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Params {
    value: Option<String>,
    children: BTreeMap<String, Params>,
}

/// Deeper names than any AWS operation has are cut off: the rest of such a name is one part.
const MAX_DEPTH: usize = 16;

impl Params {
    /// Builds the tree from name and value pairs; the last of two equal names wins, as at AWS.
    pub(crate) fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut root = Self::default();
        for (name, value) in pairs {
            let mut node = &mut root;
            for part in name.splitn(MAX_DEPTH, '.') {
                node = node.children.entry(part.to_owned()).or_default();
            }
            node.value = Some(value.to_owned());
        }
        root
    }

    /// The node below, or none.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.children.get(name)
    }

    /// The value of a child, or none; `a.b` names a grandchild.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let mut node = self;
        for part in name.split('.') {
            node = node.children.get(part)?;
        }
        node.value.as_deref()
    }

    /// The value of a child that the operation cannot do without.
    pub(crate) fn need(&self, name: &str) -> Result<&str, ApiError> {
        match self.text(name) {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(failure::missing(name)),
        }
    }

    /// A boolean child; `true`/`false`, as clients send them.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.text(name) {
            None => Ok(None),
            Some("true" | "True" | "1") => Ok(Some(true)),
            Some("false" | "False" | "0") => Ok(Some(false)),
            Some(other) => Err(failure::invalid(&format!(
                "Invalid value '{other}' for {name}. Must be a boolean"
            ))),
        }
    }

    /// A whole number child.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, ApiError> {
        self.text(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| failure::invalid(&format!("Invalid value '{text}' for {name}")))
            })
            .transpose()
    }

    /// The elements of a list in the order of their numbers, with or without the `member` of the AWS query protocol.
    pub(crate) fn list(&self, name: &str) -> Vec<&Self> {
        let Some(node) = self.children.get(name) else {
            return Vec::new();
        };
        let node = node.children.get("member").unwrap_or(node);
        let mut numbered: Vec<(u64, &Self)> = node
            .children
            .iter()
            .filter_map(|(key, child)| key.parse().ok().map(|number| (number, child)))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, child)| child).collect()
    }

    /// The values of a list of scalars.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.list(name)
            .into_iter()
            .filter_map(|node| node.value.clone())
            .collect()
    }

    /// The same tree as JSON, as the call log and CloudTrail's `requestParameters` show it. The names that are the
    /// protocol's own (`Action`, `Version`) are left out; text that is a secret never comes as a parameter here.
    pub(crate) fn to_json(&self) -> Value {
        if self.children.is_empty() {
            return self.value.clone().map_or(Value::Null, Value::String);
        }
        let children = self
            .children
            .get("member")
            .map_or(&self.children, |node| &node.children);
        if !children.is_empty() && children.keys().all(|key| key.parse::<u64>().is_ok()) {
            let mut numbered: Vec<(u64, &Self)> = children
                .iter()
                .filter_map(|(key, child)| key.parse().ok().map(|number| (number, child)))
                .collect();
            numbered.sort_by_key(|(number, _)| *number);
            return numbered
                .into_iter()
                .map(|(_, child)| child.to_json())
                .collect();
        }
        Value::Object(
            children
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "Action" | "Version"))
                .map(|(key, child)| (key.clone(), child.to_json()))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pairs: &[(&str, &str)]) -> Params {
        Params::from_pairs(pairs.iter().copied())
    }

    #[test]
    fn lists_are_ordered_by_number_not_by_text() {
        let params = tree(&[("Id.10", "j"), ("Id.2", "b"), ("Id.1", "a")]);
        assert_eq!(params.texts("Id"), ["a", "b", "j"]);
    }

    #[test]
    fn member_lists_and_nested_lists_read_alike() {
        let params = tree(&[
            ("Names.member.1", "x"),
            ("Filter.1.Name", "vpc-id"),
            ("Filter.1.Value.1", "vpc-1"),
            ("Filter.1.Value.2", "vpc-2"),
        ]);
        assert_eq!(params.texts("Names"), ["x"]);
        let filters = params.list("Filter");
        assert_eq!(filters[0].text("Name"), Some("vpc-id"));
        assert_eq!(filters[0].texts("Value"), ["vpc-1", "vpc-2"]);
    }

    #[test]
    fn json_has_lists_and_objects_but_not_the_protocol() {
        let params = tree(&[
            ("Action", "X"),
            ("Version", "1"),
            ("InstanceId.1", "i-1"),
            ("Attribute.Value", "true"),
        ]);
        assert_eq!(
            params.to_json(),
            serde_json::json!({"InstanceId": ["i-1"], "Attribute": {"Value": "true"}})
        );
    }

    #[test]
    fn a_missing_parameter_is_named() {
        let error = tree(&[("A", "")]).need("A").unwrap_err();
        assert_eq!(error.code, "MissingParameter");
        assert!(error.message.contains('A'));
    }
}
