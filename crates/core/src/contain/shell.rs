//! What the AWS command lines have in common that do the same as an action. Must not know who reads them.

use super::{GroupRef, GroupRole};
use crate::identify::Rule;

/// A switch of the AWS command line.
pub(super) fn flag(name: &str, on: bool) -> String {
    if on {
        format!("--{name}")
    } else {
        format!("--no-{name}")
    }
}

/// The id of a group, or a name for one that is not made yet.
pub(super) fn group_id(group: &GroupRef) -> String {
    match group {
        GroupRef::Id(id) => id.clone(),
        GroupRef::Own {
            role: GroupRole::Passage,
            ..
        } => "$PASSAGE_GROUP".into(),
        GroupRef::Own {
            role: GroupRole::Containment,
            ..
        } => "$CONTAINMENT_GROUP".into(),
    }
}

/// The call that changes rules of a group; `None` without rules.
pub(super) fn rule_call(verb: &str, group: &str, rules: &[Rule]) -> Option<String> {
    if rules.is_empty() {
        return None;
    }
    let permissions: Vec<serde_json::Value> = rules
        .iter()
        .map(|rule| {
            let (list, key) = match rule.peer.as_str() {
                peer if peer.starts_with("sg-") => ("UserIdGroupPairs", "GroupId"),
                peer if peer.starts_with("pl-") => ("PrefixListIds", "PrefixListId"),
                peer if peer.contains(':') => ("Ipv6Ranges", "CidrIpv6"),
                _ => ("IpRanges", "CidrIp"),
            };
            let mut permission = serde_json::Map::new();
            permission.insert("IpProtocol".into(), rule.protocol.clone().into());
            if let (Some(from), Some(to)) = (rule.from_port, rule.to_port) {
                permission.insert("FromPort".into(), from.into());
                permission.insert("ToPort".into(), to.into());
            }
            let mut peer = serde_json::Map::new();
            peer.insert(key.into(), rule.peer.clone().into());
            permission.insert(list.into(), vec![serde_json::Value::Object(peer)].into());
            permission.into()
        })
        .collect();
    Some(format!(
        "aws ec2 {verb} --group-id {group} --ip-permissions {}",
        quoted(&serde_json::Value::from(permissions).to_string())
    ))
}

/// Quoted for a POSIX shell, where it needs to be: tags and names are other people's text.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
