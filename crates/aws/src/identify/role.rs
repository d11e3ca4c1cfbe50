//! Who else is behind the instance's role, and what the case itself wrote on it. Must not know what the facts are used for.

use std::collections::BTreeMap;

use aws_sdk_iam::types::InstanceProfile;
use futures::future::{OptionFuture, join_all};
use futures::join;
use rebato_core::identify::{Profile, RoleFacts};

use super::around::Read;
use super::gaps::Gaps;
use super::{near, parts};
use crate::connect::AwsCloud;

/// What a role's name gives.
pub(super) struct RoleReads {
    pub(super) name: String,
    profiles: Read<Vec<InstanceProfile>>,
    attached: Read<usize>,
    inline: Read<Vec<String>>,
    /// The case's own policies, where one was asked for.
    own: Option<Read<Policies>>,
}

/// Inline policies by name, with their documents.
pub(super) type Policies = BTreeMap<String, String>;

pub(super) async fn role_reads(cloud: &AwsCloud, name: &str, policy: Option<&str>) -> RoleReads {
    let own = async |policy: &str| {
        let document = near::inline_policy(cloud, name, policy).await?;
        Ok(document
            .map(|document| (policy.to_owned(), document))
            .into_iter()
            .collect())
    };
    let (profiles, attached, inline, own) = join!(
        near::profiles_of_role(cloud, name),
        near::attached_policies(cloud, name),
        near::inline_policies(cloud, name),
        OptionFuture::from(policy.map(own)),
    );
    RoleReads {
        name: name.to_owned(),
        profiles,
        attached,
        inline,
        own,
    }
}

/// The role is mostly named like its profile (the console makes them so): a guess that saves a trip and is checked.
pub(super) fn likely_role(profile_arn: &str) -> &str {
    profile_arn.rsplit('/').next().unwrap_or(profile_arn)
}

/// What was read of the role that the profile really holds.
pub(super) async fn role_of(
    cloud: &AwsCloud,
    read: Option<RoleReads>,
    profile: &Profile,
    policy: Option<&str>,
) -> Option<RoleReads> {
    // Where the role's name could not be read the guess may be nobody's or another's.
    let name = profile.role.as_deref()?;
    match read {
        Some(read) if read.name == name => Some(read),
        _ => Some(role_reads(cloud, name, policy).await),
    }
}

pub(super) async fn role_facts(
    cloud: &AwsCloud,
    reads: RoleReads,
    profile: &Profile,
    id: &str,
    gaps: &mut Gaps,
) -> (Option<RoleFacts>, Option<Policies>) {
    let mut others: Vec<String> = gaps
        .or_note("role_profiles", reads.profiles)
        .into_iter()
        .map(|p| p.arn)
        .filter(|arn| *arn != profile.arn)
        .collect();
    others.sort();
    let mut users = Vec::new();
    for read in join_all(others.iter().map(|arn| parts::users_of_profile(cloud, arn))).await {
        users.extend(gaps.or_note("role_profiles", read));
    }
    users.retain(|user| user != id && !profile.shared_with.contains(user));
    users.sort();
    users.dedup();
    let attached = match reads.attached {
        Ok(count) => Some(count),
        Err(error) => {
            gaps.note("role_policies", &error);
            None
        }
    };
    let mut inline = gaps.or_note("role_policies", reads.inline);
    inline.sort();
    let own = match reads.own {
        Some(Ok(policies)) => Some(policies),
        Some(Err(error)) => {
            gaps.note("role_policies", &error);
            None
        }
        None => None,
    };
    let facts = RoleFacts {
        other_profiles: others,
        other_users: users,
        service_linked: profile
            .role_arn
            .as_deref()
            .is_some_and(|arn| arn.contains(":role/aws-service-role/")),
        attached_policies: attached,
        inline_policies: inline,
    };
    (Some(facts), own)
}
