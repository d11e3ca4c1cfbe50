//! Checks of the instance as AWS sees it.

mod ebs_encryption;
mod imdsv2;
mod open_admin_ports;
mod ssm_managed;

use crate::harden::Check;

pub(in crate::harden) use open_admin_ports::admin_rules;

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[
    open_admin_ports::CHECK,
    imdsv2::CHECK,
    ssm_managed::CHECK,
    ebs_encryption::CHECK,
];
