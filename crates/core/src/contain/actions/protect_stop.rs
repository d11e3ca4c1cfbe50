//! Stop protection, which would refuse our own stop. Must not know when it is in the way.

use super::Said;
use super::attribute::attribute;
use crate::contain::shell::flag;

attribute! {
    /// Stop protection.
    ProtectStop of bool,
    name: "protect_stop",
    field: "protected",
    permission: "ec2:ModifyInstanceAttribute",
    seen: |subject| subject.stop_protection.as_ref(),
    command: |action| format!(
        "aws ec2 modify-instance-attribute --instance-id {} {}",
        action.instance,
        flag("disable-api-stop", action.to)
    ),
    values: |action| [
        ("instance", Said::data(action.instance.clone())),
        ("to", Said::code(action.to.to_string())),
    ],
}
