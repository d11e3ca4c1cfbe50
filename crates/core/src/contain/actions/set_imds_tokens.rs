//! IMDSv2 required or not: the fix of the check `imdsv2`. Must not know what on the instance asks without a token.

use super::Said;
use super::attribute::attribute;

attribute! {
    /// IMDSv2 required or not: `required` or `optional`.
    SetImdsTokens of String,
    name: "set_imds_tokens",
    field: "http_tokens",
    permission: "ec2:ModifyInstanceMetadataOptions",
    seen: |subject| subject.metadata.http_tokens.as_ref(),
    command: |action| format!(
        "aws ec2 modify-instance-metadata-options --instance-id {} --http-tokens {}",
        action.instance, action.to
    ),
    values: |action| [
        ("instance", Said::data(action.instance.clone())),
        ("to", Said::code(action.to.clone())),
    ],
}
