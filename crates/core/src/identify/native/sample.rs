//! Whether a finding is a sample, and the extra information where its flag lies in one of three forms. Must not be led by texts
//! that somebody with access to the account can choose.

use std::borrow::Cow;

use crate::identify::json::{Node, get, parse, text, truth};

/// `additionalInfo` in its forms: flat members, the same as JSON in the string `value` (the only place in the API's answers since
/// about 2022), and, from Security Hub of 2019, the whole as JSON in a string. Calls `look` with each that is there.
pub(super) fn additional(service: &Node<'_>, look: &mut dyn FnMut(&Node<'_>)) {
    let Some(info) = get(service, "additionalInfo") else {
        return;
    };
    look(info);
    for inside in [info.as_str(), get(info, "value").and_then(Node::as_str)] {
        if let Some(Ok(inside)) = inside.map(|text| parse(text.as_bytes())) {
            look(&inside);
        }
    }
}

/// A sample is known by its flag or, where a pipeline lost it, by the values that only samples have. Tags, group names and
/// domains prove nothing: they could keep a real finding from being acted on.
pub(super) fn is_sample(
    raw: &Node<'_>,
    resource: &Node<'_>,
    service: &Node<'_>,
    flagged: bool,
) -> bool {
    flagged
        || text(get(raw, "title")).is_some_and(|title| title.starts_with("[SAMPLE]"))
        || generated(resource)
        || get(service, "action").is_some_and(generated)
}

pub(super) fn flag(info: &Node<'_>) -> bool {
    get(info, "sample").and_then(truth) == Some(true)
}

fn generated(node: &Node<'_>) -> bool {
    match node {
        Node::Text(text) => {
            matches!(&**text, "i-99999999" | "ami-99999999" | "198.51.100.0")
                || text.starts_with("GeneratedFinding")
        }
        Node::List(items) => items.iter().any(generated),
        Node::Object(members) => members.iter().any(generated_member),
        _ => false,
    }
}

fn generated_member((name, value): &(Cow<'_, str>, Node<'_>)) -> bool {
    const CHOSEN: [&str; 6] = [
        "tags",
        "groupname",
        "domain",
        "imagedescription",
        "publicdnsname",
        "privatednsname",
    ];
    let chosen = CHOSEN
        .iter()
        .any(|chosen| name.eq_ignore_ascii_case(chosen));
    !chosen && generated(value)
}
