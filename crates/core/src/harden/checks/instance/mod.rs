//! Checks of the instance as AWS sees it.

mod address;
mod backups;
mod ebs_encryption;
mod imdsv2;
mod key_pair;
mod monitoring;
mod open_ports;
mod role;
mod ssm_managed;
mod template;

use crate::harden::Check;

pub(crate) use open_ports::{admin_port, admin_rules, risky_port, risky_rules};

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[
    open_ports::ADMIN,
    open_ports::RISKY,
    imdsv2::CHECK,
    imdsv2::HOPS,
    role::CHECK,
    template::CHECK,
    key_pair::CHECK,
    ssm_managed::CHECK,
    address::PUBLIC,
    address::SOURCE,
    address::INTERFACES,
    ebs_encryption::CHECK,
    backups::CHECK,
    monitoring::CHECK,
];
