//! Checks of the account.

mod alarms;
mod cloudtrail;
mod ebs_default;
mod guardduty;
mod snapshots;

pub(crate) use alarms::{log_group, unnoticed};

use crate::harden::Check;

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[
    cloudtrail::CHECK,
    guardduty::CHECK,
    alarms::CHECK,
    snapshots::CHECK,
    ebs_default::CHECK,
];
