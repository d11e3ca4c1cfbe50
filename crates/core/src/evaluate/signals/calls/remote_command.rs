//! Commands, sessions or passwords on machines by way of the account. Must not look at logins over the network.

use super::{Call, Events, Hit, Picture, is_one_of, on};

pub(super) const EVENTS: Events = &[
    "SendCommand",
    "ssm:StartSession",
    "ResumeSession",
    "StartAutomationExecution",
    "CreateAssociation",
    "UpdateAssociation",
    "SendSSHPublicKey",
    "SendSerialConsoleSSHPublicKey",
    "OpenTunnel",
    "EnableSerialConsoleAccess",
    "GetPasswordData",
    "ecs:ExecuteCommand",
    "CreateInstanceConnectEndpoint",
];

/// What an instance does at its next start was changed.
pub(super) fn is_user_data(call: &Call<'_>) -> bool {
    call.event == "ModifyInstanceAttribute" && call.detail == Some("userData")
}

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "remote-command", |call| {
        call.error.is_none() && (is_one_of(call, EVENTS) || is_user_data(call))
    })
}
