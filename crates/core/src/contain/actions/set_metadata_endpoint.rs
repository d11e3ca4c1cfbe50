//! The instance metadata service on or off: the instance gets no new credentials, and the SSM agent is blind too. Must not
//! know who holds credentials already.

use super::Said;
use super::attribute::attribute;

attribute! {
    /// The instance metadata service: `enabled` or `disabled`.
    SetMetadataEndpoint of String,
    name: "set_metadata_endpoint",
    field: "http_endpoint",
    permission: "ec2:ModifyInstanceMetadataOptions",
    seen: |subject| subject.metadata.http_endpoint.as_ref(),
    command: |action| format!(
        "aws ec2 modify-instance-metadata-options --instance-id {} --http-endpoint {}",
        action.instance, action.to
    ),
    values: |action| [
        ("instance", Said::data(action.instance.clone())),
        ("to", Said::code(action.to.clone())),
    ],
}
