//! Calls that make access or widen it, so that it stays when the instance is cleaned: users, keys, policies, trust, functions that
//! others can call or that run others' code. Must not look at what was done with it.

use super::{Events, Hit, Picture, is_one_of, on};

pub(super) const EVENTS: Events = &[
    // Users, keys and passwords.
    "iam:CreateUser",
    "CreateAccessKey",
    "UpdateAccessKey",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "iam:ChangePassword",
    "CreateServiceSpecificCredential",
    "UploadSSHPublicKey",
    "UploadSigningCertificate",
    "CreateVirtualMFADevice",
    "EnableMFADevice",
    "DeactivateMFADevice",
    "DeleteVirtualMFADevice",
    "GetFederationToken",
    "AssumeRoot",
    // Policies and roles.
    "AttachUserPolicy",
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "PutUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "iam:CreateRole",
    "UpdateAssumeRolePolicy",
    "AddUserToGroup",
    "CreatePolicyVersion",
    "SetDefaultPolicyVersion",
    "AddRoleToInstanceProfile",
    "AssociateIamInstanceProfile",
    "ReplaceIamInstanceProfileAssociation",
    "DeleteRolePermissionsBoundary",
    "DeleteUserPermissionsBoundary",
    // Trust in identities from elsewhere.
    "CreateTrustAnchor",
    "rolesanywhere:CreateProfile",
    "CreateSAMLProvider",
    "UpdateSAMLProvider",
    "CreateOpenIDConnectProvider",
    "CreateAccountAssignment",
    "CreatePermissionSet",
    // Code that runs for others.
    "lambda:AddPermission",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
    "PublishLayerVersion",
    "AddLayerVersionPermission",
    "CreateFunctionUrlConfig",
    "UpdateFunctionUrlConfig",
    "CreateEventSourceMapping",
    "events:PutRule",
    "events:PutTargets",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let mut hits = on(picture, "persistence-call", |call| {
        call.error.is_none() && is_one_of(call, EVENTS)
    });
    hits.extend(on(picture, "persistence-refused", |call| {
        call.is_refused() && is_one_of(call, EVENTS)
    }));
    hits
}
