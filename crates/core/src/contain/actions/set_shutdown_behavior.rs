//! What a shutdown from inside does: termination protection does not stop it (HANDBOOK 3.1). Must not know who shuts down.

use super::Said;
use super::attribute::attribute;

attribute! {
    /// What a shutdown from inside does: `stop` or `terminate`.
    SetShutdownBehavior of String,
    name: "set_shutdown_behavior",
    field: "shutdown_behavior",
    permission: "ec2:ModifyInstanceAttribute",
    seen: |subject| subject.shutdown_behavior.as_ref(),
    command: |action| format!(
        "aws ec2 modify-instance-attribute --instance-id {} --instance-initiated-shutdown-behavior {}",
        action.instance, action.to
    ),
    values: |action| [
        ("instance", Said::data(action.instance.clone())),
        ("from", Said::data(action.from.clone())),
        ("to", Said::code(action.to.clone())),
    ],
}
