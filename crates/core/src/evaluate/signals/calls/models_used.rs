//! Language models were opened or asked at the account's cost from a suspect's address. Must not count what the instance asks: that
//! may be its work.

use super::{Events, Hit, Picture, is_one_of, on};

const EVENTS: Events = &[
    "InvokeModel",
    "InvokeModelWithResponseStream",
    "bedrock:Converse",
    "bedrock:ConverseStream",
    "PutFoundationModelEntitlement",
    "PutUseCaseForModelAccess",
    "CreateFoundationModelAgreement",
    "DeleteModelInvocationLoggingConfiguration",
];

pub(super) fn find(picture: &Picture<'_>) -> Vec<Hit> {
    on(picture, "models-used", |call| {
        call.error.is_none() && is_one_of(call, EVENTS) && picture.is_from_suspect(call)
    })
}
