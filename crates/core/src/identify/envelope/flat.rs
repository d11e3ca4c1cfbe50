//! Members that lie flat, each under its path, put back into a tree. Must not know whose members they are.

use std::borrow::Cow;

use crate::identify::json::Node;

/// Elements of a list: GuardDuty's longest has 32, and a made-up index must not make a list of a million.
const MOST_ITEMS: usize = 64;

/// Steps of a path: GuardDuty's longest have eight.
const MOST_STEPS: usize = 12;

/// Fields of one finding that are read: Security Hub takes 50.
pub(super) const MOST_FIELDS: usize = 2000;

/// Puts a value where the path says: steps are parted by `/`; `name.0_` and a step that is a number are elements of a list. What
/// is there already gives way.
pub(super) fn put<'a>(into: &mut Node<'a>, path: &str, value: Node<'a>) {
    let steps = steps(path);
    if steps.len() <= MOST_STEPS {
        put_at(into, &steps, value);
    }
}

fn steps(path: &str) -> Vec<&str> {
    path.split('/')
        .flat_map(|step| match step.rsplit_once('.') {
            Some((name, n)) if !name.is_empty() && index(n).is_some() => vec![name, n],
            _ => vec![step],
        })
        .collect()
}

fn index(step: &str) -> Option<usize> {
    let digits = step.trim_end_matches('_');
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn put_at<'a>(into: &mut Node<'a>, steps: &[&str], value: Node<'a>) {
    let Some((first, rest)) = steps.split_first() else {
        *into = value;
        return;
    };
    if let Some(n) = index(first) {
        if n >= MOST_ITEMS {
            return;
        }
        if !matches!(into, Node::List(_)) {
            *into = Node::List(Vec::new());
        }
        if let Node::List(items) = into {
            if items.len() <= n {
                items.resize(n + 1, Node::Null);
            }
            if let Some(item) = items.get_mut(n) {
                put_at(item, rest, value);
            }
        }
        return;
    }
    if !into.is_object() {
        *into = Node::Object(Vec::new());
    }
    if let Node::Object(members) = into {
        if let Some((_, member)) = members.iter_mut().find(|(name, _)| name == first) {
            put_at(member, rest, value);
        } else {
            let mut member = Node::Null;
            put_at(&mut member, rest, value);
            members.push((Cow::Owned((*first).to_owned()), member));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_a_tree_and_no_index_a_bomb() {
        let mut tree = Node::Null;
        for path in [
            "a/b",
            "l.0_/x",
            "l.1_/x",
            "s/0",
            "s/1",
            "v.4.1/c",
            "h/999999999/x",
            "a/b/c",
        ] {
            put(&mut tree, path, Node::of(path.to_owned()));
        }
        put(&mut tree, &"d/".repeat(1000), Node::Null);
        assert_eq!(
            tree.to_value(),
            serde_json::json!({
                "a": { "b": { "c": "a/b/c" } }, "l": [{ "x": "l.0_/x" }, { "x": "l.1_/x" }], "s": ["s/0", "s/1"],
                "v.4": [null, { "c": "v.4.1/c" }], "h": null,
            })
        );
    }
}
