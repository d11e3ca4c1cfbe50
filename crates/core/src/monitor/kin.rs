//! What machines have in common with the instance of a case. Must not know how they are found.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;
use crate::contain::{Action, GroupRef, TAG_ROLE, changes};

/// Something that two machines may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kinship {
    /// A security group.
    Group,
    /// The image.
    Image,
    /// The key pair.
    Key,
    /// The instance profile, and so the role.
    Role,
}

impl Kinship {
    /// The name in evidence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Image => "image",
            Self::Key => "key",
            Self::Role => "role",
        }
    }
}

/// Machines by id, and what each shares with the instance.
pub type Kin = BTreeMap<String, BTreeSet<Kinship>>;

/// What to look for: each kinship with the group, image, key or profile that others may have as well. The groups are those
/// that the instance had before it was contained.
#[must_use]
pub fn kinships(case: &Case) -> Vec<(Kinship, String)> {
    let mut wanted: BTreeSet<(Kinship, String)> = case
        .whole_finding()
        .group_hints()
        .into_iter()
        .map(|group| (Kinship::Group, group))
        .collect();
    for (action, _) in changes(case) {
        if let Action::SetInterfaceGroups(set) = action {
            let before = set.from.iter().filter_map(|group| match group {
                GroupRef::Id(id) => Some((Kinship::Group, id.clone())),
                GroupRef::Own { .. } => None,
            });
            wanted.extend(before);
        }
    }
    if let Some(subject) = &case.subject {
        let own = subject.own_groups.values().map(|group| group.id.clone());
        let own: BTreeSet<String> = own.collect();
        let groups = subject.groups.values();
        let groups = groups.filter(|group| !group.tags.contains_key(TAG_ROLE));
        wanted.extend(groups.map(|group| (Kinship::Group, group.id.clone())));
        wanted.retain(|(_, of)| !own.contains(of));
        let others = [
            (Kinship::Image, subject.image_id.clone()),
            (Kinship::Key, subject.key_name.clone()),
            (
                Kinship::Role,
                subject.profile.as_ref().map(|p| p.arn.clone()),
            ),
        ];
        wanted.extend(others.into_iter().filter_map(|(kin, of)| Some((kin, of?))));
    }
    wanted.into_iter().collect()
}
