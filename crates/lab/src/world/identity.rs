//! Roles, instance profiles, and credentials of a role in foreign hands.
//! Must not know the wire, nor what policies say (`role_policy`).

use jiff::{SignedDuration, Timestamp};

use super::model::{ApiError, ApiResult, InstanceProfile, ProfileAssociation, Role, World};

/// Credentials of an instance's role that an attacker holds.
#[derive(Debug, Clone)]
pub(crate) struct StolenCredentials {
    pub(crate) instance_id: String,
    pub(crate) role: String,
    pub(crate) access_key_id: String,
    pub(crate) issued: Timestamp,
}

/// How long credentials from the instance metadata service are valid.
pub(crate) const CREDENTIAL_LIFE: SignedDuration = SignedDuration::from_hours(6);

impl World {
    /// A role, or `NoSuchEntity` (404).
    pub fn role(&self, name: &str) -> ApiResult<&Role> {
        self.roles
            .get(name)
            .ok_or_else(|| no_such(format!("The role with name {name} cannot be found.")))
    }

    /// An instance profile, or `NoSuchEntity` (404).
    pub fn instance_profile(&self, name: &str) -> ApiResult<&InstanceProfile> {
        self.instance_profiles
            .get(name)
            .ok_or_else(|| no_such(format!("Instance Profile {name} cannot be found.")))
    }

    /// The association of an instance.
    #[must_use]
    pub fn profile_of(&self, instance_id: &str) -> Option<&ProfileAssociation> {
        self.profile_associations
            .values()
            .find(|a| a.instance_id == instance_id)
    }

    /// `AssociateIamInstanceProfile` by profile name: `IncorrectState` when the instance has one.
    pub fn associate_profile(
        &mut self,
        instance_id: &str,
        profile: &str,
    ) -> ApiResult<ProfileAssociation> {
        self.instance(instance_id)?;
        self.check_profile(profile)?;
        if self.profile_of(instance_id).is_some() {
            return Err(ApiError::new(
                "IncorrectState",
                format!("There is an existing association for instance {instance_id}"),
            ));
        }
        Ok(self.insert_association(instance_id, profile))
    }

    /// `ReplaceIamInstanceProfileAssociation`: the association id changes, as in EC2.
    pub fn replace_profile(
        &mut self,
        association_id: &str,
        profile: &str,
    ) -> ApiResult<ProfileAssociation> {
        self.check_profile(profile)?;
        let old = self.disassociate_profile(association_id)?;
        Ok(self.insert_association(&old.instance_id, profile))
    }

    /// `DisassociateIamInstanceProfile`. Answers the association that is no more.
    pub fn disassociate_profile(&mut self, association_id: &str) -> ApiResult<ProfileAssociation> {
        self.profile_associations
            .remove(association_id)
            .map(|mut old| {
                "disassociating".clone_into(&mut old.state);
                old
            })
            .ok_or_else(|| {
                ApiError::new(
                    "InvalidAssociationID.NotFound",
                    format!("An invalid association-id of '{association_id}' was given"),
                )
            })
    }

    fn check_profile(&self, profile: &str) -> ApiResult<()> {
        if self.instance_profiles.contains_key(profile) {
            Ok(())
        } else {
            Err(ApiError::new(
                "InvalidParameterValue",
                format!(
                    "Value ({profile}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
                ),
            ))
        }
    }

    fn insert_association(&mut self, instance_id: &str, profile: &str) -> ProfileAssociation {
        let association = ProfileAssociation {
            id: self.ids.ec2("iip-assoc"),
            instance_id: instance_id.to_owned(),
            profile: profile.to_owned(),
            state: "associated".to_owned(),
            timestamp: self.now,
        };
        self.profile_associations
            .insert(association.id.clone(), association.clone());
        association
    }
}

pub(crate) fn no_such(message: String) -> ApiError {
    ApiError::new("NoSuchEntity", message).with_status(404)
}
