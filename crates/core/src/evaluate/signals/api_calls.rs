//! Calls that an intruder makes to stay, to hide, to take, and to go on. Only calls with the instance's role or from a suspect's
//! address count; somebody else's administration is not the instance's doing. Must not look at where the role was used from.

use super::{Call, Hit, Picture, hit, joined};

const PERSISTENCE: [&str; 14] = [
    "CreateUser",
    "CreateAccessKey",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "AttachUserPolicy",
    "AttachRolePolicy",
    "PutUserPolicy",
    "PutRolePolicy",
    "CreateRole",
    "UpdateAssumeRolePolicy",
    "AddUserToGroup",
    "CreateTrustAnchor",
    "CreateProfile",
    "CreatePolicyVersion",
];
const CREATED: [&str; 6] = [
    "RunInstances",
    "RequestSpotInstances",
    "CreateFunction20150331",
    "CreateFunction",
    "UpdateFunctionCode20150331v2",
    "CreateKeyPair",
];
const TAMPERING: [&str; 20] = [
    "StopLogging",
    "DeleteTrail",
    "UpdateTrail",
    "PutEventSelectors",
    "DeleteDetector",
    "UpdateDetector",
    "CreateFilter",
    "CreateIPSet",
    "UpdateIPSet",
    "CreateTrustedEntitySet",
    "DeleteThreatIntelSet",
    "DisassociateFromMasterAccount",
    "DisassociateFromAdministratorAccount",
    "DeleteMembers",
    "DeleteFlowLogs",
    "DeleteLogGroup",
    "DeleteLogStream",
    "DeleteResolverQueryLogConfig",
    "DeletePublishingDestination",
    "LeaveOrganization",
];
const COMMANDS: [&str; 7] = [
    "SendCommand",
    "StartSession",
    "SendSSHPublicKey",
    "SendSerialConsoleSSHPublicKey",
    "GetPasswordData",
    "EnableSerialConsoleAccess",
    "CreateAssociation",
];
const SECRETS: [&str; 5] = [
    "GetSecretValue",
    "BatchGetSecretValue",
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut look = |signal: &str, fits: &dyn Fn(&Call<'_>) -> bool| {
        let calls: Vec<_> = picture
            .api_calls()
            .filter(|(_, call)| picture.is_linked(call) && fits(call))
            .collect();
        let args = [
            (
                "events",
                joined(calls.iter().map(|(_, call)| call.event.to_owned())),
            ),
            (
                "ip",
                joined(calls.iter().map(|(_, call)| call.source_ip.to_owned())),
            ),
            (
                "principal",
                joined(
                    calls
                        .iter()
                        .filter_map(|(_, call)| call.principal.map(str::to_owned)),
                ),
            ),
            (
                "detail",
                joined(
                    calls
                        .iter()
                        .filter_map(|(_, call)| call.detail.map(str::to_owned)),
                ),
            ),
        ];
        hits.extend(hit(signal, calls.iter().map(|(e, _)| *e), &args));
    };
    let done =
        |call: &Call<'_>, names: &[&str]| call.error.is_none() && names.contains(&call.event);
    look("persistence-call", &|call| done(call, &PERSISTENCE));
    look("persistence-refused", &|call| {
        call.error.is_some() && PERSISTENCE.contains(&call.event)
    });
    look("resources-created", &|call| done(call, &CREATED));
    look("opened-to-world", &|call| {
        call.error.is_none() && call.read_only != Some(true) && call.detail.is_some()
    });
    look("log-tampering", &|call| done(call, &TAMPERING));
    look("remote-command", &|call| done(call, &COMMANDS));
    // An instance reads its own secrets all day; from elsewhere it does not.
    look("secrets-read", &|call| {
        done(call, &SECRETS)
            && call
                .source_ip
                .parse()
                .is_ok_and(|ip| picture.is_suspect(ip))
    });
    hits
}
