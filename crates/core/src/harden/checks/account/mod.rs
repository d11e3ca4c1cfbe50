//! Checks of the account.

mod cloudtrail;
mod ebs_default;

use crate::harden::Check;

/// In the order they are shown.
pub(super) const CHECKS: &[Check] = &[cloudtrail::CHECK, ebs_default::CHECK];
