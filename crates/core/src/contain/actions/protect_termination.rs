//! Termination protection. Must not know that some instances cannot have it.

use super::Said;
use super::attribute::attribute;
use crate::contain::shell::flag;

attribute! {
    /// Termination protection.
    ProtectTermination of bool,
    name: "protect_termination",
    field: "protected",
    permission: "ec2:ModifyInstanceAttribute",
    seen: |subject| subject.termination_protection.as_ref(),
    command: |action| format!(
        "aws ec2 modify-instance-attribute --instance-id {} {}",
        action.instance,
        flag("disable-api-termination", action.to)
    ),
    values: |action| [
        ("instance", Said::data(action.instance.clone())),
        ("to", Said::code(action.to.to_string())),
    ],
}
